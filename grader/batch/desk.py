"""People's decisions in a run: kept in its store, put on top of what the grader says by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction

from grader.batch.store import Store, now, submission_digest
from grader.errors import UsageError
from grader.grading.decisions import Decision, answer_digest, with_decisions
from grader.grading.recording import Recording
from grader.model import Assignment, Graded, Submission

Whose = tuple[str, str]


def whose(one: Submission | Graded) -> Whose:
    """Assignment and student: what a hand-in, its marks and the decisions on it have in common."""
    return one.assignment, one.student


def decided(
    store: Store,
    graded: Sequence[Graded],
    submissions: Sequence[Submission],
    assignments: Mapping[str, Assignment],
) -> list[Graded]:
    """What the grader says, with people's decisions on top."""
    decisions = store.decisions()
    handed_in = {whose(one): one for one in submissions}
    found = []
    for one in graded:
        made, submission = decisions.get(whose(one)), handed_in.get(whose(one))
        if made and submission:
            assignment = assignments[one.assignment]
            digests = answer_digests(store, submission, assignment, one.sandbox)
            found.append(with_decisions(one, submission, assignment, made, digests))
        else:
            found.append(one)
    return found


def answer_digests(store: Store, submission: Submission, assignment: Assignment, box: str) -> dict[str, str]:
    """The digest of the answer to each part, as it was recorded in a box of this strength."""
    recording = store.recording(submission_digest(submission), box) or Recording()
    return {part.id: answer_digest(part, recording) for part in assignment.parts}


def handed_in_by(student: str, graded: Sequence[Graded], assignments: Sequence[str] = ()) -> list[Graded]:
    """A student's marked submissions, of these assignments or of all where none is named.

    Raises:
        UsageError: there is none; a near miss is named.
    """
    everybody = sorted({one.student for one in graded})
    if student not in everybody:
        near = get_close_matches(student, everybody, n=1)
        hint = f"did you mean {near[0]}?" if near else None
        raise UsageError(f"there is no student {student!r} in this run", hint=hint)
    mine = [one for one in graded if one.student == student]
    found = [one for one in mine if not assignments or one.assignment in assignments]
    if not found:
        names = ", ".join(one.assignment for one in mine)
        raise UsageError(
            f"{student} handed in nothing for {', '.join(assignments)}", hint=f"there is {names}"
        )
    return found


def find_part(
    graded: Sequence[Graded], student: str, part: str, assignment: str | None
) -> tuple[Graded, Fraction]:
    """The submission that a student's part belongs to, and what the part is worth.

    Raises:
        UsageError: there is none, or several assignments have a part of that name.
    """
    mine = handed_in_by(student, graded, () if assignment is None else (assignment,))
    found = [(one, mark.available) for one in mine for mark in one.marks if mark.part == part]
    if not found:
        parts = ", ".join(dict.fromkeys(mark.part for one in mine for mark in one.marks))
        raise UsageError(f"{student} has no part {part!r} in this run", hint=f"there is {parts}")
    if len(found) > 1:
        names = ", ".join(one.assignment for one, _ in found)
        raise UsageError(f"several assignments have a part {part!r}: {names}", hint="say which with -a")
    return found[0]


def decide(store: Store, decision: Decision, available: Fraction, digests: Mapping[str, str]) -> Decision:
    """Keep a decision, bound to the answer as it is recorded now; `digests` are the answers' by part.

    Raises:
        UsageError: more marks than the part has, or fewer than none.
    """
    if decision.marks is not None and not 0 <= decision.marks <= available:
        raise UsageError(f"{decision.part} is worth 0 to {float(available):g} marks")
    bound = replace(decision, at=decision.at or now(), about=digests.get(decision.part, ""))
    store.decide(bound)
    return bound
