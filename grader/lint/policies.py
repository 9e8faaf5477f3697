"""Late and attempt policies exist, have an effect, and never reward being later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

from grader.errors import RubricError
from grader.lint.report import Finding, Level
from grader.lint.subject import Subject
from grader.model import EXEMPT, Assignment, Mark, Submission, Verdict
from grader.scoring.policies import apply_policies

DUE = "2026-01-01T12:00:00+00:00"
"""Stands in where the rubric has policies and no deadline."""
MINUTES = (0, 1, 12, 90, 1_500, 50_000, 500_000)
ATTEMPTS = (1, 2, 20)
SHARES = (Fraction(1, 2), Fraction(1), Fraction(2))
"""How much of all marks is earned: twice is what bonus parts could make of it."""
SOFTENING = {"grace", "extension"}
"""Rules that act on what comes after them alone."""


def policies_work(subject: Subject) -> Iterator[Finding]:
    """Every policy exists and does something, and a later hand-in never earns more."""
    assignment = subject.assignments[0]
    count = len(assignment.policies)
    timed = replace(assignment, due=assignment.due or DUE)
    faults = [_fault(timed, index) for index in range(count)]
    if not any(faults):
        faults = [_idle(timed, index) for index in range(count)]
    for index, fault in enumerate(faults):
        if fault:
            where = str(subject.document.where(("policies", index)))
            yield Finding(fault[0], where, fault[1], "policies")
    if count and assignment.due is None:
        where = str(subject.document.where(("policies",)))
        yield Finding(Level.WARNING, where, "there are policies and no 'due'", "policies")
    subject.done = f"{count} policies tried with {len(MINUTES)} times of handing in"


def _fault(assignment: Assignment, index: int) -> tuple[Level, str] | None:
    """What is wrong with one policy by itself."""
    alone = replace(assignment, policies=assignment.policies[index : index + 1])
    try:
        finals = [final for final, _ in _tried(alone, assignment.policies)]
    except RubricError as error:
        return Level.ERROR, error.message + (f" ({error.hint})" if error.hint else "")
    rows = (finals[start : start + len(MINUTES)] for start in range(0, len(finals), len(MINUTES)))
    if any(later > sooner for row in rows for sooner, later in pairwise(row)):
        return Level.ERROR, f"{_called(assignment, index)} gives more for handing in later"
    return None


def _idle(assignment: Assignment, index: int) -> tuple[Level, str] | None:
    """Whether a policy changes nothing where it stands."""
    policies = assignment.policies
    without = replace(assignment, policies=policies[:index] + policies[index + 1 :])
    if _tried(assignment, policies) != _tried(without, policies):
        return None
    softens = set(policies[index]) <= SOFTENING
    why = ": rules act in their order, and this one must stand before 'late'" if softens else ""
    return Level.WARNING, f"{_called(assignment, index)} changes nothing for anybody{why}"


def _called(assignment: Assignment, index: int) -> str:
    return f"the policy '{' and '.join(assignment.policies[index])}'"


def _tried(assignment: Assignment, named_in: Sequence[Mapping[str, object]]) -> list[tuple[Fraction, bool]]:
    """The final marks, and whether they count, for every kind of hand-in."""
    named = (name for policy in named_in for options in policy.values() for name in _students(options))
    names = [*dict.fromkeys(named), "anybody"]
    tries = product(names, ATTEMPTS, SHARES, MINUTES)
    return [_final(assignment, *one) for one in tries]


def _students(options: object) -> list[str]:
    if not isinstance(options, Mapping):
        return []
    named = options.get("students", [])
    return [str(key) for key in options] + [str(one) for one in named if isinstance(named, list)]


def _final(
    assignment: Assignment, student: str, attempt: int, share: Fraction, minutes: int
) -> tuple[Fraction, bool]:
    """What becomes of a share of all marks, handed in so late."""
    due = datetime.fromisoformat(assignment.due or DUE)
    handed_in = (due + timedelta(minutes=minutes)).isoformat()
    submission = Submission(student, assignment.name, (), handed_in_at=handed_in, attempt=attempt)
    marks = [
        Mark(one.id, one.question, share * one.marks, one.marks, Verdict.CORRECT, bonus=one.bonus)
        for one in assignment.parts
    ]
    final, notes = apply_policies(assignment, submission, marks)
    return final, EXEMPT in notes
