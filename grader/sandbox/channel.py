"""Messages on a stream: a length, a number, whether something was printed, then a codec message.

    to the child     BOOT ("boot", main, files)               then any number of  n (entry, how, args)
    from the child   LOCKED or BROKEN, ARRIVED (kind, fields)  then for each       n (kind, fields)

`args` are a codec message of their own, a list: the child compares them afterwards with what it was given.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

HEADER = struct.Struct("<Ii?")
BOOT, ARRIVED, LOCKED = -3, -1, -2
"""The numbers of what is no question."""
BREAK = re.compile(rb"\x00\x1e[0-9a-f]{8}\x1d\x00")
BREAK_SIZE = 12
"""Stands behind what one question printed. Who forges it mixes up nothing but their own output."""


def break_after(index: int) -> bytes:
    """What is printed behind the output of a question."""
    return b"\x00\x1e%08x\x1d\x00" % (index & 0xFFFFFFFF)


class Message(NamedTuple):
    """One message.

    Attributes:
        number: which question it is or answers.
        body: bytes of the codec.
        printed: whether the child says that it printed something meanwhile: then a break follows it there.
    """

    number: int
    body: bytes
    printed: bool = False


class Frames:
    """Cuts a stream of bytes into messages.

    Args:
        limit: the longest message that is taken, in bytes.
    """

    def __init__(self, limit: int) -> None:
        self._buffer = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> None:
        """Add what arrived."""
        self._buffer += data

    def next(self) -> Message | None:
        """The next whole message, or None where it is not all there yet.

        Raises:
            ValueError: it says that it is longer than the limit.
        """
        if len(self._buffer) < HEADER.size:
            return None
        size, number, printed = HEADER.unpack_from(self._buffer)
        if size > self._limit:
            raise ValueError(f"a message of {size} bytes")
        end = HEADER.size + size
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            body = bytes(view[HEADER.size : end])
        del self._buffer[:end]
        return Message(number, body, printed)


def framed(number: int, body: bytes, *, printed: bool = False) -> bytes:
    """A message as it goes over the stream."""
    return HEADER.pack(len(body), number, printed) + body
