"""Compares two formulas at one point, with as many digits as it takes.

40 digits agree, nothing lost           equal here
40 disagree, 150 disagree the same way  different here, if the difference stays when the rounding is shaken
the difference shrinks with precision   it was rounding: equal here
something was lost                      again with 150, then 1,000 digits
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any

from grader.errors import RubricError
from grader.values.arithmetic import LEVELS, Arithmetic, TooLarge, Undefined, arithmetic
from grader.values.domain import Point
from grader.values.expression import Node
from grader.values.program import Program, program

_SLACK = 28
"""Binary digits that rounding may cost before two values count as apart."""
_SHAKES = 2
_NOISE = 64
"""A gap that is not this many times what shaking moves it by may be rounding."""
_SHORT = 40
"""Binary digits by which rounding may shrink less from one level to the next than the digits grow."""


class UpTo(StrEnum):
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

    def room(self, a: Arithmetic, reference: Any) -> Any:
        """How far from this value another may be."""
        return self.atol + self.rtol * abs(a.real(reference))


_CONTINUOUS = Tolerance(1e-9, 1e-9)


def up_to_of(spec: str | None) -> UpTo:
    """What a rubric or a caller lets an answer differ by.

    Raises:
        RubricError: there is no such freedom.
    """
    known = [one.value for one in UpTo if one]
    if spec and spec not in known:
        raise RubricError(f"unknown up_to {spec!r}", hint=f"it is one of {', '.join(known)}")
    return UpTo(spec or "")


def tolerance_of(spec: float | Mapping[str, float] | Tolerance | None) -> Tolerance | None:
    """A tolerance as a rubric or a caller writes it; one number is absolute and relative at once.

    Raises:
        RubricError: it is no size, or has an unknown key.
    """
    if spec is None or isinstance(spec, Tolerance):
        return spec
    given = dict(spec) if isinstance(spec, Mapping) else {"rtol": spec, "atol": spec}
    try:
        room = Tolerance(**{key: float(value) for key, value in given.items()})
        if room.rtol >= 0 and room.atol >= 0:
            return room
    except (TypeError, ValueError):
        pass
    raise RubricError(f"{spec!r} is no tolerance", hint="a number of at least 0, or {rtol: …, atol: …}")


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
        self.apart = (0, 0)  # the level and the entry at which the two were last found different

    @property
    def identical(self) -> bool:
        """Whether both are one formula up to the order of terms."""
        return self.made.outputs[: self.size] == self.made.outputs[self.size :]

    def values(self, a: Arithmetic, point: Point) -> tuple[list[Any], list[Any]]:
        """Reference and answer at a point; `a.lost` tells whether rounding may have swallowed something.

        Raises:
            Undefined, TooLarge: the reference has no value here.
        """
        a.lost = 0
        found = self.made.run(a, a_point(a, point, self.made.exact))
        outputs = [_finished(a, found[slot]) for slot in self.made.outputs]
        reference, answer = outputs[: self.size], outputs[self.size :]
        for value in reference:
            if isinstance(value, ArithmeticError):
                raise value
        return reference, answer

    def at(self, point: Point, sure: int = 0) -> Here:
        """How they compare at a point; `sure` is the level to which inexact values must agree."""
        before: list[Any] | None = None
        agreed = Here.UNCLEAR
        try:
            for level in range(len(LEVELS)):
                a = arithmetic(level)
                here, gaps = self._at_level(a, point, before)
                if here is Here.EQUAL and level < sure and gaps is not None:
                    before, agreed = gaps, here
                    continue
                if here is not Here.UNCLEAR:
                    return here
                if self.deep >= 12 and level:
                    return Here.UNCLEAR
                self.deep += level >= 1
                before = gaps
        except (TooLarge, Undefined):
            return agreed  # more digits are out of reach
        return Here.UNCLEAR

    def different(self, a: Arithmetic, entry: int) -> Here:
        """They differ, in this entry."""
        self.apart = (LEVELS.index(a.bits), entry)
        return Here.DIFFERENT

    def fills(self, point: Point, around: Sequence[Point]) -> bool:
        """Whether a hole of the answer closes by continuity: all around, both agree and keep their value."""
        a = arithmetic(0)
        middle, _ = self.values(a, point)
        for beside in around:
            if self.at(beside) is not Here.EQUAL:
                return False
            near, _ = self.values(a, beside)
            if not all(_near(a, x, y, _CONTINUOUS) for x, y in zip(near, middle, strict=True)):
                return False
        return True

    def _at_level(
        self, a: Arithmetic, point: Point, before: list[Any] | None
    ) -> tuple[Here, list[Any] | None]:
        try:
            reference, answer = self.values(a, point)
        except Undefined:
            return (Here.SKIPPED if a.top or not a.lost else Here.UNCLEAR), None
        for value in answer:
            if isinstance(value, TooLarge):
                raise value
        if any(isinstance(value, Undefined) for value in answer):
            return (Here.UNCLEAR if a.lost else Here.HOLE), None
        lost = a.lost > 0
        reference = self._adjusted(a, reference)
        if self.tolerance is not None:
            return self._within(a, point, reference, answer, lost), None
        gaps = [gap_of(a, x, y) for x, y in zip(answer, reference, strict=True)]
        if all(type(gap) in (int, Fraction) for gap in gaps) and not lost:
            k = next((k for k, gap in enumerate(gaps) if gap), None)
            return (Here.EQUAL if k is None else self.different(a, k)), None
        apart = [k for k, gap in enumerate(gaps) if _apart(a, gap, _size(a, answer[k], reference[k]))]
        if not apart:
            return (Here.UNCLEAR if lost else Here.EQUAL), gaps
        if before is None and not a.top:
            return Here.UNCLEAR, gaps
        noise = self._noise(a, point, gaps)
        for k in apart:
            gap = _Gap(a, gaps[k], before and before[k], _size(a, answer[k], reference[k]), noise[k])
            if gap.stands:
                return self.different(a, k), gaps
            lost = lost or not gap.is_rounding
        return (Here.UNCLEAR if lost else Here.EQUAL), gaps

    def _within(
        self, a: Arithmetic, point: Point, reference: list[Any], answer: list[Any], lost: bool
    ) -> Here:
        """Whether every entry is as near as is asked for; what was lost must not decide it."""
        tolerance = self.tolerance or Tolerance()
        near = [_near(a, x, y, tolerance) for x, y in zip(answer, reference, strict=True)]
        if all(near) and not lost:
            return Here.EQUAL
        gaps = [gap_of(a, x, y) for x, y in zip(answer, reference, strict=True)]
        noise = self._noise(a, point, gaps)
        for k, gap in enumerate(gaps):
            if not near[k] and abs(a.real(gap)) >= _NOISE * noise[k]:
                return self.different(a, k)
        rooms = [tolerance.room(a, y) for y in reference]
        steady = all(
            abs(a.real(gap)) + more <= room for gap, more, room in zip(gaps, noise, rooms, strict=True)
        )
        return Here.EQUAL if steady else Here.UNCLEAR

    def _noise(self, a: Arithmetic, point: Point, gaps: Sequence[Any]) -> list[Any]:
        """How far gaps move when the rounding is shaken.

        Raises:
            Undefined, TooLarge: rounding decides whether there is a value.
        """
        noise = [a.mpf(0)] * len(gaps)
        other = arithmetic(LEVELS.index(a.bits), shaken=True)
        for turn in range(_SHAKES):
            other.turn = turn
            reference, answer = self.values(other, point)
            reference = self._adjusted(other, reference)
            for k, (x, y) in enumerate(zip(answer, reference, strict=True)):
                if isinstance(x, ArithmeticError):
                    raise x
                noise[k] = max(noise[k], abs(a.real(gap_of(other, x, y)) - a.real(gaps[k])))
        return noise

    # ---- up to a factor or a constant

    def choose_pivot(self, points: Sequence[Point]) -> bool:
        """Pick the point that fixes the factor or constant; False where the answer can't be matched."""
        best: tuple[Any, Point, int] | None = None
        a = arithmetic(0)
        for point in points[:12]:
            try:
                reference, answer = self.values(a, point)
            except (Undefined, TooLarge):
                continue
            if any(isinstance(value, ArithmeticError) for value in answer):
                continue
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
        a, k = arithmetic(0), self.pivot[1]
        reference, answer = self.values(a, self.pivot[0])
        ratio = a.real(answer[k]) / a.real(reference[k])
        return bool(abs(ratio.imag) <= a.nothing * abs(ratio) and ratio.real > 0)

    def _adjusted(self, a: Arithmetic, reference: list[Any]) -> list[Any]:
        """The reference times the pivot's factor, or plus its constant, at this level."""
        if self.pivot is None:
            return reference
        lost = a.lost
        at, k = self.pivot
        known, given = self.values(a, at)
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


def gap_of(a: Arithmetic, x: Any, y: Any) -> Any:
    """The difference; truth values are 1 and 0."""
    x, y = (int(value) if type(value) is bool else value for value in (x, y))
    if type(x) in (int, Fraction) and type(y) in (int, Fraction):
        return x - y
    x, y = a.real(x), a.real(y)
    if a.ctx.isinf(x) or a.ctx.isinf(y):
        return 0 if x == y else 1
    return x - y


def _apart(a: Arithmetic, gap: Any, size: Any) -> bool:
    """Whether a gap is more than what rounding costs an ordinary formula."""
    return bool(abs(a.real(gap)) > a.ctx.ldexp(size, _SLACK - a.bits))


class _Gap:
    """How far an entry's two values are apart at one level.

    Args:
        a: the level.
        now: the gap.
        then: the gap at the level before; None where there is none.
        size: of the larger value.
        noise: how far shaking moves the gap.
    """

    def __init__(self, a: Arithmetic, now: Any, then: Any, size: Any, noise: Any) -> None:
        self.a = a
        self.now = a.real(now)
        self.then = None if then is None else a.real(then)
        self.size = size
        self.noise = noise

    @property
    def stands(self) -> bool:
        """Whether it is a difference: shaking leaves it, and so did the level before, or there is no next.

        A term that is swallowed whole leaves the same gap at two levels: `1 - sigmoid(500)` is 0 at both.
        """
        stays = self.then is not None and abs(self.now - self.then) <= abs(self.now) / _NOISE
        return bool((stays or self.a.top) and abs(self.now) >= _NOISE * self.noise)

    @property
    def is_rounding(self) -> bool:
        """Whether rounding makes it of two equal values.

        Either half of the level's digits agree all the same, or both values are nothing but noise and have
        shrunk since the level before.
        """
        a = self.a
        if abs(self.now) > _NOISE * self.noise:
            return False
        if self.noise <= a.ctx.ldexp(self.size, -(a.bits // 2)):
            return True
        more = a.bits - LEVELS[LEVELS.index(a.bits) - 1] - _SHORT
        shrunk = self.then is not None and abs(self.now) <= a.ctx.ldexp(abs(self.then), -more)
        return bool(shrunk and self.size <= _NOISE * self.noise)


def _size(a: Arithmetic, x: Any, y: Any) -> Any:
    sizes = [abs(a.real(value)) for value in (x, y)]
    return 1 if any(a.ctx.isinf(size) for size in sizes) else max(sizes)


def _near(a: Arithmetic, x: Any, y: Any, tolerance: Tolerance) -> bool:
    return bool(abs(a.real(gap_of(a, x, y))) <= tolerance.room(a, y))
