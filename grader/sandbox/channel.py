"""Messages on a stream: a head with their length, number, flags and seconds, then a message of the codec.

    to the child     BOOT (main, files)                   then any number of   n (entry, how, args)
    from the child   LOCKED and ARRIVED (kind, fields)    then for each        n (kind, fields), or n value

`args` are a codec message of their own, a list: the child compares them afterwards with what it was given.
A value by itself (flag PLAIN) is the answer of a call that has nothing else to tell, as nearly all are.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

HEADER = struct.Struct("<IiBd")
PRINTED, PLAIN = 1, 2
"""Flags: something was printed, and a break follows it there; the body is a value and nothing else."""
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
        flags: PRINTED, PLAIN, both or none.
        seconds: how long an answer took, by the child's word.
    """

    number: int
    body: bytes
    flags: int = 0
    seconds: float = 0.0


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
        size, number, flags, seconds = HEADER.unpack_from(self._buffer)
        if size > self._limit:
            raise ValueError(f"a message of {size} bytes")
        end = HEADER.size + size
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            body = bytes(view[HEADER.size : end])
        del self._buffer[:end]
        return Message(number, body, flags, seconds)


def framed(number: int, body: bytes, flags: int = 0, seconds: float = 0.0) -> bytes:
    """A message as it goes over the stream."""
    return HEADER.pack(len(body), number, flags, seconds) + body
