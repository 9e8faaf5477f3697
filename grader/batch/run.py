"""A whole run: many submissions in, a gradebook and its files out, and everything kept on the way."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from grader.batch.cluster import bundle, dask_executor, digest_of
from grader.batch.desk import answer_digests, decide, decided, find_part, whose
from grader.batch.store import Store, submission_digest
from grader.batch.work import Bench, Done, ready
from grader.batch.workers import Item, Lost, Workers
from grader.errors import StoreError
from grader.gradebook import Gradebook
from grader.gradebook.results import dump_submission, load_submission
from grader.grading.decisions import Decision
from grader.grading.line import mark, ungraded
from grader.grading.packing import pack, unpack
from grader.model import Assignment, Graded, Submission
from grader.rubric import Course

Progress = Callable[[Graded, bool], None]
STORE = "run.sqlite"


@dataclass(slots=True)
class Run:
    """What a run was asked to do, and what it records of itself.

    Attributes:
        course: the course's folder, opened.
        out: where the run is written; everything graded is kept there as it comes.
        seed: what drawn cases are drawn from.
        strength: how strong the box must be: "best", "strict", "weak" or "none".
        jobs: worker processes.
        force: ask and mark again what is kept already.
        cluster: `dask://host:port`, to grade on other machines.
        progress: called with each graded submission as it comes, and whether it was kept from before.
    """

    course: Course
    out: Path
    seed: int = 1
    strength: str = "best"
    jobs: int = 1
    force: bool = False
    cluster: str = ""
    progress: Progress = field(default=lambda _graded, _kept: None)

    @classmethod
    def again(cls, course: Course, out: Path) -> Self:
        """The run in a folder, with the seed it was made with.

        Raises:
            UsageError: there is none.
        """
        return cls(course, out, seed=int(str(Gradebook.read(out).run.get("seed", 1))))

    def grade(self, submissions: Sequence[Submission]) -> Gradebook:
        """Grade them, and write the run: only what is not kept yet is asked of students' code.

        Raises:
            RubricError: a rubric is wrong; found before any student code is run.
            BoxTooWeak: fewer walls stand here than were asked for.
            StoreError: the run can't be kept.
        """
        assignments = self._assignments(submissions)
        record = self.record(tuple(assignments))
        with Store.open(self.out / STORE) as store:
            number = store.start("grade", record)
            machine = list(self._graded(store, submissions, assignments, str(record["sandbox"])))
            graded = decided(store, machine, submissions, assignments)
            store.finish(number)
        return self._written(graded, assignments, record)

    def remark(self) -> Gradebook:
        """Mark again from what was recorded, without running any student code.

        Raises:
            StoreError: nothing was recorded at `out`.
        """
        if not (self.out / STORE).exists():
            raise StoreError(f"there is no run in {self.out}", hint="run `grader grade` first")
        with Store.open(self.out / STORE) as store:
            recorded = list(store.submissions())
            assignments = self._assignments([submission for submission, _ in recorded])
            record = self.record(tuple(assignments), box=recorded[0][1] if recorded else "")
            number = store.start("remark", record)
            machine = [
                self._marked_again(store, submission, strength, assignments[submission.assignment])
                for submission, strength in recorded
            ]
            graded = decided(store, machine, [one for one, _ in recorded], assignments)
            store.finish(number)
        return self._written(graded, assignments, record)

    def decide(
        self,
        student: str,
        part: str,
        marks: Fraction | None,
        *,
        reason: str,
        who: str = "",
        assignment: str | None = None,
    ) -> Decision:
        """Keep a person's word on one part, and write the run with it; None takes an earlier one back.

        Raises:
            UsageError: no such part, or more marks than it has.
        """  # fmt: skip
        one, available = find_part(Gradebook.read(self.out).graded, student, part, assignment)
        decision = Decision(one.assignment, student, part, marks, reason, who)
        with Store.open(self.out / STORE) as store:
            asked = self.course.assignment(one.assignment, seed=self.seed)
            submission = store.submission(*whose(one))
            digests = answer_digests(store, submission, asked, one.sandbox) if submission else {}
            kept = decide(store, decision, available, digests)
        self.settle()
        return kept

    def settle(self) -> Gradebook:
        """Write the run anew with people's decisions as they are now; nothing is asked or marked.

        Raises:
            UsageError: there is no run in `out`.
            StoreError: its store can't be read.
        """
        book = Gradebook.read(self.out)
        with Store.open(self.out / STORE) as store:
            machine = [_by_itself(store, one) for one in book.graded]
            made = store.decisions()
            found = [store.submission(*key) for key in made]
            submissions = [one for one in found if one is not None]
            graded = decided(store, machine, submissions, self._assignments(submissions))
        settled = Gradebook(graded, book.assignments, book.run)
        settled.write(self.out)
        return settled

    @property
    def bench(self) -> Bench:
        """What every worker is told."""
        return Bench(self.course.root, self.seed, self.strength)

    def record(self, names: Sequence[str], box: str | None = None) -> dict[str, object]:
        """What makes the run repeatable: seed, box, versions and digests."""
        return {
            "seed": self.seed,
            "sandbox": ready(self.bench) if box is None else box,
            "versions": versions(),
            "digests": {name: dict(self.course.digests(name)) for name in names},
        }

    def under(self, name: str) -> str:
        """The digest of everything but the submission that a mark depends on."""
        parts = [self.seed, dict(self.course.digests(name)), versions()]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _assignments(self, submissions: Sequence[Submission]) -> dict[str, Assignment]:
        names = sorted({submission.assignment for submission in submissions})
        for name in names:
            self.course.reference(name)
        return {name: self.course.assignment(name, seed=self.seed) for name in names}

    def _graded(
        self, store: Store, submissions: Sequence[Submission], assignments: dict[str, Assignment], box: str
    ) -> Iterator[Graded]:
        under = {name: self.under(name) for name in assignments}
        todo: list[Item] = []
        for submission in submissions:
            kept = None if self.force else self._kept(store, submission, under[submission.assignment])
            if kept is None:
                todo.append(self._item(store, submission, box))
            else:
                self.progress(kept, True)
                yield kept
        workers = self._workers(len(todo))
        for submission, one in workers.run(todo):
            if isinstance(one, Lost):
                lost = ungraded(submission, assignments[submission.assignment], one.reason)
                graded = self._signed(lost, submission)
            else:
                graded = self._signed(one.graded, submission)
                self._keep(store, submission, replace(one, graded=graded), under[submission.assignment])
            self.progress(graded, False)
            yield graded

    def _workers(self, items: int) -> Workers:
        if not self.cluster:
            return Workers(self.bench, min(self.jobs, max(items, 1)))
        bench = replace(self.bench, bundle=digest_of(bundle(self.course.root)))
        return Workers(bench, self.jobs, dask_executor(self.cluster, self.course.root))

    def _signed(self, graded: Graded, submission: Submission) -> Graded:
        """With the digests of what the marks depend on, so that two runs can be told apart by cause."""
        course = self.course.digests(submission.assignment)
        return replace(graded, digests={"submission": submission_digest(submission), **course})

    def _kept(self, store: Store, submission: Submission, under: str) -> Graded | None:
        outcome = store.outcome(submission.assignment, submission.student)
        if outcome is None or outcome[:2] != (submission_digest(submission), under):
            return None
        graded = load_submission(json.loads(outcome[2]))
        return None if graded.ungraded else graded

    def _item(self, store: Store, submission: Submission, box: str) -> Item:
        recording = None if self.force else store.recording(submission_digest(submission), box)
        return Item(submission, pack(recording) if recording is not None else b"")

    def _keep(self, store: Store, submission: Submission, one: Done, under: str) -> None:
        if one.recording:
            text = json.dumps(dump_submission(one.graded), ensure_ascii=False)
            store.keep(submission, one.graded.sandbox, unpack(one.recording), text, under)

    def _marked_again(
        self, store: Store, submission: Submission, strength: str, assignment: Assignment
    ) -> Graded:
        recording = store.recording(submission_digest(submission), strength)
        if recording is None:
            return ungraded(submission, assignment, "nothing is recorded of this submission")
        graded = mark(submission, assignment, self.course.reference(assignment.name), recording)
        graded = self._signed(replace(graded, sandbox=strength), submission)
        text = json.dumps(dump_submission(graded), ensure_ascii=False)
        store.keep_outcome(submission, strength, text, self.under(assignment.name))
        self.progress(graded, False)
        return graded

    def _written(
        self, graded: Sequence[Graded], assignments: dict[str, Assignment], record: dict[str, object]
    ) -> Gradebook:
        gradebook = Gradebook(graded, assignments.values(), record)
        gradebook.write(self.out)
        return gradebook


def _by_itself(store: Store, one: Graded) -> Graded:
    """What the grader said of a submission before any decision; itself where no worker survived it."""
    outcome = store.outcome(*whose(one))
    return one if outcome is None else load_submission(json.loads(outcome[2]))


def versions() -> dict[str, str]:
    """The versions that a mark may depend on."""
    found = {"python": platform.python_version(), "platform": sys.platform}
    for package in ("numpy", "sympy", "ml-homework-grader"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
