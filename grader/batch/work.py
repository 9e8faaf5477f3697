"""What one worker process does: keep a course and a box warm, and grade one submission after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

from grader.batch.cluster import home
from grader.errors import GraderError, SandboxError
from grader.grading.line import grade, ungraded
from grader.grading.packing import pack, unpack
from grader.model import Graded, Submission
from grader.rubric import Course
from grader.sandbox import open_runner
from grader.sandbox.runner import Runner

TRIES = 2


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker needs to know, the same for every submission of a run.

    Attributes:
        course: the course's folder.
        seed: what drawn cases are drawn from.
        strength: how strong the box must be.
        bundle: the digest of the course's bundle, where it was sent to another machine.
    """

    course: Path
    seed: int = 1
    strength: str = "best"
    bundle: str = ""

    @property
    def root(self) -> Path:
        """The course's folder here: where it lies, or where this machine unpacked its bundle."""
        return home(self.bundle) if self.bundle else self.course


@dataclass(frozen=True, slots=True)
class Done:
    """One submission, graded; `recording` is what its code answered, packed."""

    graded: Graded
    recording: bytes = field(repr=False, default=b"")


@dataclass(slots=True)
class Workshop:
    """A course and a warm box, kept by one process for as long as it lives."""

    bench: Bench
    course: Course
    runner: Runner | None = None
    lock: Lock = field(default_factory=Lock)

    def grade(self, submission: Submission, known: bytes = b"") -> Done:
        """Grade one submission; when the box fails it is opened anew, and only then is it our fault."""
        with self.lock:  # a cluster's worker may call from several threads
            return self._graded(submission, known)

    def _graded(self, submission: Submission, known: bytes) -> Done:
        recording = unpack(known) if known else None
        assignment = self.course.assignment(submission.assignment, seed=self.bench.seed)
        reference = self.course.reference(submission.assignment)
        for _ in range(TRIES):
            try:
                graded, record = grade(submission, assignment, reference, self._warm(), recording)
                return Done(graded, pack(record))
            except SandboxError as error:
                fault = error
                self.close()
        return Done(ungraded(submission, assignment, str(fault)))

    def close(self) -> None:
        """End the warm box; the next submission opens another."""
        runner, self.runner = self.runner, None
        if runner is not None:
            runner.close()

    def _warm(self) -> Runner:
        if self.runner is None:
            self.runner = open_runner(self.bench.strength, secrets=(self.bench.root,))
        return self.runner


@cache
def workshop(bench: Bench) -> Workshop:
    """This process's workshop for a run."""
    return Workshop(bench, Course(bench.root))


def grade_one(bench: Bench, submission: Submission, known: bytes = b"") -> Done:
    """What an executor calls, in a worker process or on another machine."""
    return workshop(bench).grade(submission, known)


def ready(bench: Bench) -> str:
    """Open this process's box and tell its strength; raises what stands in the way.

    Raises:
        GraderError: no box of the strength asked for can be had here.
    """
    try:
        return workshop(bench)._warm().strength  # noqa: SLF001 - the same object's owner
    except OSError as error:
        raise GraderError(f"the box can't be opened: {error}") from error
