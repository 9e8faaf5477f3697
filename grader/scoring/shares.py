"""From a check's outcome to its marks: exact fractions, rounded down only where a share was computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from grader.model import Check, Mark, Outcome, Verdict


def common_step(amounts: Sequence[Fraction]) -> Fraction:
    """The largest step of which every amount is a whole multiple: 1/6 for 1/2 and 5/3; 0 for nothing."""
    step = Fraction(0)
    for amount in amounts:
        scale = step.denominator * amount.denominator
        step = Fraction(gcd(int(step * scale), int(amount * scale)), scale)
    return step


def earned(check: Check, outcome: Outcome, step: Fraction) -> Fraction | None:
    """The marks of one check; None while nobody can say.

    What the rubric writes (a mistake's marks, a component's share) is paid exactly. A computed share, such
    as 13 of 20 cases, is rounded down to the rubric's step, or to a finer one that the check itself uses.
    """
    if not outcome.verdict.has_marks:
        return None
    marks = check.marks * outcome.credit
    if outcome.mistake is not None or outcome.components or outcome.credit in (0, 1):
        return marks
    written = [case.marks for case in check.cases if case.marks is not None]
    grid = common_step([step, check.marks, *written, *(mistake.marks for mistake in check.mistakes)])
    return marks // grid * grid


def total(marks: Iterable[Mark]) -> Fraction:
    """The marks that are known so far: pending and ungraded parts count as nothing yet."""
    return sum((one.marks for one in marks if one.marks is not None), Fraction(0))


def combined_verdict(verdicts: Sequence[Verdict], total: Fraction | None) -> Verdict:
    """One verdict for a part that was judged in several shares."""
    kinds = set(verdicts)
    if Verdict.UNGRADED in kinds:
        return Verdict.UNGRADED
    if Verdict.PENDING in kinds:
        return Verdict.PENDING
    if len(kinds) == 1:
        return verdicts[0]
    if total:
        return Verdict.PARTIAL
    return next((verdict for verdict in verdicts if verdict is not Verdict.CORRECT), Verdict.INCORRECT)
