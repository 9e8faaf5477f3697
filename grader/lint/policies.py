"""Late and attempt policies exist, have an effect, and never reward being later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

from grader.errors import RubricError
from grader.lint.report import Finding, Level
from grader.lint.subject import Subject
from grader.model import Assignment, Submission
from grader.scoring.policies import apply_policies

DUE = "2026-01-01T12:00:00+00:00"
"""Stands in where the rubric has policies and no deadline."""
MINUTES = (0, 1, 12, 90, 1_500, 50_000)
ATTEMPTS = (1, 2, 20)


def policies_work(subject: Subject) -> Iterator[Finding]:
    """Every policy exists and does something, and a later hand-in never earns more."""
    assignment = subject.assignments[0]
    for index, policy in enumerate(assignment.policies):
        where = str(subject.document.where(("policies", index)))
        for name in policy:
            alone = replace(assignment, policies=({name: policy[name]},), due=assignment.due or DUE)
            for level, message in _faults(alone, name):
                yield Finding(level, where, message, "policies")
    if assignment.policies and assignment.due is None:
        where = str(subject.document.where(("policies",)))
        yield Finding(Level.WARNING, where, "there are policies and no 'due'", "policies")
    subject.done = f"{len(assignment.policies)} policies tried with {len(MINUTES)} times of handing in"


def _faults(assignment: Assignment, name: str) -> Iterator[tuple[Level, str]]:
    had_effect = False
    names = [*_students(assignment.policies[0][name]), "anybody"]
    for student, attempt, raw in product(names, ATTEMPTS, (assignment.marks, 2 * assignment.marks)):
        try:
            tried = [_final(assignment, student, attempt, raw, minutes) for minutes in MINUTES]
        except RubricError as error:
            yield Level.ERROR, error.message + (f" ({error.hint})" if error.hint else "")
            return
        had_effect |= any(note for _, note in tried)
        if any(later > sooner for (sooner, _), (later, _) in pairwise(tried)):
            yield Level.ERROR, f"the policy '{name}' gives more for handing in later"
            return
    if not had_effect:
        yield Level.WARNING, f"the policy '{name}' changes nothing for anybody: are its keys spelt right?"


def _students(options: object) -> list[str]:
    if not isinstance(options, Mapping):
        return []
    named = options.get("students", [])
    return [str(key) for key in options] + [str(one) for one in named if isinstance(named, list)]


def _final(
    assignment: Assignment, student: str, attempt: int, raw: Fraction, minutes: int
) -> tuple[Fraction, str]:
    due = datetime.fromisoformat(assignment.due or DUE)
    handed_in = (due + timedelta(minutes=minutes)).isoformat()
    submission = Submission(student, assignment.name, (), handed_in_at=handed_in, attempt=attempt)
    final, notes = apply_policies(assignment, submission, raw)
    return final, " ".join(notes)
