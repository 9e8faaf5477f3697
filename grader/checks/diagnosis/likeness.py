"""What wrong numbers are to the right ones: minus them, reversed, one minus them, an argument more.

Each rule looks at all cases together and answers with a phrase that follows "your answer", or with nothing.
A rule says only what holds in every case it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from grader.checks.diagnosis.rows import PROOF, Argument, Rows
from grader.values.closeness import Array

Change = Callable[[Array], Array]
Rule = Callable[[Rows], str]


def handed_back(rows: Rows) -> str:
    """An argument, unchanged."""
    for argument in rows.arguments:
        if rows.all_are(argument.values):
            return f"is the argument {argument.name}, unchanged"
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
    return "has the wrong sign" if rows.all_are(rows.changed(np.negative)) else ""


OPERATIONS: tuple[tuple[str, Callable[[Array, Array], Array]], ...] = (
    ("has the factor {} once too often", lambda right, value: right * value),
    ("is divided by {} once too often", lambda right, value: right / value),
    ("is divided by {}, where a product was asked for", lambda right, value: right / value**2),
    ("is multiplied by {}, where a quotient was asked for", lambda right, value: right * value**2),
    ("is too large by exactly {}", lambda right, value: right + value),
    ("is too small by exactly {}", lambda right, value: right - value),
    ("is too large by exactly twice {}", lambda right, value: right + 2 * value),
    ("is too small by exactly twice {}", lambda right, value: right - 2 * value),
    ("is {} minus what was asked for", lambda right, value: value - right),
)


def by_argument(rows: Rows) -> str:
    """An argument as a factor too few or too many, entry by entry; or added, or taken away."""
    if not rows.finite:
        return ""
    for argument in rows.arguments:
        if not _combines(rows, argument):
            continue
        pairs = list(zip(rows.rows, argument.values, strict=True))
        for words, operation in OPERATIONS:
            wanted = (operation(row.right, value) for row, value in pairs)
            if rows.all_are(wanted, PROOF):
                return words.format(argument.name)
        if _lacks(rows, argument):
            return f"lacks the factor {argument.name}"
    return ""


def _combines(rows: Rows, argument: Argument) -> bool:
    if argument.fixed and not argument.values[0].ndim:
        return False
    pairs = zip(rows.rows, argument.values, strict=True)
    return all(value.shape in ((), row.right.shape) and np.isfinite(value).all() for row, value in pairs)


def _lacks(rows: Rows, argument: Argument) -> bool:
    """Whether the answer times the argument is right, with proof in entries that are not 0."""
    proof = 0
    for row, value in zip(rows.rows, argument.values, strict=True):
        product = row.given * value
        if product.shape != row.right.shape or not rows.near(product, row.right).all():
            return False
        proof += int(np.count_nonzero(row.known & (product != 0) & ~rows.near(row.given, row.right)))
    return proof >= PROOF


def offset(rows: Rows) -> str:
    """One amount added everywhere, in all cases or in each case."""
    if len(set(rows.values.tolist())) < PROOF or not rows.finite:
        return ""
    shifts = [_median(row.given - row.right) for row in rows.rows]
    amount = float(np.median(shifts))
    if amount and rows.all_are(rows.changed(lambda right: right + amount), PROOF):
        return f"is too {'large' if amount > 0 else 'small'} by {abs(amount):.3g} everywhere"
    several = sum(np.unique(row.right[row.known]).size >= PROOF for row in rows.rows)
    moved = [row.right + shift for row, shift in zip(rows.rows, shifts, strict=True)]
    if several >= PROOF and rows.all_are(moved, PROOF):
        return "is off by one amount for all entries, another one in each case"
    return ""


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0


FUNCTIONS: tuple[tuple[str, Change], ...] = (
    ("minus one minus what was asked for", lambda x: -1 - x),
    ("the exponential of what was asked for", np.exp),
    ("the exponential of minus what was asked for", lambda x: np.exp(-x)),
    ("the logarithm of what was asked for", np.log),
    ("minus the logarithm of what was asked for", lambda x: -np.log(x)),
    ("what was asked for, squared and with a minus sign", lambda x: -x * x),
    ("what was asked for, with max(0, ·) applied", lambda x: np.maximum(x, 0)),
)


def function(rows: Rows) -> str:
    """A simple function of what was asked for, entry by entry."""
    if not rows.finite or rows.values.size < PROOF or len(set(rows.values.tolist())) < 2:
        return ""
    if rows.all_are(rows.changed(lambda x: 1 - x), PROOF):
        return "is one minus what was asked for"
    if len(set(rows.values.tolist()) - {0.0, 1.0}) < 2:
        return ""
    for words, change in FUNCTIONS:
        if rows.all_are(rows.changed(change), PROOF):
            return f"is {words}"
    return _power(rows)


POWERS = {-1.0: "one over what was asked for", 0.5: "the square root of what was asked for"}


def _power(rows: Rows) -> str:
    """What was asked for to some power, signs aside where the power is an odd root's."""
    if all(rows.near(row.given**2, row.right).all() for row in rows.rows):
        return "would be right if it were squared"
    given = np.concatenate([np.empty(0), *(row.given[row.known] for row in rows.rows)])
    right = rows.values
    with np.errstate(all="ignore"):
        powers = np.log(np.abs(given)) / np.log(np.abs(right))
    telling = np.isfinite(powers) & (np.abs(np.log(np.abs(right) + (right == 0))) > 1e-2)
    if np.count_nonzero(telling) < PROOF:
        return ""
    power = round(float(np.median(powers[telling])), 6)
    if power in (0.0, 1.0) or not rows.all_are(
        rows.changed(lambda x: np.sign(x) ** abs(power) * np.abs(x) ** power), PROOF
    ):
        return ""
    return f"is {POWERS.get(power, f'what was asked for to the power {power:g}')}"


def rounded(rows: Rows) -> str:
    """Fewer decimals than were computed."""
    if not rows.finite or len(set(rows.values.tolist())) < 2:
        return ""
    for digits in range(8):
        if rows.all_are([np.round(row.right, digits) for row in rows.rows]):
            return f"is rounded to {digits} decimal{'s'[: digits != 1]}"
    return ""


TURNS: tuple[tuple[int, str, Change], ...] = (
    (2, "is transposed", np.transpose),
    (2, "has its columns in reverse order", lambda x: x[:, ::-1]),
    (2, "is turned by half a circle: rows and columns are in reverse order", lambda x: x[::-1, ::-1]),
    (2, "has its columns shifted by one place", lambda x: np.roll(x, 1, axis=1)),
    (2, "has its columns shifted by one place", lambda x: np.roll(x, -1, axis=1)),
    (1, "is in reverse order", lambda x: x[::-1]),
    (1, "is shifted by one place", lambda x: np.roll(x, 1, axis=0)),
    (1, "is shifted by one place", lambda x: np.roll(x, -1, axis=0)),
)
TAIL, BODY = slice(1, None), slice(None, -1)


def order(rows: Rows) -> str:
    """The right numbers in another order."""
    tables = any(row.right.ndim > 1 for row in rows.rows)
    for least, words, change in TURNS:
        wanted = (change(row.right) if row.right.ndim >= least else row.right for row in rows.rows)
        if rows.all_are(wanted, 2):
            return words.replace("is ", "has its rows ", 1) if tables and least == 1 else words
    return _shifted(rows) or _permuted(rows)


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
    if not rows.finite or not all(row.known.all() for row in rows.rows) or rows.right:
        return ""
    pairs = [(np.sort(row.given, axis=None), np.sort(row.right, axis=None)) for row in rows.rows]
    same = all(rows.near(given, right).all() for given, right in pairs)
    return "has the right values in another order" if same else ""


def square(rows: Rows) -> str:
    """A square matrix that is right on its diagonal alone, or off it alone."""
    if any(row.right.ndim != 2 or len(set(row.right.shape)) > 1 for row in rows.rows):
        return ""
    off = off_diagonal(rows)
    if not off.values.size:
        return ""
    wrong = any(np.diagonal(mask).any() for mask in rows.wrong())
    too = ", and its diagonal is wrong too" * wrong
    if off.right:
        return "is wrong on its diagonal alone"
    if not any(row.given.any() for row in off.rows):
        return f"is zero off its diagonal{too}"
    if sign(off):
        return f"has the wrong sign off its diagonal{too}"
    return "" if wrong else "is right on its diagonal alone"


def off_diagonal(rows: Rows) -> Rows:
    """The entries off the diagonals of square matrices, as vectors."""
    masks = [~np.eye(len(row.right), dtype=bool) for row in rows.rows]
    pairs = zip(rows.rows, masks, strict=True)
    return replace(
        rows, rows=tuple(replace(row, given=row.given[mask], right=row.right[mask]) for row, mask in pairs)
    )


def signs(rows: Rows) -> str:
    """The right sizes with signs lost, or wrong in places."""
    if rows.all_are(rows.changed(np.abs)):
        return "has the right sizes, but no minus signs"
    if all(rows.near(np.abs(row.given), np.abs(row.right)).all() for row in rows.rows):
        return "has the right sizes, with the wrong sign in places"
    return ""


def nearly(rows: Rows) -> str:
    """Close in every case, as approximate methods and rounded constants are."""
    whole_numbers = all(np.array_equal(row.given, np.round(row.given)) for row in rows.rows)
    if whole_numbers or not rows.finite:
        return ""
    worst = 0.0
    for row in rows.rows:
        right = row.right[row.known]
        with np.errstate(all="ignore"):
            errors = np.abs(row.given[row.known] - right) / np.max(np.abs(right), initial=1e-300)
        worst = max(worst, float(np.max(errors, initial=0.0)))
    if not 0 < worst < 0.25:
        return ""
    if worst >= 1e-2:
        return f"is close everywhere, within {int(100 * worst) + 1} % of the largest entry"
    digits = int(-np.log10(worst))
    return f"agrees to about {digits} digits everywhere, as an approximation or a rounded number does"


def not_finite(rows: Rows) -> str:
    """Infinite or NaN wherever it is wrong."""
    bad = [row.given[mask] for row, mask in zip(rows.rows, rows.wrong(), strict=True)]
    if any(np.isfinite(entries).any() for entries in bad):
        return ""
    return "is infinite or not a number wherever it is wrong"


def sizes(rows: Rows) -> str:
    """Signs right, and always too large or always too small: the least that can be said."""
    given = np.concatenate([np.empty(0), *(row.given[row.known] for row in rows.rows)])
    right = rows.values
    telling = ~rows.near(right, np.zeros_like(right)) | ~rows.near(given, np.zeros_like(given))
    given, right = given[telling], right[telling]
    if right.size < 4 or len(rows.rows) < PROOF or not np.isfinite(given).all():
        return ""
    if (np.sign(given) != np.sign(right)).any():
        return ""
    size = "in size " if (right < 0).any() else ""
    if (np.abs(given) > np.abs(right)).all():
        return f"is too large {size}everywhere"
    if (np.abs(given) < np.abs(right)).all():
        return f"is too small {size}everywhere"
    if right.size >= 8 and (right < 0).any() and (right > 0).any():
        return "has the right sign everywhere, and the wrong size"
    return ""
