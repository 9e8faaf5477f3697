"""Marking again from the record: only the parts that a change of the rubric concerns are judged anew."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from grader.batch.store import Decided, Store
from grader.gradebook.results import load_submission
from grader.grading.line import mark, ungraded
from grader.grading.packing import unpack
from grader.model import Assignment, Graded, Mark, Submission
from grader.rubric import Reference


def marked_again(
    store: Store,
    submission: Submission,
    before: Decided,
    assignment: Assignment,
    reference: Reference,
    stays: Collection[str],
) -> Graded:
    """The marks under the rubric as it is now; those of parts under the same rule as before stay.

    Args:
        store: holds what the submission answered.
        submission: the hand-in.
        before: what was decided last, and under which digests.
        assignment: as it is now.
        reference: as it is now.
        stays: the parts whose rule is as it was then, see `rule_digests`.
    """
    packed = store.packed(before.submission, before.strength)
    if packed is None:
        return ungraded(submission, assignment, "nothing is recorded of this submission")
    graded = mark(submission, assignment, reference, unpack(packed), kept=_kept(before, stays))
    return replace(graded, sandbox=before.strength)


def _kept(before: Decided, stays: Collection[str]) -> dict[str, Mark]:
    """The marks that stay; what could not be judged is always tried again."""
    marks = load_submission(json.loads(before.graded)).marks if stays else ()
    return {one.part: one for one in marks if one.part in stays and one.verdict.has_marks}
