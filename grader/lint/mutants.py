"""Faults put into the reference, each of which some case must catch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.errors import CheckError, CourseCodeError
from grader.grading.following import answering
from grader.lint.lacking import telling_case
from grader.lint.mutation import SWAP, Mutation, Swap, mutations
from grader.lint.report import Finding, Level
from grader.lint.source import Source
from grader.lint.subject import Asked, Subject, student_of
from grader.model import Observation, Returned
from grader.rubric import Reference
from grader.rubric.document import shown
from grader.values.closeness import Tolerance, compare


def mutants_are_caught(subject: Subject) -> Iterator[Finding]:
    """A small fault anywhere in the reference makes some check's answers wrong: no fault passes unseen."""
    source = Source(subject.reference.text)
    checks = list(subject.checks())
    reaches = {id(asked): source.reach(asked.check.reference) for asked in checks}
    made = lived = 0
    for name, definition in source.definitions.items():
        touched = [asked for asked in checks if name in reaches[id(asked)]]
        if not touched or isinstance(definition, ast.ClassDef):
            continue
        for mutation in mutations(definition):
            made += 1
            if survives(subject, source.tree, touched):
                lived += 1
                yield _survivor(subject, source, name, mutation, touched)
    subject.done = f"{made} faults put into the reference, {made - lived} caught or without effect"


def survives(subject: Subject, tree: ast.Module, checks: list[Asked]) -> bool:
    """Whether a student who hands in this tree is right everywhere, though it could be told apart."""
    swap = Swap()
    try:
        mutant = subject.reference.rerun(tree, {SWAP: swap})
    except CourseCodeError:
        return False
    if not all(passes(subject, asked, mutant) for asked in checks):
        return False
    return not swap.commutes and any(
        asked.check.cases or not _same(subject, asked, mutant) for asked in checks
    )


def passes(subject: Subject, asked: Asked, mutant: Reference) -> bool:
    """Whether the answers of this file are right in themselves, whichever of its right answers is given."""
    key = answering(mutant, asked.check)
    return all(subject.right_in_itself(asked, student_of(key, side)) for side in ("low", "high"))


def _same(subject: Subject, asked: Asked, mutant: Reference) -> bool:
    # Without cases a constant has one value, and a formula is compared as a function: a fault that leaves
    # the answers as they are can be noticed by nobody.
    students = [student_of(answering(key, asked.check)) for key in (mutant, subject.reference)]
    return all(_alike(*(student(probe) for student in students)) for probe in subject.probes(asked.check))


def _alike(one: Observation, other: Observation) -> bool:
    if not isinstance(one, Returned) or not isinstance(other, Returned):
        return False
    try:
        return compare(one.value, other.value, Tolerance(1e-12, 1e-12)).close
    except CheckError:  # a formula, which the check has found to be the same function
        return True


def _survivor(
    subject: Subject, source: Source, name: str, mutation: Mutation, touched: list[Asked]
) -> Finding:
    reason = source.excuse(source.definitions[name], mutation.line, mutation.statement)
    where = f"{shown(subject.reference.path)}:{mutation.line}"
    parts = ", ".join(dict.fromkeys(asked.part.id for asked in touched))
    message = f"in `{name}`, {mutation} is not noticed by any case of {parts}"
    if not reason:
        mutant = subject.reference.rerun(source.tree, {SWAP: Swap()})
        keys = (answering(key, touched[0].check) for key in (subject.reference, mutant))
        message += telling_case(touched[0].check, *keys)
    return Finding(Level.EXCUSED if reason else Level.ERROR, where, message, "mutants", "", reason)
