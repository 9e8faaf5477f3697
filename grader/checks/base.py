"""What a kind of check is: its options, its questions, its judgement, its worked examples.

A kind lives in one file of this folder and ends with `CHECK = …Kind()`; `registry.py` finds it there.
Judging is a pure function of data: no files, clock, randomness or printing. Who answers for "right" is a
`Key`: the reference, a known mistake, or the reference computed with the student's own earlier answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from grader.errors import CheckError
from grader.model import Check, Missing, Observation, Outcome, Probe, Verdict


class Key(Protocol):
    """Somebody who is asked the same questions as the student."""

    def answer(self, probe: Probe) -> Observation:
        """What this key answers; `Raised` where its code raises, `Missing` where it has no such entry."""
        ...

    def value(self, name: str) -> Any:
        """A name of the course's own file as it stands: a predicate, a list of symbols, a constant."""
        ...


class CheckKind(Protocol):
    """One kind of judgement.

    Attributes:
        kind: its name in a rubric.
        options: a frozen dataclass of the standard library whose fields are the rubric's keys for this
            kind, with defaults; the attribute docstrings are the documentation.
        examples: worked examples, at least one right, one wrong, one partial or refused, one hostile.
        needs_cases: False for a kind that asks the same thing without any case in the rubric.
        grades_by_hand: True where a person gives the marks.
        casewise: True where a case is judged without regard to the others.
    """

    kind: ClassVar[str]
    options: ClassVar[type]
    examples: ClassVar[tuple[Example, ...]]
    needs_cases: ClassVar[bool]
    grades_by_hand: ClassVar[bool]
    casewise: ClassVar[bool]

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """What to ask the student's code, in order; `Probe.case` names the case."""
        ...

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """What the answers are worth against this key; `seen` lines up with `probes(check)`.

        Raises:
            CheckError: the rubric or the key is at fault (never the student).
        """
        ...

    def diagnose(self, check: Check, key: Key, seen: Sequence[Observation]) -> str:
        """One sentence on how a wrong answer differs ("the sign is flipped"), or an empty string."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Example:
    """A worked example of a kind, run by the contract test over all kinds.

    Attributes:
        name: one sentence of what it shows.
        check: the check as a rubric would make it.
        right: what the reference answers to each probe (or names → values, for predicates).
        seen: what the student's code answered.
        verdict: what must come out.
        credit: likewise.
        says: words that must stand in the student's text.
    """

    name: str
    check: Check
    right: Sequence[Observation]
    seen: Sequence[Observation]
    verdict: Verdict
    credit: Fraction
    says: tuple[str, ...] = ()
    values: tuple[tuple[str, Any], ...] = ()


class Usual:
    """What most kinds are like; a kind says where it differs, and brings its name, options and examples."""

    needs_cases: ClassVar[bool] = False
    grades_by_hand: ClassVar[bool] = False
    casewise: ClassVar[bool] = False

    def diagnose(self, check: Check, key: Key, seen: Sequence[Observation]) -> str:  # noqa: ARG002
        """Nothing: the judgement already says all there is to say."""
        return ""


class ExampleKey:
    """A `Key` that answers as a worked example says: by the case and the way of asking.

    Args:
        example: the example.
        kind: the kind whose questions its answers line up with.
    """

    def __init__(self, example: Example, kind: CheckKind) -> None:
        probes = kind.probes(example.check)
        self._answers = {
            (probe.case, probe.how): answer for probe, answer in zip(probes, example.right, strict=False)
        }
        self._values = dict(example.values)

    def answer(self, probe: Probe) -> Observation:
        """The example's right answer to this question."""
        return self._answers.get((probe.case, probe.how), Missing(probe.entry))

    def value(self, name: str) -> Any:
        """A predicate or constant that the example brings along.

        Raises:
            CheckError: it brings none of that name.
        """
        if name not in self._values:
            raise CheckError(f"the reference file has no {name!r}")
        return self._values[name]
