"""A box that is opened only when something has to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from grader.model import Limits, Submission
from grader.sandbox.runner import Runner, Session


@dataclass(slots=True)
class Box:
    """One submission's box, opened at the first question and closed with the block."""

    runner: Runner
    submission: Submission
    limits: Limits
    _open: Session | None = field(default=None, init=False)

    def session(self) -> Session:
        """The open session.

        Raises:
            SandboxError: the box could not be made.
        """
        if self._open is None:
            self._open = self.runner.open(self.submission, self.limits)
        return self._open

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
