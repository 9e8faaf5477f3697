"""Right values in little memory: the peak of allocation grows no faster than a power of the input's size.

    - check: growth
      entry: softmax_vjp
      power: 1
      cases:
        - {name: by hand, args: {x: [1.0, 2.0, -0.5], g: [1.0, -1.0, 2.0]}, public: true}
        - {name: random, draw: {x: {normal: {shape: [5]}}, g: {normal: {shape: [5]}}}, repeat: 5}

Besides its cases the entry is called at growing sizes n: every vector among the arguments is replaced by one
of length n. Values must be right there too. Time is never looked at, so one row of a Jacobian at a time
passes. What does not grow cancels: only how much the peak rises between the three largest sizes counts; the
smaller ones warm caches up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

import numpy as np

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import ONE, ZERO, options_of, settle, trials
from grader.checks.diagnosis import diagnose
from grader.checks.numeric import rule, with_numbers
from grader.checks.texts import failed
from grader.errors import CheckError
from grader.model import Ask, Case, Check, Observation, Outcome, Probe, Returned, Verdict
from grader.values.closeness import DEFAULT, Array, Tolerance

TAG = "measured"
MEASURED = 3
NOISE = 4096  # bytes that a call may allocate more or less for reasons of its own
HALFWAY = 0.5  # a measured power this far above the declared one is too fast


@dataclass(frozen=True, slots=True)
class GrowthOptions:
    """The rubric's keys of `growth`."""

    tolerance: Tolerance = DEFAULT
    """How far an entry may be off: `{rtol: 1e-7, atol: 1e-9}`."""
    power: float = 1.0
    """The peak may grow like n to this power."""
    sizes: tuple[int, ...] = (128, 256, 512, 1024)
    """The lengths at which it is measured: three or more, growing."""
    growth_credit: Fraction = Fraction(1, 2)
    """The share of the marks for right values that take too much memory."""


@lru_cache(maxsize=64)
def vector(n: int, spot: int) -> Array:
    """A vector of length n with entries between -1 and 1, another one for each argument; read only."""
    array = np.cos((1.0 + spot) * np.arange(n))
    array.setflags(write=False)
    return array


SIZES = (100, 200, 400, 800)
NEGATED = Check(
    "growth", "negate", Fraction(2), GrowthOptions(sizes=SIZES), (Case("three", (np.ones(3),), ("x",)),)
)


def _measured(sign: int, peaks: Sequence[int]) -> tuple[Returned, ...]:
    pairs = zip(SIZES, peaks, strict=True)
    return (
        Returned(np.full(3, sign)),
        *(Returned(sign * vector(n, 0), peak_bytes=peak) for n, peak in pairs),
    )


RIGHT = _measured(-1, [900, 1700, 3300, 6500])
EXAMPLES = (
    Example("Memory in proportion to n.", NEGATED, RIGHT, RIGHT, Verdict.CORRECT, ONE),
    Example(
        "A warm-up and a fixed table cost nothing.",
        NEGATED, RIGHT, _measured(-1, [9_000_000, 801_700, 803_300, 806_500]), Verdict.CORRECT, ONE,
    ),
    Example(
        "Right values by way of an n by n matrix.",
        NEGATED, RIGHT, _measured(-1, [80_900, 321_700, 1_283_300, 5_126_500]), Verdict.PARTIAL,
        Fraction(1, 2), ("grows faster than in proportion to n",),
    ),
    Example(
        "Wrong values in little memory are wrong.",
        NEGATED, RIGHT, _measured(1, [900, 1700, 3300, 6500]), Verdict.INCORRECT, ZERO,
    ),
)  # fmt: skip


class GrowthKind(Usual):
    """Judges the values of every case as `numeric` does, then how the peak grows over the measured ones."""

    kind: ClassVar[str] = "growth"
    options: ClassVar[type] = GrowthOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    needs_cases: ClassVar[bool] = True

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """A call for each case, then the measured ones."""
        return tuple(
            Probe(check.entry, case.args, Ask.ALLOCATION if TAG in case.tags else Ask.CALL, case=case.name)
            for case in extended(check).cases
        )

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """All of the marks for right values in little memory, `growth_credit` of them for right values.

        An answer that is right where it is not measured, and gives none where it is (out of memory, too slow
        while it is watched), counts as right values in too much memory.

        Raises:
            CheckError: the key fails, nothing can be measured, or the box did not measure.
        """
        options = options_of(check, GrowthOptions)
        tried = trials(extended(check), key, [with_numbers(one) for one in seen], probes=self.probes(check))
        measured = [one for one in tried if TAG in one.case.tags]
        broken = [one for one in measured if not isinstance(one.seen, Returned)]
        judged = [one for one in tried if one not in broken] or tried
        outcome = settle(check, [rule(check, one, options.tolerance) for one in judged])
        if not outcome.credit:
            return outcome
        if broken:
            failure = failed(check, broken[0].seen, public=False)
            return _too_fast(options, outcome, failure.for_student if failure else "")
        points = list(zip(sorted(set(options.sizes)), (peak(one.seen) for one in measured), strict=True))
        return _too_fast(options, outcome, "") if grows_faster(points, options.power) else outcome

    def diagnose(self, check: Check, key: Key, seen: Sequence[Observation]) -> str:
        """One true sentence on how wrong numbers differ, or nothing."""
        options = options_of(check, GrowthOptions)
        seen = [with_numbers(one) for one in seen]
        return diagnose(trials(extended(check), key, seen, probes=self.probes(check)), options.tolerance)


def extended(check: Check) -> Check:
    """The check with its measured cases, which depend on nothing but the kinds of its arguments.

    Raises:
        CheckError: no argument is a vector, or there are fewer than three sizes.
    """
    sizes, first = sorted(set(options_of(check, GrowthOptions).sizes)), check.cases[0]
    vectors = [isinstance(arg, np.ndarray) and arg.ndim == 1 for arg in first.args]
    if not any(vectors) or len(sizes) < MEASURED:
        raise CheckError(f"`growth` of {check.entry!r} needs a vector among the arguments, and three sizes")
    cases = [
        Case(
            f"n = {n}",
            tuple(
                vector(n, spot) if is_vector else arg
                for spot, (arg, is_vector) in enumerate(zip(first.args, vectors, strict=True))
            ),
            first.names,
            tags=frozenset({TAG}),
        )
        for n in sizes
    ]
    return replace(check, cases=(*check.cases, *cases))


def peak(seen: Observation) -> int:
    """The peak of memory allocated during a call, in bytes.

    Raises:
        CheckError: it was not measured.
    """
    if not isinstance(seen, Returned) or seen.peak_bytes is None:
        raise CheckError("the box did not measure how much memory was allocated")
    return seen.peak_bytes


def grows_faster(points: Sequence[tuple[int, int]], power: float) -> bool:
    """Whether peaks rise faster than `n**power`, by the rises between the three largest sizes.

    Args:
        points: size and peak in bytes, three or more, in the order of their sizes.
        power: what is allowed.
    """
    (n1, low), (n2, middle), (n3, high) = points[-MEASURED:]
    steepest = power + HALFWAY
    ratio = (n3**steepest - n2**steepest) / (n2**steepest - n1**steepest)
    return high - middle - NOISE > ratio * (max(middle - low, 0) + NOISE)


def _too_fast(options: GrowthOptions, outcome: Outcome, why: str) -> Outcome:
    bound = f"faster than n to the power {options.power:g}"
    bound = "faster than in proportion to n" if options.power == 1 else bound
    text = f"The values are right, but the memory that it takes grows {bound}. {why}".rstrip()
    if not outcome.right:
        text = f"{outcome.for_student} Besides, the memory that it takes grows {bound}. {why}".rstrip()
    credit = outcome.credit * options.growth_credit
    verdict = Verdict.PARTIAL if 0 < credit < 1 else Verdict.CORRECT if credit else Verdict.INCORRECT
    return replace(outcome, verdict=verdict, credit=credit, for_student=text, for_staff=text)


CHECK = GrowthKind()
