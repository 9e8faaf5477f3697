"""Who runs a submission: the protocol that every runner keeps, real or fake.

A `Runner` opens a box for one submission; the `Session` answers questions, several or one at a time. What
goes wrong with the student's code comes back as an Observation. Only a fault of ours raises.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from grader.model import NO_OUTPUT, Limits, Observation, Output, Probe, Submission


@dataclass(frozen=True, slots=True)
class Arrival:
    """How running the submission's top level went.

    Attributes:
        fault: what stopped it, None where it ran to its end; what was defined by then is still asked.
        output: what it printed meanwhile.
        seconds: how long it took.
        notes: what a reader of the report should know ("cell 3 was left out: it does not compile").
    """

    fault: Observation | None = None
    output: Output = NO_OUTPUT
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


class Closing(ABC):
    """What is closed with the block that it is opened in."""

    __slots__ = ()

    @abstractmethod
    def close(self) -> None:
        """End what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class Session(Protocol):
    """An open box with one submission in it."""

    @property
    def arrival(self) -> Arrival:
        """How its top level ran."""
        ...

    def ask(self, probes: Sequence[Probe], limits: Limits) -> tuple[Observation, ...]:
        """Ask in order; one Observation a probe. What kills the child costs its own question only.

        Raises:
            SandboxError: the box itself failed.
        """
        ...

    def close(self) -> None:
        """End every process of the submission and remove its folder."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...


class Runner(Protocol):
    """Opens boxes; owns whatever is kept warm between them."""

    @property
    def strength(self) -> str:
        """Which walls stand, in one line that a run records: "fork+landlock6+seccomp+rlimits+userns"."""
        ...

    def open(self, submission: Submission, limits: Limits) -> Session:
        """Put a submission into a fresh box and run its top level.

        Raises:
            SandboxError: the box could not be made.
        """
        ...

    def close(self) -> None:
        """End what is kept warm."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...
