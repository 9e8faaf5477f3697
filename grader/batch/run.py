"""A whole run: many submissions in, a gradebook and its files out, and everything kept on the way."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from grader.batch.cluster import bundle, dask_executor, digest_of
from grader.batch.desk import answer_digests, decide, decided, find_part, whose
from grader.batch.remarking import marked_again
from grader.batch.selection import NOT_CHOSEN, Only
from grader.batch.store import Decided, Store, submission_digest
from grader.batch.work import Bench, Sent, as_text
from grader.batch.workers import Item, Lost, Workers, process_pool
from grader.errors import CourseCodeError, GraderError, RubricError, StoreError, UsageError, Where
from grader.gradebook import Gradebook
from grader.gradebook.results import load_submission
from grader.grading.asked import asked
from grader.grading.decisions import Decision
from grader.grading.line import only, ungraded
from grader.grading.rules import rule_digests
from grader.model import Assignment, Graded, Submission
from grader.rubric import Course
from grader.scoring.policies import apply_policies

Progress = Callable[[Graded, bool], None]
STORE = "run.sqlite"
LAST = Submission("", "", (), handed_in_at="9999-12-31T23:59:59+00:00", attempt=99)
"""Comes so late and so often that it meets every rule: one that is none is found before any code is run."""
DIFFERS = "differs_between_runs"
"""The flag of a part to whose questions the same submission gave other answers in another run."""


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
        only: whom and which parts it is about; everything where it says nothing.
        cluster: `dask://host:port`, to grade on other machines.
        make: makes the executor; any `concurrent.futures.Executor` whose workers see the course will do.
        progress: called with each graded submission as it comes, and whether it was kept from before.
        left_out: assignments that `remark` left out, as their rubric or reference has faults, and which.
    """

    course: Course
    out: Path
    seed: int = 1
    strength: str = "best"
    jobs: int = 1
    force: bool = False
    only: Only = field(default_factory=Only)
    cluster: str = ""
    make: Callable[[int], Executor] = process_pool
    progress: Progress = field(default=lambda _graded, _kept: None)
    left_out: dict[str, GraderError] = field(default_factory=dict, init=False, repr=False)
    _course: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False)
    _under: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def again(cls, course: Course, out: Path) -> Self:
        """The run in a folder, with the seed it was made with.

        Raises:
            UsageError: there is none, or its record is lost; from an empty one an empty class would come.
        """
        book = Gradebook.read(out)
        if not (out / STORE).exists():
            raise UsageError(
                f"{out} has no {STORE}: there is no record of what was handed in and answered",
                hint="Grade again into that folder; results.json alone can be shown, exported and compared.",
            )
        return cls(course, out, seed=int(str(book.run.get("seed", 1))))

    def grade(self, submissions: Sequence[Submission]) -> Gradebook:
        """Grade them, and write the run: only what is not kept yet is asked of students' code.

        Raises:
            RubricError: a rubric is wrong; found before any student code is run.
            BoxTooWeak: fewer walls stand here than were asked for.
            StoreError: the run can't be kept.
        """
        assignments = self._assignments(submissions)
        with Store.open(self.out / STORE) as store:
            kept, todo = self._sorted(store, submissions)
            with closing(self._workers(len(todo))) as workers:
                box = workers.strength() if todo else next((one.sandbox for one in kept), "")
                record = self.record(tuple(assignments), box)
                number = store.start("grade", record)
                self._keep_rules(store, assignments)
                machine = [*kept, *self._graded(store, todo, assignments, workers, box)]
            graded = decided(store, machine, submissions, assignments)
            store.finish(number)
        return self._written(graded, assignments, record)

    def unsound(self, names: Iterable[str]) -> dict[str, GraderError]:
        """Those of the assignments whose rubric or reference has faults, each with its faults."""
        found: dict[str, GraderError] = {}
        for name in sorted(set(names)):
            try:
                self._sound(name)
            except (RubricError, CourseCodeError) as error:
                found[name] = error
        return found

    def _sound(self, name: str) -> Assignment:
        """An assignment, and that its policies are some. Raises RubricError and CourseCodeError."""
        assignment = self.course.assignment(name, seed=self.seed)
        try:
            apply_policies(assignment, LAST, ())
        except RubricError as error:
            where = Where(str(self.course.rubric_path(name)))
            raise RubricError(error.message, hint=error.hint, where=where) from error
        return assignment

    def remark(self) -> Gradebook:
        """Mark again from what was recorded, without running any student code.

        Raises:
            StoreError: nothing was recorded at `out`.
            RubricError, CourseCodeError: no rubric of all that is recorded is sound.
        """
        if not (self.out / STORE).exists():
            raise StoreError(f"there is no run in {self.out}", hint="run `grader grade` first")
        with Store.open(self.out / STORE) as store:
            recorded = list(store.submissions())
            self.left_out = self.unsound(one.assignment for one, _ in recorded)
            recorded = [one for one in recorded if one[0].assignment not in self.left_out]
            if self.left_out and not recorded:
                raise next(iter(self.left_out.values()))
            assignments = self._assignments([submission for submission, _ in recorded])
            record = self.record(tuple(assignments), recorded[0][1] if recorded else "")
            number = store.start("remark", record)
            machine = self._marked_again(store, [one for one, _ in recorded], assignments)
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

    def todo(self, submissions: Sequence[Submission]) -> list[Submission]:
        """Which of them `grade` would grade; nothing is run or written.

        Raises:
            RubricError: a rubric is wrong.
            UsageError: a student or part that was named is not there.
        """
        self._assignments(submissions)
        if not (self.out / STORE).exists():
            return [one for one in submissions if self.only.about(one, None)]
        with Store.open(self.out / STORE) as store:
            return [one for one in submissions if self._kept(store, one) is None]

    @property
    def asks_again(self) -> bool:
        """Whether what is recorded already is asked again."""
        return self.force or self.only.failed

    @property
    def bench(self) -> Bench:
        """What every worker is told."""
        return Bench(self.course.root, self.seed, self.strength, parts=self.only.parts)

    def record(self, names: Sequence[str], box: str) -> dict[str, object]:
        """What makes the run repeatable: seed, box, versions and digests."""
        return {
            "seed": self.seed,
            "sandbox": box,
            "versions": versions(),
            "digests": {name: dict(self.course.digests(name)) for name in names},
        }

    def under(self, name: str) -> str:
        """The digest of everything but the submission that a mark depends on."""
        parts = [self.seed, dict(self.course.digests(name)), versions(), *self.only.parts]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _assignments(self, submissions: Sequence[Submission]) -> dict[str, Assignment]:
        names = sorted({submission.assignment for submission in submissions})
        found = {name: self._sound(name) for name in names}
        self._course = {name: self.course.digests(name) for name in names}
        self._under = {name: self.under(name) for name in names}
        self.only.examine(submissions, found.values())
        return {name: only(one, self.only.parts) for name, one in found.items()}

    def _sorted(
        self, store: Store, submissions: Sequence[Submission]
    ) -> tuple[list[Graded], list[Submission]]:
        """The marks that stay, and what is to be graded."""
        kept: list[Graded] = []
        todo: list[Submission] = []
        for submission in submissions:
            graded = self._kept(store, submission)
            if graded is None:
                todo.append(submission)
            elif graded is not NOT_CHOSEN:
                self.progress(graded, True)
                kept.append(graded)
        return kept, todo

    def _graded(
        self,
        store: Store,
        todo: Sequence[Submission],
        assignments: dict[str, Assignment],
        workers: Workers,
        box: str,
    ) -> Iterator[Graded]:
        items = (self._item(store, submission, box) for submission in todo)
        with closing(workers.run(items)) as results:
            for submission, one in results:
                assignment = assignments[submission.assignment]
                if isinstance(one, Lost):
                    graded = ungraded(submission, assignment, one.reason)
                    graded = replace(graded, digests=self._digests(submission))
                else:
                    graded = self._keep(store, submission, one, assignment)
                self.progress(graded, False)
                yield graded

    def _workers(self, items: int) -> Workers:
        if not self.cluster:
            return Workers(self.bench, min(self.jobs, max(items, 1)), self.make)
        bench = replace(self.bench, bundle=digest_of(bundle(self.course.root)))
        return Workers(bench, self.jobs, dask_executor(self.cluster, self.course.root))

    def _digests(self, submission: Submission) -> dict[str, str]:
        """The digests of what the marks depend on, so that two runs can be told apart by cause."""
        return {"submission": submission_digest(submission), **self._course[submission.assignment]}

    def _kept(self, store: Store, submission: Submission) -> Graded | None:
        """The marks that stay: those of the same hand-in under the same rubric, or of whom it is not about.

        Returns None where the submission is to be graded, and `NOT_CHOSEN` where nothing is known of it.
        """
        outcome = store.outcome(submission.assignment, submission.student)
        graded = None if outcome is None else load_submission(json.loads(outcome.graded))
        if not self.only.about(submission, graded):
            return graded or NOT_CHOSEN
        if graded is None or outcome is None or self.asks_again or graded.ungraded:
            return None
        now = submission_digest(submission), self._under[submission.assignment]
        return graded if (outcome.submission, outcome.under) == now else None

    def _item(self, store: Store, submission: Submission, box: str) -> Item:
        digests = self._digests(submission)
        known = None if self.asks_again else store.packed(digests["submission"], box)
        return Item(submission, digests, known)

    def _keep(self, store: Store, submission: Submission, one: Sent, assignment: Assignment) -> Graded:
        graded = load_submission(json.loads(one.text))
        if one.packed is None:
            return graded
        if self.asks_again:
            store.keep_changes(submission, one.strength, one.packed)
        graded, text = _flagged(store, graded, assignment, one.text)
        store.keep(submission, one.strength, one.packed, text, self._under[assignment.name])
        return graded

    def _marked_again(
        self, store: Store, submissions: Sequence[Submission], assignments: Mapping[str, Assignment]
    ) -> list[Graded]:
        rules, rules_then = self._keep_rules(store, assignments), cache(store.rules)
        machine: list[Graded] = []
        anew: list[tuple[Submission, Decided]] = []
        for submission in submissions:
            assignment, before = assignments[submission.assignment], store.outcome(*whose(submission))
            assert before is not None  # it is recorded because there is one
            reference = self.course.reference(assignment.name)
            stays = dict(rules[assignment.name].items() & rules_then(before.under).items())
            graded = marked_again(store, submission, before, assignment, reference, stays)
            graded = replace(graded, digests=self._digests(submission))
            graded, text = _flagged(store, graded, assignment, as_text(graded))
            machine.append(graded)
            anew.append((submission, before._replace(graded=text, under=self._under[assignment.name])))
            self.progress(graded, False)
        store.keep_outcomes(anew)
        return machine

    def _keep_rules(self, store: Store, assignments: Mapping[str, Assignment]) -> dict[str, dict[str, str]]:
        """Each part's rule, kept for whoever marks again."""
        rules = {
            name: rule_digests(one, self._course[name]["reference"], self.seed, versions())
            for name, one in assignments.items()
        }
        for name, found in rules.items():
            store.keep_rules(self._under[name], found)
        return rules

    def _written(
        self, graded: Sequence[Graded], assignments: dict[str, Assignment], record: dict[str, object]
    ) -> Gradebook:
        gradebook = Gradebook(graded, assignments.values(), record)
        gradebook.write(self.out)
        return gradebook


def _flagged(store: Store, graded: Graded, assignment: Assignment, text: str) -> tuple[Graded, str]:
    """With a flag on each part whose answers differ between runs, and the text to keep."""
    changed = store.changed(graded.digests["submission"], graded.sandbox)
    if not changed:
        return graded, text
    parts = {
        part.id
        for part in assignment.parts
        for check in part.checks
        if not changed.isdisjoint(asked(check).keys)
    }
    marks = tuple(
        replace(one, flags=tuple(dict.fromkeys((*one.flags, DIFFERS)))) if one.part in parts else one
        for one in graded.marks
    )
    flagged = replace(graded, marks=marks)
    return flagged, as_text(flagged)


def _by_itself(store: Store, one: Graded) -> Graded:
    """What the grader said of a submission before any decision; itself where no worker survived it."""
    outcome = store.outcome(*whose(one))
    return one if outcome is None else load_submission(json.loads(outcome.graded))


def versions() -> dict[str, str]:
    """The versions that a mark may depend on."""
    found = {"python": platform.python_version(), "platform": sys.platform}
    for package in ("numpy", "sympy", "ml-homework-grader"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
