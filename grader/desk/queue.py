"""The answers of a run as a person marks them: part by part, one after another, with what was decided."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grader.batch.desk import answer_digests, decide, whose
from grader.batch.run import STORE, Run
from grader.batch.store import Store, submission_digest
from grader.checks.manual import model_answer, written
from grader.checks.registry import kind
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.cells import unnamed
from grader.gradebook.places import Listing, Row
from grader.gradebook.results import load_submission
from grader.grading.decisions import STALE, Decision, with_decisions
from grader.grading.following import answering
from grader.grading.marking import questions
from grader.grading.recording import Recording
from grader.model import Assignment, Graded, Mark, Part, Returned, Submission, Verdict

MOST_COMMENTS = 8
HIDDEN_NAME = "[name]"
Whose = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """One student's answer to one part.

    Attributes:
        number: its place among the answers to the part, from 0.
        graded: the submission, with people's decisions.
        part: what was asked.
        mark: as it stands now.
        machine: as the grader gave it.
        decision: a person's word that is in force, or None.
        row: names this answer without naming the student; another hand-in has another.
    """

    number: int
    graded: Graded
    part: Part
    mark: Mark
    machine: Mark
    decision: Decision | None
    row: str

    @property
    def stale(self) -> bool:
        """Whether the answer has changed since it was decided."""
        return STALE in self.mark.flags

    @property
    def open(self) -> bool:
        """Whether somebody should look at it: it waits for a first mark, or its decision is stale."""
        return self.mark.verdict is Verdict.PENDING or self.stale


@dataclass(frozen=True)
class Answer:
    """What a person reads to mark: an answer beside the model answer, for each check marked by hand."""

    label: str
    text: str
    model: str


@dataclass(frozen=True)
class Place:
    """A part of an assignment, as one stretch of work."""

    assignment: Assignment
    part: Part


@dataclass
class Desk:
    """A run, opened for marking by hand. What is said is kept in the run's store at once.

    Args:
        run: the run.
        who: whose word the decisions are.
        anonymous: hide who wrote an answer, and order answers so that it does not show.
        chosen: assignments to show; all where there are none.
    """

    run: Run
    who: str
    anonymous: bool = False
    chosen: Sequence[str] = ()
    unsettled: bool = field(default=False, init=False)
    places: tuple[Place, ...] = field(init=False)
    _machine: dict[Whose, Graded] = field(init=False)
    _graded: dict[Whose, Graded] = field(init=False)
    _handed_in: dict[Whose, Submission] = field(init=False)
    _decisions: dict[Whose, list[Decision]] = field(init=False)
    _rows: dict[Whose, str] = field(init=False)
    _digests: dict[Whose, dict[str, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        book = Gradebook.read(self.run.out)
        names = [each.name for each in book.assignments if not self.chosen or each.name in self.chosen]
        asked = [self.run.course.assignment(name, seed=self.run.seed) for name in names]
        self.places = tuple(Place(each, part) for each in asked for part in each.parts)
        self._graded = {whose(one): one for one in book.graded if one.assignment in names}
        with self._store() as store:
            kept = {key: store.outcome(*key) for key in self._graded}
            found = {key: store.submission(*key) for key in self._graded}
            self._decisions = store.decisions()
        self._machine = {key: load_submission(json.loads(one[2])) for key, one in kept.items() if one}
        self._handed_in = {key: one for key, one in found.items() if one is not None}
        self._rows = {key: submission_digest(one) for key, one in self._handed_in.items()}
        self._catch_up()

    def _catch_up(self) -> None:
        """Apply what is in the store and not in the files: a desk before this one may have been killed."""
        with self._store() as store:
            for key in self._decisions.keys() & self._machine.keys() & self._handed_in.keys():
                written = _stands(self._graded[key])
                self._apply(store, key, self._decisions[key])
                self.unsettled |= _stands(self._graded[key]) != written

    def items(self, place: Place) -> list[Item]:
        """Every answer to a part: by student, or in an order that says nothing where names are hidden."""
        keys = [key for key in self._machine if key[0] == place.assignment.name and key in self._handed_in]
        if self.anonymous:
            keys.sort(key=lambda key: self._row(key, place.part))
        found: list[Item] = []
        for key in keys:
            mark, machine = (_mark(one[key], place.part) for one in (self._graded, self._machine))
            if mark is not None and machine is not None:
                row = self._row(key, place.part)
                decision = self._decision(key, place.part)
                item = Item(len(found), self._graded[key], place.part, mark, machine, decision, row)
                found.append(item)
        return found

    def name(self, item: Item) -> str:
        """What an answer's author is called here."""
        if self.anonymous:
            return f"Answer {item.number + 1}"
        graded = item.graded
        return f"{graded.name} ({graded.student})" if graded.name else graded.student

    def answers(self, item: Item) -> list[Answer]:
        """What there is to read for each check that a person marks; nothing for a part without any."""
        with self._store() as store:
            digest = self._rows[whose(item.graded)]
            recording = store.recording(digest, item.graded.sandbox) or Recording()
        reference = self.run.course.reference(item.graded.assignment)
        found = []
        for check in item.part.checks:
            if kind(check.kind).grades_by_hand:
                (seen,) = recording.seen(questions(check))
                text = written(seen.value) if isinstance(seen, Returned) else ""
                model = model_answer(check, answering(reference, check))
                label = check.label or (check.entry if len(item.part.checks) > 1 else "")
                found.append(Answer(label, self.shown(item, text), model))
        return found

    def shown(self, item: Item, text: str) -> str:
        """A text about an answer, without its author's id and name where those are hidden."""
        names = (item.graded.student, item.graded.name)
        return unnamed(text, names, HIDDEN_NAME) if self.anonymous else text

    def code(self, item: Item) -> tuple[Row, ...]:
        """The lines of the submission that a part is about."""
        main = self._handed_in[whose(item.graded)].main
        source = main.content.decode("utf-8", "replace") if main else ""
        return Listing.of(self.shown(item, source)).about(item.machine, item.part)

    def comments(self, place: Place) -> list[str]:
        """What was said about this part so far, the most frequent first."""
        said = Counter(
            decision.reason
            for key, made in self._decisions.items()
            for decision in made
            if (key[0], decision.part) == (place.assignment.name, place.part.id)
            and decision.marks is not None
            and decision.reason
        )
        return [reason for reason, _ in said.most_common(MOST_COMMENTS)]

    def say(self, item: Item, marks: Fraction | None, reason: str) -> None:
        """Decide what an answer earns, or take the decision back with None; kept at once.

        Raises:
            UsageError: more marks than the part has; no reason given against the grader's own mark.
        """
        graded, key = item.graded, whose(item.graded)
        if marks is not None and not reason and item.machine.verdict is not Verdict.PENDING:
            raise UsageError("say why: the student reads it beside the grader's own mark")
        word = Decision(graded.assignment, graded.student, item.part.id, marks, reason, self.who)
        with self._store() as store:
            decide(store, word, item.part.marks, self._answered(store, key))
            self._apply(store, key, store.decisions()[key])
        self.unsettled = True

    def refresh(self) -> None:
        """Take in what other people decided meanwhile."""
        with self._store() as store:
            for key, made in store.decisions().items():
                if key in self._machine and len(made) != len(self._decisions.get(key, ())):
                    self._apply(store, key, made)

    def _apply(self, store: Store, key: Whose, made: list[Decision]) -> None:
        """Put everybody's decisions on top of the grader's own word."""
        assignment = self.run.course.assignment(key[0], seed=self.run.seed)
        digests = self._answered(store, key)
        self._decisions[key] = made
        self._graded[key] = with_decisions(
            self._machine[key], self._handed_in[key], assignment, made, digests
        )

    def _answered(self, store: Store, key: Whose) -> dict[str, str]:
        """The digests of a submission's answers: they stay as they are while the desk is open."""
        if key not in self._digests:
            assignment = self.run.course.assignment(key[0], seed=self.run.seed)
            box = self._machine[key].sandbox
            self._digests[key] = answer_digests(store, self._handed_in[key], assignment, box)
        return self._digests[key]

    def settle(self) -> None:
        """Write the run's files if anything was said since they were written."""
        if self.unsettled:
            self.unsettled = False  # before: what is said meanwhile is written the next time
            try:
                self.run.settle()
            except BaseException:  # told by whoever called; the words themselves are safe in the store
                self.unsettled = True
                raise

    def _store(self) -> Store:
        return Store.open(self.run.out / STORE)

    def _row(self, key: Whose, part: Part) -> str:
        return hashlib.sha256(f"{self._rows[key]} {part.id}".encode()).hexdigest()[:16]

    def _decision(self, key: Whose, part: Part) -> Decision | None:
        made = [decision for decision in self._decisions.get(key, ()) if decision.part == part.id]
        return made[-1] if made and made[-1].marks is not None else None


def chosen_places(desk: Desk, parts: Sequence[str]) -> Iterator[Place]:
    """The parts of these names, or all where none is given.

    Raises:
        UsageError: no part is called that.
    """
    known = {place.part.id for place in desk.places}
    for name in parts:
        if name not in known:
            raise UsageError(f"there is no part {name!r}", hint=f"there is {', '.join(sorted(known))}")
    for place in desk.places:
        if not parts or place.part.id in parts:
            yield place


def _stands(graded: Graded) -> list[tuple[str, Fraction | None, tuple[str, ...]]]:
    """How a submission's parts stand."""
    return [(mark.part, mark.marks, mark.flags) for mark in graded.marks]


def _mark(graded: Graded, part: Part) -> Mark | None:
    return next((mark for mark in graded.marks if mark.part == part.id), None)
