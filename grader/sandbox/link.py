"""The trusted end of one child: sends questions, takes replies, bounds time and output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from grader.sandbox.channel import BREAK, BREAK_SIZE, Message, break_after

WINDOW = 64
"""How many questions may be under way in one child."""
WINDOW_BYTES = 1 << 20
"""How much of them is sent ahead, besides the next one."""


class Halt(Enum):
    """Why no message came."""

    LATE = "late"
    GONE = "gone"
    FLOODED = "flooded"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended, as the kernel tells.

    Attributes:
        status: the wait status: an exit code times 256, or a signal.
        cpu: CPU seconds.
        rss_mb: the most memory it held, in MiB.
        why: "written" where it was ended for what it wrote.
    """

    status: int = 0
    cpu: float = 0.0
    rss_mb: int = 0
    why: str = ""


class Printed:
    """What came out of one stream of a child, cut where one question's ends.

    The child may be some questions ahead of us; a forged break gains nothing, since all of it is bounded.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._open = 0

    def feed(self, data: bytes) -> None:
        """Add what arrived."""
        self._buffer += data
        self._open += len(data)
        for found in BREAK.finditer(self._buffer, max(0, len(self._buffer) - len(data) - BREAK_SIZE)):
            self._open = len(self._buffer) - found.end()

    def is_over(self, budget: int) -> bool:
        """Whether one question printed more than it may, or all of them that can be under way."""
        return self._open > budget or len(self._buffer) > budget * WINDOW

    def has(self, index: int) -> bool:
        """Whether everything that a question printed is here."""
        return break_after(index) in self._buffer

    def take(self, index: int | None) -> bytes:
        """What a question and those before it printed, or all that is left."""
        end = len(self._buffer)
        if index is not None:
            mark = break_after(index)
            end = self._buffer.rfind(mark) + len(mark)
            if end < len(mark):
                return b""
        data = BREAK.sub(b"", bytes(self._buffer[:end]))
        del self._buffer[:end]
        return data


class Link(Protocol):
    """One child."""

    def send(self, data: bytes) -> None:
        """Queue bytes for the child; they go out while `receive` waits."""
        ...

    def receive(self, until: float, budget: int, ahead: int = 1) -> Message | Halt:
        """The child's next message, waiting until a time of `time.monotonic`.

        Args:
            until: when to stop waiting.
            budget: how many bytes one question may print.
            ahead: how many questions are under way: their answers may be fetched together.
        """
        ...

    def output(self, index: int | None, *, last: bool = False) -> tuple[bytes, bytes]:
        """What a question printed that was just answered: stdout, stderr.

        Args:
            index: the question; None for all that is left of a child that ended.
            last: no other is under way, so whatever came after belongs to it too.
        """
        ...

    def cpu(self) -> float:
        """CPU seconds of the child so far; negative where that is not known."""
        ...

    def end(self) -> Ending:
        """Kill the child, wait until it is gone, tell how it ended."""
        ...
