"""Grading the example submissions once for all golden tests, by the line that a batch's worker runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.batch.work import Bench, Workshop
from grader.intake import read
from grader.model import Graded, SourceFile, Submission
from grader.rubric import Course

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def course() -> Course:
    """The course in this repository."""
    return Course(ROOT)


@pytest.fixture(scope="session")
def workshop(course) -> Iterator[Workshop]:
    """A worker's course and warm box."""
    shop = Workshop(Bench(ROOT), course)
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def graded_example(course, workshop):
    """Grade an example student's file when it is first asked for, and remember it."""
    found = {
        (one.student, one.assignment): one
        for one in read([ROOT / "submissions_example"], course.names).submissions
    }
    known: dict[tuple[str, str], Graded] = {}

    def graded(student: str, assignment: str) -> Graded:
        if (student, assignment) not in known:
            known[student, assignment] = workshop.grade(found[student, assignment]).graded
        return known[student, assignment]

    return graded


@pytest.fixture(scope="session")
def grade_text(workshop):
    """Grade a submission given as text."""

    def graded(assignment: str, text: str) -> Graded:
        file = SourceFile(f"{assignment}.py", text.encode())
        return workshop.grade(Submission("someone", assignment, (file,))).graded

    return graded
