"""Gradescope's `results.json`, one a submission.

Source: gradescope/autograder_samples, `docs/specs.md`. `score` is the total after policies and overrides the
tests' sum; a part that waits for a person has no score there, so it is shown as information.
"""

from __future__ import annotations

import json
from typing import Any

from grader.exports.base import Layout, Rendered, Request, chosen
from grader.gradebook import Gradebook, number
from grader.gradebook.cells import file_name
from grader.model import Assignment, Graded, Mark, Verdict


def results(graded: Graded, assignment: Assignment | None = None) -> dict[str, Any]:
    """One submission as Gradescope's `results.json`; the students' text only."""
    said = [*graded.faults, *graded.notes]
    if graded.pending:
        said.append(f"{graded.pending} parts wait for a person.")
    if graded.ungraded:
        said.append(f"{graded.ungraded} parts could not be judged, through no fault of yours.")
    return {
        "score": number(graded.final),
        "execution_time": graded.seconds,
        "output": "\n".join(said),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(mark, assignment, index) for index, mark in enumerate(graded.marks, start=1)],
    }


def _test(mark: Mark, assignment: Assignment | None, index: int) -> dict[str, Any]:
    part = assignment.part(mark.part) if assignment else None
    test: dict[str, Any] = {
        "number": str(index),
        "name": f"{mark.part}: {part.title}" if part and part.title else mark.part,
        "output": mark.feedback,
    }
    if mark.marks is not None:
        test |= {"score": number(mark.marks), "max_score": number(mark.available)}
        test["status"] = "passed" if mark.verdict is Verdict.CORRECT else "failed"
    return test


def _gradescope(gradebook: Gradebook, request: Request) -> Rendered:
    assignment, graded = chosen(gradebook, request)
    texts = {
        student: json.dumps(results(each, assignment), ensure_ascii=False, indent=1)
        for student, each in graded.items()
    }
    if len(texts) == 1:
        return Rendered({"results.json": next(iter(texts.values()))})
    return Rendered({f"{file_name(student)}.json": text for student, text in texts.items()})


LAYOUTS = (Layout("gradescope", "results.json of an autograder, one a student", _gradescope),)
