"""A course's folder."""

import hashlib

import pytest

from grader.errors import CourseCodeError, UsageError
from grader.rubric import Course


def test_a_course_is_found_upwards(folder):
    """From anywhere inside, the course is the nearest folder with both parts."""
    deep = folder.root / "submissions" / "ada"
    deep.mkdir(parents=True)
    assert Course.find(deep).root == folder.root.resolve()


def test_no_course_says_what_to_do(tmp_path):
    """Outside a course there is a hint, and no traceback."""
    with pytest.raises(UsageError, match="no course here or above"):
        Course.find(tmp_path)
    with pytest.raises(UsageError, match="is not a course"):
        Course(tmp_path)


def test_assignments_are_the_rubrics_names(folder):
    """The names are the rubrics' stems, in order, and each is read once."""
    folder.write("assignment: a", "another")
    course = Course(folder.root)
    assert course.names == ("another", "tiny")
    assert course.assignment("tiny") is course.assignment("tiny")
    assert course.assignment("tiny", 2).seed == 2


def test_an_unknown_assignment_has_a_nearest(folder):
    """A misspelt name is answered with the right one."""
    with pytest.raises(UsageError, match="no assignment 'tinny'") as caught:
        Course(folder.root).assignment("tinny")
    assert caught.value.hint == "did you mean 'tiny'?"


def test_a_missing_reference_is_told(folder):
    """A rubric without a reference file can't be used for grading."""
    (folder.root / "reference" / "tiny.py").unlink()
    with pytest.raises(CourseCodeError, match="there is no reference file"):
        Course(folder.root).assignment("tiny")


def test_digests_are_of_the_files_bytes(folder):
    """What a mark records can be checked with sha256sum."""
    digests = Course(folder.root).digests("tiny")
    assert digests == {
        "rubric": hashlib.sha256((folder.root / "rubrics" / "tiny.yaml").read_bytes()).hexdigest(),
        "reference": hashlib.sha256((folder.root / "reference" / "tiny.py").read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize(("there", "lacks"), [("rubrics", "no reference"), ("reference", "no rubrics")])
def test_half_a_course_is_told_what_it_lacks(tmp_path, there, lacks):
    """A course without a reference is told so, and how one begins."""
    (tmp_path / there).mkdir()
    with pytest.raises(UsageError, match=f"it has {lacks}\n.*grader new NAME"):
        Course(tmp_path)
