"""Text that a person marks: `pending` until then, with the answer beside the model answer.

    {check: manual, entry: better_loss_reason, model_answer: "The gradient of …"}

Only what needs no reading is decided here: nothing at all is worth nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import ZERO, options_of
from grader.checks.texts import failed, paragraphs, short
from grader.errors import CheckError
from grader.model import Ask, Check, Evidence, Missing, Observation, Outcome, Probe, Returned, Verdict


@dataclass(frozen=True, slots=True)
class ManualOptions:
    """The rubric's keys of `manual`."""

    model_answer: str = ""
    """Shown to the person who marks; the reference's text where left out."""


WHY = Check("manual", "why", Fraction(2), ManualOptions("It saturates."))
ABSENT = (Missing("why"),)
EXAMPLES = (
    Example(
        "Text waits for a person, beside the model answer.",
        WHY, ABSENT, (Returned("The slope vanishes."),), Verdict.PENDING, ZERO, ("person",),
    ),
    Example("Spaces alone are no answer.", WHY, ABSENT, (Returned(" \n"),), Verdict.INCORRECT, ZERO),
    Example("No entry, no marks.", WHY, ABSENT, ABSENT, Verdict.MISSING, ZERO),
    Example(
        "A list of sentences is text; a right one waits too.",
        WHY, (Returned("It saturates."),), (Returned(["One.", "Two."]),), Verdict.PENDING, ZERO,
    ),
)  # fmt: skip


class ManualKind(Usual):
    """Hands the answer to a person."""

    kind: ClassVar[str] = "manual"
    options: ClassVar[type] = ManualOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    grades_by_hand: ClassVar[bool] = True

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """The text, or what a function without arguments returns."""
        return (Probe(check.entry, how=Ask.VALUE),)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """Pending where there is something to read."""
        if len(seen) != 1:
            raise CheckError(f"1 question was asked and {len(seen)} answers recorded")
        if outcome := failed(check, seen[0]):
            return outcome
        text = written(seen[0].value) if isinstance(seen[0], Returned) else ""
        if not text:
            return Outcome(
                Verdict.INCORRECT, ZERO, f"`{check.entry}` is empty.", f"`{check.entry}` is empty."
            )
        model = model_answer(check, key)
        return Outcome(
            Verdict.PENDING,
            ZERO,
            "A person will read this and give the marks.",
            f"Answer:\n{text}\n\nModel answer:\n{model}" if model else f"Answer:\n{text}",
            (Evidence("", None, public=True, student=short(text), staff=short(text, 1000)),),
        )


def written(value: object) -> str:
    """An answer as text for a reader; empty where there is nothing to read."""
    if isinstance(value, str):
        return paragraphs(value)
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return paragraphs("\n".join(value))
    empty = value is None or (isinstance(value, (list, tuple, dict)) and not value)
    return "" if empty else short(value, 1000)


def model_answer(check: Check, key: Key) -> str:
    """What a good answer says: the rubric's text, else the reference's."""
    own = options_of(check, ManualOptions).model_answer
    answer = None if own else key.answer(Probe(check.entry, how=Ask.VALUE))
    return paragraphs(own or (str(answer.value) if isinstance(answer, Returned) else ""))


CHECK = ManualKind()
