"""The trusted end of one child: sends questions, takes replies, bounds time and output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


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


class Link(Protocol):
    """One child."""

    def send(self, data: bytes) -> None:
        """Queue bytes for the child; they go out while `receive` waits."""
        ...

    def receive(self, until: float, budget: int) -> bytes | Halt:
        """The child's next message, waiting until a time of `time.monotonic`.

        Args:
            until: when to stop waiting.
            budget: how many bytes may be printed meanwhile.
        """
        ...

    def output(self) -> tuple[bytes, bytes]:
        """What was printed since the last call: stdout, stderr."""
        ...

    def cpu(self) -> float:
        """CPU seconds of the child so far; negative where that is not known."""
        ...

    def end(self) -> Ending:
        """Kill the child, wait until it is gone, tell how it ended."""
        ...
