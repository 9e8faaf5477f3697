"""A function's numbers at some points beside the right ones, up to a factor or a constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.values.closeness import Tolerance
from grader.values.domain import Point


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """What a function gave at the points, beside what is right there.

    Attributes:
        points: where both were asked.
        found: the answers; None for no number.
        wanted: the right values.
        wrong: the index of the first wrong answer, None where all are right.
    """

    points: list[Point]
    found: list[complex | None]
    wanted: list[complex]
    wrong: int | None


def compared(
    up_to: str | None,
    tolerance: Tolerance,
    points: Sequence[Point],
    own: Sequence[complex | None],
    right: Sequence[complex | None],
) -> Numbers | None:
    """Point by point where the reference is defined, up to what the options forgive."""
    kept = [(p, x, y) for p, x, y in zip(points, own, right, strict=True) if y is not None]
    if not kept:
        return None
    where, found, wanted = [k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept]
    aligned = _aligned(up_to, found, wanted)
    pairs = zip(found, aligned, strict=True)
    wrong = next((k for k, (x, y) in enumerate(pairs) if not _close(x, y, tolerance)), None)
    return Numbers(where, found, wanted, wrong)


def _aligned(
    up_to: str | None, found: Sequence[complex | None], wanted: Sequence[complex]
) -> list[complex | None]:
    """The right values times the factor, or plus the constant, that one point fixes."""
    if up_to is None:
        return list(wanted)
    usable = [
        (x, y) for x, y in zip(found, wanted, strict=True) if x is not None and (up_to == "constant" or y)
    ]
    if not usable:
        return [None] * len(wanted)
    own, right = max(usable, key=lambda pair: abs(pair[1]))
    if up_to == "constant":
        return [value + own - right for value in wanted]
    factor = own / right
    if factor == 0 or (
        up_to == "positive_factor" and not (factor.real > 0 and abs(factor.imag) < 1e-9 * factor.real)
    ):
        return [None] * len(wanted)
    return [value * factor for value in wanted]


def _close(found: complex | None, wanted: complex | None, tolerance: Tolerance) -> bool:
    if found is None or wanted is None:
        return False
    return bool(abs(found - wanted) <= tolerance.atol + tolerance.rtol * abs(wanted))


def plain(value: complex | None) -> float | complex | None:
    """A number without an imaginary part that is zero."""
    return value.real if value is not None and value.imag == 0 else value
