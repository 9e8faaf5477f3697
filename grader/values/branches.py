"""Finds where formulas change from one branch to another, so that both sides of each place are compared."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from grader.values.arithmetic import Arithmetic, TooLarge, Undefined, arithmetic
from grader.values.comparison import a_point
from grader.values.domain import Domain, Point, simple
from grader.values.expression import Node, add, inv, mul, neg, num, variables, walk
from grader.values.operations import BRANCHING
from grader.values.program import Program, program, result

POINT_LIMIT = 120
_BACKGROUNDS = 2
_ROOTS = 6
_GRID = 24
_STEPS = 60
_LONG = 2000  # bits
_CURVED = Fraction(1, 1 << 100)
_NEAR, _NEARER = Fraction(1, 1 << 14), Fraction(1, 1 << 44)
_ROUNDING = frozenset({"floor", "ceiling", "frac", "round", "Mod"})


def switches(nodes: Sequence[Node]) -> list[tuple[Node, bool]]:
    """The expressions whose zeros (or integer values, where True) are branch points, without doubles."""
    found: dict[tuple[Node, bool], None] = {}
    for node in nodes:
        bound = {part.value for part in walk(node) if part.op in ("sum", "product")}
        for part in walk(node):
            for place in _places(part):
                if not variables(place[0]) & bound and variables(place[0]):
                    found[place] = None
    return list(found)[:24]


def _places(part: Node) -> Iterator[tuple[Node, bool]]:
    args = part.args
    if part.op in ("Max", "Min"):
        pairs = [(left, right) for i, left in enumerate(args) for right in args[:i]]
        yield from ((add(left, neg(right)), False) for left, right in pairs[:8])
    elif part.op == "Mod":
        yield mul(args[0], inv(args[1])), True
    elif part.op in _ROUNDING:
        yield (mul(num(2), args[0]) if part.op == "round" else args[0]), True
    elif part.op in ("<", "<=", "==", "!=", "KroneckerDelta"):
        yield add(args[0], neg(args[1])), False
    elif part.op in BRANCHING:
        yield args[0], False
    elif part.op in ("sqrt", "log") or (part.op == "^" and not _whole(args[1])):
        yield from _hidden(args[0])


def _whole(node: Node) -> bool:
    return node.op == "num" and bool(node.value.denominator == 1)


def _hidden(node: Node) -> Iterator[tuple[Node, bool]]:
    """A root or a logarithm of a square hides the sign of what was squared."""
    for part in walk(node):
        if part.op == "^" and part.args[1].op == "num" and part.args[1].value % 2 == 0:
            yield part.args[0], False


def places(nodes: Sequence[Node], domains: Mapping[str, Domain], rng: random.Random) -> list[Point]:
    """Points at and on both sides of every branch point that can be found, one variable moved at a time."""
    found = switches(nodes)
    if not found:
        return []
    points: list[Point] = []
    for turn in range(_BACKGROUNDS):
        base = {name: domain.draw(rng) for name, domain in domains.items()}
        for name, domain in domains.items():
            if domain.kind == "complex" or (turn and len(domains) == 1):
                continue
            roots: set[Fraction] = set()
            for switch, rounding in found:
                if name in variables(switch):
                    roots.update(_roots(switch, rounding, name, domain, base))
            points += [base | {name: value} for value in _around(sorted(roots), domain)]
    if len(points) > POINT_LIMIT:
        points = rng.sample(points, POINT_LIMIT)
    return points


def _around(roots: Sequence[Fraction], domain: Domain) -> list[int | Fraction]:
    """Each root, both its sides closely and more widely, and the middle between neighbours."""
    near: list[Fraction] = []
    for root in roots:
        if domain.kind == "integer":
            near += [Fraction(math.floor(root) + step) for step in (-1, 0, 1, 2)]
            continue
        size = abs(root) or Fraction(1)
        near += [root, *(root + sign * size * step for step in (_NEAR, _NEARER) for sign in (-1, 1))]
    if domain.kind != "integer":
        near += [(left + right) / 2 for left, right in pairwise(roots)]
    return [simple(value) for value in dict.fromkeys(near) if domain.holds(value)]


class _Line:
    """An expression along one variable, the others held at a point."""

    def __init__(self, switch: Node, name: str, base: Point) -> None:
        self.made: Program = program(switch)
        self.name = name
        self.base = base
        self.a: Arithmetic = arithmetic(0)

    def at(self, value: Fraction) -> Fraction | None:
        """Its value, None where it has none, is complex, or is beyond measure."""
        point = a_point(self.a, self.base | {self.name: value}, self.made.exact)
        try:
            return _exact(self.a, self.a.number(result(self.made, self.a, point)))
        except (Undefined, TooLarge):
            return None


def _roots(switch: Node, rounding: bool, name: str, domain: Domain, base: Point) -> list[Fraction]:
    """Where the switch is zero (or a whole number) along one variable: exactly if it is a straight line."""
    line = _Line(switch, name, base)
    low, high = domain.span(Fraction(8))
    y0, y1, y2 = (line.at(low + (high - low) * at) for at in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)))
    if y0 is None or y1 is None or y2 is None or abs(y0 + y2 - 2 * y1) > _CURVED * (1 + abs(y2 - y0)):
        return _searched(line, rounding, low, high)
    slope = (y2 - y0) * 2 / (high - low)
    if slope == 0:
        return []
    start = low + (high - low) / 4
    return [start + (level - y0) / slope for level in _levels(rounding, y0, slope, low - start, high - start)]


def _exact(a: Arithmetic, value: Any) -> Fraction | None:
    """A value as a fraction; an mpf is one with a power of two below, None if that is too long to write."""
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    sign, mantissa, exponent, _ = value._mpf_
    if abs(exponent) > _LONG or not a.ctx.isfinite(value):
        return None
    scaled = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -scaled if sign else scaled


def _levels(rounding: bool, y0: Fraction, slope: Fraction, low: Fraction, high: Fraction) -> list[int]:
    """The whole numbers to look for: those of least size and the outermost in the range."""
    if not rounding:
        return [0]
    ends = sorted((y0 + slope * low, y0 + slope * high))
    first, last = math.ceil(ends[0]), math.floor(ends[1])
    if last < first:
        return []
    inner = {min(max(level, first), last) for level in (-1, 0, 1, 2)}
    return sorted(inner | {first, last})[:_ROOTS]


def _searched(line: _Line, rounding: bool, low: Fraction, high: Fraction) -> list[Fraction]:
    """Changes of sign (or of the whole part) on a grid, each narrowed by halving."""
    grid = [low + (high - low) * k / _GRID for k in range(_GRID + 1)]
    values = [line.at(x) for x in grid]
    roots: list[Fraction] = [x for x, y in zip(grid, values, strict=True) if y is not None and y == 0]
    for (x0, y0), (x1, y1) in pairwise(zip(grid, values, strict=True)):
        if y0 is None or y1 is None or len(roots) >= _ROOTS:
            continue
        level = math.floor(max(y0, y1)) if rounding else 0
        if (y0 - level) * (y1 - level) < 0:
            roots.append(_halved(line, level, x0, x1, y0 > level))
    return roots


def _halved(line: _Line, level: int, low: Fraction, high: Fraction, above: bool) -> Fraction:
    for _ in range(_STEPS):
        middle = (low + high) / 2
        value = line.at(middle)
        if value is None or value == level:
            return middle
        low, high = (middle, high) if (value > level) is above else (low, middle)
    return (low + high) / 2
