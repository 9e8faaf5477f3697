"""`grader mark` and `grader override` from the command line, on a run that was graded for it."""

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.batch.run import Run
from grader.cli.app import cli
from grader.gradebook import Gradebook
from grader.model import SourceFile, Submission
from grader.rubric import Course

RUBRIC = """
assignment: essay
title: An essay
questions:
  - id: "1"
    title: Why
    parts:
      - {id: why, title: Why, marks: 2, check: manual, entry: why, model_answer: "It stalls."}
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A course with one part to mark by hand, graded with another seed than the usual."""
    root = tmp_path_factory.mktemp("course")
    for folder, name, text in (("rubrics", "essay.yaml", RUBRIC), ("reference", "essay.py", 'why = ""\n')):
        (root / folder).mkdir()
        (root / folder / name).write_text(text, encoding="utf-8")
    Run(Course(root), root / "out", seed=7, strength="none").grade(
        [Submission(who, "essay", (SourceFile("essay.py", b'why = "because"\n'),)) for who in ("ada", "bob")]
    )
    return root


@pytest.fixture
def course(graded, tmp_path) -> Path:
    """The same for one test alone."""
    return shutil.copytree(graded, tmp_path / "course")


def ask(course, *args):
    return CliRunner().invoke(cli, ["--course", str(course), *map(str, args)], standalone_mode=False)


def marks_of(course):
    return {one.student: one.marks[0].marks for one in Gradebook.read(course / "out").graded}


def test_a_sheet_goes_out_and_comes_back(course, tmp_path):
    """Filled in, it decides; filled in wrongly, the row is named and the exit code is 1; the seed stays."""
    path = tmp_path / "pending.csv"
    assert ask(course, "mark", course / "out", "--export", path).return_value == 0
    text = path.read_text(encoding="utf-8-sig")
    filled = text.replace("ada,,2,,,", "ada,,2,1.5,So so.,").replace("bob,,2,,,", "bob,,2,7,,")
    path.write_text(filled, encoding="utf-8-sig")
    done = ask(course, "mark", course / "out", "--import", path, "--who", "rb")
    assert done.return_value == 1
    assert "1 decided, 0 left as they were, 1 not taken" in done.stdout
    assert "row 3: why is worth 0 to 2 marks" in done.stderr
    assert marks_of(course) == {"ada": 1.5, "bob": None}
    assert Gradebook.read(course / "out").run["seed"] == 7


@pytest.mark.parametrize("text", ["two", "1/0", "-1", "1e3", "nan"])
def test_an_override_needs_a_number_of_marks(course, text):
    """What is no number of marks is the caller's mistake, whatever it is."""
    done = ask(course, "override", course / "out", "ada", "why", "-m", "why", "--", text)
    assert "is no number of marks" in str(done.exception)


@pytest.mark.parametrize(
    "words",
    [
        ("remark",),
        ("mark", "--no-browser"),
        ("override", "ada", "why", "1", "-m", "so"),
        ("show", "ada", "--part", "why", "--rerun"),
    ],
)
def test_results_are_not_written_from_a_record_that_is_lost(course, words):
    """Without run.sqlite there is nothing to mark from: an error, and results.json stays as it was."""
    command, *rest = words
    (course / "out" / "run.sqlite").unlink()
    before = (course / "out" / "results.json").read_bytes()
    done = ask(course, command, course / "out", *rest)
    assert "has no run.sqlite" in str(done.exception)
    assert (course / "out" / "results.json").read_bytes() == before
    assert not (course / "out" / "run.sqlite").exists()


def test_a_stale_or_decided_part_says_so_in_the_terminal(course):
    """`grader show` names a person's decision."""
    ask(course, "override", course / "out", "bob", "why", "2", "-m", "Good.")
    assert "decided by a person" in ask(course, "show", course / "out", "bob").stdout


def test_the_page_is_served_until_it_is_ended(course):
    """The address is printed; Finish on the page ends the program with 0."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(course),
        "mark",
        str(course / "out"),
        "--no-browser",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as page:
        address = page.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}end", data=b"", timeout=20) as answer:
            assert b"Everything is kept" in answer.read()
        assert page.wait(timeout=20) == 0


def test_results_are_still_json_for_machines(course):
    """What was decided is in results.json with its flag."""
    ask(course, "override", course / "out", "bob", "why", "2", "-m", "Good.")
    data = json.loads((course / "out" / "results.json").read_text(encoding="utf-8"))
    bob = next(one for one in data["submissions"] if one["student"] == "bob")
    assert (bob["pending"], bob["parts"][0]["flags"]) == (0, ["overridden"])


def test_the_site_tells_what_was_decided(course):
    """A decision writes the reports anew where there are some: no page tells the marks of before."""
    assert not (course / "out" / "reports").exists()
    assert ask(course, "override", course / "out", "ada", "why", "1", "-m", "Half.").return_value is None
    assert not (course / "out" / "reports").exists()
    assert ask(course, "report", course / "out").return_value is None
    assert (
        ask(course, "override", course / "out", "ada", "why", "1.5", "-m", "Three quarters.").exit_code == 0
    )
    page = course / "out" / "reports" / "students" / "ada.html"
    assert "Three quarters." in page.read_text(encoding="utf-8")
