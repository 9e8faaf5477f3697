"""What a run is about: some students, some parts, or what failed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from grader.errors import UsageError
from grader.model import Assignment, Graded, Submission, Verdict

NOT_CHOSEN = Graded("", "", (), Fraction(0), Fraction(0), Fraction(0))
"""Stands for a submission that the run is not about, and that nothing is kept of."""
FAILED = (
    Verdict.UNGRADED,
    Verdict.TIMED_OUT,
    Verdict.OUT_OF_MEMORY,
    Verdict.OUTPUT_LIMIT,
    Verdict.CRASHED,
)
"""What `--only-failed` asks again: no answer came, for a reason that may have been the machine's."""


@dataclass(frozen=True, slots=True)
class Only:
    """Whom and what a run is about; empty means everybody and everything.

    Attributes:
        students: their ids; the others keep the marks that they have.
        parts: ids of parts; the run's gradebook holds these alone.
        failed: only submissions with a part that got no answer or was not graded; they are asked again.
    """

    students: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    failed: bool = False

    def about(self, submission: Submission, kept: Graded | None) -> bool:
        """Whether a submission is to be graded, given its marks of before."""
        if self.students and submission.student not in self.students:
            return False
        return not self.failed or kept is None or any(one.verdict in FAILED for one in kept.marks)

    def examine(self, submissions: Sequence[Submission], assignments: Iterable[Assignment]) -> None:
        """See that everyone and everything named is there.

        Raises:
            UsageError: it is not; a near miss is named.
        """
        _all_there("student", self.students, {one.student for one in submissions})
        _all_there("part", self.parts, {part.id for one in assignments for part in one.parts})


def _all_there(what: str, named: Sequence[str], known: set[str]) -> None:
    for name in named:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known)[:10])}"
            raise UsageError(f"there is no {what} {name!r}", hint=hint)
