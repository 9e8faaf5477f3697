"""One of several options: text, a boolean, or a number of an option.

    {check: choice, entry: better_loss, options: [cross-entropy, mse], answer: cross-entropy}
    {check: choice, entry: softmax_is_scale_invariant, answer: false}

Text is read without regard to case, spaces, kinds of quotes and dashes, and dollar signs around it; where
no two options are spelt alike without their punctuation, that does not count either. For a boolean, 0, 1,
"yes" and "no" are understood. An integer names an option only where the rubric says from where it counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import (
    ONE,
    ZERO,
    Ruling,
    Trial,
    options_of,
    probes_of,
    ruling_of_failure,
    settle,
    trials,
)
from grader.checks.texts import place, short
from grader.errors import CheckError
from grader.model import Case, Check, Missing, Observation, Outcome, Probe, Returned, Verdict

LONGEST = 1000
WORDS = {True: ("true", "yes", "1"), False: ("false", "no", "0")}
SAME = str.maketrans("‘’“”–—−‐∣", "''\"\"----|")


@dataclass(frozen=True, slots=True)
class ChoiceOptions:
    """The rubric's keys of `choice`."""

    options: tuple[object, ...] = ()
    """What may be chosen; not needed for a boolean."""
    answer: object = None
    """The right option, where the reference file has none."""
    count_from: int | None = None
    """0 or 1 where an integer may name an option by its number; otherwise integers are not understood."""


BETTER = Check("choice", "better_loss", Fraction(1), ChoiceOptions(("cross-entropy", "mse"), "cross-entropy"))
INVARIANT = Check("choice", "is_invariant", Fraction(1), ChoiceOptions(answer=False))
NUMBERED = Check("choice", "option", Fraction(1), ChoiceOptions(("a", "b", "c"), "b", count_from=1))
SHIFTED = Check("choice", "sign", Fraction(1), ChoiceOptions(("+", "-")), (Case("at 1", (1,), ("x",)),))
NOT_THERE = (Missing("better_loss"),)
EXAMPLES = (
    Example(
        "Case, spaces and hyphens don't count.",
        BETTER, (Returned("cross-entropy"),), (Returned(" Cross Entropy."),), Verdict.CORRECT, ONE,
    ),
    Example(
        "Another option is wrong, and the right one is not told.",
        BETTER, (Returned("cross-entropy"),), (Returned("MSE"),), Verdict.INCORRECT, ZERO, ("not the right",),
    ),
    Example(
        "Text that is no option is told the options.",
        BETTER, NOT_THERE, (Returned("both"),), Verdict.INCORRECT, ZERO, ("none of the options", "mse"),
    ),
    Example(
        "A NumPy boolean is a boolean.",
        INVARIANT, NOT_THERE, (Returned(np.array(False)),), Verdict.CORRECT, ONE,
    ),
    Example("Nothing is not False.", INVARIANT, NOT_THERE, (Returned(None),), Verdict.INCORRECT, ZERO),
    Example("An option by its number.", NUMBERED, NOT_THERE, (Returned(2),), Verdict.CORRECT, ONE),
    Example(
        "Options that are punctuation are told apart, case by case.",
        SHIFTED, (Returned("-"),), (Returned("+"),), Verdict.INCORRECT, ZERO, ("hidden case ('at 1')",),
    ),
    Example(
        "All options at once are none.",
        BETTER, NOT_THERE, (Returned(["cross-entropy", "mse"]),), Verdict.INCORRECT, ZERO,
    ),
)  # fmt: skip


class ChoiceKind(Usual):
    """Finds the option that an answer means, and compares it with the right one."""

    kind: ClassVar[str] = "choice"
    options: ClassVar[type] = ChoiceOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """The value of the entry; a call for each case where there are some."""
        return probes_of(check)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """Right where the answer means the same option as the key's.

        Raises:
            CheckError: the key's answer is none of the options.
        """
        options = options_of(check, ChoiceOptions)
        return settle(check, [_rule(check, options, one) for one in trials(check, key, seen, options.answer)])


def _rule(check: Check, options: ChoiceOptions, trial: Trial) -> Ruling:
    if failure := ruling_of_failure(check, trial):
        return failure
    if trial.pair is None:
        return Ruling(trial.case, (ZERO,), "This is not the right one.", "the key raised")
    answer, expected = trial.pair
    offered = options.options or ((True, False) if isinstance(plain(expected), bool) else (expected,))
    right = meant(expected, offered, None)
    if right is None:
        raise CheckError(f"the right answer {short(expected)} is none of the options {short(offered)}")
    chosen = meant(answer, offered, options.count_from)
    if chosen == right:
        return Ruling(trial.case, (ONE,))
    at = f" {place(trial.case)}" if trial.case.name else ""
    told = short(answer) if trial.case.public else "the answer"
    what = "is not the right one" if chosen is not None else _none_of(options.options)
    staff = f"answered {short(answer, 400)}; right: {short(expected)}"
    return Ruling(trial.case, (ZERO,), f"Your `{check.entry}`{at}: {told} {what}.", staff)


def _none_of(offered: Sequence[object]) -> str:
    listed = f": {', '.join(short(option, 60) for option in offered)}" if offered else ""
    return f"is none of the options{listed}"


def plain(value: object) -> object:
    """A list or array of one thing as the thing; a NumPy boolean as a boolean."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (np.ndarray, np.generic)) and value.size == 1 and value.ndim < 2:
        value = value.item()
    return value


def meant(answer: object, offered: Sequence[object], count_from: int | None) -> int | None:
    """Which option an answer means, counted from 0; None where it means none."""
    answer = plain(answer)
    if isinstance(answer, int) and not isinstance(answer, bool) and count_from is not None:
        return answer - count_from if 0 <= answer - count_from < len(offered) else None
    for reading in (normal, bare):
        spellings = [_spellings(option, reading) for option in offered]
        if len({word for words in spellings for word in words}) < sum(map(len, spellings)):
            continue
        word = _word(answer, reading)
        found = [index for index, words in enumerate(spellings) if word and word in words]
        if found:
            return found[0]
    return None


def _spellings(option: object, reading: object) -> tuple[str, ...]:
    option = plain(option)
    return WORDS[option] if isinstance(option, bool) else (_word(option, reading),)


def _word(value: object, reading: object) -> str:
    """How a value is spelt; empty for what is no text, boolean or plain number."""
    if isinstance(value, str) and len(value) <= LONGEST and callable(reading):
        return str(reading(value))
    if isinstance(value, (bool, int, float)) and abs(value) <= LONGEST:
        return str(int(value)) if value == int(value) else str(value)
    return ""


def normal(text: str) -> str:
    """Text without case, spaces, quotes and dollars around it, and full stop at its end."""
    text = unicodedata.normalize("NFKC", text).translate(SAME).casefold()
    text = re.sub(r"\\(mid|vert)\b", "|", text)
    return re.sub(r"\s+", "", text).strip("\"'`$").rstrip(".")


def bare(text: str) -> str:
    """Text by its letters and digits alone."""
    return "".join(char for char in normal(text) if char.isalnum())


CHECK = ChoiceKind()
