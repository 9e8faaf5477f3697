"""What a person decided: hand marks and overrides, which outlive re-grading and re-marking.

A decision is about an answer. It stays in force when the answer changes, and is shown to be stale then, so
that somebody looks at it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.errors import CodecError
from grader.grading.marking import questions
from grader.grading.recording import Recording
from grader.model import Assignment, Graded, Mark, Observation, Part, Returned, Submission, Verdict
from grader.scoring.policies import apply_policies
from grader.scoring.shares import total
from grader.values import codec

OVERRIDDEN, STALE = "overridden", "stale_override"


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word on one part.

    Attributes:
        marks: what it earns; None takes an earlier decision back.
        reason: why, shown to the student.
        who: whose word it is.
        at: when, ISO 8601.
        about: `answer_digest` of the answer that was looked at.
    """

    assignment: str
    student: str
    part: str
    marks: Fraction | None
    reason: str
    who: str = ""
    at: str = ""
    about: str = ""


def answer_digest(part: Part, recording: Recording) -> str:
    """A digest of what was answered to a part's questions, how long it took left out."""
    seen = [one for check in part.checks for one in recording.seen(questions(check))]
    return hashlib.sha256("\n".join(map(told, seen)).encode()).hexdigest()


def with_decisions(
    graded: Graded,
    submission: Submission,
    assignment: Assignment,
    decisions: Sequence[Decision],
    digests: Mapping[str, str],
) -> Graded:
    """The submission with the latest decision on each part in force, and its totals with it.

    Args:
        graded: what the grader says by itself.
        submission: for the late policies.
        assignment: likewise.
        decisions: about this submission, oldest first.
        digests: by part, of the answers as they are now.
    """
    latest = {decision.part: decision for decision in decisions}
    marks = tuple(_decided(mark, latest.get(mark.part), digests.get(mark.part, "")) for mark in graded.marks)
    if marks == graded.marks:
        return graded
    raw = total(marks)
    final, notes = apply_policies(assignment, submission, marks)
    return replace(graded, marks=marks, raw=raw, final=final, notes=notes)


def _decided(mark: Mark, decision: Decision | None, digest: str) -> Mark:
    if decision is None or decision.marks is None:
        return mark
    stale = bool(decision.about) and bool(digest) and decision.about != digest
    earned, available = decision.marks, mark.available
    verdict = Verdict.CORRECT if earned >= available else Verdict.PARTIAL if earned else Verdict.INCORRECT
    machine = str(mark.verdict) if mark.marks is None else f"{float(mark.marks):g}"
    waiting = mark.verdict is Verdict.PENDING
    note = "; the answer has changed since" if stale else ""
    by = f"Decided by {decision.who or 'a person'} on {decision.at}"
    staff = f"{by}: {decision.reason} (the grader: {machine}{note})"
    return replace(
        mark,
        marks=earned,
        verdict=verdict,
        # "A person will read this" is no longer true.
        feedback="\n".join(filter(None, (decision.reason, "" if waiting else mark.feedback))),
        staff="\n".join(text for text in (staff, mark.staff) if text),
        flags=(*mark.flags, OVERRIDDEN, *([STALE] if stale else [])),
    )


def told(seen: Observation) -> str:
    """A digest of what was answered, how long it took left out."""
    if not isinstance(seen, Returned):
        return type(seen).__name__
    try:
        return codec.digest(seen.value)
    except CodecError:
        return "?"
