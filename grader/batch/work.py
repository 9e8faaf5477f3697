"""What one worker process does: keep a course and a box warm, and grade one submission after another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Lock

from grader.batch.cluster import home
from grader.errors import BoxTooWeak, GraderError, SandboxError
from grader.gradebook.results import dump_submission
from grader.grading.line import grade, only, ungraded
from grader.grading.packing import Packed, pack, unpack
from grader.model import Assignment, Graded, Submission
from grader.rubric import Course
from grader.sandbox import open_runner
from grader.sandbox.runner import Runner

TRIES = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker needs to know, the same for every submission of a run.

    Attributes:
        course: the course's folder.
        seed: what drawn cases are drawn from.
        strength: how strong the box must be.
        bundle: the digest of the course's bundle, where it was sent to another machine.
        parts: ask and mark these parts alone; all of them where empty.
    """

    course: Path
    seed: int = 1
    strength: str = "best"
    bundle: str = ""
    parts: tuple[str, ...] = ()

    @property
    def root(self) -> Path:
        """The course's folder here: where it lies, or where this machine unpacked its bundle."""
        return home(self.bundle) if self.bundle else self.course


@dataclass(frozen=True, slots=True)
class Done:
    """One submission, graded; `packed` is what its code answered, None where no box would hold it."""

    graded: Graded
    packed: Packed | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a worker sends home: the rows of the store as they are, so that nothing is packed twice.

    Attributes:
        text: the graded submission, as in results.json.
        strength: of the box.
        packed: what its code answered; None where no box would hold it.
    """

    text: str
    strength: str
    packed: Packed | None


@dataclass(slots=True)
class Workshop:
    """A course and a warm box, kept by one process for as long as it lives."""

    bench: Bench
    course: Course
    runner: Runner | None = None
    lock: Lock = field(default_factory=Lock)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    loaded: frozenset[str] = frozenset()

    def grade(self, submission: Submission, known: Packed | None = None) -> Done:
        """Grade one submission; when the box fails it is opened anew, and only then is it our fault."""
        with self.lock:  # a cluster's worker may call from several threads
            return self._graded(submission, known)

    def _graded(self, submission: Submission, known: Packed | None) -> Done:
        recording = unpack(known) if known else None
        assignment = self._asked(submission.assignment)
        reference = self.course.reference(submission.assignment)
        for _ in range(TRIES):
            try:
                graded, record = grade(submission, assignment, reference, self.ready(assignment), recording)
                return Done(graded, pack(record))
            except BoxTooWeak:
                raise
            except SandboxError as error:
                fault = error
                self.close()
        return Done(ungraded(submission, assignment, str(fault)))

    def close(self) -> None:
        """End the warm box; the next submission opens another."""
        runner, self.runner = self.runner, None
        if runner is not None:
            runner.close()

    def _asked(self, name: str) -> Assignment:
        """The assignment, or the parts of it that the run is about: one object for all, since it is a key."""
        if name not in self.assignments:
            whole = self.course.assignment(name, seed=self.bench.seed)
            self.assignments[name] = only(whole, self.bench.parts)
        return self.assignments[name]

    def ready(self, assignment: Assignment | None = None) -> Runner:
        """The warm box, with everything loaded that assignments so far asked for."""
        wanted = self.loaded.union(assignment.preload if assignment else ())
        if wanted != self.loaded:
            self.close()
        if self.runner is None:
            self.loaded = wanted
            self.runner = open_runner(self.bench.strength, secrets=(self.bench.root,), preload=sorted(wanted))
        return self.runner


@cache
def workshop(bench: Bench) -> Workshop:
    """This process's workshop for a run."""
    shop = Workshop(bench, Course(bench.root))
    Finalize(None, shop.close, exitpriority=1)  # a worker process runs no `atexit`
    return shop


def grade_one(
    bench: Bench, submission: Submission, digests: Mapping[str, str], known: Packed | None = None
) -> Sent:
    """What an executor calls, in a worker process or on another machine; `digests` go into the marks."""
    done = workshop(bench).grade(submission, known)
    graded = replace(done.graded, digests=dict(digests))
    return Sent(as_text(graded), graded.sandbox, done.packed)


def as_text(graded: Graded) -> str:
    """A graded submission as the store keeps it."""
    return json.dumps(dump_submission(graded), ensure_ascii=False)


def strength_here(bench: Bench) -> str:
    """How strong the box is in a worker process or on another machine; raises what stands in its way.

    Raises:
        GraderError: no box of the strength asked for can be had there.
    """
    shop = workshop(bench)
    try:
        return shop.ready().strength
    except BoxTooWeak:
        raise
    except SandboxError:  # as with a submission: it may have been killed, so once more
        shop.close()
        return shop.ready().strength
    except OSError as error:
        raise GraderError(f"the box can't be opened: {error}") from error
