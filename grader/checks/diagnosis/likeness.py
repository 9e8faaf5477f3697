"""What wrong numbers are to the right ones: minus them, reversed, one minus them, an argument more.

Each rule looks at all cases together and answers with a phrase that follows "your answer", or with nothing.
A rule says only what holds in every case it is given. Entries whose right value is not one number (an
interval) stand as NaN in `right` and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.model import Case
from grader.values.closeness import Array, Tolerance, as_array

CERTAIN = 100  # an entry tells something when it is this many times the absolute tolerance
PROOF = 3  # entries that a rule with a free number needs


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One case: the answer's numbers and the right ones, of one shape unless a rule is about shapes."""

    case: Case
    given: Array
    right: Array

    @property
    def known(self) -> Array:
        """Which entries have one right value."""
        return ~np.isnan(self.right)

    def argument(self, spot: int) -> Array:
        """An argument's numbers, as floats."""
        array = as_array(self.case.args[spot])
        return np.full(1, np.nan) if array is None else array.astype(float)


@dataclass(frozen=True, slots=True)
class Rows:
    """All cases that a rule looks at, and how near is near."""

    rows: tuple[Row, ...]
    tolerance: Tolerance

    def near(self, given: Array, wanted: Array) -> Array:
        """Entry by entry; what is not known is near."""
        with np.errstate(all="ignore"):
            allowed = self.tolerance.atol + max(self.tolerance.rtol, 1e-6) * np.abs(wanted)
            return (np.abs(given - wanted) <= allowed) | np.isnan(wanted) | (given == wanted)

    def told(self, row: Row, wanted: Array) -> int:
        """How many entries show that `wanted` is not simply what is right."""
        if wanted.shape != row.right.shape:
            return int(wanted.size)
        return int(np.count_nonzero(row.known & ~self.near(wanted, row.right)))

    def all_are(self, change: Callable[[Row], Array], proof: int = 1) -> bool:
        """Whether every answer is what `change` makes of its row, shown by so many entries."""
        told = 0
        for row in self.rows:
            with np.errstate(all="ignore"):
                wanted = change(row)
            if wanted.shape != row.given.shape or not self.near(row.given, wanted).all():
                return False
            told += self.told(row, wanted)
        return told >= proof

    @property
    def arguments(self) -> tuple[tuple[int, str], ...]:
        """Arguments that hold numbers in every case: position and name."""
        count = min((len(row.case.args) for row in self.rows), default=0)
        names = self.rows[0].case.names
        return tuple(
            (spot, f"`{names[spot]}`" if spot < len(names) else f"argument {spot + 1}")
            for spot in range(count)
            if all(as_array(row.case.args[spot]) is not None for row in self.rows)
        )

    @property
    def values(self) -> Array:
        """The right values that are known, of all cases."""
        return np.concatenate([np.empty(0), *(row.right[row.known] for row in self.rows)])

    @property
    def finite(self) -> bool:
        """Whether all answers are finite."""
        return all(bool(np.isfinite(row.given).all()) for row in self.rows)


Change = Callable[[Array], Array]
Rule = Callable[[Rows], str]


def changed(change: Change) -> Callable[[Row], Array]:
    """What a change makes of the right numbers."""
    return lambda row: change(row.right)


def combined(operation: Callable[[Array, Array], Array], spot: int) -> Callable[[Row], Array]:
    """The right numbers and an argument, combined."""
    return lambda row: operation(row.right, row.argument(spot))


def handed_back(rows: Rows) -> str:
    """An argument, unchanged."""
    for spot, name in rows.arguments:
        if rows.all_are(combined(_second, spot)):
            return f"is the argument {name}, unchanged"
    return ""


def empty(rows: Rows) -> str:
    """Zero, or the same whatever is asked."""
    if all(not row.given.any() for row in rows.rows):
        return "is zero in every case"
    first = rows.rows[0].given
    same = all(np.array_equal(row.given, first) for row in rows.rows)
    if same and len({row.right.tobytes() for row in rows.rows}) > 1:
        return "is the same in every case, whatever the arguments are"
    return ""


def sign(rows: Rows) -> str:
    """Minus what was asked for."""
    return "has the wrong sign" if rows.all_are(lambda row: -row.right) else ""


def by_argument(rows: Rows) -> str:
    """An argument as a factor too few or too many, entry by entry; or added, or taken away."""
    for spot, name in rows.arguments:
        if any(row.argument(spot).shape not in ((), row.right.shape) for row in rows.rows):
            continue
        if rows.all_are(combined(np.multiply, spot), PROOF):
            return f"has the factor {name} once too often"
        if _lacks(rows, spot):
            return f"lacks the factor {name}"
        if rows.all_are(combined(np.add, spot), PROOF):
            return f"is too large by exactly {name}"
        if rows.all_are(combined(np.subtract, spot), PROOF):
            return f"is too small by exactly {name}"
    return ""


def _second(_: Array, argument: Array) -> Array:
    return argument


def _lacks(rows: Rows, spot: int) -> bool:
    """Whether the answer times the argument is right, with proof in entries that are not 0."""
    proof = 0
    for row in rows.rows:
        product = row.given * row.argument(spot)
        if product.shape != row.right.shape or not rows.near(product, row.right).all():
            return False
        proof += int(np.count_nonzero(row.known & (product != 0) & ~rows.near(row.given, row.right)))
    return proof >= PROOF and rows.finite


def offset(rows: Rows) -> str:
    """One amount added everywhere, in all cases or in each case."""
    if len(set(rows.values.tolist())) < PROOF or not rows.finite:
        return ""
    shifts = {id(row): _median(row.given - row.right) for row in rows.rows}
    amount = float(np.median(list(shifts.values())))
    if amount and rows.all_are(lambda row: row.right + amount, PROOF):
        return f"is too {'large' if amount > 0 else 'small'} by {abs(amount):.3g} everywhere"
    several = all(np.unique(row.right[row.known]).size >= PROOF for row in rows.rows)
    if several and rows.all_are(lambda row: row.right + shifts[id(row)], PROOF):
        return "is off by one amount for all entries, another one in each case"
    return ""


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0


FUNCTIONS: tuple[tuple[str, Change], ...] = (
    ("one minus what was asked for", lambda x: 1 - x),
    ("minus one minus what was asked for", lambda x: -1 - x),
    ("one over what was asked for", lambda x: 1 / x),
    ("the square of what was asked for", lambda x: x * x),
    ("the square root of what was asked for", np.sqrt),
    ("the exponential of what was asked for", np.exp),
    ("the logarithm of what was asked for", np.log),
    ("minus the logarithm of what was asked for", lambda x: -np.log(x)),
)


def function(rows: Rows) -> str:
    """A simple function of what was asked for, entry by entry."""
    if len(set(rows.values.tolist()) - {0.0, 1.0}) < 2 or not rows.finite:
        return ""
    for words, change in FUNCTIONS:
        if rows.all_are(changed(change), PROOF):
            return f"is {words}"
    return ""


def _to_decimals(digits: int, values: Array) -> Array:
    return np.round(values, digits)


def rounded(rows: Rows) -> str:
    """Fewer decimals than were computed."""
    if not rows.finite or len(set(rows.values.tolist())) < 2:
        return ""
    for digits in range(8):
        if rows.all_are(changed(partial(_to_decimals, digits))):
            return (
                f"is rounded to {digits} decimal{'s'[: digits > 1]}" if digits else "is rounded to integers"
            )
    return ""


TURNS: tuple[tuple[int, str, Change], ...] = (
    (2, "is transposed", np.transpose),
    (2, "has its columns in reverse order", lambda x: x[:, ::-1]),
    (2, "is turned by half a circle: rows and columns are in reverse order", lambda x: x[::-1, ::-1]),
    (1, "is in reverse order", lambda x: x[::-1]),
    (1, "is shifted by one place", lambda x: np.roll(x, 1, axis=0)),
    (1, "is shifted by one place", lambda x: np.roll(x, -1, axis=0)),
    (2, "has its columns shifted by one place", lambda x: np.roll(x, 1, axis=1)),
    (2, "has its columns shifted by one place", lambda x: np.roll(x, -1, axis=1)),
)


def order(rows: Rows) -> str:
    """The right numbers in another order."""
    axes = min(row.right.ndim for row in rows.rows)
    for least, words, change in TURNS:
        if axes >= least and rows.all_are(changed(change), 2):
            return words if axes < 2 or least == 2 else words.replace("is ", "has its rows ", 1)
    return _shifted(rows) or _permuted(rows)


TAIL, BODY = slice(1, None), slice(None, -1)


def _shifted(rows: Rows) -> str:
    """Moved by one place with another entry at the free end."""
    if any(row.right.ndim != 1 or row.right.size < 4 or not row.known.all() for row in rows.rows):
        return ""
    for words, front, back in (("later", TAIL, BODY), ("earlier", BODY, TAIL)):
        moved = all(rows.near(row.given[front], row.right[back]).all() for row in rows.rows)
        if moved and sum(rows.told(row, np.roll(row.right, 1)) for row in rows.rows) >= PROOF:
            return f"is shifted: each entry stands one place {words} than it should"
    return ""


def _permuted(rows: Rows) -> str:
    if any(row.right.ndim == 0 or not row.known.all() for row in rows.rows) or not rows.finite:
        return ""
    pairs = [(np.sort(row.given, axis=None), np.sort(row.right, axis=None)) for row in rows.rows]
    if all(rows.near(given, right).all() for given, right in pairs):
        return "has the right values in another order"
    return ""


def square(rows: Rows) -> str:
    """A square matrix that is right on its diagonal alone, or off it alone."""
    if any(row.right.ndim != 2 or len(set(row.right.shape)) > 1 for row in rows.rows):
        return ""
    if rows.all_are(lambda row: row.right * np.eye(len(row.right)), 2):
        return "has its diagonal right, and zeros elsewhere"
    if rows.all_are(lambda row: row.right * (2 * np.eye(len(row.right)) - 1), 2):
        return "has its diagonal right, and the wrong sign elsewhere"
    wrong = [~rows.near(row.given, row.right) for row in rows.rows]
    on_diagonal = [np.eye(len(row.right), dtype=bool) for row in rows.rows]
    if not any((bad & ~diagonal).any() for bad, diagonal in zip(wrong, on_diagonal, strict=True)):
        return "is wrong on its diagonal alone"
    if not any((bad & diagonal).any() for bad, diagonal in zip(wrong, on_diagonal, strict=True)):
        return "is right on its diagonal alone"
    return ""


def signs(rows: Rows) -> str:
    """The right sizes with signs lost, or wrong in places."""
    if rows.all_are(lambda row: np.abs(row.right)):
        return "has the right sizes, but no minus signs"
    if all(rows.near(np.abs(row.given), np.abs(row.right)).all() for row in rows.rows):
        return "has the right sizes, with the wrong sign in places"
    return ""


def single_entry(rows: Rows) -> str:
    """One place of a vector wrong, the same in every case."""
    if any(row.right.ndim != 1 or row.right.size < PROOF for row in rows.rows):
        return ""
    wrong = [np.flatnonzero(~rows.near(row.given, row.right)) for row in rows.rows]
    sizes = [row.right.size for row in rows.rows]
    found = [places for places in wrong if places.size]
    if len(found) < 2 or any(places.size != 1 for places in found):
        return ""
    if {int(places[0]) for places in found} == {0}:
        return "is wrong in its first entry alone"
    ends = [places.size == 0 or places[0] == size - 1 for places, size in zip(wrong, sizes, strict=True)]
    return "is wrong in its last entry alone" if all(ends) else ""


def nearly(rows: Rows) -> str:
    """Close in every case, as approximate methods and rounded constants are."""
    worst = 0.0
    for row in rows.rows:
        with np.errstate(all="ignore"):
            right = row.right[row.known]
            errors = np.abs(row.given[row.known] - right) / np.max(np.abs(right), initial=1e-300)
        worst = max(worst, float(np.max(errors, initial=0.0)))
    if not 0 < worst < 1e-2:
        return ""
    digits = int(-np.log10(worst))
    return f"agrees to about {digits} digits everywhere, as an approximation or a rounded number does"
