"""`grader lint`: one assignment through every proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from grader.errors import CourseCodeError, GraderError, RubricError
from grader.lint.branches import branches_are_met
from grader.lint.following import follow_through_works
from grader.lint.mutants import mutants_are_caught
from grader.lint.policies import policies_work
from grader.lint.report import Finding, Level, LintReport, ProofRun, ordered
from grader.lint.source import excused, excuses_of
from grader.lint.subject import Subject, part_places
from grader.lint.tolerances import run_is_cheap, tolerances_fit
from grader.lint.worth import (
    empty_earns_nothing,
    entries_exist,
    mistakes_are_told_apart,
    nothing_earns_nothing,
    reference_earns_everything,
)
from grader.rubric import Course
from grader.rubric.document import Document, read, shown
from grader.rubric.loading import as_text

Proof = Callable[[Subject], Iterator[Finding]]


def marks_add_up(subject: Subject) -> Iterator[Finding]:
    """The parts add up to the marks that the rubric states (reading it refuses another sum)."""
    assignment = subject.assignments[0]
    if "marks" not in subject.document.data:
        where = str(subject.document.where(()))
        message = f"the rubric states no 'marks'; its parts add up to {assignment.marks}"
        yield Finding(Level.WARNING, where, message, "marks")
    subject.done = f"{len(assignment.parts)} parts, {assignment.marks} marks"


def something_is_public(subject: Subject) -> Iterator[Finding]:
    """Every part with cases shows one of them to students, so that the self-check can say something."""
    count = 0
    for asked in subject.checks():
        count += 1
        if asked.check.cases and not any(case.public for case in asked.check.cases):
            yield subject.finding(Level.WARNING, asked, "no case is public", "public", "cases")
    subject.done = f"{count} checks looked at"


PROOFS: dict[str, Proof] = {
    "marks": marks_add_up,
    "policies": policies_work,
    "entries": entries_exist,
    "reference": reference_earns_everything,
    "empty": empty_earns_nothing,
    "lazy": nothing_earns_nothing,
    "mistakes": mistakes_are_told_apart,
    "follow-through": follow_through_works,
    "tolerance": tolerances_fit,
    "branches": branches_are_met,
    "mutants": mutants_are_caught,
    "public": something_is_public,
    "cost": run_is_cheap,
}
"""Every proof by name, in the order in which they run."""


def lint(
    course: Course, name: str, *, seeds: tuple[int, ...] = (1, 2, 3), explain: bool = False
) -> LintReport:
    """Prove one assignment's rubric and reference sound.

    Args:
        course: where it is.
        name: the assignment.
        seeds: what the cases are drawn from; the first is what most proofs use.
        explain: whether the report's text tells what each proof did.

    Raises:
        UsageError: there is no such assignment.
    """
    path = course.rubric_path(name)
    try:
        assignments = tuple(course.assignment(name, seed) for seed in seeds)
    except (RubricError, CourseCodeError) as error:
        return LintReport(name, _unreadable(error), (), explain)
    subject = Subject(assignments, course.reference(name), read(path, as_text))
    spans = part_lines(subject.document)
    findings: list[Finding] = []
    runs = []
    for proof_name, proof in PROOFS.items():
        started = perf_counter()
        found = _fenced(proof, proof_name, subject)
        findings += excused(found, list(subject.document.lines), spans)
        claim = (proof.__doc__ or "").strip()
        runs.append(ProofRun(proof_name, claim.rstrip("."), subject.done, perf_counter() - started))
    findings += stale_excuses(subject, findings)
    return LintReport(name, ordered(findings), tuple(runs), explain)


def _fenced(proof: Proof, name: str, subject: Subject) -> Iterator[Finding]:
    # A rubric that no question can be made of fails one proof, and the others are still tried.
    try:
        yield from proof(subject)
    except GraderError as error:
        yield Finding(Level.ERROR, str(error.where or ""), f"can't be tried: {error.message}", name)


def stale_excuses(subject: Subject, findings: list[Finding]) -> Iterator[Finding]:
    """Comments that excuse nothing (any more): they would hide the next fault that comes to stand there."""
    used = {finding.reason for finding in findings}
    files = {
        shown(subject.reference.path): subject.reference.text.splitlines(),
        subject.document.file: list(subject.document.lines),
    }
    for file, lines in files.items():
        for line, reason in excuses_of(lines).items():
            if reason not in used:
                message = f"nothing is excused here (any more): '{reason}'"
                yield Finding(Level.WARNING, f"{file}:{line}", message, "excuses")


def part_lines(document: Document) -> dict[str, range]:
    """The lines of each part in the rubric, its comments included."""
    starts = sorted((document.where(place).line, part) for part, place in part_places(document).items())
    ends = [line for line, _ in starts[1:]] + [len(document.lines) + 1]
    return {part: range(line, end) for (line, part), end in zip(starts, ends, strict=True)}


def _unreadable(error: GraderError) -> tuple[Finding, ...]:
    problems = getattr(error, "problems", ()) or (error,)
    return tuple(
        Finding(
            Level.ERROR, str(one.where or ""), one.message + (f" ({one.hint})" if one.hint else ""), "reading"
        )
        for one in problems
    )
