"""The bytes of one message of the codec: written and read piece by piece, within limits."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from grader.errors import CodecError, TooLarge

COUNT = struct.Struct("<I")
MAX_INT_BYTES = 8192
"""Larger integers take quadratic time to print."""


@dataclass(frozen=True, slots=True)
class CodecLimits:
    """What one message may cost: its bytes, its nesting, and its values (an array counts as one)."""

    bytes: int = 64 << 20
    depth: int = 100
    elements: int = 1 << 20


DEFAULT_LIMITS = CodecLimits()


class ByteWriter:
    """Collects the pieces of one message and counts what they cost."""

    __slots__ = ("buffer", "elements", "limits", "most_bytes", "most_depth", "most_elements")

    def __init__(self, limits: CodecLimits) -> None:
        self.buffer = bytearray()
        self.limits = limits
        self.most_bytes, self.most_elements, self.most_depth = limits.bytes, limits.elements, limits.depth
        self.elements = 0

    def put(self, part: bytes) -> None:
        """Append bytes."""
        if len(self.buffer) + len(part) > self.most_bytes:  # before it is copied
            raise TooLarge(f"the value is larger than {self.limits.bytes} bytes")
        self.buffer += part

    def count(self, depth: int) -> None:
        """Account for one more value at this depth."""
        self.elements += 1
        if self.elements > self.most_elements:
            raise TooLarge(f"the value has more than {self.limits.elements} elements")
        if depth > self.most_depth:
            raise TooLarge(f"the value is nested more than {self.limits.depth} deep")

    def integer(self, value: int) -> None:
        """An int's size and digits."""
        size = value.bit_length() // 8 + 1
        if size > MAX_INT_BYTES:
            raise TooLarge(f"an integer has more than {MAX_INT_BYTES} bytes")
        self.put(COUNT.pack(size) + value.to_bytes(size, "little", signed=True))

    def text(self, value: str) -> None:
        """A text's size and UTF-8."""
        try:
            data = value.encode()
        except UnicodeEncodeError as error:
            raise CodecError("a text holds half of a surrogate pair") from error
        self.put(COUNT.pack(len(data)))
        self.put(data)  # by itself: a long one is refused before it is copied


class ByteReader:
    """Walks through the bytes of one message and counts what they cost."""

    __slots__ = (
        "data", "elements", "end", "generators", "key_work", "limits", "most_depth", "most_elements",
        "position", "tree_nodes",
    )  # fmt: skip

    def __init__(self, data: bytes, limits: CodecLimits, generators: bool = True) -> None:
        if len(data) > limits.bytes:
            raise TooLarge(f"the message is larger than {limits.bytes} bytes")
        self.data = bytes(data)
        self.end = len(self.data)
        self.limits = limits
        self.most_elements, self.most_depth = limits.elements, limits.depth
        self.generators = generators
        self.position = 0
        self.elements = 0
        self.tree_nodes = 0
        self.key_work = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        start = self.skip(size)
        return self.data[start : self.position]

    def skip(self, size: int) -> int:
        """Where the next bytes start; they are there, and the reader stands behind them."""
        start = self.position
        end = start + size
        if end > self.end:
            raise CodecError("the message ends too early")
        self.position = end
        return start

    def count(self) -> int:
        """A number of bytes or values that must still be there: each takes a byte at least."""
        start = self.position
        self.position = start = start + 4
        if start > self.end:
            raise CodecError("the message ends too early")
        count = int.from_bytes(self.data[start - 4 : start], "little")
        if count > self.end - start:
            raise CodecError("the message ends too early")
        return count

    def integer(self) -> int:
        """An int's size and digits."""
        size = self.count()
        if size > MAX_INT_BYTES:
            raise TooLarge(f"an integer has more than {MAX_INT_BYTES} bytes")
        return int.from_bytes(self.take(size), "little", signed=True)

    def text(self) -> str:
        """A text's size and UTF-8."""
        try:
            return str(self.take(self.count()), "utf-8")
        except UnicodeDecodeError as error:
            raise CodecError("a text is not UTF-8") from error
