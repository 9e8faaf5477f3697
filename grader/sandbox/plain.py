"""Makes what a student's function returned into plain data, and says how.

Runs beside the student's code, so whatever an object says of itself is only an answer. Methods are taken
from the exact base classes, never from the object.
"""

from __future__ import annotations

import sys
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from grader.errors import CodecError, TooLarge

MAX_DEPTH = 90
MAX_ITEMS = 1 << 20
_EXACT = frozenset({type(None), bool, int, float, complex, str, bytes})
_BASES: tuple[tuple[type, Any], ...] = (
    (int, int.__pos__),
    (float, float.__pos__),
    (complex, complex.__pos__),
    (bytes, lambda value: b"".join((value,))),
    (bytearray, bytes),
)
_STREAMS: tuple[Any, ...] = (Iterator, deque, type({}.keys()), type({}.values()))
_LONG = {"g": np.float64, "G": np.complex128}


def plain(value: object) -> tuple[object, str]:
    """The value as data of the codec, and a note where something had to be changed for that.

    Raises:
        CodecError: it is not data; the message says what it is, to stand after "gives".
        TooLarge: it is nested too deeply.
    """
    notes: list[str] = []
    return _plain(value, notes, 0), "; ".join(dict.fromkeys(notes))


def drawn(value: Any) -> Any:
    """What a function returned, a generator or another iterator as the list of what it gives.

    Raises:
        TooLarge: it gives more than an answer may hold.
    """
    if type(value) in _EXACT or not isinstance(value, _STREAMS):
        return value
    items = list(islice(value, MAX_ITEMS + 1))
    if len(items) > MAX_ITEMS:
        raise TooLarge(f"the answer has more than {MAX_ITEMS} items")
    return items


def _plain(value: Any, notes: list[str], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise TooLarge(f"the answer is nested more than {MAX_DEPTH} deep")
    value = drawn(value)
    kind = type(value)
    if kind is str:
        return _text(value, notes)
    if kind in _EXACT:
        return value
    if issubclass(kind, np.ndarray):
        return _array(value, notes, depth)
    if issubclass(kind, np.generic):
        return _scalar(value, notes)
    if issubclass(kind, list | tuple | dict) and _length(value) > MAX_ITEMS:
        raise TooLarge(f"the answer has more than {MAX_ITEMS} items")
    if issubclass(kind, list | tuple):
        return _sequence(value, notes, depth)
    if issubclass(kind, dict):
        return {
            _plain(key, notes, depth + 1): _plain(item, notes, depth + 1) for key, item in dict.items(value)
        }
    return _other(value, kind, notes, depth)


def _length(value: Any) -> int:
    base = next(base for base in (list, tuple, dict) if isinstance(value, base))
    return base.__len__(value)


def _other(value: Any, kind: type, notes: list[str], depth: int) -> Any:
    for base, make in _BASES:
        if issubclass(kind, base):
            return make(value)
    if issubclass(kind, str):
        return _text(str.__str__(value), notes)
    if kind is range:
        return _sequence(list(value[: MAX_ITEMS + 1]), notes, depth)
    if kind in (Fraction, Decimal):
        notes.append(f"a {kind.__name__}, made a float")
        return float(value)
    if "sympy" in sys.modules:
        found = _symbolic(value, kind, notes, depth)
        if found is not None:
            return found
    if is_dataclass(kind):
        notes.append(f"a {kind.__name__[:40]}, made a tuple of its fields")
        return tuple(_plain(getattr(value, one.name, None), notes, depth + 1) for one in fields(value))
    if kind in (array, memoryview) or (hasattr(kind, "__array__") and kind.__module__ != "builtins"):
        notes.append(f"a {kind.__name__[:40]}, made an array")
        return _array(np.asarray(value), notes, depth)
    raise CodecError(describe(value))


def _text(value: str, notes: list[str]) -> str:
    if value.isascii():
        return value
    clean = value.encode("utf-8", "replace").decode()
    if clean != value:
        notes.append("a text, halves of surrogate pairs replaced")
    return clean


def _sequence(value: Any, notes: list[str], depth: int) -> Any:
    if issubclass(type(value), tuple):
        return tuple(_plain(item, notes, depth + 1) for item in tuple.__iter__(value))
    return [_plain(item, notes, depth + 1) for item in list.__iter__(value)]


def _array(value: Any, notes: list[str], depth: int) -> Any:
    if type(value) is not np.ndarray:
        if isinstance(value, np.ma.MaskedArray):
            notes.append("a masked array, its mask dropped")
        elif not isinstance(value, np.matrix):
            notes.append("a subclass of ndarray, made an ndarray")
        value = np.ndarray.view(value, np.ndarray)
    if value.dtype.char in _LONG:
        notes.append("long double, rounded to double")
        return value.astype(_LONG[value.dtype.char])
    if value.dtype.kind in "biufc":
        return value
    if value.dtype.kind != "O":
        text = value.dtype.kind in "US"
        raise CodecError("an array of text" if text else f"an array of dtype {str(value.dtype)[:40]}")
    return _objects(value, notes, depth)


def _objects(value: Any, notes: list[str], depth: int) -> Any:
    """An array of objects: of numbers where all of them are, else nested lists."""
    if value.size > MAX_ITEMS:
        raise TooLarge("the answer is an array of more than a million objects")
    items = _plain(value.tolist(), notes, depth + 1)
    try:
        made = np.array(items)
    except (ValueError, OverflowError):
        return items
    if made.dtype.kind in "biufc" and made.shape == value.shape:
        notes.append("an array of objects, made numbers")
        return made
    return items


def _scalar(value: Any, notes: list[str]) -> Any:
    if value.dtype.char in _LONG:
        notes.append("long double, rounded to double")
        return _LONG[value.dtype.char](value)
    if value.dtype.kind in "biufc":
        return np.asarray(value)[()]
    if value.dtype.kind in "US":
        return value.item()
    raise CodecError(f"a NumPy scalar of dtype {str(value.dtype)[:40]}")


def _symbolic(value: Any, kind: type, notes: list[str], depth: int) -> Any:
    """SymPy's own objects as they are, in the forms that the codec knows."""
    import sympy

    if issubclass(kind, sympy.Basic | sympy.MatrixBase) and not issubclass(kind, sympy.NDimArray):
        if issubclass(kind, sympy.MatrixBase) and kind not in (sympy.Matrix, sympy.ImmutableMatrix):
            return sympy.Matrix(value.rows, value.cols, list(value))
        return value
    if issubclass(kind, sympy.NDimArray):
        return _plain(value.tolist(), notes, depth + 1)
    return None


def describe(value: object) -> str:
    """What it is, in words that stand after "gives": "a function", "an object of …"."""
    kind = type(value)
    if isinstance(value, type):
        return "a class"
    if callable(value) and kind.__name__ in ("function", "method", "builtin_function_or_method", "ufunc"):
        return "a function"
    if value is ...:
        return "nothing yet but `...`"
    if kind in (set, frozenset):
        return f"a {kind.__name__}, which has no order"
    name = kind.__name__[:60]
    if kind.__module__ in ("builtins", "numpy", "numpy.random._generator"):
        return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
    return f"an object of class {name}"
