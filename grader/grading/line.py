"""One submission's straight line: open the box, ask, judge, mark.

Submission -> Recording     `record`: the student's code is run once
Recording  -> Graded        `mark`: pure, and repeatable without the code
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.checks.texts import failed
from grader.grading.box import Box
from grader.grading.marking import OUR_FAULT, mark_part, questions
from grader.grading.recording import Asker, Recording, nothing_handed_in
from grader.model import Assignment, Check, Graded, Limits, Mark, Missing, Probe, Submission, Verdict
from grader.sandbox.runner import Arrival, Runner
from grader.scoring.policies import apply_policies
from grader.scoring.shares import total

if TYPE_CHECKING:  # a student's kit marks without the rubric's libraries
    from grader.rubric import Reference


def grade(
    submission: Submission,
    assignment: Assignment,
    reference: Reference,
    runner: Runner,
    recording: Recording | None = None,
) -> tuple[Graded, Recording]:
    """Run, ask, judge and mark one submission; what `recording` already holds is not asked again.

    Where nothing new has to be asked, no box is opened and no student code is run.

    Raises:
        SandboxError: the box failed; the caller tries again or reports it.
    """
    recording = recording if recording is not None else Recording()
    started = perf_counter()
    with Box(runner, submission, assignment_limits(assignment)) as box:
        if submission.fault or submission.main is None:
            refuse(submission, assignment, recording)
        else:
            record(assignment, recording, box)
        graded = mark(submission, assignment, reference, recording, box)
    return replace(graded, sandbox=runner.strength, seconds=perf_counter() - started), recording


def record(assignment: Assignment, recording: Recording, box: Box) -> None:
    """Ask every question that is not recorded yet, those under the same limits together."""
    todo: dict[Limits, dict[str, Probe]] = {}
    for check in checks_of(assignment):
        new = recording.unasked(questions(check))
        todo.setdefault(check.limits, {}).update(new)
    for limits, probes in todo.items():
        if probes:
            recording.ask_all(box.session(), probes, limits, entries_of(assignment))
            recording.arrival = box.session().arrival


def refuse(submission: Submission, assignment: Assignment, recording: Recording) -> None:
    """Record that nothing can be asked: the hand-in can't be read."""
    reason = submission.fault or "nothing was handed in"
    recording.arrival = Arrival(fault=Missing(assignment.name, reason=reason))
    for check in checks_of(assignment):
        recording.answers.update(nothing_handed_in(questions(check), reason))


def mark(
    submission: Submission,
    assignment: Assignment,
    reference: Reference,
    recording: Recording,
    box: Box | None = None,
    kept: Mapping[str, Mark] = MappingProxyType({}),
) -> Graded:
    """Mark from the record; with a box, follow-through can ask what is not recorded yet.

    Parts in `kept` have their marks already.
    """
    marks = tuple(
        kept.get(part.id)
        or mark_part(part, reference, recording, _asker(recording, box, part.checks), assignment.step)
        for part in assignment.parts
    )
    raw = total(marks)
    final, notes = apply_policies(assignment, submission, marks)
    return Graded(
        student=submission.student,
        assignment=assignment.name,
        marks=marks,
        raw=raw,
        final=final,
        available=assignment.marks,
        name=submission.name,
        notes=notes,
        faults=_faults(submission, recording.arrival),
        handed_in_at=submission.handed_in_at,
    )


def ungraded(submission: Submission, assignment: Assignment, reason: str) -> Graded:
    """The whole submission is ungraded: our fault, no mark, never a zero."""
    marks = tuple(
        Mark(
            part.id,
            part.question,
            None,
            part.marks,
            Verdict.UNGRADED,
            feedback=OUR_FAULT,
            staff=reason,
            bonus=part.bonus,
        )
        for part in assignment.parts
    )
    return Graded(
        submission.student,
        assignment.name,
        marks,
        Fraction(0),
        Fraction(0),
        assignment.marks,
        name=submission.name,
        faults=(reason,),
        handed_in_at=submission.handed_in_at,
    )


def only(assignment: Assignment, parts: Collection[str]) -> Assignment:
    """The assignment with these parts alone; itself where none are named."""
    if not parts:
        return assignment
    kept = (
        replace(one, parts=tuple(part for part in one.parts if part.id in parts))
        for one in assignment.questions
    )
    return replace(assignment, questions=tuple(one for one in kept if one.parts), spare=Fraction(0))


def asking_first(assignment: Assignment, case: str) -> Assignment:
    """The assignment with this case before the others of its check: what comes first is told in full."""
    return replace(
        assignment,
        questions=tuple(
            replace(one, parts=tuple(replace(part, checks=_first(part.checks, case)) for part in one.parts))
            for one in assignment.questions
        ),
    )


def _first(checks: Sequence[Check], case: str) -> tuple[Check, ...]:
    ordered = (sorted(check.cases, key=lambda one: one.name != case) for check in checks)
    return tuple(replace(check, cases=tuple(cases)) for check, cases in zip(checks, ordered, strict=True))


def checks_of(assignment: Assignment) -> tuple[Check, ...]:
    """Every check of an assignment, in the rubric's order."""
    return tuple(check for part in assignment.parts for check in part.checks)


def entries_of(assignment: Assignment) -> frozenset[str]:
    """Every name that the assignment asks for."""
    return frozenset(check.entry for check in checks_of(assignment))


def assignment_limits(assignment: Assignment) -> Limits:
    """What a submission may cost as a whole: the most generous of its checks, since they share the import."""
    limits = [check.limits for check in checks_of(assignment)] or [Limits()]
    return max(limits, key=lambda one: (one.import_seconds, one.total_seconds, one.memory_mb))


def _asker(recording: Recording, box: Box | None, checks: Sequence[Check]) -> Asker:
    limits = checks[0].limits if checks else Limits()
    return recording.asker(box.session if box else None, limits)


def _faults(submission: Submission, arrival: Arrival) -> tuple[str, ...]:
    if submission.fault or submission.main is None:
        return (submission.fault or "nothing was handed in",)
    return arrival_faults(arrival, submission.main.path)


def arrival_faults(arrival: Arrival, name: str) -> tuple[str, ...]:
    """What went wrong with the hand-in as a whole, in the words that a part's failure has."""
    told = failed(Check("", name, Fraction(0)), arrival.fault) if arrival.fault is not None else None
    return (*((told.for_student,) if told else ()), *arrival.notes)
