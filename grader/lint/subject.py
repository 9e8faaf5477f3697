"""What is proved: one rubric with its reference under some seeds, and imaginary students who answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from grader.checks.base import Key
from grader.checks.registry import kind
from grader.errors import CheckError, CodecError
from grader.grading.following import answering
from grader.grading.marking import mark_check, questions
from grader.lint.report import Finding, Level
from grader.model import (
    Assignment,
    Check,
    Interval,
    Missing,
    Observation,
    OneOf,
    Outcome,
    Part,
    Probe,
    Returned,
    Unanswerable,
)
from grader.rubric import Reference
from grader.rubric.document import Document, Place
from grader.scoring.shares import earned
from grader.values import codec

Student = Callable[[Probe], Observation]
"""Anybody who answers questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A check in its part, under one seed."""

    assignment: Assignment
    part: Part
    check: Check
    place: Place

    @property
    def name(self) -> tuple[str, str]:
        """Part and check: the same under every seed."""
        return self.part.id, self.check.id

    @property
    def seed(self) -> int:
        """What its cases were drawn from."""
        return self.assignment.seed


@dataclass(slots=True)
class Subject:
    """One assignment under every seed that is tried; the first one's is what grading uses.

    Attributes:
        assignments: the rubric as read with each seed.
        reference: the reference file.
        document: the rubric's text, for places.
        done: what the running proof tried, for its report.
        broken: checks that can't be judged at all, by name: what else is wrong with them can't be told.
    """

    assignments: tuple[Assignment, ...]
    reference: Reference
    document: Document
    done: str = ""
    broken: set[tuple[str, str]] = field(default_factory=set)
    seen: dict[int, tuple[Probe, ...]] = field(default_factory=dict)

    def checks(self, *, every_seed: bool = False) -> Iterator[Asked]:
        """Every check that the machine judges and that is not broken, under the first seed or under all."""
        for assignment in self.assignments if every_seed else self.assignments[:1]:
            for asked in self._asked(assignment):
                if not kind(asked.check.kind).grades_by_hand and asked.name not in self.broken:
                    yield asked

    def _asked(self, assignment: Assignment) -> Iterator[Asked]:
        places = part_places(self.document)
        for part in assignment.parts:
            at = places.get(part.id, ())
            several = "checks" in self.document.at_place(at)
            for index, check in enumerate(part.checks):
                yield Asked(assignment, part, check, (*at, "checks", index) if several else at)

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """The check's questions, made once."""
        if id(check) not in self.seen:
            self.seen[id(check)] = questions(check)
        return self.seen[id(check)]

    def outcome(self, asked: Asked, student: Student) -> Outcome:
        """How this student's answers are judged."""
        seen = [student(probe) for probe in self.probes(asked.check)]
        return mark_check(asked.check, self.reference, seen, student)

    def judged(self, asked: Asked, student: Student) -> Outcome | None:
        """The answers against the reference alone: no follow-through, no mistakes; None where that fails."""
        seen = [student(probe) for probe in self.probes(asked.check)]
        try:
            return kind(asked.check.kind).judge(asked.check, answering(self.reference, asked.check), seen)
        except CheckError:
            return None

    def right_in_itself(self, asked: Asked, student: Student) -> bool:
        """Whether the answers are right without follow-through; what can't be judged is not right."""
        outcome = self.judged(asked, student)
        return outcome is not None and outcome.right

    def marks(self, asked: Asked, outcome: Outcome) -> Fraction:
        """What an outcome earns; nothing where it has no marks."""
        return earned(asked.check, outcome, asked.assignment.step) or Fraction(0)

    def finding(self, level: Level, asked: Asked, message: str, proof: str, *inside: str | int) -> Finding:
        """A finding at a check, or at something inside it, or at the default that stands for that."""
        place: Place = (*asked.place, *inside)
        default: Place = ("defaults", *inside)
        if place not in self.document.values and default in self.document.values:
            place = default
        where = self.document.where(place)
        label = f"{asked.check.entry}: " if len(asked.part.checks) > 1 else ""
        return Finding(level, str(where), label + message, proof, asked.part.id)


def part_places(document: Document) -> dict[str, Place]:
    """Where each part stands in the rubric."""
    return {
        part["id"]: ("questions", number, "parts", index)
        for number, question in enumerate(document.data["questions"])
        for index, part in enumerate(question["parts"])
    }


def student_of(key: Key, side: str = "low") -> Student:
    """Somebody who answers like a key, as the box would pass it on: copied, and refused where it is no data.

    Where any number of an interval is right, `side` says which end is handed in: "low" or "high".
    """

    def answer(probe: Probe) -> Observation:
        seen = key.answer(probe)
        if not isinstance(seen, Returned):
            return seen
        try:
            value = codec.decode(codec.encode(one_value(seen.value, side)))
        except CodecError as error:
            return Unanswerable(str(error))
        return Returned(value, seen.called, peak_bytes=seen.peak_bytes)

    return answer


def nobody(probe: Probe) -> Observation:
    """An empty file."""
    return Missing(probe.entry)


def one_value(answer: Any, side: str = "low") -> Any:
    """One of the right values, where a reference says that several are."""
    if isinstance(answer, Interval):
        return getattr(answer, side)
    if isinstance(answer, OneOf):
        return one_value(answer.values[0 if side == "low" else -1], side)
    if isinstance(answer, tuple | list):
        return type(answer)(one_value(part, side) for part in answer)
    if isinstance(answer, dict):
        return {key: one_value(part, side) for key, part in answer.items()}
    return answer
