"""Open answers: a predicate of the course says yes, with a credit and a reason.

    {check: accepts, entry: kernel_and_stride, accepts: is_kernel_and_stride}
    {check: accepts, entry: sample_batch, accepts: samples_without_replacement, together: true, cases: [...]}

The predicate is a function of the reference file. It is called for each case with the arguments and, last,
the answer; for a constant with the answer alone; with `together: true` once, with a list of pairs
`(args, answer)`. It returns `Accepted(credit, reason)`, a boolean, or a credit from 0 to 1. Answers come from
strangers: `None`, text and ragged lists must be refused, not raised on; what a predicate raises is our fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import (
    ONE,
    ZERO,
    Ruling,
    Trial,
    cases_of,
    options_of,
    probes_of,
    ruling_of_failure,
    settle,
)
from grader.checks.texts import inputs, place, short
from grader.errors import CheckError
from grader.model import (
    Accepted,
    Case,
    Check,
    Missing,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class AcceptsOptions:
    """The rubric's keys of `accepts`."""

    accepts: str = ""
    """The predicate's name in the reference file."""
    together: bool = False
    """`true`: the predicate sees all calls at once, as a list of pairs (args, answer)."""


def _is_half(x: Any, answer: Any) -> Accepted:
    """The predicate of the examples below: twice the answer is x, the sign being worth half."""
    if not isinstance(answer, (int, float)):
        return Accepted(0, "This is no number.")
    if 2 * answer == -x:
        return Accepted(0.5, "Only the sign is wrong.", mistake="sign")
    return Accepted(float(2 * answer == x), "Twice this is not x.")


def _all_differ(calls: list[tuple[tuple[Any, ...], Any]]) -> bool:
    """Another: all answers are integers, and different ones."""
    answers = [answer for _, answer in calls]
    return all(type(answer) is int for answer in answers) and len(set(answers)) == len(answers)


HALF = Check(
    "accepts", "half", Fraction(1), AcceptsOptions("is_half"), (Case("four", (4,), ("x",), public=True),)
)
DRAWS = Check(
    "accepts", "draw", Fraction(1), AcceptsOptions("all_differ", together=True), (Case("one"), Case("two"))
)
PREDICATES = (("is_half", _is_half), ("all_differ", _all_differ))
EXAMPLES = (
    Example("The predicate says yes.", HALF, (), (Returned(2),), Verdict.CORRECT, ONE, values=PREDICATES),
    Example(
        "It may give a part of the marks, with a reason.",
        HALF, (), (Returned(-2.0),), Verdict.PARTIAL, Fraction(1, 2), ("Only the sign", "x = 4"), PREDICATES,
    ),
    Example(
        "It refuses text.", HALF, (), (Returned("2"),), Verdict.INCORRECT, ZERO, ("no number",), PREDICATES
    ),
    Example(
        "All calls together.", DRAWS, (), (Returned(1), Returned(2)), Verdict.CORRECT, ONE, (), PREDICATES
    ),
    Example(
        "One call without an answer spoils them all.",
        DRAWS, (), (Returned(1), Raised("ValueError", "no")), Verdict.INCORRECT, ZERO, ("ValueError",),
        PREDICATES,
    ),
)  # fmt: skip


class AcceptsKind(Usual):
    """Asks a predicate of the course."""

    kind: ClassVar[str] = "accepts"
    options: ClassVar[type] = AcceptsOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """A call for each case; the value of the entry where there is none."""
        return probes_of(check)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """What the predicate says; over several cases the least credit, or the weighted one.

        Raises:
            CheckError: there is no such predicate, or it does not answer with a credit.
        """
        options = options_of(check, AcceptsOptions)
        predicate = key.value(options.accepts)
        if not callable(predicate):
            raise CheckError(f"{options.accepts!r} in the reference file is not a function")
        cases = cases_of(check)
        if len(seen) != len(cases):
            raise CheckError(f"{len(cases)} questions were asked and {len(seen)} answers recorded")
        judge = _together if options.together else _apart
        rulings, said = judge(check, options.accepts, predicate, list(zip(cases, seen, strict=True)))
        outcome = settle(check, rulings)
        worst = min(said, key=lambda one: one.credit, default=Accepted(0))
        return replace(outcome, mistake=None if outcome.right else worst.mistake)


CALLS = Case("all calls", public=True)
Predicate = Callable[..., object]
Pairs = list[tuple[Case, Observation]]
Ruled = tuple[list[Ruling], list[Accepted]]


def _apart(check: Check, name: str, predicate: Predicate, pairs: Pairs) -> Ruled:
    rulings, said = [], []
    for case, seen in pairs:
        failure = _failure(check, case, seen)
        if failure is None and isinstance(seen, Returned):
            accepted = verdict_of(name, predicate(*case.args, seen.value))
            said.append(accepted)
            rulings.append(_ruling(check, case, seen.value, accepted))
        elif failure is not None:
            rulings.append(failure)
    return rulings, said


def _together(check: Check, name: str, predicate: Predicate, pairs: Pairs) -> Ruled:
    """One verdict for all calls; without an answer to each of them the predicate is not asked."""
    failures = [_failure(check, case, seen) for case, seen in pairs]
    if any(failures):
        kept = zip(pairs, failures, strict=True)
        return [failure or Ruling(case, (ONE,)) for (case, _), failure in kept], []
    calls = [(case.args, seen.value) for case, seen in pairs if isinstance(seen, Returned)]
    accepted = verdict_of(name, predicate(calls))
    reason = accepted.reason or f"The answers of `{check.entry}` are not accepted."
    earned = _exact(accepted.credit)
    student = "" if earned == 1 else reason
    return [Ruling(CALLS, (earned,), student, student, None, accepted.advice)], [accepted]


def _failure(check: Check, case: Case, seen: Observation) -> Ruling | None:
    return ruling_of_failure(check, Trial(case, seen, Missing(check.entry)))


def verdict_of(name: str, said: object) -> Accepted:
    """What a predicate returned, as `Accepted`.

    Raises:
        CheckError: it is neither `Accepted`, a boolean nor a credit from 0 to 1.
    """
    if isinstance(said, (bool, int, float, Fraction, np.bool_, np.integer, np.floating)):
        said = Accepted(float(said))
    if not isinstance(said, Accepted):
        raise CheckError(
            f"the predicate {name!r} returned {type(said).__name__}, not Accepted, a boolean or a credit"
        )
    if not 0 <= said.credit <= 1:
        raise CheckError(f"the predicate {name!r} gave the credit {said.credit}, which is not from 0 to 1")
    return said


def _exact(credit: float) -> Fraction:
    """A credit as the fraction that was meant: 1/3 is written 0.3333."""
    return Fraction(credit).limit_denominator(1000)


def _ruling(check: Check, case: Case, answer: object, accepted: Accepted) -> Ruling:
    earned = _exact(accepted.credit)
    if earned == 1:
        return Ruling(case, (ONE,), advice=accepted.advice)
    reason = accepted.reason or "This is not accepted."
    at = place(case)
    told = f"`{check.entry}` gives {short(answer)}" if case.public else f"what `{check.entry}` gives"
    student = f"{at[:1].upper()}{at[1:]}, {told}: {reason}" if at else f"Your {told}: {reason}"
    if not case.public:
        student = f"{at[:1].upper()}{at[1:]}: {reason}"
    staff = f"{inputs(case, 1000)}; answered {short(answer, 400)}: {reason}".removeprefix("; ")
    return Ruling(case, (earned,), student, staff, None, accepted.advice)


CHECK = AcceptsKind()
