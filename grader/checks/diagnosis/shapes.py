"""The right numbers in the wrong arrangement: a column for a vector, a tuple swapped, an entry too few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks.diagnosis.rows import Rows, floats
from grader.model import Interval, OneOf
from grader.values.closeness import Array, Tolerance, compare, components

Pair = tuple[object, object]
Parts = Sequence[list[object]]
MOST = 64  # components that are tried in other orders


def expected_numbers(value: object) -> Array | None:
    """The right numbers, with NaN where an interval leaves a choice."""
    if isinstance(value, Interval):
        low, high = np.broadcast_arrays(np.asarray(value.low, float), np.asarray(value.high, float))
        return np.where(low == high, low, np.nan)
    return floats(value)


def is_sequence(expected: object) -> bool:
    """Whether the right answer is a sequence of components, and not an array written as a list."""
    if not isinstance(expected, (list, tuple)):
        return False
    return not all(isinstance(one, (bool, int, float)) for one in expected)


def arrangement(pairs: Sequence[Pair], tolerance: Tolerance) -> str:
    """Components of a tuple that are swapped, joined, or alone."""
    if not all(is_sequence(expected) for _, expected in pairs):
        return ""
    wanted = [components(expected) or [] for _, expected in pairs]
    given = [components(answer) for answer, _ in pairs]
    if all(one is not None and len(one) == len(all_of) for one, all_of in zip(given, wanted, strict=True)):
        return _swapped([one or [] for one in given], wanted, tolerance)
    asked = f"where {len(wanted[0])} components were asked for"
    if _joined(pairs, wanted, tolerance):
        return f"has the right numbers joined into one array, {asked}"
    answers = [[answer] for answer, _ in pairs]
    alone = any(_match(answers, wanted, 0, index, tolerance) for index in range(min(map(len, wanted))))
    return f"is one component alone, {asked}" if alone else ""


def _swapped(given: Parts, wanted: Parts, tolerance: Tolerance) -> str:
    count = len(wanted[0])
    if not 1 < count <= MOST or any(len(one) != count for one in wanted):
        return ""
    taken: list[int] = []
    for index in range(count):
        free = [other for other in range(count) if other not in taken]
        places = [other for other in free if _match(given, wanted, index, other, tolerance)]
        if not places:
            return ""
        taken.append(index if index in places else places[0])
    if taken == list(range(count)):
        return ""
    return "has its two components swapped" if count == 2 else "has the right components in another order"


def _match(given: Parts, wanted: Parts, index: int, other: int, tolerance: Tolerance) -> bool:
    pairs = zip(given, wanted, strict=True)
    return all(compare(one[index], parts[other], tolerance).close for one, parts in pairs)


def _joined(pairs: Sequence[Pair], wanted: Parts, tolerance: Tolerance) -> bool:
    for (answer, _), parts in zip(pairs, wanted, strict=True):
        arrays = [floats(part) for part in parts if not isinstance(part, (Interval, OneOf))]
        found = floats(answer)
        if found is None or len(arrays) < len(parts) or any(array is None for array in arrays):
            return False
        flat = np.concatenate([np.ravel(array) for array in arrays if array is not None])
        if not compare(found.ravel(), flat, tolerance).close:
            return False
    return True


def shape(rows: Rows) -> str:
    """The right numbers in another shape; nothing where the shapes agree."""
    if rows.alike:
        return ""
    return _reshaped(rows) or _resized(rows)


def _reshaped(rows: Rows) -> str:
    if rows.all_are(rows.changed(np.transpose)):
        return "is transposed"
    alike = all(
        row.given.size == row.right.size and rows.near(row.given.ravel(), row.right.ravel()).all()
        for row in rows.rows
    )
    if not alike:
        return ""
    asked = {row.right.ndim for row in rows.rows}
    if asked == {0}:
        return "is the right number, but wrapped in a list or an array"
    if asked == {1}:
        line = all(max(row.given.shape, default=1) == row.given.size for row in rows.rows)
        table = "a table of one column or row" if line else "an array of several axes"
        return f"has the right numbers in {table}, where a vector was asked for"
    return "has the right numbers in the wrong shape"


REDUCED = (("sum", np.sum), ("mean", np.mean), ("largest", np.max), ("norm", np.linalg.norm))


def _resized(rows: Rows) -> str:
    """More or fewer numbers than asked for, the right ones among them."""
    if any(not row.given.size or not row.right.size for row in rows.rows):
        return _counted(rows)
    constant = len({row.given.tobytes() for row in rows.rows}) == 1  # a softmax adds up to 1 whatever it is
    for name, reduce in () if constant else REDUCED:
        if all(_reduces(rows, reduce, row.right, row.given) for row in rows.rows):
            return f"is one number, the {name} of the entries that were asked for"
        if all(_reduces(rows, reduce, row.given, row.right) for row in rows.rows):
            return f"has several entries, and their {name} is the one number that was asked for"
    return _diagonal(rows) or _cut(rows) or _counted(rows)


def _reduces(rows: Rows, reduce: Callable[[Array], Any], whole: Array, number: Array) -> bool:
    return number.ndim == 0 < whole.ndim and bool(rows.near(np.asarray(reduce(whole)), number).all())


def _diagonal(rows: Rows) -> str:
    if all(row.right.ndim == 2 for row in rows.rows) and rows.all_are(rows.changed(np.diagonal)):
        return "is the diagonal alone, where a matrix was asked for"
    tables = all(row.given.ndim == 2 and row.right.ndim == 1 for row in rows.rows)
    if tables and all(
        np.diagonal(row.given).shape == row.right.shape and rows.near(np.diagonal(row.given), row.right).all()
        for row in rows.rows
    ):
        return "is a matrix with what was asked for on its diagonal (a row and a column combined?)"
    return ""


def _cut(rows: Rows) -> str:
    if any(row.given.ndim != 1 or row.right.ndim != 1 or row.right.size < 3 for row in rows.rows):
        return ""
    if rows.all_are(rows.changed(lambda right: right[:-1])):
        return "lacks its last entry"
    if rows.all_are(rows.changed(lambda right: right[1:])):
        return "lacks its first entry"
    if rows.all_are(rows.changed(lambda right: right[1:-1])):
        return "lacks its first and its last entry"
    for words, part in (("end", slice(None, -1)), ("front", slice(1, None))):
        longer = all(row.given.size == row.right.size + 1 for row in rows.rows)
        if longer and all(rows.near(row.given[part], row.right).all() for row in rows.rows):
            return f"has one entry too many, at the {words}"
    return ""


def _counted(rows: Rows) -> str:
    """How many entries, rows or columns there are too many; or that their number is wrong."""
    if all(row.given.ndim == 0 < row.right.ndim for row in rows.rows):
        return "is one number, where an array was asked for"
    axes = {(row.given.ndim, row.right.ndim) for row in rows.rows}
    if axes not in ({(1, 1)}, {(2, 2)}):
        return ""
    extra = np.array([np.subtract(row.given.shape, row.right.shape) for row in rows.rows])
    changed = np.flatnonzero(extra.any(axis=0))
    if changed.size != 1:
        return ""
    name = ("rows", "columns")[changed[0]] if axes == {(2, 2)} else "entries"
    counts = extra[:, changed[0]]
    if np.ptp(counts):
        return f"has the wrong number of {name}{' in some cases' * (not counts.all())}"
    number = abs(int(counts[0]))
    one = {"entries": "entry", "rows": "row", "columns": "column"}[name]
    return f"has {number} {one if number == 1 else name} too {'many' if counts[0] > 0 else 'few'}"
