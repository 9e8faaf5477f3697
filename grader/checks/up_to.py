"""What may differ between an answer and the reference: a factor, a sign, an order.

A factor is one for all cases and components together: a gradient that is twice the reference's in one case
and thrice in another is not right "up to scale". An order may differ from case to case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from grader.checks.cases import Trial
from grader.errors import CheckError
from grader.model import Interval, OneOf, Returned
from grader.values.closeness import Array, Tolerance, as_array, compare, components

UpTo = Literal["scale", "positive_scale", "sign", "permutation"]
RELIABLE = 1e-3  # entries this small against the largest don't tell the factor


def aligned(tried: Sequence[Trial], up_to: UpTo | None, tolerance: Tolerance) -> tuple[Trial, ...]:
    """The trials with expected values that take up what may differ; unchanged where nothing fits.

    Raises:
        CheckError: the reference has too few numbers to tell a factor from chance, or intervals.
    """
    if up_to is None:
        return tuple(tried)
    if up_to == "permutation":
        return tuple(_mapped(trial, _reordered(trial, tolerance)) for trial in tried)
    factor = (
        _sign(tried, tolerance) if up_to == "sign" else _factor(tried, positive=up_to == "positive_scale")
    )
    return tuple(_mapped(trial, scaled(trial.pair[1], factor)) if trial.pair else trial for trial in tried)


def _mapped(trial: Trial, expected: object) -> Trial:
    return replace(trial, expected=Returned(expected)) if trial.pair else trial


def scaled(value: object, factor: float | complex) -> object:
    """A reference times a factor, through tuples, lists and dicts.

    Raises:
        CheckError: it holds an interval, alternatives, or no numbers.
    """
    if isinstance(value, (Interval, OneOf)):
        raise CheckError("`up_to` a factor can't be combined with intervals or alternatives")
    if isinstance(value, dict):
        return {key: scaled(one, factor) for key, one in value.items()}
    array = as_array(value)
    if array is not None:
        return array * factor if factor != 1 else value
    parts = components(value)
    if parts is None:
        raise CheckError(f"the reference answers with {type(value).__name__}, which holds no numbers")
    return tuple(scaled(one, factor) for one in parts)


def leaves(value: object) -> list[Array]:
    """All numbers of a value, as flat arrays in order; what is no number is left out."""
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    array = as_array(value)
    if array is not None:
        return [array.ravel()]
    return [leaf for one in components(value) or () for leaf in leaves(one)]


def _sign(tried: Sequence[Trial], tolerance: Tolerance) -> int:
    pairs = [trial.pair for trial in tried if trial.pair and trial.case.marks is None]
    flipped = all(compare(answer, scaled(expected, -1), tolerance).close for answer, expected in pairs)
    return -1 if flipped and pairs else 1


def _factor(tried: Sequence[Trial], *, positive: bool) -> float:
    """The one factor that the core cases suggest: the median ratio, so that one wrong entry is no matter."""
    answers, wanted = [], []
    for trial in tried:
        if trial.case.marks is not None or trial.pair is None:
            continue
        given, expected = (np.concatenate([np.empty(0), *leaves(side)]) for side in trial.pair)
        if given.shape == expected.shape:
            answers.append(given)
            wanted.append(expected)
    if not wanted:
        return 1.0
    return _median_ratio(np.concatenate(answers), np.concatenate(wanted), positive=positive)


def _median_ratio(answers: Array, wanted: Array, *, positive: bool) -> float:
    if "c" in (answers.dtype.kind, wanted.dtype.kind):
        raise CheckError("`up_to` a factor is for real numbers")
    answers, wanted = answers.astype(float), wanted.astype(float)
    if np.count_nonzero(wanted) < 2:
        raise CheckError("`up_to` a factor needs at least two numbers other than 0 in the reference")
    large = np.abs(wanted) >= RELIABLE * np.max(np.abs(wanted))
    ratio = float(np.median(answers[large] / wanted[large]))
    usable = np.isfinite(ratio) and ratio != 0 and (ratio > 0 or not positive)
    return ratio if usable else 1.0


def _reordered(trial: Trial, tolerance: Tolerance) -> object:
    """The reference in the answer's order, where each of its entries or rows is found there once."""
    if trial.pair is None:
        return None
    answer, expected = trial.pair
    rows, wanted = components(answer), components(expected)
    if rows is None or wanted is None or len(rows) != len(wanted):
        return expected
    left, found = list(wanted), []
    for row in rows:
        match = next((i for i, one in enumerate(left) if compare(row, one, tolerance).close), None)
        if match is None:
            return expected
        found.append(left.pop(match))
    return tuple(found) if not isinstance(expected, np.ndarray) else np.array(found).reshape(expected.shape)
