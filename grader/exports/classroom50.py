"""Classroom 50's `result.json`, one a submission; scores there are integers, so marks are hundredths.

Source: foundation50/classroom50, `schemas/result-v1.schema.json`. What only its runner knows (repository,
commit, links) comes from the request's context under the schema's own keys.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from grader.exports.base import Layout, Rendered, Request, chosen
from grader.gradebook import Gradebook
from grader.gradebook.cells import file_name
from grader.model import Graded, Mark, Verdict

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
        "tests": [_test(mark) for mark in graded.marks],
    }


def _test(mark: Mark) -> dict[str, Any]:
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
    notes = ("marks are written in hundredths: 7.5 is 750",)
    if len(texts) == 1:
        return Rendered({"result.json": next(iter(texts.values()))}, notes)
    return Rendered({f"{file_name(student)}.json": text for student, text in texts.items()}, notes)


LAYOUTS = (Layout("classroom50", "result.json, one a student, in hundredths", _classroom50),)
