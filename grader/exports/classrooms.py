"""One file a submission, for the autograders of Gradescope and Classroom 50.

Gradescope's `results.json` (source: gradescope/autograder_samples, `docs/specs.md`): `score` is the total
after policies and overrides the tests' sum; a part that waits for a person has no score there, so it is shown
as information. Classroom 50's `result.json` (source: foundation50/classroom50,
`schemas/result-v1.schema.json`): scores are integers, so marks are hundredths; what only its runner knows
comes from the request's context under the schema's own keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
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
        "tests": [
            _gradescope_test(mark, assignment, index) for index, mark in enumerate(graded.marks, start=1)
        ],
    }


def _gradescope_test(mark: Mark, assignment: Assignment | None, index: int) -> dict[str, Any]:
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
    return _one_each("results.json", texts)


def _one_each(name: str, texts: Mapping[str, str], *notes: str) -> Rendered:
    """A file a student; the system's own name where there is only one."""
    if len(texts) == 1:
        return Rendered({name: next(iter(texts.values()))}, notes)
    return Rendered({f"{file_name(student)}.json": text for student, text in texts.items()}, notes)


SCALE = 100
_CONTEXT = ("classroom", "assignment_type", "submission", "commit", "release", "review")


def hundredths(marks: Fraction) -> int:
    """Marks in hundredths, halves rounded up."""
    return int(marks * SCALE + Fraction(1, 2))


def result(graded: Graded, context: dict[str, str]) -> dict[str, Any]:
    """One submission as `classroom50/result/v1`."""
    top = hundredths(graded.available)
    return {
        "schema": "classroom50/result/v1",
        "assignment": graded.assignment,
        "owner": context.get("owner", graded.student),
        **{key: context.get(key, "individual" if key == "assignment_type" else "") for key in _CONTEXT},
        "datetime": context.get("datetime") or _moment(graded.handed_in_at),
        "score": min(hundredths(graded.final), top),
        "max-score": top,
        "tests": [_classroom_test(mark) for mark in graded.marks],
    }


def _classroom_test(mark: Mark) -> dict[str, Any]:
    top = hundredths(mark.available)
    return {
        "test-name": mark.part,
        "passed": mark.verdict is Verdict.CORRECT,
        "score": min(hundredths(mark.marks or Fraction(0)), top),
        "max-score": top,
        "verdict": str(mark.verdict),
        "message": mark.feedback,
    }


def _moment(when: str | None) -> str:
    """The schema's form of a time; the start of the epoch where none is known, never the time of grading."""
    moment = datetime.fromisoformat(when).astimezone(UTC) if when else datetime.fromtimestamp(0, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _classroom50(gradebook: Gradebook, request: Request) -> Rendered:
    _, graded = chosen(gradebook, request)
    texts = {
        student: json.dumps(result(each, dict(request.context)), ensure_ascii=False, indent=1)
        for student, each in graded.items()
    }
    return _one_each("result.json", texts, "marks are written in hundredths: 7.5 is 750")


LAYOUTS = (
    Layout("gradescope", "results.json of an autograder, one a student", _gradescope),
    Layout("classroom50", "result.json, one a student, in hundredths", _classroom50),
)
