"""Wrong numbers that are multiples of the right ones: by a named number, by a size, or case by case."""

from __future__ import annotations

from itertools import permutations
from math import e, log, pi, sqrt

import numpy as np

from grader.checks.diagnosis.likeness import off_diagonal, sign
from grader.checks.diagnosis.rows import CERTAIN, PROOF, Row, Rows
from grader.values.closeness import Array

NUMBERS = {
    2.0: "2", 3.0: "3", 4.0: "4", 5.0: "5", 6.0: "6", 8.0: "8", 10.0: "10", 100.0: "100",
    log(2): "ln 2", log(10): "ln 10", pi: "π", 2 * pi: "2π", 180 / pi: "180/π", e: "e", sqrt(2): "√2",
}  # fmt: skip
HINTS = {
    "1/ln 2": " (a logarithm to base 2?)",
    "1/ln 10": " (a logarithm to base 10?)",
    "π/180": " (degrees?)",
    "180/π": " (degrees?)",
}
TINY = 1e-12  # below this an entry tells no factor
NEAR = 5e-3  # a factor this close to 1 is a sign of rounding, not of a number left out
ALIKE = 1e-5  # how far factors may be apart and still be one: single precision must pass
Quantity = tuple[str, Array, bool]  # name, value in each case, whether it counts something


def proportion(rows: Rows) -> str:
    """A factor: the same in all cases, or one that goes with the arguments."""
    ratios = ratios_of(rows)
    if ratios is None:
        return ""
    known = ~np.isnan(ratios)
    found = ratios[known]
    if np.ptp(found) <= ALIKE * abs(found[0]):
        return _constant(rows, float(np.median(found)))
    if found.size < 2:
        return ""
    return _by_size(quantities(rows), ratios, known)


def ratios_of(rows: Rows) -> Array | None:
    """What each answer is divided by the right one: one number a case, NaN where the right one is 0.

    None where an answer is no multiple, where all factors are nearly 1, or where nothing can be told.
    """
    found: list[float] = []
    for row in rows.rows:
        found.append(_ratio(rows, row))
        if np.isinf(found[-1]):
            return None
    ratios = np.array(found)
    if np.isnan(ratios).all() or np.nanmax(np.abs(ratios - 1)) < NEAR:
        return None
    return None if (ratios[~np.isnan(ratios)] == 0).all() else ratios


def _ratio(rows: Rows, row: Row) -> float:
    """The factor of one case; infinite where there is none, NaN where both are 0."""
    if row.given.shape != row.right.shape or not np.isfinite(row.given).all():
        return np.inf
    right, given = row.right[row.known], row.given[row.known]
    large = np.abs(right) > max(TINY, 1e-3 * np.max(np.abs(right), initial=0.0))
    if not large.any():
        return np.nan if (np.abs(given) <= TINY).all() else np.inf
    ratio = float(np.median(given[large] / right[large]))
    allowed = TINY + max(ALIKE, rows.tolerance.rtol) * np.abs(ratio * right)
    return ratio if (np.abs(given - ratio * right) <= allowed).all() else np.inf


def _constant(rows: Rows, ratio: float) -> str:
    values = rows.values
    telling = values[np.abs(values) > CERTAIN * rows.tolerance.atol]
    if len(set(telling.tolist())) < PROOF - 1 or telling.size < PROOF:
        return ""
    return f"is {number_name(ratio)} times what was asked for"


def number_name(ratio: float) -> str:
    """A factor in words: "1/ln 2 (a logarithm to base 2?)", or its first digits."""
    minus, size = ("minus " if ratio < 0 else ""), abs(ratio)
    for number, name in NUMBERS.items():
        for value, words in ((number, name), (1 / number, "π/180" if name == "180/π" else f"1/{name}")):
            if abs(size - value) <= ALIKE * value:
                return f"{minus}{words}{HINTS.get(words, '')}"
    return f"{minus}{size:.4g}"


def _by_size(found: list[Quantity], ratios: Array, known: Array) -> str:
    """The name of a quantity, its inverse, or one divided by another, that is the factor in every case."""
    for minus, word in ((1, ""), (-1, "minus ")):
        goal = minus * ratios[known]
        for name, values, counts in found:
            hint = " (are a sum and a mean mixed up?)" if counts else ""
            if _same(goal, values[known]):
                return f"is {word}{name} times what was asked for{hint}"
            if _same(goal * values[known], np.ones(goal.size)):
                return f"is {word}what was asked for divided by {name}{hint}"
        for (above, tops, _), (below, bottoms, _) in permutations([one for one in found if one[2]], 2):
            if _same(goal * bottoms[known], tops[known]):
                return f"is {word}what was asked for times {above} divided by {below}"
    return ""


def _same(goal: Array, values: Array) -> bool:
    return bool(np.all(np.abs(goal - values) <= ALIKE * np.abs(values)) and np.all(values))


def quantities(rows: Rows) -> list[Quantity]:
    """Numbers that go with each case: arguments that are numbers, lengths, rows and columns."""
    found: list[Quantity] = []
    for argument in rows.arguments:
        name, arrays = argument.name, argument.values
        axes = {array.ndim for array in arrays}
        if axes == {0}:
            values = np.array([float(array) for array in arrays])
            found.append((name, values, bool(np.all(values == np.round(values)))))
        elif axes == {1}:
            found.append((f"the length of {name}", np.array([float(array.size) for array in arrays]), True))
        elif axes == {2}:
            for axis, word in enumerate(("rows", "columns")):
                counts = np.array([float(array.shape[axis]) for array in arrays])
                found.append((f"the number of {word} of {name}", counts, True))
    sizes = np.array([float(row.right.size) for row in rows.rows])
    return [*found, ("the number of entries", sizes, True)] if sizes.max() > 1 else found


def direction(rows: Rows) -> str:
    """The right direction with a factor of its own in each case, in cases with several entries each."""
    ratios = ratios_of(rows)
    if ratios is None:
        return ""
    vectors = [np.count_nonzero(row.right[row.known]) > 1 for row in rows.rows]
    if sum(vectors) < PROOF:
        return ""
    found = ratios[~np.isnan(ratios)]
    sums = [float(np.sum(row.right)) for row in rows.rows]
    if np.allclose(sums, 1) and all(np.all(row.right >= 0) for row in rows.rows):
        return "is right but for its normalisation: the entries should add up to 1"
    if np.all(found > 0):
        return "is right but for a positive factor, another one in each case"
    if np.all(found < 0):
        return "is right but for a negative factor, another one in each case"
    return "is right but for a factor, another one in each case"


def oriented(rows: Rows) -> str:
    """The same, where no case that tells anything is right."""
    ratios = ratios_of(rows)
    return "" if ratios is None or (np.abs(ratios - 1) <= ALIKE).any() else direction(rows)


def step(rows: Rows) -> str:
    """A change of an argument that goes the wrong way, or too far: `w + η g` for `w - η g`."""
    for argument in rows.arguments:
        if not rows.fits(argument) or not rows.rows[0].right.ndim:
            continue
        changes = rows.against(argument)
        for rule in (sign, proportion):
            if phrase := rule(changes):
                return f"starts from {argument.name}, and the change {phrase}"
    return ""


def far_step(rows: Rows) -> str:
    """A change of an argument that goes too far, by another factor in each case."""
    for argument in rows.arguments:
        if rows.fits(argument) and (phrase := direction(rows.against(argument))):
            return f"starts from {argument.name}, and the change {phrase}"
    return ""


def off_the_diagonal(rows: Rows) -> str:
    """A square matrix whose entries off the diagonal are multiples of the right ones."""
    if any(row.right.ndim != 2 or len(set(row.right.shape)) > 1 for row in rows.rows):
        return ""
    off = off_diagonal(rows)
    phrase = proportion(off) or direction(off)
    return f"is wrong on its diagonal, and off it {phrase}" if phrase else ""
