"""What the rules of diagnosis look at: one component of an answer in all cases, beside the right numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.model import Case
from grader.values.closeness import Array, Tolerance, as_array

CERTAIN = 100  # an entry tells something when it is this many times the absolute tolerance
PROOF = 3  # entries that a rule with a free number needs


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One case: the answer's numbers and the right ones; NaN in `right` where more than one is right."""

    case: Case
    given: Array
    right: Array

    @property
    def known(self) -> Array:
        """Which entries have one right value."""
        return ~np.isnan(self.right)


@dataclass(frozen=True, eq=False, slots=True)
class Argument:
    """An argument that holds numbers in every case: its name in backquotes, and its numbers case by case."""

    name: str
    values: tuple[Array, ...]

    @property
    def fixed(self) -> bool:
        """Whether it is the same in every case, and so explains nothing."""
        first = self.values[0]
        return all(np.array_equal(value, first) for value in self.values)


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """All cases that a rule looks at, their arguments, and how near is near."""

    rows: tuple[Row, ...]
    arguments: tuple[Argument, ...]
    tolerance: Tolerance

    def near(self, given: Array, wanted: Array) -> Array:
        """Entry by entry; what is not known is near."""
        with np.errstate(all="ignore"):
            allowed = self.tolerance.atol + max(self.tolerance.rtol, 1e-6) * np.abs(wanted)
            near = np.isfinite(wanted) & (np.abs(given - wanted) <= allowed)
            return near | np.isnan(wanted) | (given == wanted)

    def wrong(self) -> list[Array]:
        """Which entries are not right, case by case; shapes must agree."""
        return [~self.near(row.given, row.right) for row in self.rows]

    def told(self, row: Row, wanted: Array) -> int:
        """How many entries show that `wanted` is not simply what is right."""
        if wanted.shape != row.right.shape:
            return int(wanted.size)
        return int(np.count_nonzero(row.known & ~self.near(wanted, row.right)))

    def all_are(self, wanted: Iterable[Array], proof: int = 1) -> bool:
        """Whether the answers are these, and so many entries show that these are not the right ones.

        Most rules fail in the first case, so `wanted` may be lazy.
        """
        told = 0
        with np.errstate(all="ignore"):
            for row, one in zip(self.rows, wanted, strict=True):
                if one.shape != row.given.shape or not self.near(row.given, one).all():
                    return False
                if np.count_nonzero(np.isnan(one)) > np.count_nonzero(np.isnan(row.right)):
                    return False  # NaN that the change made, by 0/0, stands for no freedom
                told += self.told(row, one)
        return told >= proof

    def changed(self, change: Callable[[Array], Array]) -> Iterator[Array]:
        """What a change makes of the right numbers of each case."""
        return (change(row.right) for row in self.rows)

    def against(self, argument: Argument) -> Rows:
        """The same as differences from an argument of the same shape."""
        rows = [
            replace(row, given=row.given - value, right=row.right - value)
            for row, value in zip(self.rows, argument.values, strict=True)
        ]
        return replace(self, rows=tuple(rows))

    def fits(self, argument: Argument) -> bool:
        """Whether an argument has the answer's shape in every case."""
        return all(
            row.right.shape == value.shape for row, value in zip(self.rows, argument.values, strict=True)
        )

    @property
    def alike(self) -> bool:
        """Whether all answers have the shapes asked for."""
        return all(row.given.shape == row.right.shape for row in self.rows)

    @property
    def right(self) -> bool:
        """Whether all answers are right."""
        return self.alike and not any(mask.any() for mask in self.wrong())

    @property
    def values(self) -> Array:
        """The right values that are known, of all cases."""
        return np.concatenate([np.empty(0), *(row.right[row.known] for row in self.rows)])

    @property
    def finite(self) -> bool:
        """Whether all answers are finite."""
        return all(bool(np.isfinite(row.given).all()) for row in self.rows)


def floats(value: object) -> Array | None:
    """The numbers in a value as floats, or None where it has none, or complex ones."""
    array = as_array(value)
    if array is None or array.dtype.kind == "c":
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return None


def arguments_of(cases: Sequence[Case], *, entries: bool = True) -> tuple[Argument, ...]:
    """The arguments that hold numbers in every case; a list of arrays counts as several.

    Args:
        cases: where they are looked for.
        entries: whether single entries of vectors are added: `x[i]`, `x[0]`, `x[1]`, `x[-1]`.
    """
    count = min((len(case.args) for case in cases), default=0)
    found: list[Argument] = []
    for spot in range(count):
        names = cases[0].names
        name = names[spot] if spot < len(names) else f"argument {spot + 1}"
        found += _numbers(name, [case.args[spot] for case in cases])
    picked = [one for one in _picked(found) if not one.fixed] if entries else []
    return (*found, *picked)


def _picked(found: Sequence[Argument]) -> list[Argument]:
    """Entries of vectors: those that an index among the arguments picks, `x[i]`, and those at the ends."""
    picked = []
    for index in found:
        if any(spot.ndim or spot != np.floor(spot) for spot in index.values):
            continue
        for vector in found:
            pairs = list(zip(vector.values, index.values, strict=True))
            if all(values.ndim == 1 and 0 <= spot < values.size for values, spot in pairs):
                name = f"{vector.name[:-1]}[{index.name[1:-1]}]`"
                picked.append(Argument(name, tuple(np.asarray(values[int(spot)]) for values, spot in pairs)))
    return picked + [end for vector in found for end in _ends(vector)]


def _ends(vector: Argument) -> list[Argument]:
    """The first two entries of a vector and its last."""
    if any(values.ndim != 1 or values.size < 2 for values in vector.values):
        return []
    return [
        Argument(f"{vector.name[:-1]}[{spot}]`", tuple(np.asarray(values[spot]) for values in vector.values))
        for spot in (0, 1, -1)
    ]


def _numbers(name: str, values: Sequence[object]) -> list[Argument]:
    arrays = [floats(value) for value in values]
    known = [array for array in arrays if array is not None]
    if len(known) == len(arrays):
        return [Argument(f"`{name}`", tuple(known))]
    lists = [value for value in values if isinstance(value, (list, tuple)) and value]
    if len(lists) < len(values):
        return []
    if len({len(value) for value in lists}) != 1:
        flat = [_flat(value) for value in lists]
        whole = [array for array in flat if array is not None]
        return [Argument(f"`{name}`", tuple(whole))] if len(whole) == len(flat) else []
    columns = enumerate(zip(*lists, strict=True))
    return [one for index, column in columns for one in _numbers(f"{name}[{index}]", column)]


def _flat(values: Sequence[object]) -> Array | None:
    parts = [floats(value) for value in values]
    known = [np.ravel(part) for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None
