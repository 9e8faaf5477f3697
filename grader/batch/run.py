"""A whole run: many submissions in, a gradebook and its files out."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version

from grader.batch.work import Bench, Done, ready
from grader.batch.workers import Item, Lost, Workers
from grader.gradebook import Gradebook
from grader.grading.line import ungraded
from grader.model import Graded, Submission
from grader.rubric import Course

Progress = Callable[[Graded], None]


@dataclass(slots=True)
class Run:
    """What a run was asked to do, and what it records of itself.

    Attributes:
        course: the course's folder, opened.
        seed: what drawn cases are drawn from.
        strength: how strong the box must be: "best", "strict", "weak" or "none".
        jobs: worker processes.
        progress: called with each graded submission as it comes.
    """

    course: Course
    seed: int = 1
    strength: str = "best"
    jobs: int = 1
    progress: Progress = field(default=lambda _graded: None)

    def grade(self, submissions: Sequence[Submission]) -> Gradebook:
        """Grade them all, in any order; the gradebook has them by assignment and student.

        Raises:
            RubricError: a rubric is wrong; found before any student code is run.
            BoxTooWeak: fewer walls stand here than were asked for.
        """
        names = sorted({submission.assignment for submission in submissions})
        assignments = {name: self.course.assignment(name, seed=self.seed) for name in names}
        for name in names:
            self.course.reference(name)
        workers = Workers(self.bench, min(self.jobs, max(len(submissions), 1)))
        graded = [self._kept(one) for one in workers.run(Item(submission) for submission in submissions)]
        order = {(one.assignment, one.student): place for place, one in enumerate(submissions)}
        graded.sort(key=lambda one: order[one.assignment, one.student])
        return Gradebook(graded, [assignments[name] for name in names])

    @property
    def bench(self) -> Bench:
        """What every worker is told."""
        return Bench(self.course.root, self.seed, self.strength)

    def record(self) -> dict[str, object]:
        """What makes the run repeatable: seed, box, versions and digests."""
        return {
            "seed": self.seed,
            "sandbox": ready(self.bench),
            "versions": versions(),
            "digests": {name: dict(self.course.digests(name)) for name in self.course.names},
        }

    def _kept(self, one: Done | Lost) -> Graded:
        if isinstance(one, Lost):
            assignment = self.course.assignment(one.submission.assignment, seed=self.seed)
            graded = ungraded(one.submission, assignment, one.reason)
        else:
            graded = one.graded
        self.progress(graded)
        return graded


def versions() -> dict[str, str]:
    """The versions that a mark may depend on."""
    found = {"python": platform.python_version(), "platform": sys.platform}
    for package in ("numpy", "sympy", "ml-homework-grader"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def share(graded: Iterable[Graded]) -> Fraction:
    """What share of all the marks was earned, for the last line of a summary."""
    books = list(graded)
    available = sum((one.available for one in books), Fraction(0))
    return sum((one.raw for one in books), Fraction(0)) / available if available else Fraction(0)
