"""Faults put into the reference, each of which some case must catch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.errors import CourseCodeError
from grader.lint.mutation import Mutation, mutations
from grader.lint.report import Finding, Level
from grader.lint.source import Source
from grader.lint.subject import Asked, Subject, student_of
from grader.rubric import Reference

FREE = ("accepts",)
"""Kinds whose predicate says what is right: another answer than the reference's may be as good."""


def mutants_are_caught(subject: Subject) -> Iterator[Finding]:
    """A small fault anywhere in the reference costs marks in some check: no fault passes unseen."""
    source = Source(subject.reference.text)
    checks = [asked for asked in subject.checks() if asked.check.kind not in FREE]
    reaches = {id(asked): source.reach(asked.check.reference) for asked in checks}
    made = lived = 0
    for name, definition in source.definitions.items():
        touched = [asked for asked in checks if name in reaches[id(asked)]]
        if not touched or isinstance(definition, ast.ClassDef):
            continue
        for mutation in mutations(definition):
            made += 1
            if not caught(subject, source.tree, touched):
                lived += 1
                yield _survivor(subject, source, name, mutation, touched)
    subject.done = f"{made} faults put into the reference, {made - lived} caught"


def caught(subject: Subject, tree: ast.Module, checks: list[Asked]) -> bool:
    """Whether a student who hands in this tree loses marks anywhere."""
    try:
        mutant = subject.reference.rerun(tree)
    except CourseCodeError:
        return True
    return any(not passes(subject, asked, mutant) for asked in checks)


def passes(subject: Subject, asked: Asked, mutant: Reference) -> bool:
    """Whether a student who hands in this file gets the check's full marks."""
    key = (
        mutant
        if asked.check.reference == asked.check.entry
        else mutant.instead(asked.check.entry, asked.check.reference)
    )
    return subject.outcome(asked, student_of(key)).right


def _survivor(
    subject: Subject, source: Source, name: str, mutation: Mutation, touched: list[Asked]
) -> Finding:
    reason = source.excuse(source.definitions[name], mutation.line, mutation.statement)
    where = f"{subject.reference.path}:{mutation.line}"
    parts = ", ".join(dict.fromkeys(asked.part.id for asked in touched))
    message = f"in `{name}`, {mutation} is not noticed by any case of {parts}"
    return Finding(Level.EXCUSED if reason else Level.ERROR, where, message, "mutants", "", reason)
