"""What answers are worth: the reference everything, nothing nothing, each mistake its own marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import numpy as np

from grader.grading.following import answering
from grader.lint.lacking import telling_case
from grader.lint.report import Finding, Level
from grader.lint.subject import Asked, Student, Subject, nobody, student_of
from grader.model import Mistake, Observation, Outcome, Probe, Returned, Verdict
from grader.rubric import Reference
from grader.values.codec import Seeded

GUESSES = ("choice",)
"""Kinds where a constant answer is a guess like any other, and may be right."""


NOISE = "random numbers"
LEARNT = ("numeric", "growth")
"""Kinds whose public answers a student can hand back by a table; the others have no more than one answer."""


def entries_exist(subject: Subject) -> Iterator[Finding]:
    """Every entry is asked for by its part, and answered by somebody: the reference, or the rubric itself."""
    checks = list(subject.checks())
    for asked in checks:
        for place, told in _lacking_names(subject, asked):
            subject.broken.add(asked.name)
            yield subject.finding(Level.ERROR, asked, told, "entries", place)
        entry, ask = asked.check.entry, asked.part.ask
        if ask and not re.search(rf"\b{entry}\b", ask):
            told = f"what the part asks for ('ask') never names its entry '{entry}'"
            yield subject.finding(Level.WARNING, asked, told, "entries", "entry")
    subject.done = f"{len(checks)} entries looked up"


def _lacking_names(subject: Subject, asked: Asked) -> Iterator[tuple[str, str]]:
    """The keys of a check that name what is not there, or contradict each other, and what to say."""
    name, value = asked.check.reference, written_answer(asked)
    if not subject.reference.has(name):
        if value is None:
            yield "entry", f"the reference defines no '{name}'{_nearest(name, subject)}"
    elif value is not None and not subject.outcome(asked, _handed_in(subject, asked, value)).right:
        yield "entry", f"the answer in the rubric is not what the reference's '{name}' is"


def _nearest(name: str, subject: Subject) -> str:
    near = get_close_matches(name, subject.reference.names, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def reference_earns_everything(subject: Subject) -> Iterator[Finding]:
    """The reference's own answers get full marks, under every seed."""
    tried = 0
    for asked in subject.checks(every_seed=True):
        for side in ("low", "high"):
            tried += 1
            outcome = subject.outcome(asked, reference_student(subject, asked, side))
            if not outcome.right or outcome.followed_through:
                subject.broken.add(asked.name)
                message = f"the reference is judged {outcome.verdict} (seed {asked.seed}): {short(outcome)}"
                yield subject.finding(Level.ERROR, asked, message, "reference")
                break
    subject.done = f"{tried} judgements"


def _handed_in(subject: Subject, asked: Asked, value: Any) -> Student:
    return student_of(subject.reference.instead(asked.check.entry, value, named=False))


def written_answer(asked: Asked) -> Any:
    """The right answer as the rubric writes it, or None where the reference alone says it."""
    options = asked.check.options
    written = [getattr(options, name, None) for name in ("value", "answer")]
    return next((value for value in written if value is not None and not _blank(value)), None)


def _blank(value: object) -> bool:
    return isinstance(value, str) and not value


def reference_student(
    subject: Subject, asked: Asked, side: str = "low", key: Reference | None = None
) -> Student:
    """A student who hands in the reference (or another key); of an interval, the one end or the other."""
    check = asked.check
    key = subject.reference if key is None else key
    if not key.has(check.reference):
        key = key.instead(check.entry, written_answer(asked), named=False)
    elif check.reference != check.entry:
        key = key.instead(check.entry, check.reference)
    return student_of(key, side)


def empty_earns_nothing(subject: Subject) -> Iterator[Finding]:
    """A file that defines nothing earns nothing."""
    count = 0
    for asked in subject.checks():
        count += 1
        outcome = subject.outcome(asked, nobody)
        if subject.marks(asked, outcome) or outcome.verdict is Verdict.UNGRADED:
            told = f"an empty submission is judged {outcome.verdict}: {short(outcome)}"
            yield subject.finding(Level.ERROR, asked, told, "empty")
    subject.done = f"{count} checks asked of an empty file"


def nothing_earns_nothing(subject: Subject) -> Iterator[Finding]:
    """Answers without work (None, zeros, ones, NaN, the arguments handed back, noise) earn nothing."""
    tried = 0
    for asked in subject.checks():
        if asked.check.kind in GUESSES:
            continue
        for name, student in lazy_students(subject, asked):
            tried += 1
            direct = subject.judged(asked, student)
            if direct is not None and not direct.credit and not asked.check.follows and name != NOISE:
                continue  # what is left to earn is a known mistake's, which is the author's will
            outcome = subject.outcome(asked, student)
            marks = subject.marks(asked, outcome)
            if outcome.verdict is Verdict.UNGRADED:
                told = f"a wrong answer can't be judged: {short(outcome)}"
                yield subject.finding(Level.ERROR, asked, told, "lazy")
            elif marks and not outcome.mistake:
                level = Level.ERROR if marks == asked.check.marks else Level.WARNING
                told = f"{name} earns {marks} of {asked.check.marks}"
                yield subject.finding(level, asked, told, "lazy")
    subject.done = f"{tried} lazy answers judged"


def lazy_students(subject: Subject, asked: Asked) -> Iterator[tuple[str, Student]]:
    """Students who give an answer without work, each with a name for it."""
    right = reference_student(subject, asked)
    yield "None", _saying(None)
    yield "an empty list", _saying([])
    yield "zeros of the right shape", _shaped(right, np.zeros_like)
    yield "ones of the right shape", _shaped(right, np.ones_like)
    yield "NaN of the right shape", _shaped(right, lambda array: np.full(np.shape(array), np.nan))
    noise = np.random.default_rng(0)
    yield NOISE, _shaped(right, lambda array: noise.normal(size=np.shape(array)))
    for position in range(max((len(case.args) for case in asked.check.cases), default=0)):
        yield f"argument {position + 1} handed back", _echo(position)
    public = {case.name for case in asked.check.cases if case.public}
    if public and asked.check.kind in LEARNT:
        yield "the public answers learnt by heart", _parrot(right, public)


def _shaped(right: Student, fill: Any) -> Student:
    def like(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(like(part) for part in value)
        if isinstance(value, dict):
            return {key: like(part) for key, part in value.items()}
        if isinstance(value, bool | int | float | complex | np.generic | np.ndarray):
            filled = fill(np.asarray(value, dtype=float if not np.iscomplexobj(value) else complex))
            return filled if np.ndim(value) else filled.item()
        return filled_text(fill)

    def answer(probe: Probe) -> Observation:
        seen = right(probe)
        return Returned(like(seen.value), seen.called) if isinstance(seen, Returned) else seen

    return answer


def filled_text(fill: Any) -> str:
    """The same laziness for an answer that is a formula or a text: "0", "1", "nan", a number."""
    return str(np.asarray(fill(np.zeros(()))).item())


def _saying(value: Any) -> Student:
    return lambda _: Returned(value)


def _echo(position: int) -> Student:
    def answer(probe: Probe) -> Observation:
        if position >= len(probe.args) or isinstance(probe.args[position], Seeded):
            return Returned(None)
        return Returned(probe.args[position])

    return answer


def _parrot(right: Student, public: set[str]) -> Student:
    return lambda probe: right(probe) if probe.case in public else Returned(None)


def mistakes_are_told_apart(subject: Subject) -> Iterator[Finding]:
    """Each known mistake earns its own marks: the cases tell it from right and from the other mistakes."""
    tried = 0
    reported: set[tuple[tuple[str, str], str]] = set()
    for asked in subject.checks(every_seed=True):
        first = asked.assignment is subject.assignments[0]
        for index, mistake in enumerate(asked.check.mistakes):
            for reading, student in mistaken_students(subject, asked, mistake):
                tried += 1
                if not first and not subject.right_in_itself(asked, student):
                    continue  # which mistake it is was proved under the first seed
                told = _misread(subject, asked, mistake, outcome := subject.outcome(asked, student))
                if outcome.right and reading in mistake.like:
                    told += _lacking(subject, asked, reading)
                if told and (asked.name, reading) not in reported:
                    reported.add((asked.name, reading))
                    level = Level.WARNING if told.startswith("~") else Level.ERROR
                    called = "" if reading == mistake.id else f" ({reading})"
                    message = f"'{mistake.id}'{called} {told.lstrip('~')} (seed {asked.seed})"
                    yield subject.finding(level, asked, message, "mistakes", "mistakes", index)
    subject.done = f"{tried} readings of mistakes judged"


def mistaken_students(subject: Subject, asked: Asked, mistake: Mistake) -> Iterator[tuple[str, Student]]:
    """A student for each reading of a mistake, with the reading's name."""
    entry = asked.check.entry
    for like in mistake.like:
        yield like, student_of(subject.reference.instead(entry, like))
    if not mistake.like:
        yield mistake.id, student_of(subject.reference.instead(entry, mistake.value, named=False))


def _lacking(subject: Subject, asked: Asked, like: str) -> str:
    wrong = subject.reference.instead(asked.check.entry, like)
    return telling_case(asked.check, answering(subject.reference, asked.check), wrong)


def _misread(subject: Subject, asked: Asked, mistake: Mistake, outcome: Outcome) -> str:
    if outcome.right:
        return "is judged right: no case tells it from the reference"
    if outcome.mistake == mistake.id:
        full = mistake.marks == asked.check.marks
        return "~earns everything, as a right answer does" if full else ""
    if outcome.mistake is None:
        return f"is not recognised: {short(outcome)}"
    earned = subject.marks(asked, outcome)
    if earned == mistake.marks:
        return f"~is told as '{outcome.mistake}', which earns as much: no case tells them apart"
    other = f"'{outcome.mistake}', which earns {earned} and not {mistake.marks}"
    return f"is taken for {other}: no case tells them apart"


def short(outcome: Outcome) -> str:
    """One line of an outcome, for a finding."""
    text = (outcome.for_staff or outcome.for_student or str(outcome.verdict)).split("\n")[0]
    return text if len(text) <= 200 else text[:197] + "..."
