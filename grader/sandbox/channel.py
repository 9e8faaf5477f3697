"""Messages on a stream: four bytes of length, then a codec message.

to the child     ("boot", main, files)                   then any number of (index, entry, how, args)
from the child   (-1, "arrived", fields)                 then one (index, kind, fields) for each
"""

from __future__ import annotations

import re
import struct

HEADER = struct.Struct("<I")
BREAK = re.compile(rb"\x00\x1e[0-9a-f]{8}\x1d\x00")
BREAK_SIZE = 12
"""Stands behind what one question printed. Who forges it mixes up nothing but their own output."""


def break_after(index: int) -> bytes:
    """What is printed behind the output of a question."""
    return b"\x00\x1e%08x\x1d\x00" % (index & 0xFFFFFFFF)


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

    def next(self) -> bytes | None:
        """The next whole message, or None where it is not all there yet.

        Raises:
            ValueError: it says that it is longer than the limit.
        """
        if len(self._buffer) < HEADER.size:
            return None
        size = HEADER.unpack_from(self._buffer)[0]
        if size > self._limit:
            raise ValueError(f"a message of {size} bytes")
        end = HEADER.size + size
        if len(self._buffer) < end:
            return None
        message = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return message


def framed(message: bytes) -> bytes:
    """A message with its length before it."""
    return HEADER.pack(len(message)) + message
