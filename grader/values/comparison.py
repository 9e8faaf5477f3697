"""Compares two formulas at one point, with as many digits as it takes.

40 digits agree, nothing lost           equal here
40 disagree, 150 disagree the same way  different here
the difference shrinks with precision   it was rounding: equal here
something was lost                      again with 150, then 1,000 digits
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from grader.values.arithmetic import LEVELS, Arithmetic, TooLarge, Undefined, arithmetic
from grader.values.domain import Point
from grader.values.expression import Node
from grader.values.program import Program, program

_SLACK = 28
"""Binary digits that rounding may cost before two values count as apart."""


_EMERGED = 800
"""Binary digits above the rounding of the last level that a gap seen there for the first time must have."""


class UpTo(Enum):
    """What the answer may differ by."""

    NOTHING = ""
    POSITIVE_FACTOR = "positive_factor"
    FACTOR = "factor"
    CONSTANT = "constant"


class Here(Enum):
    """How the two compare at one point."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNCLEAR = "unclear"
    """Too large, too long, or out of reach of 1,000 digits."""
    SKIPPED = "skipped"
    """The reference has no value here."""
    HOLE = "hole"
    """Only the answer has no value here."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart equal values may be: `atol + rtol |reference|`."""

    rtol: float = 0.0
    atol: float = 0.0


_CONTINUOUS = Tolerance(1e-9, 1e-9)


class Pair:
    """An answer and a reference, compiled together, compared point by point.

    Args:
        answer: expanded formulas, entry by entry.
        reference: as many.
        up_to: what they may differ by.
        tolerance: how far apart they may be; None for not at all.
    """

    def __init__(
        self, answer: Sequence[Node], reference: Sequence[Node], up_to: UpTo, tolerance: Tolerance | None
    ) -> None:
        self.size = len(reference)
        self.made: Program = program(*reference, *answer)
        self.up_to = up_to
        self.tolerance = tolerance
        self.pivot: tuple[Point, int] | None = None
        self.deep = 0

    @property
    def identical(self) -> bool:
        """Whether both are one formula up to the order of terms."""
        return self.made.outputs[: self.size] == self.made.outputs[self.size :]

    def values(self, level: int, point: Point) -> tuple[list[Any], list[Any], bool]:
        """Reference and answer at a point, and whether rounding may have swallowed something.

        Raises:
            Undefined, TooLarge: the reference has no value here.
        """
        a = arithmetic(level)
        a.lost = 0
        found = self.made.run(a, a_point(a, point, self.made.exact))
        outputs = [_finished(a, found[slot]) for slot in self.made.outputs]
        reference, answer = outputs[: self.size], outputs[self.size :]
        for value in reference:
            if isinstance(value, ArithmeticError):
                raise value
        return reference, answer, a.lost > 0

    def at(self, point: Point, sure: int = 0) -> Here:
        """How they compare at a point; `sure` is the level to which inexact values must agree."""
        before: list[Any] | None = None
        agreed = Here.UNCLEAR
        try:
            for level in range(len(LEVELS)):
                here, gaps = self._at_level(level, point, before)
                if here is Here.EQUAL and level < sure and gaps is not None:
                    before, agreed = gaps, here
                    continue
                if here is not Here.UNCLEAR:
                    return here
                if self.deep >= 12 and level:
                    return Here.UNCLEAR
                self.deep += level >= 1
                before = gaps
        except Undefined:
            return Here.SKIPPED
        except TooLarge:
            return agreed  # more digits are out of reach
        return Here.UNCLEAR

    def fills(self, point: Point, around: Sequence[Point]) -> bool:
        """Whether a hole of the answer closes by continuity: all around, both agree and keep their value."""
        a = arithmetic(0)
        middle, _, _ = self.values(0, point)
        for beside in around:
            if self.at(beside) is not Here.EQUAL:
                return False
            near, _, _ = self.values(0, beside)
            if not all(_near(a, x, y, _CONTINUOUS) for x, y in zip(near, middle, strict=True)):
                return False
        return True

    def _at_level(self, level: int, point: Point, before: list[Any] | None) -> tuple[Here, list[Any] | None]:
        reference, answer, lost = self.values(level, point)
        for value in answer:
            if isinstance(value, TooLarge):
                raise value
        if any(isinstance(value, Undefined) for value in answer):
            return Here.HOLE, None
        a = arithmetic(level)
        reference = self._adjusted(level, reference)
        if self.tolerance is not None:
            near = all(_near(a, x, y, self.tolerance) for x, y in zip(answer, reference, strict=True))
            return (Here.EQUAL if near else Here.DIFFERENT), None
        gaps = [_gap(a, x, y) for x, y in zip(answer, reference, strict=True)]
        if all(type(gap) in (int, Fraction) for gap in gaps) and not lost:
            return (Here.DIFFERENT if any(gaps) else Here.EQUAL), None
        sizes = [_size(a, x, y) for x, y in zip(answer, reference, strict=True)]
        return self._judged(a, gaps, sizes, before, lost), gaps

    def _judged(
        self, a: Arithmetic, gaps: list[Any], sizes: list[Any], before: list[Any] | None, lost: bool
    ) -> Here:
        """What gaps at this level say, given those of the level before."""
        small = a.ctx.ldexp(1, _SLACK - a.bits)
        apart = [k for k, gap in enumerate(gaps) if abs(a.real(gap)) > small * sizes[k]]
        if not apart:
            return Here.UNCLEAR if lost else Here.EQUAL
        if before is None:
            return Here.UNCLEAR
        shrunk = a.ctx.ldexp(1, -200)
        rounding = True
        for k in apart:
            now, then = a.real(gaps[k]), a.real(before[k])
            if abs(now - then) <= abs(now) / 64 or self._emerged(a, now, then, sizes[k]):
                return Here.DIFFERENT
            rounding = rounding and abs(now) <= abs(then) * shrunk
        return Here.EQUAL if rounding and not lost else Here.UNCLEAR

    @staticmethod
    def _emerged(a: Arithmetic, now: Any, then: Any, size: Any) -> bool:
        """Whether the last level shows a gap that rounding hid before, far above what rounding makes now."""
        hidden = abs(then) <= a.ctx.ldexp(1, _SLACK - LEVELS[-2]) * size
        return bool(a.top and hidden and abs(now) > a.ctx.ldexp(1, _EMERGED - a.bits) * size)

    # ---- up to a factor or a constant

    def choose_pivot(self, points: Sequence[Point]) -> bool:
        """Pick the point that fixes the factor or constant; False where the answer can't be matched."""
        best: tuple[Any, Point, int] | None = None
        for point in points[:12]:
            try:
                reference, answer, _ = self.values(0, point)
            except (Undefined, TooLarge):
                continue
            if any(isinstance(value, ArithmeticError) for value in answer):
                continue
            a = arithmetic(0)
            for k, value in enumerate(reference):
                size = abs(a.real(value))
                if self.up_to is UpTo.CONSTANT or (size > 0 and a.real(answer[k]) != 0):
                    weight = -abs(a.ctx.log(size)) if size else -1e6
                    if best is None or weight > best[0]:
                        best = (weight, point, k)
        self.pivot = best[1:] if best else None
        return self.pivot is not None and self._sign_fits()

    def _sign_fits(self) -> bool:
        """Whether the factor at the pivot is positive, where it must be."""
        if self.up_to is not UpTo.POSITIVE_FACTOR or self.pivot is None:
            return True
        reference, answer, _ = self.values(0, self.pivot[0])
        a, k = arithmetic(0), self.pivot[1]
        ratio = a.real(answer[k]) / a.real(reference[k])
        return bool(abs(ratio.imag) <= a.nothing * abs(ratio) and ratio.real > 0)

    def _adjusted(self, level: int, reference: list[Any]) -> list[Any]:
        """The reference times the pivot's factor, or plus its constant, at this level."""
        if self.pivot is None:
            return reference
        a = arithmetic(level)
        lost = a.lost
        at, k = self.pivot
        known, given, _ = self.values(level, at)
        a.lost = lost
        if self.up_to is UpTo.CONSTANT:
            gap = a.add(given[k], a.neg(known[k]))
            return [a.add(value, gap) for value in reference]
        factor = a.mul(given[k], a.inv(known[k]))
        return [a.mul(value, factor) for value in reference]


def a_point(a: Arithmetic, point: Point, exact: bool) -> Point:
    """A point in the numbers of a level: whole numbers stay exact, others too where the program is exact."""
    return {name: _coordinate(a, value, exact) for name, value in point.items()}


def _coordinate(a: Arithmetic, value: Any, exact: bool) -> Any:
    if type(value) is tuple:
        return a.mpc(a.real(value[0]), a.real(value[1]))
    return a.real(value) if type(value) is Fraction and not exact else value


def _finished(a: Arithmetic, value: Any) -> Any:
    """A value as a formula's result: not-a-number is no value."""
    if type(value) is a.mpf and a.ctx.isnan(value):
        return Undefined("it is not a number")
    if type(value) is a.mpc and (a.ctx.isnan(value.real) or a.ctx.isnan(value.imag)):
        return Undefined("it is not a number")
    return value


def _gap(a: Arithmetic, x: Any, y: Any) -> Any:
    """The difference; a truth value differs from a number by 1."""
    if type(x) is bool or type(y) is bool:
        return int(type(x) is not type(y) or x is not y)
    if type(x) in (int, Fraction) and type(y) in (int, Fraction):
        return x - y
    x, y = a.real(x), a.real(y)
    if a.ctx.isinf(x) or a.ctx.isinf(y):
        return 0 if x == y else 1
    return x - y


def _size(a: Arithmetic, x: Any, y: Any) -> Any:
    if type(x) is bool or type(y) is bool:
        return 1
    sizes = [abs(a.real(value)) for value in (x, y)]
    return 1 if any(a.ctx.isinf(size) for size in sizes) else max(sizes)


def _near(a: Arithmetic, x: Any, y: Any, tolerance: Tolerance) -> bool:
    gap = _gap(a, x, y)
    if type(x) is bool or type(y) is bool:
        return gap == 0
    return bool(abs(a.real(gap)) <= tolerance.atol + tolerance.rtol * abs(a.real(y)))
