"""An assignment to start from."""

from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.lint import lint
from grader.lint.subject import Subject, student_of
from grader.rubric import Course, Reference
from grader.rubric.document import read
from grader.rubric.loading import as_text
from grader.rubric.skeleton import write_skeleton


def test_a_skeleton_is_sound(tmp_path):
    """In an empty folder it makes a course whose proofs find nothing."""
    paths = write_skeleton(tmp_path / "new", "week_3")
    assert all(path.is_file() for path in paths)
    assert "ASSIGNMENT" not in "".join(path.read_text(encoding="utf-8") for path in paths)
    report = lint(Course(tmp_path / "new"), "week_3")
    assert not report.findings, str(report)


@pytest.mark.parametrize(("student", "marks"), [("ada", 6), ("ben", 4), ("cleo", 2)])
def test_its_examples_earn_what_its_test_says(tmp_path, student, marks):
    """Right, mistaken and unfinished hand-ins are worth what the rubric says."""
    write_skeleton(tmp_path, "week_3")
    course = Course(tmp_path)
    subject = Subject(
        (course.assignment("week_3"),),
        course.reference("week_3"),
        read(course.rubric_path("week_3"), as_text),
    )
    own = student_of(Reference(tmp_path / "submissions_example" / student / "week_3.py"))
    earned = sum(
        (subject.marks(asked, subject.outcome(asked, own)) for asked in subject.checks()), Fraction(0)
    )
    assert earned == marks
    assert f'"{student}": {marks}' in (tmp_path / "tests" / "test_week_3.py").read_text(encoding="utf-8")


def test_nothing_is_overwritten(tmp_path):
    """A second skeleton of the name is refused before anything is written."""
    write_skeleton(tmp_path, "week_3")
    (tmp_path / "rubrics" / "week_3.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "reference" / "week_3.py").unlink()
    with pytest.raises(UsageError, match="is there already"):
        write_skeleton(tmp_path, "week_3")
    assert not (tmp_path / "reference" / "week_3.py").exists()


@pytest.mark.parametrize("name", ["", "week 3", "../x", "3rd", "class", "a-b"])
def test_a_name_must_be_an_identifier(tmp_path, name):
    """A name that no Python file could have is refused."""
    with pytest.raises(UsageError, match="can't be an assignment's name"):
        write_skeleton(tmp_path, name)
    assert list(tmp_path.iterdir()) == []
