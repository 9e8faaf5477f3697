"""Asks the functions of the running process: a notebook's own, the reference's, a test's.

There is no wall here: it is for code that its reader runs anyway. Arguments and answers pass through the
codec all the same, so what is seen is what a box would show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.model import Limits, Observation, Probe, Submission
from grader.sandbox.answering import Answerer
from grader.sandbox.replies import About, observe
from grader.sandbox.runner import Arrival, Closing
from grader.sandbox.tracing import Sources
from grader.values.codec import encode


class InProcessSession(Closing):
    """Answers from one namespace, in this process.

    Args:
        namespace: names with functions or values.
        arrival: how the top level is said to have run.
        sources: what is known of the files that the functions come from.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        arrival: Arrival | None = None,
        sources: Sources | None = None,
    ) -> None:
        self.arrival = arrival or Arrival()
        self._answerer = Answerer(namespace, sources or Sources(), interruptible=True)

    def ask(self, probes: Sequence[Probe], limits: Limits) -> tuple[Observation, ...]:
        """Ask in order; one Observation a probe. Nothing bounds what a question costs."""
        return tuple(self._one(probe, limits) for probe in probes)

    def _one(self, probe: Probe, limits: Limits) -> Observation:
        reply = self._answerer.answer(probe.entry, probe.how.value, encode(list(probe.args)))
        return observe(reply, About(probe.entry, limits, wall=float("inf")))

    def close(self) -> None:
        """Nothing is kept."""


class FakeRunner(Closing):
    """A runner without a box.

    Args:
        namespace: what every submission is taken to define: names with functions or values.
        submissions: namespaces by student, before `namespace`.
        arrivals: how a student's top level is said to have run.
    """

    strength = "none"

    def __init__(
        self,
        namespace: Mapping[str, Any] | None = None,
        *,
        submissions: Mapping[str, Mapping[str, Any]] | None = None,
        arrivals: Mapping[str, Arrival] | None = None,
    ) -> None:
        self._namespace = namespace or {}
        self._submissions = submissions or {}
        self._arrivals = arrivals or {}

    def open(self, submission: Submission, limits: Limits) -> InProcessSession:  # noqa: ARG002
        """A session that answers with this student's namespace."""
        namespace = self._submissions.get(submission.student, self._namespace)
        return InProcessSession(namespace, self._arrivals.get(submission.student))

    def close(self) -> None:
        """Nothing is kept."""
