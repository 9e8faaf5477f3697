"""The one rule of closeness: shape first, then value; the reference second; nothing is broadcast.

An entry is right when `abs(answer - reference) <= atol + rtol * abs(reference)`. NaN is right only where
the reference is NaN, an infinity only where the reference is the same infinity. A boolean is 0 or 1; text
is never a number. The result of a comparison is data: words are made elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.errors import CheckError
from grader.model import Interval, OneOf

Array = npt.NDArray[Any]
Index = tuple[int, ...]
Path = tuple[object, ...]

EXACT_FLOAT = 2**53  # every integer up to here is a float64
ROUNDING = 1e-5  # an rtol up to here stands for rounding; a larger one means "about"
SUBTRACTION = 4 * np.finfo(float).eps  # so that 0.505 is within 0.005 of 0.5
NEIGHBOUR = 0.25  # less than half the way to the next integer


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an entry may be from the reference: `atol + rtol * abs(reference)`.

    Raises:
        ValueError: one of them is negative or not finite: nothing, or everything, would be close.
    """

    rtol: float = 1e-7
    atol: float = 1e-9

    def __post_init__(self) -> None:
        if not (0 <= self.rtol < math.inf and 0 <= self.atol < math.inf):
            raise ValueError("must be finite, and zero or more")


DEFAULT = Tolerance()
SINGLE = Tolerance(rtol=1e-5, atol=2e-6)  # at least this for whoever computes in single precision


class Fault(StrEnum):
    """Why an answer is not close: what kind of thing it is, its shape, its length, its keys, its values."""

    KIND = "kind"
    SHAPE = "shape"
    LENGTH = "length"
    KEYS = "keys"
    VALUE = "value"


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """How an answer compares with a reference.

    Attributes:
        fault: the first thing that is wrong; None where the answer is close.
        expected_shape: of the reference, where it is an array; a sequence's length as a 1-tuple.
        sequence: whether the reference is a sequence of components, and no array.
        answer_shape: of the answer, where it can be read as numbers.
        size: how many entries were compared.
        wrong: how many of them are not close.
        worst: the index of the entry that is furthest off.
        error: its relative error, or its absolute one where the reference is 0; may be inf or NaN.
        found: what the wrong entries are: any of "nan", "inf", "finite".
        parts: for a tuple, list or dict: the comparison of each component, by index or key.
    """

    fault: Fault | None = None
    expected_shape: Index | None = None
    answer_shape: Index | None = None
    size: int = 0
    wrong: int = 0
    worst: Index = ()
    error: float = 0.0
    found: frozenset[str] = frozenset()
    parts: tuple[tuple[object, Comparison], ...] = ()
    sequence: bool = False

    @property
    def close(self) -> bool:
        """Whether the answer is right within the tolerance."""
        return self.fault is None

    def first_fault(self, path: Path = ()) -> tuple[Path, Comparison] | None:
        """The path to the first component at fault and its comparison; None where all is close."""
        if self.fault is None:
            return None
        for key, part in self.parts:
            if found := part.first_fault((*path, key)):
                return found
        return path, self


def as_array(value: object) -> Array | None:
    """The numbers in an answer as an array, or None where they are not numbers or not rectangular.

    Numbers, booleans, arrays of any numeric dtype, and lists and tuples of them nested to any depth are
    read; a number is a 0-d array. Integers that a float can't hold stay exact (dtype object).
    """
    if isinstance(value, (bool, int, float, complex, np.ndarray, np.generic, list, tuple, Fraction)):
        try:
            array = np.asarray(value)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        return _comparable(array)
    return None


def _comparable(array: Array) -> Array | None:
    """Booleans and large integers in a dtype that can be subtracted; None where it holds no numbers."""
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    if array.dtype.kind in "iu":
        exact = array.size and max(abs(int(array.max())), abs(int(array.min()))) > EXACT_FLOAT
        return array.astype(object) if exact else array.astype(np.int64)
    if array.dtype.kind == "O":
        numeric = all(isinstance(entry, (int, float, Fraction)) for entry in array.flat)
        return array if numeric and array.size else None
    return array if array.dtype.kind in "fc" else None


def single_precision(array: Array) -> bool:
    """Whether these numbers were computed with 24 bits: by the dtype, or by what `.item()` leaves of it.

    Half precision does not count: nobody works in it by accident, and it would let wrong answers pass.
    """
    if array.dtype in (np.float32, np.complex64):
        return True
    if array.dtype != np.float64 or not array.size:
        return False
    with np.errstate(all="ignore"):
        return bool(
            np.isfinite(array).all()
            and (array.astype(np.float32) == array).all()
            and (array.astype(np.float16) != array).all()
        )


def compare(answer: object, reference: object, tolerance: Tolerance = DEFAULT) -> Comparison:
    """Compare an answer with a reference by the rule of this module.

    Args:
        answer: what came back: numbers, arrays, tuples or dicts of them, or anything else (which is wrong).
        reference: numbers, arrays, tuples, lists or dicts of them; `Interval` and `OneOf` anywhere.
        tolerance: how far an entry may be off.

    Raises:
        CheckError: the reference holds something that is no number.
    """
    if isinstance(reference, OneOf):
        return _one_of(answer, reference, tolerance)
    if isinstance(reference, Interval):
        return _within(answer, reference, tolerance)
    if isinstance(reference, dict):
        return _mapping(answer, reference, tolerance)
    if isinstance(reference, (list, tuple)) and not _flat(reference):
        return _sequence(answer, reference, tolerance)
    return _arrays(answer, _expected(reference), tolerance)


def _expected(reference: object) -> Array:
    expected = as_array(reference)
    if expected is None:
        raise CheckError(f"the reference answers with {type(reference).__name__}, which holds no numbers")
    return expected


def _flat(reference: list[Any] | tuple[Any, ...]) -> bool:
    """A list of plain numbers of one type, which is compared as a vector."""
    kinds = {type(entry) for entry in reference}
    return len(kinds) == 1 and kinds <= {bool, int, float, complex}


def _one_of(answer: object, reference: OneOf, tolerance: Tolerance) -> Comparison:
    tried = [compare(answer, value, tolerance) for value in reference.values]
    if not tried:
        raise CheckError("the reference allows one of no values")
    return min(tried, key=lambda each: (not each.close, each.fault is not Fault.VALUE, each.wrong))


def _mapping(answer: object, reference: dict[Any, Any], tolerance: Tolerance) -> Comparison:
    if not isinstance(answer, dict):
        return Comparison(Fault.KIND)
    if answer.keys() != reference.keys():
        return Comparison(Fault.KEYS)
    return _joined((key, compare(answer[key], value, tolerance)) for key, value in reference.items())


def components(answer: object) -> list[Any] | None:
    """An answer as a sequence: a list, a tuple, or an array along its first axis; None where it is none."""
    if isinstance(answer, (list, tuple)):
        return list(answer)
    if isinstance(answer, np.ndarray) and answer.ndim:
        return list(answer)
    return None


def _sequence(answer: object, reference: list[Any] | tuple[Any, ...], tolerance: Tolerance) -> Comparison:
    entries, whole = components(answer), Comparison(expected_shape=(len(reference),), sequence=True)
    if entries is None:
        return replace(whole, fault=Fault.KIND)
    if len(entries) != len(reference):
        return replace(whole, fault=Fault.LENGTH, answer_shape=(len(entries),))
    pairs = enumerate(zip(entries, reference, strict=True))
    joined = _joined((index, compare(entry, value, tolerance)) for index, (entry, value) in pairs)
    return replace(joined, expected_shape=whole.expected_shape, answer_shape=(len(entries),), sequence=True)


def _joined(parts: Iterator[tuple[object, Comparison]]) -> Comparison:
    """Components together: a fault of shape anywhere outranks a fault of value."""
    found = tuple(parts)
    faults = [part.fault for _, part in found if part.fault]
    structural = [fault for fault in faults if fault is not Fault.VALUE]
    return Comparison(
        fault=(structural or faults or [None])[0],
        size=sum(part.size for _, part in found),
        wrong=sum(part.wrong for _, part in found),
        found=frozenset().union(*(part.found for _, part in found)),
        parts=found,
    )


def _within(answer: object, reference: Interval, tolerance: Tolerance) -> Comparison:
    low, high = np.broadcast_arrays(_expected(reference.low), _expected(reference.high))
    array = as_array(answer)
    if array is None or array.dtype.kind == "O":
        return Comparison(Fault.KIND, expected_shape=low.shape)
    if array.shape != low.shape:
        return Comparison(Fault.SHAPE, expected_shape=low.shape, answer_shape=array.shape)
    nearest = np.where(np.isnan(array.real), low, np.clip(array.real, low, high))
    inside = (array.real >= low) & (array.real <= high) & (array.imag == 0)
    return _decided(array, nearest, inside | _close(array, nearest, tolerance))


def _arrays(answer: object, expected: Array, tolerance: Tolerance) -> Comparison:
    array = as_array(answer)
    if array is None:
        return Comparison(Fault.KIND, expected_shape=expected.shape)
    if array.shape != expected.shape:
        return Comparison(Fault.SHAPE, expected_shape=expected.shape, answer_shape=array.shape)
    if _surely_close(array, expected, tolerance.atol):
        return Comparison(None, expected.shape, array.shape, size=expected.size)
    if "O" in (array.dtype.kind, expected.dtype.kind):
        return _decided(array, expected, _close_exactly(array, expected, tolerance))
    return _decided(array, expected, _close(array, expected, tolerance))


def _surely_close(array: Array, expected: Array, atol: float) -> bool:
    """Whether every entry is the same or within the absolute tolerance alone, as for most right answers.

    A difference that is finite says that both are; what is not finite fails here and is decided in `_close`.
    """
    if array.dtype != np.float64 or expected.dtype != np.float64 or not array.size:
        return False
    if array.tobytes() == expected.tobytes():
        return True
    with np.errstate(all="ignore"):
        return bool((np.abs(array - expected) <= atol).all())


def _close(array: Array, expected: Array, tolerance: Tolerance) -> npt.NDArray[np.bool_]:
    """Entry by entry, for arrays of one shape and machine numbers."""
    rtol, atol = tolerance.rtol, tolerance.atol
    if single_precision(array) and (rtol or atol):
        rtol, atol = max(rtol, SINGLE.rtol), max(atol, SINGLE.atol)
    with np.errstate(all="ignore"):
        relative = rtol * np.abs(expected)
        if expected.dtype.kind == "i" and rtol <= ROUNDING:
            relative = np.minimum(relative, NEIGHBOUR)
        slack = SUBTRACTION * np.abs(expected) if rtol or atol else 0
        near = np.abs(array - expected) <= atol + relative + slack
        finite = np.isfinite(array) & np.isfinite(expected)
        same = (array == expected) | (np.isnan(array) & np.isnan(expected))
    return np.asarray(np.where(finite, near, same), dtype=bool)


def _close_exactly(array: Array, expected: Array, tolerance: Tolerance) -> npt.NDArray[np.bool_]:
    """Entry by entry in exact arithmetic, where an integer is larger than a float can hold."""
    pairs = zip(array.flat, expected.flat, strict=True)
    flags = [_close_integers(entry, value, tolerance) for entry, value in pairs]
    return np.array(flags, dtype=bool).reshape(expected.shape)


def _close_integers(entry: Any, value: Any, tolerance: Tolerance) -> bool:
    if not (_finite(entry) and _finite(value)):
        return bool(entry == value)
    reference = _fraction(value)
    relative = Fraction(tolerance.rtol) * abs(reference)
    if tolerance.rtol <= ROUNDING and reference.denominator == 1:
        inexact = isinstance(entry, (float, np.floating))
        rounding = abs(reference) * Fraction(4 * np.finfo(float).eps) if inexact else Fraction(0)
        relative = min(relative, max(Fraction(NEIGHBOUR), rounding))
    return abs(_fraction(entry) - reference) <= Fraction(tolerance.atol) + relative


def _finite(entry: Any) -> bool:
    return isinstance(entry, (int, Fraction, np.integer)) or (
        not isinstance(entry, (complex, np.complexfloating)) and math.isfinite(entry)
    )


def _fraction(entry: Any) -> Fraction:
    return Fraction(entry.item() if isinstance(entry, np.generic) else entry)


def _decided(array: Array, expected: Array, close: npt.NDArray[np.bool_]) -> Comparison:
    wrong = int(close.size - np.count_nonzero(close))
    whole = Comparison(None, expected.shape, array.shape, size=close.size)
    if not wrong:
        return whole
    errors = np.where(close, -1.0, _errors(array, expected))
    worst = np.unravel_index(int(np.nanargmax(np.where(np.isnan(errors), np.inf, errors))), expected.shape)
    return replace(
        whole,
        fault=Fault.VALUE,
        wrong=wrong,
        worst=tuple(int(i) for i in worst),
        error=float(errors[worst]),
        found=_kinds(array, close),
    )


def _errors(array: Array, expected: Array) -> Array:
    """Relative errors, absolute where the reference is 0; enough digits for a report."""
    if "O" in (array.dtype.kind, expected.dtype.kind):
        pairs = zip(array.flat, expected.flat, strict=True)
        return np.array([_exact_error(entry, value) for entry, value in pairs]).reshape(expected.shape)
    with np.errstate(all="ignore"):
        size = np.abs(expected)
        return np.abs(array - expected) / np.where(size == 0, 1, size)


def _exact_error(entry: Any, value: Any) -> float:
    if not (_finite(entry) and _finite(value)):
        return math.inf
    reference = _fraction(value)
    ratio = abs(_fraction(entry) - reference) / (abs(reference) or 1)
    return float(min(ratio, Fraction(10**300)))


def _kinds(array: Array, close: npt.NDArray[np.bool_]) -> frozenset[str]:
    if array.dtype.kind == "O":
        return frozenset({"finite"})
    entries = array[~close]
    nans, infinities = np.isnan(entries), np.isinf(entries)
    kinds = {"nan": nans.any(), "inf": infinities.any(), "finite": (~nans & ~infinities).any()}
    return frozenset(kind for kind, there in kinds.items() if there)
