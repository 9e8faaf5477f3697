"""What may be shown before the deadline: the public cases of an assignment, and nothing else.

    Assignment -> Sheet        `public_only`: hidden cases become a number, extra marks and seeds go
    Sheet + Reference -> Sheet `recorded`: the reference's numbers for exactly the public questions, and then
                               neither mistakes nor follow-through nor any name of the reference file

A formula is judged by the numbers that the reference's gives at points of their own. A part that recorded
numbers can't judge (a predicate, a derivation, a text) is not judged before grading: it is called, so that a
student sees it run, and reported as judged later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.checks.base import Key
from grader.checks.cases import probes_of
from grader.checks.registry import kind
from grader.errors import CheckError, GraderError
from grader.grading.following import answering
from grader.grading.marking import questions
from grader.grading.recording import probe_digest
from grader.model import (
    Ask,
    Assignment,
    Case,
    Check,
    Interval,
    Missing,
    Observation,
    OneOf,
    Part,
    Probe,
    Raised,
    Returned,
)
from grader.values.closeness import ROUNDING, Tolerance

PUBLIC_SEED = 0
"""What public cases are drawn from: another seed than a course grades with, so that nothing is given away."""


POINTS_SEED = 1009
"""Of the points at which formulas are compared: others than those of grading."""
BLANKS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {"numeric": {"value": None}, "growth": {}, "symbolic": {"answer": ""}}
)
"""The kinds that recorded numbers can judge, and what their options must not say in a kit."""
ROUNDED = Tolerance(rtol=1e-5, atol=1e-7)
"""What a kit calls the same number, whatever the course's rubric does."""
NO_NUMBER = Raised("TypeError", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The public side of an assignment.

    Attributes:
        assignment: its public cases only; no draws' seeds, no digest.
        hidden: how many cases of each check are hidden, by `key_of`.
        later: the checks that can't be judged before grading, by `key_of`.
        answers: what the reference answers to the public questions, by digest; empty where the reference
            itself is at hand.
    """

    assignment: Assignment
    hidden: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    later: frozenset[str] = frozenset()
    answers: Mapping[str, Observation] = field(default_factory=lambda: MappingProxyType({}))

    def judged(self, part: Part, check: Check) -> bool:
        """Whether the public cases of a check can be judged now."""
        return key_of(part, check) not in self.later

    def questions(self, part: Part, check: Check) -> tuple[Probe, ...]:
        """What to ask the student's code; where nothing can be judged, whether it is there and runs."""
        if self.judged(part, check):
            return questions(check)
        if check.cases:
            return probes_of(check)
        return (Probe(check.entry, how=Ask.VALUE),)


def key_of(part: Part, check: Check) -> str:
    """A check's name within its assignment."""
    return f"{part.id}/{check.id or check.entry}"


def public_only(assignment: Assignment) -> Sheet:
    """The public side of an assignment; still with its mistakes, for whoever has the reference."""
    hidden: dict[str, int] = {}
    later: set[str] = set()

    def of_part(part: Part) -> Part:
        return replace(part, checks=tuple(of_check(part, check) for check in part.checks))

    def of_check(part: Part, check: Check) -> Check:
        public = tuple(case for case in check.cases if case.public)
        hidden[key_of(part, check)] = len(check.cases) - len(public)
        if not public or kind(check.kind).grades_by_hand:
            later.add(key_of(part, check))
        all_extra = all(case.marks is not None for case in public)
        options: Any = check.options
        if _has(options, "seed"):
            options = replace(options, seed=POINTS_SEED)
        return replace(check, options=options, cases=tuple(_bare(case, all_extra) for case in public))

    questions_ = tuple(
        replace(question, parts=tuple(map(of_part, question.parts))) for question in assignment.questions
    )
    bare = replace(assignment, questions=questions_, policies=(), digest="", seed=PUBLIC_SEED)
    return Sheet(bare, MappingProxyType(hidden), frozenset(later))


def _has(options: Any, name: str) -> bool:
    return is_dataclass(options) and any(one.name == name for one in fields(options))


def _bare(case: Case, all_extra: bool) -> Case:
    """A case without its seed; extra marks alone can't be judged, so they become the core."""
    return replace(case, seed=None, marks=None if all_extra else case.marks)


def recorded(sheet: Sheet, reference: Any) -> Sheet:
    """The sheet with the reference's numbers in it, fit to leave the course.

    Args:
        sheet: from `public_only`.
        reference: the course's `grader.rubric.Reference`.
    """
    answers: dict[str, Observation] = {}
    later = set(sheet.later)

    def of_check(part: Part, check: Check) -> Check:
        found = None if key_of(part, check) in later else _answers(check, reference)
        if found is None:
            later.add(key_of(part, check))
            return replace(check, options=_variables(check), mistakes=(), follows=(), reference="")
        answers.update(found)
        return _blank(check)

    questions_ = tuple(
        replace(
            question,
            parts=tuple(
                replace(part, checks=tuple(of_check(part, check) for check in part.checks))
                for part in question.parts
            ),
        )
        for question in sheet.assignment.questions
    )
    assignment = replace(sheet.assignment, questions=questions_, preload=())
    return Sheet(assignment, sheet.hidden, frozenset(later), MappingProxyType(answers))


def _answers(check: Check, reference: Any) -> dict[str, Observation] | None:
    """What judging a right answer asks the reference for, or None where that is more than numbers."""
    if check.kind not in BLANKS:
        return None
    own = answering(reference, check)
    blank, key = _blank(check), _Listening(own)
    try:
        seen = [_one_right(own.answer(probe)) for probe in questions(blank)]
        right = kind(check.kind).judge(blank, key, seen).right
    except GraderError:
        return None
    return key.heard if right and not key.more else None


def _variables(check: Check) -> object:
    """Of the options of a check that is judged later, the names in its formula: enough to read one."""
    options: Any = check.options
    return type(options)(variables=options.variables) if check.kind == "symbolic" and options else None


def _blank(check: Check) -> Check:
    """A check that holds nothing but questions: no mistakes, no follow-through, no right value."""
    options: Any = check.options
    if options is not None:
        shown = {"tolerance": shown_tolerance(options.tolerance)} if _has(options, "tolerance") else {}
        options = replace(options, **BLANKS[check.kind], **shown)
    return replace(check, options=options, mistakes=(), follows=(), reference="")


def shown_tolerance(own: Tolerance) -> Tolerance:
    """What a kit judges by: how closely grading looks stays with the course.

    One tolerance for all rounding; where the course lets more pass, the next power of ten above it.
    """
    if own.rtol <= ROUNDING and own.atol <= ROUNDING:
        return ROUNDED
    return Tolerance(
        *(10.0 ** (math.floor(math.log10(one)) + 1) if one else 0.0 for one in (own.rtol, own.atol))
    )


class _Listening:
    """A key that remembers what it was asked, and says of a formula that it is none."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.heard: dict[str, Observation] = {}
        self.more = False

    def answer(self, probe: Probe) -> Observation:
        digest = probe_digest(probe)
        if digest not in self.heard:
            answer = _plain(self.key.answer(probe))
            self.heard[digest] = answer if _is_numbers(answer) else NO_NUMBER
        return self.heard[digest]

    def value(self, name: str) -> Any:
        self.more = True
        return self.key.value(name)


def _plain(answer: Observation) -> Observation:
    """An answer without what it took to give it, and without the words of an exception."""
    if isinstance(answer, Returned):
        return Returned(answer.value, called=answer.called)
    return Raised(answer.type, "") if isinstance(answer, Raised) else answer


def _one_right(answer: Any) -> Any:
    """An answer that a student could give, where the reference says that more than one is right."""
    if isinstance(answer, Returned):
        return replace(answer, value=_one_right(answer.value))
    if isinstance(answer, Interval):
        return answer.low
    if isinstance(answer, OneOf):
        return answer.values[0]
    return tuple(map(_one_right, answer)) if type(answer) is tuple else answer


def _is_numbers(answer: object) -> bool:
    if isinstance(answer, Raised):
        return True
    if isinstance(answer, Returned):
        return _is_numbers(answer.value)
    if isinstance(answer, Interval):
        return _is_numbers(answer.low) and _is_numbers(answer.high)
    if isinstance(answer, OneOf):
        return all(map(_is_numbers, answer.values))
    if isinstance(answer, np.ndarray):
        return answer.dtype.kind in "biufc"
    if isinstance(answer, list | tuple):
        return all(map(_is_numbers, answer))
    return isinstance(answer, bool | int | float | complex | np.number)


@dataclass(frozen=True, slots=True)
class RecordedKey:
    """The reference, as far as the sheet holds its numbers; a `Key` without any code."""

    answers: Mapping[str, Observation]

    def answer(self, probe: Probe) -> Observation:
        """The recorded answer to this question."""
        return self.answers.get(probe_digest(probe), Missing(probe.entry))

    def value(self, name: str) -> Any:
        """Nothing of the reference file is here.

        Raises:
            CheckError: always.
        """
        raise CheckError(f"{name!r} is not part of the kit")


def parts_named(sheet: Sheet, wanted: Sequence[str]) -> tuple[Part, ...]:
    """The parts that a student asks for: by id, by question, or by entry; all where nothing is asked for.

    Raises:
        KeyError: nothing is called so; the argument is the name.
    """
    chosen: dict[str, Part] = {}
    for name in wanted:
        found = [part for part in sheet.assignment.parts if name in (part.id, part.question, *entries(part))]
        if not found:
            raise KeyError(name)
        chosen |= {part.id: part for part in found}
    return tuple(part for part in sheet.assignment.parts if not wanted or part.id in chosen)


def entries(part: Part) -> tuple[str, ...]:
    """The names that a part asks a student to define."""
    return tuple(dict.fromkeys(check.entry for check in part.checks))
