"""Decides whether two formulas are one function on a domain, by evaluation with as many digits as it takes.

Points are seeded, so that marking again agrees: all points of a small finite domain; else random ones, the
domain's corners, and both sides of every branch point. Where the reference has no value the point is drawn
again; where only the answer has none, the domains differ. Equal means equal exactly, unless a tolerance is
given.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice
from threading import Lock
from typing import Any

from grader.values.arithmetic import LEVELS, TooLarge, arithmetic
from grader.values.branches import places
from grader.values.comparison import Here, Pair, Tolerance, UpTo, gap_of, tolerance_of, up_to_of
from grader.values.domain import EXHAUSTIVE, Domain, Point, corners, everything, parse, scattered
from grader.values.expression import Node, show, variables, walk
from grader.values.formulas import understand
from grader.values.names import Names
from grader.values.numbers import conditions, met
from grader.values.program import program
from grader.values.symbols import assumed
from grader.values.text import Unreadable, caret

EQUAL, DIFFERENT, UNREADABLE, UNDECIDED = "equal", "different", "unreadable", "undecided"
_TRUTH = "a truth value"
RANDOM_POINTS = 24
_TRIES = 12
_CLEAR_POINTS = 8
_SURE_POINTS = 3
_EARLY_POINTS = 8
_STEP = Fraction(1, 1 << 40)
_REMEMBERED_NODES = 300
_RELATIONS = frozenset({"<", "<=", "==", "!=", "and", "or", "not"})
_DECIDING = Lock()  # an arithmetic counts what it loses, so one comparison at a time in a process


@dataclass(frozen=True, slots=True)
class Equivalence:
    """What was decided about an answer.

    Attributes:
        verdict: `equal`, `different`, `unreadable` or `undecided`.
        reason: one sentence why, with the point and both values where they differ.
        read_as: the answer as it was understood, in plain syntax.
        position: where in the answer's text reading stopped, counted from 0.
        fault: what kept it from being read: `notation`, `name`, `limit` or `code`; empty where it was read.
        caret: the answer's text with a caret under that place.
        at: the point where the two differ, in words.
        found: what the answer is there, in words.
        hole: only the answer has no value at that point.
    """

    verdict: str
    reason: str
    read_as: str = ""
    position: int | None = None
    fault: str = ""
    caret: str = ""
    at: str = ""
    found: str = ""
    hole: bool = False

    @property
    def equal(self) -> bool:
        """Whether the verdict is `equal`."""
        return self.verdict == EQUAL

    def __bool__(self) -> bool:
        return self.equal


@dataclass(frozen=True)
class Question:
    """A reference, read, with the domain of its variables.

    Attributes:
        reference: its tree.
        domains: every variable's.
        where: conditions that a point must meet.
        declared: whether the variables were declared, so that other names in an answer are refused.
    """

    reference: Node
    domains: Mapping[str, Domain]
    where: tuple[Node, ...] = ()
    declared: bool = True

    @property
    def names(self) -> Names:
        """What an answer's names may mean."""
        return Names(frozenset(self.domains), open=not self.declared, complex=True)


def equivalent(
    answer: Any,
    reference: Any,
    variables: Mapping[str, Any] | Sequence[str] | None = None,
    *,
    up_to: str | None = None,
    tolerance: float | Mapping[str, float] | Tolerance | None = None,
    seed: int = 0,
    where: Sequence[str] | str = (),
) -> Equivalence:
    """Decide whether two formulas are the same function.

    Args:
        answer: a string in Python's, SymPy's or LaTeX syntax, a SymPy object, a number, or a list of them.
        reference: likewise.
        variables: names to domains, `{"x": {"domain": "real", "low": -3, "high": 3}}`; kinds are `real`,
            `positive`, `integer` and `complex`, bounds belong to the domain unless `open: True`, and `values`
            lists a few values. A name that only the reference has is real. Without `variables` every name is.
        up_to: `positive_factor`, `factor` or `constant`: what the answer may differ by.
        tolerance: absolute and relative at once, or `{"rtol": …, "atol": …}`; None asks for equality.
        seed: of the random points.
        where: conditions on the variables, such as `k <= i + 2*p`.

    Returns:
        An Equivalence; nothing about the answer raises.

    Raises:
        RubricError: a domain, a condition, a tolerance or an `up_to` that can't be.
    """
    room, freedom = tolerance_of(tolerance), up_to_of(up_to)
    try:
        question = ask(reference, variables, where)
    except Unreadable as fault:
        reason = f"the reference can't be read: {fault.message}"
        return Equivalence(UNREADABLE, reason, fault=str(fault.fault))
    return compare(answer, question, up_to=freedom, tolerance=room, seed=seed)


def ask(
    reference: Any,
    variables: Mapping[str, Any] | Sequence[str] | None = None,
    where: Sequence[str] | str = (),
) -> Question:
    """Read a reference once, to compare many answers with it.

    Raises:
        Unreadable: the reference can't be read.
        RubricError: a domain or a condition that can't be.
    """
    domains = parse(variables)
    names = Names(frozenset(domains), open=True, complex=variables is not None)
    node = understand(reference, names)
    own = assumed(reference)
    domains |= {name: own.get(name, Domain()) for name in sorted(names.free)}
    known = Names(frozenset(domains))
    return Question(node, domains, conditions(where, known), variables is not None)


def compare(
    answer: Any,
    question: Question,
    *,
    up_to: str | None = None,
    tolerance: float | Mapping[str, float] | Tolerance | None = None,
    seed: int = 0,
) -> Equivalence:
    """Decide about one answer to a question; see `equivalent`."""
    names = question.names
    try:
        node = understand(answer, names)
    except Unreadable as fault:
        text = caret(answer, fault.position) if isinstance(answer, str) else ""
        position = fault.position if isinstance(answer, str) else None
        return Equivalence(UNREADABLE, fault.message, "", position, str(fault.fault), text)
    return decide(node, question, up_to=up_to, tolerance=tolerance, seed=seed, names=names)


def decide(
    node: Node,
    question: Question,
    *,
    up_to: str | None = None,
    tolerance: float | Mapping[str, float] | Tolerance | None = None,
    seed: int = 0,
    names: Names | None = None,
) -> Equivalence:
    """Decide about an answer that is a tree already; see `equivalent`."""
    read_as = show(node)
    kinds = {_shape(node), _shape(question.reference)}
    if len(kinds) > 1 and not (_TRUTH in kinds and {node.op, question.reference.op} & _RELATIONS):
        reason = f"it is {_shape(node)}, where {_shape(question.reference)} is right"
        return Equivalence(DIFFERENT, reason, read_as)
    free = sorted(names.free) if names is not None else ()
    domains = tuple({**question.domains, **{name: Domain() for name in free}}.items())
    sides = node, question.reference
    small = all(len([*islice(walk(side), _REMEMBERED_NODES)]) < _REMEMBERED_NODES for side in sides)
    decided = _remembered if small else _decided
    return decided(*sides, domains, question.where, up_to_of(up_to), tolerance_of(tolerance), seed)


def _decided(  # what it needs, each by itself: together they are the key under which it is remembered
    node: Node,
    reference: Node,
    domains: tuple[tuple[str, Domain], ...],
    where: tuple[Node, ...],
    up_to: UpTo,
    tolerance: Tolerance | None,
    seed: int,
) -> Equivalence:
    read_as = show(node)
    try:
        with _DECIDING:
            sides = _entries(node), _entries(reference)
            pair = Pair(*sides, up_to, tolerance)
            decision = _Decision(pair, sum(sides, ()), dict(domains), where, random.Random(seed))  # noqa: S311
            return decision.verdict(read_as)
    except TooLarge as fault:
        return Equivalence(UNDECIDED, str(fault), read_as)


_remembered = lru_cache(maxsize=4096)(_decided)
"""A class writes the same few formulas again and again, and is marked more than once."""


def _entries(node: Node) -> tuple[Node, ...]:
    return node.args if node.op == "matrix" else (node,)


def _shape(node: Node) -> str:
    if node.op != "matrix":
        return _TRUTH if node.op in ("true", "false") else "a single expression"
    rows, columns = node.value
    return f"a vector of {rows}" if columns == 1 else f"a matrix of {rows} by {columns}"


class _Decision:
    """Points for one pair, and what they say."""

    def __init__(
        self,
        pair: Pair,
        nodes: Sequence[Node],
        domains: Mapping[str, Domain],
        where: Sequence[Node],
        rng: random.Random,
    ) -> None:
        self.pair = pair
        self.nodes = nodes
        self.domains = domains
        self.rng = rng
        self.met = partial(met, [program(condition) for condition in where])
        self.edges = EXHAUSTIVE  # how many of the points are corners, or all points there are
        used = frozenset[str]().union(*map(variables, self.nodes))
        # what neither formula mentions need not vary, unless a condition ties it to what they do
        self.live = domains if where else {n: d for n, d in domains.items() if n in used}

    def verdict(self, read_as: str) -> Equivalence:
        """Equal, different or undecided."""
        for level in range(len(LEVELS)):
            arithmetic(level).work = arithmetic(level, shaken=True).work = 0
        free = self.pair.up_to is not UpTo.NOTHING
        if free and not self.pair.choose_pivot([*islice(scattered(self.live, self.rng), _CLEAR_POINTS)]):
            return Equivalence(DIFFERENT, f"it does not equal the reference up to a {self.up_to}", read_as)
        seen: Counter[Here] = Counter()
        for number, point in enumerate(self.points(seen)):
            here = self.pair.at(point, 2 if not self.live else int(number < _SURE_POINTS))
            if here is Here.HOLE and self.fills(point, number < self.edges):
                continue
            if here in (Here.DIFFERENT, Here.HOLE):
                return self.differs(point, here, read_as)
            seen[here] += 1
            if self.pair.identical and (here is not Here.SKIPPED):
                return Equivalence(EQUAL, "it is the same formula", read_as)
        return self.agreed(seen[Here.EQUAL], seen[Here.UNCLEAR], seen[Here.SKIPPED], read_as)

    @staticmethod
    def agreed(clear: int, unclear: int, skipped: int, read_as: str) -> Equivalence:
        """The verdict where no point tells the two apart."""
        if not clear + unclear:
            why = "the reference has no value at any point that was tried"
            why = why if skipped else "no point that was tried meets the conditions"
            return Equivalence(UNDECIDED, why, read_as)
        if unclear and clear < _CLEAR_POINTS:
            why = "the numbers are too large or too close to tell apart"
            why += f", at {unclear} of {clear + unclear} points"
            return Equivalence(UNDECIDED, why, read_as)
        return Equivalence(EQUAL, f"it agrees at {clear} points", read_as)

    @property
    def up_to(self) -> str:
        return self.pair.up_to.value.replace("_", " ")

    def points(self, seen: Counter[Here]) -> Iterator[Point]:
        """A small finite domain in full; else corners, random points (redrawn where skipped) and branches."""
        listed = everything(self.live)
        if listed is not None:
            yield from filter(self.met, listed)
            return
        ends = [*filter(self.met, corners(self.live, self.rng))]
        self.edges = len(ends)
        yield from ends
        drawn = filter(self.met, islice(scattered(self.live, self.rng), RANDOM_POINTS * _TRIES))
        yield from self.valid(drawn, seen, _EARLY_POINTS)
        yield from filter(self.met, places(self.nodes, self.live, self.rng))
        yield from self.valid(drawn, seen, RANDOM_POINTS - _EARLY_POINTS)

    def fills(self, point: Point, end: bool) -> bool:
        """Whether a hole is one that continuity closes, as `x^2/x` has at 0.

        At an end of the domain it must close along each of several variables, as `(x^2-y^2)/(x-y)` does
        where x = y: what has no value at the end of one variable has none in the domain as it is declared.
        """
        moved = {n: d for n, d in self.live.items() if d.kind in ("real", "positive") and not d.values}
        if len(moved) < 1 + end:
            return False
        sides = (
            [{**point, name: value} for value in _beside(point[name]) if domain.holds(value)]
            for name, domain in moved.items()
        )
        closed = (bool(beside) and self.pair.fills(point, beside) for beside in sides)
        return all(closed) if end else any(closed)

    @staticmethod
    def valid(drawn: Iterator[Point], seen: Counter[Here], count: int) -> Iterator[Point]:
        """Points until the reference had a value at so many."""
        wanted = seen.total() - seen[Here.SKIPPED] + count
        for point in drawn:
            yield point
            if seen.total() - seen[Here.SKIPPED] >= wanted:
                return

    def differs(self, point: Point, here: Here, read_as: str) -> Equivalence:
        """The verdict `different`, with where and how."""
        at = ", ".join(f"{name} = {_written(value)}" for name, value in point.items())
        place = f"at {at} " if at else ""
        if here is Here.HOLE:
            reason = f"the domain differs: {place}only the answer has no value"
            return Equivalence(DIFFERENT, reason, read_as, at=at, hole=True)
        level, k = self.pair.apart
        a = arithmetic(level)
        reference, answer = self.pair.values(a, point)
        entry = f" (entry {k + 1})" if len(reference) > 1 else ""
        seen, wanted = _written(answer[k]), _written(reference[k])
        reason = f"{place}it is {seen}{entry}, and not {wanted}"
        if seen == wanted:
            reason += f", apart by {a.ctx.nstr(a.real(gap_of(a, answer[k], reference[k])), 2)}"
        return Equivalence(DIFFERENT, reason, read_as, at=at, found=seen)


def _beside(value: Any) -> tuple[Fraction, Fraction]:
    step = _STEP * max(abs(value), 1)
    return value - step, value + step


def _written(value: Any) -> str:
    """A value with ten digits."""
    if type(value) is tuple:
        return f"{float(value[0]):.6g} + {float(value[1]):.6g}i"
    if isinstance(value, (bool, ArithmeticError)):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() < 80 else f"about 2^{value.bit_length()}"
    return str(arithmetic(0).ctx.nstr(arithmetic(0).real(value), 10)).removesuffix(".0")
