"""Formulas and numbers: the points that a function is asked at, and what a formula is worth there."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from grader.errors import RubricError
from grader.values.arithmetic import TooLarge, Undefined, arithmetic
from grader.values.comparison import a_point
from grader.values.domain import Point, everything, parse, scattered
from grader.values.expression import Node
from grader.values.formulas import understand
from grader.values.names import Names
from grader.values.program import Program, program, result
from grader.values.text import Unreadable

_TRIES = 100
_CONDITIONS = frozenset({"<", "<=", "==", "!=", "and", "or", "not", "true", "false"})


def met(required: Sequence[Program], point: Point) -> bool:
    """Whether a point meets every condition."""
    a = arithmetic(0)
    try:
        return all(result(made, a, a_point(a, point, made.exact)) is True for made in required)
    except (Undefined, TooLarge):
        return False


def conditions(where: Any, names: Names) -> tuple[Node, ...]:
    """Conditions on the variables, such as `k <= i + 2*p`: one, or several.

    Raises:
        RubricError: one can't be read, or is none.
    """
    listed = where if isinstance(where, (list, tuple)) else (where,)
    read = []
    for one in listed:
        try:
            read.append(understand(one, names))
        except Unreadable as fault:
            raise RubricError(f"the condition {str(one)!r} can't be read: {fault.message}") from fault
        if read[-1].op not in _CONDITIONS:
            raise RubricError(f"{str(one)!r} is no condition", hint="write a comparison, such as x > 0")
    return tuple(read)


def sample(variables: Mapping[str, Any], where: Sequence[str], count: int, seed: int) -> list[Point]:
    """Seeded points of a domain whose coordinates are doubles, fewer where the domain is small.

    Raises:
        RubricError: a domain or a condition that can't be.
    """
    domains = parse(variables)
    required = [program(node) for node in conditions(where, Names(frozenset(domains)))]
    rng = random.Random(seed)  # noqa: S311
    listed = everything(domains)
    if listed is not None:
        kept = [point for point in listed if met(required, point)]
        return rng.sample(kept, min(count, len(kept)))
    drawn = islice(scattered(domains, rng), count * _TRIES)
    rounded = ({name: _double(value) for name, value in point.items()} for point in drawn)
    return list(islice((point for point in rounded if met(required, point)), count))


def _double(value: Any) -> Any:
    if type(value) is tuple:
        return (_double(value[0]), _double(value[1]))
    return Fraction(float(value)) if type(value) is Fraction else value


def arguments(point: Point) -> tuple[int | float | complex, ...]:
    """A point as the numbers that a function is called with."""
    return tuple(_argument(value) for value in point.values())


def _argument(value: Any) -> int | float | complex:
    if type(value) is tuple:
        return complex(float(value[0]), float(value[1]))
    return float(value) if type(value) is Fraction else value


def evaluate(node: Node, points: Sequence[Point]) -> list[complex | None]:
    """What a formula is worth at some points, in double precision; None where it has no value."""
    made, a = program(node), arithmetic(0)
    a.work = 0
    return [_evaluated(made, point) for point in points]


def _evaluated(made: Program, point: Point) -> complex | None:
    a = arithmetic(0)
    try:
        value = result(made, a, a_point(a, point, made.exact))
        return complex(a.real(value))
    except (Undefined, TooLarge, OverflowError):
        return None


def number(value: Any) -> complex | None:
    """A number that came back from a function: of Python, NumPy or SymPy, or an array of just one."""
    if isinstance(value, (bool, str, bytes)) or value is None:
        return complex(value) if isinstance(value, bool) else None
    if getattr(value, "size", 1) == 1 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (int, float, complex)):
        try:
            return complex(value)
        except OverflowError:
            return None
    if isinstance(value, (list, tuple)) or hasattr(value, "shape"):
        return None
    try:
        return evaluate(understand(value, Names(frozenset())), [{}])[0]
    except Unreadable:
        return None
