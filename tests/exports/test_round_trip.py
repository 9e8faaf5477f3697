"""From each system's zip and back into its own files: ids survive the whole way."""

import csv
import io
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from grader import intake
from grader.exports.base import Request, export
from grader.gradebook import Gradebook
from grader.model import Assignment, Graded, Mark, Part, Question, Submission, Verdict

INDEX = """submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
submission_12:
  :submitters:
  - :name: Jürgen Müller
    :sid: '0043'
"""
SYSTEMS = {
    "canvas": (
        ("doejane_12345_1_warm_up.py", "müllerjürgen_LATE_12346_2_warm_up-1.py"),
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (9)\n    Points Possible,,,,,2\n"
            '"Doe, Jane",12345,0042,jdoe,S,\n"Müller, Jürgen",12346,0043,jm,S,\n'
        ),
        "HW 3 (9)",
    ),
    "moodle": (
        (
            "Jane Doe_4711_assignsubmission_file_/warm_up.py",
            "Jürgen Müller_4712_assignsubmission_file/warm_up.py",
        ),
        (
            'Identifier,"Full name",Grade,"Maximum Grade","Feedback comments"\n'
            '"Participant 4711","Jane Doe",,2.00,\n"Participant 4712","Jürgen Müller",,2.00,\n'
        ),
        "Grade",
    ),
    "blackboard": (
        (
            "HW 3_jdoe_attempt_2026-11-03-10-00-00_warm_up.py",
            "HW 3_jm_attempt_2026-11-03-10-00-00_warm_up.py",
            "HW 3_jm_attempt_2026-11-03-10-00-00.txt",
        ),
        (
            '"Last Name","First Name","Username","Student ID","HW 3 |9"\n'
            '"Doe","Jane","jdoe","0042",""\n"Müller","Jürgen","jm","0043",""\n'
        ),
        "HW 3 |9",
    ),
    "brightspace": (
        (
            "1-5 - Jane Doe - Nov 3, 2026 1015 PM/warm_up.py",
            "2-5 - Jürgen Müller - Nov 3, 2026 905 AM/warm_up.py",
            "index.html",
        ),
        (
            "OrgDefinedId,Username,First Name,Last Name,HW 3 Points Grade,End-of-Line Indicator\n"
            "#0042,#jdoe,Jane,Doe,,#\n#0043,#jm,Jürgen,Müller,,#\n"
        ),
        "HW 3 Points Grade",
    ),
}


def marked(submission: Submission) -> Graded:
    """The mark that stands in the file."""
    earned = Fraction(submission.main.content.decode())
    mark = Mark("1", "w", earned, Fraction(2), Verdict.PARTIAL, feedback="softmax: <b> rows")
    return Graded(submission.student, "warm_up", (mark,), earned, earned, Fraction(2), submission.name)


def graded_zip(path: Path, names: tuple[str, ...], index: str = "") -> Gradebook:
    """A zip as the system makes it, taken in and marked."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, mark in zip(names, ("2", "1/2", ""), strict=False):
            archive.writestr(name, mark)
        if index:
            archive.writestr("assignment_9_export/submission_metadata.yml", index)
    taken = intake.read([path], ["warm_up"])
    assert taken.problems == ()
    assignment = Assignment("warm_up", "HW 3", (Question("w", "", (Part("1", "w", "", Fraction(2), ()),)),))
    return Gradebook([marked(each) for each in taken.submissions], [assignment])


@pytest.mark.parametrize("system", SYSTEMS)
def test_marks_return_to_the_rows_of_their_students(system, tmp_path):
    """Both students' cells are filled, and nothing is left to note."""
    names, template, column = SYSTEMS[system]
    book = graded_zip(tmp_path / "submissions.zip", names)
    (tmp_path / "grades.csv").write_text(template, encoding="utf-8")
    exported = export(book, system, tmp_path / "out.csv", Request(template=tmp_path / "grades.csv"))
    rows = list(csv.DictReader(io.StringIO(exported.paths[0].read_text(encoding="utf-8"))))
    cells = [row[column] for row in rows if not str(row.get("Student", "")).startswith("    ")]
    assert (cells, exported.notes) == (["2", "0.5"], ())


@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_feedback_returns_under_the_names_that_came(system, tmp_path):
    """One file for each student, from the same zip."""
    path = tmp_path / "submissions.zip"
    book = graded_zip(path, SYSTEMS[system][0])
    exported = export(book, f"feedback-{system}", tmp_path / "f.zip", Request(template=path))
    with zipfile.ZipFile(exported.paths[0]) as archive:
        assert len(archive.namelist()) == 2
    assert exported.notes == ()


def test_gradescope_keeps_school_ids(tmp_path):
    """Results are named by the id that the index gives."""
    names = ("assignment_9_export/submission_11/warm_up.py", "assignment_9_export/submission_12/warm_up.py")
    book = graded_zip(tmp_path / "export.zip", names, INDEX)
    exported = export(book, "gradescope", tmp_path / "results")
    assert {path.name for path in exported.paths} == {"0042.json", "0043.json"}
