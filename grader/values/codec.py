"""The format that crosses the wall of the box: bounded, tagged, and nothing but data.

A message is four bytes of magic and version, then one value; a value is one byte of tag and its content,
integers little-endian. Any bytes decode to a value or raise `CodecError`, in bounded time and memory.

    N T F        None, True, False          t l          tuple, list: count, values
    i            int: size, two's           d            dict: count, key and value in turn
                 complement                 A            array: dtype, dimensions, shape, data
    f c          float, complex             a            NumPy scalar: dtype, data
    s b          text (UTF-8), bytes        G            a seeded Generator: the seed
                                            S            a SymPy object as a tree (`values.trees`)

Types are exact: a subclass may lie about everything, so it is refused. There is no longdouble, whose
layout differs between machines.
"""

from __future__ import annotations

import hashlib
import math
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.errors import CodecError, TooLarge
from grader.values.stream import COUNT, DEFAULT_LIMITS, ByteReader, ByteWriter, CodecLimits

__all__ = ["CodecError", "CodecLimits", "Seeded", "TooLarge", "decode", "digest", "encode"]

MAGIC = b"GV\x93\x01"
MAX_DIMENSIONS = 32
_KEY_WORK = 1 << 28
"""Keys with chosen hashes make a dict quadratic: number of keys times their bytes, all dicts together."""

_FLOAT = struct.Struct("<d")
_COMPLEX = struct.Struct("<dd")
_SHAPE = struct.Struct("<Q")
_DTYPES: Mapping[bytes, np.dtype[Any]] = MappingProxyType(
    {
        name.encode(): np.dtype(name)
        for name in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
    }
)
_BOOL = _DTYPES[b"b1"]
_DTYPE_CODES = MappingProxyType({dtype: code.ljust(3) for code, dtype in _DTYPES.items()})


@dataclass(frozen=True, slots=True)
class Seeded:
    """Stands for `numpy.random.default_rng(seed)` among arguments: each reader gets a fresh Generator."""

    seed: int

    def __str__(self) -> str:
        """As a student would write it."""
        return f"numpy.random.default_rng({self.seed})"


def encode(value: object, limits: CodecLimits = DEFAULT_LIMITS) -> bytes:
    """The bytes that stand for a value.

    Raises:
        CodecError: it holds something that is not data.
        TooLarge: it lies outside the limits (also where it holds itself).
    """
    writer = Writer(limits)
    if type(value) is np.ndarray and limits.elements:  # a large one is copied twice this way, not three times
        return b"".join((MAGIC, writer.head(value), _little(value)))
    writer.put(MAGIC)
    writer.value(value, 0)
    return bytes(writer.buffer)


def decode(data: bytes, limits: CodecLimits = DEFAULT_LIMITS, *, generators: bool = True) -> Any:
    """The value that these bytes stand for, built afresh; arrays are writable and own their memory.

    Args:
        data: a whole message.
        limits: what it may cost.
        generators: whether a seeded Generator may occur (in arguments, never in an answer).

    Raises:
        CodecError: the bytes are not a message.
        TooLarge: they lie outside the limits.
    """
    reader = Reader(data, limits, generators)
    if reader.data[: len(MAGIC)] != MAGIC:
        raise CodecError("this is not a message of this format and version")
    reader.position = len(MAGIC)
    value = reader.value(0)
    if reader.position != reader.end:
        raise CodecError("there are bytes after the end of the message")
    return value


def digest(value: object, limits: CodecLimits = DEFAULT_LIMITS) -> str:
    """SHA-256 of the encoding, in hexadecimal; dicts count in the order they were filled."""
    return hashlib.sha256(encode(value, limits)).hexdigest()


class Writer(ByteWriter):
    """Writes whole values with their tags."""

    def value(self, value: object, depth: int) -> None:
        """One value with its tag."""
        self.count(depth)
        kind = type(value)
        write = _WRITERS.get(kind)
        if write is not None:
            write(self, value, depth)
        elif issubclass(kind, np.generic) and kind.__module__ == "numpy":
            _write_scalar(self, value, depth)
        elif "sympy" in sys.modules and _trees().is_tree(value):
            self.put(b"S")
            _trees().write(self, value, depth)
        else:
            raise CodecError(f"a value of type {kind.__name__!r} is not data")

    def array(self, array: np.ndarray[Any, Any]) -> None:
        """An array with its dtype and shape."""
        self.put(self.head(array))
        self.put(_little(array))

    def head(self, array: np.ndarray[Any, Any]) -> bytes:
        """What stands before an array's numbers, which are not too many."""
        head = _head(array.dtype, array.shape)
        if (
            array.nbytes + len(head) + len(self.buffer) + len(MAGIC) > self.most_bytes
        ):  # before a view is laid out
            raise TooLarge(f"an array is larger than {self.limits.bytes} bytes")
        return head


@lru_cache(maxsize=256)
def _head(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """What stands before the numbers of an array."""
    if len(shape) > MAX_DIMENSIONS:
        raise TooLarge(f"an array has more than {MAX_DIMENSIONS} dimensions")
    return b"".join((b"A", _dtype_code(dtype), bytes([len(shape)]), *map(_SHAPE.pack, shape)))


def _little(array: Any) -> bytes:
    """The numbers in C order, little-endian."""
    if array.dtype.isnative and sys.byteorder == "little":
        data: bytes = array.tobytes()
        return data
    return np.asarray(array).astype(array.dtype.newbyteorder("<")).tobytes()


def _write_scalar(writer: Writer, value: Any, _depth: int) -> None:
    writer.put(b"a" + _dtype_code(value.dtype) + _little(value))


def _dtype_code(dtype: np.dtype[Any]) -> bytes:
    code = _DTYPE_CODES.get(dtype) or _DTYPE_CODES.get(dtype.newbyteorder("="))
    if code is None:
        raise CodecError(f"an array of dtype {str(dtype)[:40]!r} is not plain numbers")
    return code


def _trees() -> Any:
    from grader.values import trees

    return trees


def _write_int(writer: Writer, value: Any, _depth: int) -> None:
    writer.put(b"i")
    writer.integer(value)


def _write_text(writer: Writer, value: Any, _depth: int) -> None:
    writer.put(b"s")
    writer.text(value)


def _write_sequence(writer: Writer, value: Any, depth: int) -> None:
    writer.put((b"t" if type(value) is tuple else b"l") + COUNT.pack(len(value)))
    for item in value:
        writer.value(item, depth + 1)


def _write_dict(writer: Writer, value: Any, depth: int) -> None:
    writer.put(b"d" + COUNT.pack(len(value)))
    for key, item in value.items():
        writer.value(key, depth + 1)
        writer.value(item, depth + 1)


def _write_bytes(writer: Writer, value: Any, _depth: int) -> None:
    writer.put(b"b" + COUNT.pack(len(value)))
    writer.put(value)


def _write_seed(writer: Writer, value: Any, _depth: int) -> None:
    if type(value.seed) is not int or value.seed < 0:
        raise CodecError("a seed is an integer, zero or more")
    writer.put(b"G")
    writer.integer(value.seed)


_WRITERS: Mapping[type, Callable[[Writer, Any, int], None]] = MappingProxyType(
    {
        type(None): lambda writer, _value, _depth: writer.put(b"N"),
        bool: lambda writer, value, _depth: writer.put(b"T" if value else b"F"),
        int: _write_int,
        float: lambda writer, value, _depth: writer.put(b"f" + _FLOAT.pack(value)),
        complex: lambda writer, value, _depth: writer.put(b"c" + _COMPLEX.pack(value.real, value.imag)),
        str: _write_text,
        bytes: _write_bytes,
        tuple: _write_sequence,
        list: _write_sequence,
        dict: _write_dict,
        Seeded: _write_seed,
        np.ndarray: lambda writer, value, _depth: writer.array(value),
        **{dtype.type: _write_scalar for dtype in _DTYPES.values()},
    }
)


class Reader(ByteReader):
    """Reads whole values by their tags."""

    def value(self, depth: int) -> Any:
        """One value with its tag."""
        self.elements += 1
        if self.elements > self.most_elements:
            raise TooLarge(f"the message has more than {self.limits.elements} elements")
        if depth > self.most_depth:
            raise TooLarge(f"the message is nested more than {self.limits.depth} deep")
        tag = self.data[self.skip(1)]
        read = _READERS.get(tag)
        if read is None:
            raise CodecError(f"unknown tag {bytes([tag])!r}")
        return read(self, depth)


def _read_sequence(reader: Reader, depth: int) -> list[Any]:
    return [reader.value(depth + 1) for _ in range(reader.count())]


def _read_dict(reader: Reader, depth: int) -> dict[Any, Any]:
    count = reader.count()
    pairs, key_bytes = [], 0
    for _ in range(count):
        start = reader.position
        key = reader.value(depth + 1)
        if type(key) not in (str, bytes):  # whose hashes nobody can choose
            key_bytes += reader.position - start
        pairs.append((key, reader.value(depth + 1)))
    reader.key_work += count * key_bytes
    if reader.key_work > _KEY_WORK:
        raise TooLarge("a dict has too many keys that are not text")
    try:
        result = dict(pairs)
    except TypeError as error:
        raise CodecError("a key of a dict can't be a key") from error
    if len(result) != count:
        raise CodecError("a dict has the same key twice")
    return result


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the head of an array says.

    Attributes:
        dtype: of the numbers, in the message's byte order.
        shape: of the array.
        size: of the numbers in bytes.
        extent: their size where no length counts as less than 1.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    size: int
    extent: int


@lru_cache(maxsize=256)
def _layout(head: bytes) -> _Layout:
    """Read a head: dtype, dimensions, shape."""
    dtype, dimensions = _DTYPES.get(head[:3].rstrip()), head[3]
    if dtype is None:
        raise CodecError("unknown dtype")
    if dimensions > MAX_DIMENSIONS:
        raise CodecError(f"an array has more than {MAX_DIMENSIONS} dimensions")
    shape = tuple(length for (length,) in _SHAPE.iter_unpack(head[4:]))
    extent = math.prod((max(length, 1) for length in shape), start=dtype.itemsize)
    little = dtype if sys.byteorder == "little" else dtype.newbyteorder("<")
    return _Layout(little, shape, math.prod(shape, start=dtype.itemsize), extent)


def _read_numbers(reader: Reader, layout: _Layout) -> np.ndarray[Any, Any]:
    start = reader.skip(layout.size)
    if not layout.size:
        return np.empty(layout.shape, layout.dtype)
    if layout.dtype == _BOOL:  # a byte other than 0 and 1 would be a third truth
        return (np.frombuffer(reader.data, np.uint8, layout.size, start) != 0).reshape(layout.shape)
    view: np.ndarray[Any, Any] = np.ndarray(layout.shape, layout.dtype, reader.data, start)
    return view.astype(layout.dtype.newbyteorder("=")) if sys.byteorder == "big" else view.copy()


def _read_array(reader: Reader, _depth: int) -> np.ndarray[Any, Any]:
    start = reader.skip(4)
    reader.skip(8 * reader.data[start + 3])
    layout = _layout(reader.data[start : reader.position])
    if layout.extent > reader.limits.bytes:  # an empty array may still be absurdly long
        raise TooLarge(f"an array is larger than {reader.limits.bytes} bytes")
    return _read_numbers(reader, layout)


def _read_scalar(reader: Reader, _depth: int) -> Any:
    return _read_numbers(reader, _layout(reader.take(3) + b"\0"))[()]


def _read_seed(reader: Reader, _depth: int) -> np.random.Generator:
    if not reader.generators:
        raise CodecError("a generator is not an answer")
    seed = reader.integer()
    if seed < 0:
        raise CodecError("a seed is zero or more")
    return np.random.default_rng(seed)


_READERS: Mapping[int, Callable[[Reader, int], Any]] = {
    ord(tag): read
    for tag, read in {
        b"N": lambda _reader, _depth: None,
        b"T": lambda _reader, _depth: True,
        b"F": lambda _reader, _depth: False,
        b"i": lambda reader, _depth: reader.integer(),
        b"f": lambda reader, _depth: _FLOAT.unpack_from(reader.data, reader.skip(8))[0],
        b"c": lambda reader, _depth: complex(*_COMPLEX.unpack_from(reader.data, reader.skip(16))),
        b"s": lambda reader, _depth: reader.text(),
        b"b": lambda reader, _depth: reader.take(reader.count()),
        b"t": lambda reader, depth: tuple(_read_sequence(reader, depth)),
        b"l": _read_sequence,
        b"d": _read_dict,
        b"A": _read_array,
        b"a": _read_scalar,
        b"G": _read_seed,
        b"S": lambda reader, depth: _trees().read(reader, depth),
    }.items()
}
