"""Where formulas are compared: declared domains, seeded points, corners, and both sides of every branch."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from grader.errors import RubricError, did_you_mean
from grader.values.names import is_plain
from grader.values.text import Unreadable, plain

Point = dict[str, Any]
"""Names to exact values: int, Fraction, or a pair of them for a complex number."""

KEYS = ("domain", "low", "high", "values", "open")
KINDS = ("real", "positive", "integer", "complex")
EXHAUSTIVE = 400
"""A finite domain of at most this many points is compared in full."""
_CORNERS = 16
_GRAIN = 1 << 20


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that one variable takes.

    Attributes:
        kind: `real`, `positive`, `integer` or `complex`.
        low: the least value, for complex of both parts; None for no bound.
        high: the greatest.
        values: the only values, if they are few.
        open: the bounds themselves are left out.
    """

    kind: str = "real"
    low: Fraction | None = None
    high: Fraction | None = None
    values: tuple[Fraction, ...] = ()
    open: bool = False

    @property
    def finite(self) -> tuple[Fraction, ...] | None:
        """Every value, where they can be listed."""
        if self.values:
            return self.values
        if self.kind != "integer" or self.low is None or self.high is None:
            return None
        low, high = math.ceil(self.low), math.floor(self.high)
        return tuple(map(Fraction, range(low, high + 1))) if high - low < EXHAUSTIVE else None

    @property
    def empty(self) -> bool:
        """Whether its bounds leave no value."""
        low, high = self.low, self.high
        if self.kind == "positive":
            low = max(low or Fraction(0), Fraction(0))
        if low is None or high is None or self.values:
            return False
        point = low == high and (self.open or (low == 0 and self.kind == "positive"))
        return low > high or point or self.finite == ()

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """The bounds that belong to it."""
        if self.values:
            return (self.values[0], self.values[-1])
        excluded = self.open or self.kind == "complex"
        positive = self.kind == "positive"
        bounds = (self.low, self.high)
        return tuple(b for b in bounds if b is not None and not excluded and not (positive and b <= 0))

    def holds(self, value: Fraction) -> bool:
        """Whether a real value belongs to it."""
        if self.values:
            return value in self.values
        if self.kind == "positive" and value <= 0:
            return False
        if self.open and value in (self.low, self.high):
            return False
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def draw(self, rng: random.Random) -> Any:
        """A random value; an endless domain is drawn from at several scales."""
        if self.values:
            return simple(rng.choice(self.values))
        if self.kind == "integer":
            return self._whole(rng)
        if self.kind == "complex":
            return (self._real(rng), self._real(rng))
        return self._real(rng)

    def _whole(self, rng: random.Random) -> int:
        low, high = self.span(Fraction(12))
        if rng.random() < 0.2 and (self.low is None or self.high is None):
            low, high = self.span(Fraction(200))
        return rng.randint(math.ceil(low), math.floor(high))

    def _real(self, rng: random.Random) -> Fraction:
        scale = 4 if rng.random() < 0.75 else rng.choice((Fraction(1, 64), 30))
        low, width, under = _steps(*self.span(Fraction(scale)))
        return Fraction(low + width * rng.randrange(1, _GRAIN, 2), under)

    def span(self, width: Fraction) -> tuple[Fraction, Fraction]:
        """The bounds, with `width` where there is none."""
        low, high = self.low, self.high
        if self.kind == "positive":
            low = max(low or Fraction(0), Fraction(0))
        if low is not None and high is not None:
            return low, high
        if low is not None:
            return low, low + width
        return (high - 2 * width, high) if high is not None else (-width, width)


@lru_cache(maxsize=1024)
def _steps(low: Fraction, high: Fraction) -> tuple[int, int, int]:
    """A range in whole steps: `low + k width`, all over one denominator, reaches `high` at k = _GRAIN."""
    under = low.denominator * high.denominator
    bottom, top = low.numerator * high.denominator, high.numerator * low.denominator
    return bottom * _GRAIN, top - bottom, under * _GRAIN


def simple(value: Fraction) -> int | Fraction:
    """An exact number, an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def parse(variables: Mapping[str, Any] | Sequence[str] | None) -> dict[str, Domain]:
    """Domains as a rubric or a caller writes them: names to a kind, a mapping, or a Domain; or names alone.

    Raises:
        RubricError: a name that is none, a domain that is empty, an unknown key, a bound that is no number.
    """
    if variables is None:
        return {}
    if isinstance(variables, str):
        variables = variables.replace(",", " ").split()
    if not isinstance(variables, Iterable):
        raise RubricError(f"variables are a mapping of names to domains, not {variables!r}")
    listed = variables.items() if isinstance(variables, Mapping) else ((name, None) for name in variables)
    return {(known := _name(name)): _domain(known, spec) for name, spec in listed}


def _name(given: Any) -> str:
    """A variable's name in our alphabet: `λ` is `lambda`."""
    try:
        name = plain(str(given)).text.replace(" ", "")
    except Unreadable:
        name = ""
    if not is_plain(name) or len(str(given).split()) > 1:
        hint = "a letter, then letters, digits and single underscores"
        raise RubricError(f"{str(given)!r} is no variable's name", hint=hint)
    return name


def _domain(name: str, spec: Any) -> Domain:
    if isinstance(spec, Domain):
        return spec
    if not isinstance(spec, str | Mapping | None):
        hint = 'write "real" or {"domain": "real", "low": 0, "high": 1}'
        raise RubricError(f"variable {name!r}: {spec!r} is no domain", hint=hint)
    entries = {"domain": spec} if isinstance(spec, str) else dict(spec or {})
    unknown = set(entries) - set(KEYS)
    kind = entries.get("domain", "real")
    if unknown or kind not in KINDS:
        key = min(map(str, unknown), default="")
        what, word, known = ("key", key, KEYS) if unknown else ("domain", str(kind), KINDS)
        raise RubricError(f"variable {name!r}: unknown {what} {word!r}", hint=did_you_mean(word, known))
    low, high = (_bound(name, entries.get(key)) for key in ("low", "high"))
    domain = Domain(kind, low, high, _values(name, entries.get("values")), bool(entries.get("open", False)))
    if domain.empty:
        raise RubricError(f"variable {name!r}: its bounds leave no value")
    return domain


def _values(name: str, listed: Any) -> tuple[Fraction, ...]:
    if listed is None:
        return ()
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise RubricError(f"variable {name!r}: values are a list, not {listed!r}")
    values = tuple(sorted(_number(name, value) for value in listed))
    if not values:
        raise RubricError(f"variable {name!r}: values are an empty list")
    return values


def _bound(name: str, value: Any) -> Fraction | None:
    endless = value is None or str(value).lstrip("+-") in ("inf", "oo")
    return None if endless else _number(name, value)


def _number(name: str, value: Any) -> Fraction:
    """A number of a rubric or a caller; one without a fraction of its own, as SymPy's pi, is a double."""
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        pass
    try:
        if not isinstance(value, str | bool):
            return Fraction(float(value))
    except (TypeError, ValueError, OverflowError):
        pass
    raise RubricError(f"variable {name!r}: {value!r} is no real number")


def everything(domains: Mapping[str, Domain]) -> list[Point] | None:
    """Every point of a small finite domain, or None where it is not one."""
    sets = [domain.finite for domain in domains.values()]
    if any(values is None for values in sets):
        return None
    if math.prod(len(values or ()) for values in sets) > EXHAUSTIVE:
        return None
    grid = itertools.product(*(values or () for values in sets))
    return [dict(zip(domains, map(simple, values), strict=True)) for values in grid]


def corners(domains: Mapping[str, Domain], rng: random.Random) -> list[Point]:
    """The corners of the domain, and for complex variables the axes, where branch cuts lie."""
    choices: list[list[Any]] = []
    for domain in domains.values():
        ends: list[Any] = [simple(end) for end in dict.fromkeys(domain.ends)]
        if domain.kind == "complex":
            low, high = domain.span(Fraction(3))
            middle = (low + high) / 2 if not low < 0 < high else Fraction(0)
            side, other = (high + middle) / 2, (low + middle) / 2
            ends = [(low, low), (high, high), (low, high), (other, middle), (side, middle), (middle, other)]
        choices.append(ends or [domain.draw(rng)])
    if math.prod(map(len, choices)) <= _CORNERS:
        return [dict(zip(domains, values, strict=True)) for values in itertools.product(*choices)]
    ends = [[choice[0] for choice in choices], [choice[-1] for choice in choices]]
    mixed = [[rng.choice(choice) for choice in choices] for _ in range(_CORNERS - 2)]
    return [dict(zip(domains, values, strict=True)) for values in ends + mixed]


def scattered(domains: Mapping[str, Domain], rng: random.Random) -> Iterator[Point]:
    """Random points without end; the values of small sets come in turn."""
    turns = {n: itertools.cycle(rng.sample(d.values, len(d.values))) for n, d in domains.items() if d.values}
    while True:
        point = {name: domain.draw(rng) for name, domain in domains.items()}
        if rng.random() < 0.5:
            point |= {name: simple(next(turn)) for name, turn in turns.items()}
        yield point
