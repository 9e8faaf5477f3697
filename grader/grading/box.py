"""A box that is opened only when something has to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.model import Limits, Submission
from grader.sandbox.runner import Closing, Runner, Session


@dataclass(slots=True)
class Box(Closing):
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

    def close(self) -> None:
        """Close it, if it was opened."""
        session, self._open = self._open, None
        if session is not None:
            session.close()
