"""The Python interface, as a script or a notebook uses it."""

import subprocess
import sys

import pandas as pd
import pytest

import grader
from grader.errors import RubricError, UsageError
from grader.rubric.skeleton import write_skeleton

SCRIPT = """
import grader

book = grader.grade("submissions_example", assignments="week_3", out="out", jobs=2, sandbox="none")
print(book.frame.groupby("student")["marks"].sum().to_dict(), book)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two assignments around the current folder."""
    for name in ("week_3", "week_4"):
        write_skeleton(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_script_needs_no_guard(course):
    """The README's lines, saved as a file and run: worker processes do not run the file again."""
    (course / "marks.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "marks.py"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "{'ada': 6.0, 'ben': 4.0, 'cleo': 2.0} <Gradebook of 3 students: week_3>\n"


def test_what_is_graded_is_a_frame_and_files(course):
    """Everything of the course by default; the files of a run are in `out`."""
    book = grader.grade("submissions_example", out="out", sandbox="none")
    assert isinstance(book.frame, pd.DataFrame)
    assert set(book.frame["assignment"]) == {"week_3", "week_4"}
    written = {path.name for path in (course / "out").iterdir()}
    assert {"results.json", "gradebook.csv", "parts.csv", "intake.csv", "run.sqlite"} <= written


def test_the_roster_is_asked_and_what_does_not_match_is_a_warning(course):
    """Who is not on the roster, and who handed in nothing, is told to whoever calls."""
    (course / "roster.csv").write_text("id,name\nada,Ada\nben,Ben\ndora,Dora\n")
    with pytest.warns(UserWarning, match="on the roster") as told:
        grader.grade("submissions_example", assignments=["week_3"], sandbox="none", roster="roster.csv")
    lines = [str(one.message) for one in told]
    assert lines == ["1 not on the roster: cleo", "1 on the roster without a hand-in: dora (Dora)"]
    assert "missing,dora,Dora" in (course / "gradebook" / "intake.csv").read_text()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"assignments": ["week_5"]}, "did you mean 'week_3'|did you mean 'week_4'"),
        ({"assignments": "zzz"}, "known here: week_3, week_4"),
        ({"jobs": 0}, "`jobs` is 1 or more"),
        ({"sandbox": "iron"}, "one of best"),
    ],
)
def test_a_wrong_argument_is_named(course, wrong, says):
    """Nothing is graded, and the error says what there is."""
    with pytest.raises(UsageError) as caught:
        grader.grade("submissions_example", **wrong)
    assert any(one in str(caught.value) for one in says.split("|"))
    assert not (course / "gradebook").exists() or wrong == {"sandbox": "iron"}


@pytest.mark.parametrize(
    ("fault", "says"),
    [("titel: Four", "did you mean 'title'"), ("policies: [lates: {}]", "no policy 'lates'")],
)
def test_a_rubric_with_faults_is_the_callers_to_handle(course, fault, says):
    """A script is told before anything is graded, and chooses what to leave out."""
    rubric = course / "rubrics" / "week_4.yaml"
    rubric.write_text(f"{rubric.read_text()}{fault}\n")
    with pytest.raises(RubricError, match=says):
        grader.grade("submissions_example", out="out", sandbox="none")
    assert not (course / "out").exists()


def test_what_a_notebook_echoes_is_a_line(course):
    """A course and an assignment say what they are, not everything that they hold."""
    opened = grader.load_course()
    assert repr(opened) == f"<Course in {course}: week_3, week_4>"
    assert repr(opened.assignment("week_3")) == "<Assignment week_3: 6 marks in 3 parts>"
    with pytest.raises(UsageError, match="did you mean 'week_3'"):
        opened.assignment("weak_3")
