"""What a reference may answer with where more than one value is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class Interval:
    """Any number from `low` to `high` is right, entry by entry: scalars or arrays of one shape.

    A subgradient of |x| is `Interval(np.where(x > 0, 1, -1), np.where(x < 0, -1, 1))`.
    """

    low: object
    high: object


@dataclass(frozen=True, eq=False, slots=True)
class OneOf:
    """Any of these values is right, as a whole."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a course's predicate says of an answer: a credit from 0 to 1, and why.

    `mistake` names the known mistake that explains it, if one does; `advice` costs nothing.
    """

    credit: float
    reason: str = ""
    mistake: str | None = None
    advice: tuple[str, ...] = ()
