"""Reading hand-ins from folders and files."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from grader import intake
from grader.errors import UsageError
from grader.intake.collect import TABLE
from grader.model import Student

ASSIGNMENTS = ("warm_up", "baby_cnn")


def tree(root: Path, *names: str) -> Path:
    """Files that hold their own name as a comment."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    return root


def zipped(names: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return stream.getvalue()


def told(result: intake.Intake) -> dict[tuple[str, str], list[str]]:
    """Student and assignment → the files' paths."""
    return {(s.student, s.assignment): [file.path for file in s.files] for s in result.submissions}


def test_a_folder_of_folders_gives_each_student_their_files(tmp_path):
    """Helpers and data go along, another assignment's answer and junk do not."""
    tree(
        tmp_path,
        "bob/warm_up.ipynb",
        "ada/warm_up.py",
        "ada/baby_cnn.py",
        "ada/utils.py",
        "ada/pkg/__init__.py",
    )
    tree(tmp_path, "ada/data/x.csv", "ada/__pycache__/utils.txt", "ada/.git/a.py", "ada/essay.pdf")
    assert told(intake.read([tmp_path], ASSIGNMENTS)) == {
        ("ada", "baby_cnn"): ["baby_cnn.py", "data/x.csv", "pkg/__init__.py", "utils.py"],
        ("ada", "warm_up"): ["warm_up.py", "data/x.csv", "pkg/__init__.py", "utils.py"],
        ("bob", "warm_up"): ["warm_up.ipynb"],
    }


def test_flat_files_are_named_student_then_assignment(tmp_path):
    """`ada_warm_up.py` is ada's, however it is spaced."""
    tree(tmp_path, "ada_warm_up.py", "van_der_berg-baby_cnn.ipynb", "Zoë Warm-Up.py")
    assert told(intake.read([tmp_path], ASSIGNMENTS)) == {
        ("Zoë", "warm_up"): ["warm_up.py"],
        ("ada", "warm_up"): ["warm_up.py"],
        ("van_der_berg", "baby_cnn"): ["baby_cnn.ipynb"],
    }


@pytest.mark.parametrize("given", ["ada", "ada/warm_up.py"])
def test_one_students_folder_or_file_may_be_given_itself(tmp_path, given):
    """The folder around the answer names the student."""
    tree(tmp_path, "ada/warm_up.py")
    assert ("ada", "warm_up") in told(intake.read([tmp_path / given], ASSIGNMENTS))


def test_a_students_own_package_folder_is_not_a_student(tmp_path):
    """With an answer at the top, everything is that student's."""
    tree(tmp_path, "ada/warm_up.py", "ada/pkg/deep.py")
    assert told(intake.read([tmp_path / "ada"], ASSIGNMENTS)) == {
        ("ada", "warm_up"): ["warm_up.py", "pkg/deep.py"]
    }


def test_the_course_tree_of_nbgrader_is_read(tmp_path):
    """student/assignment/any name: the folder names the assignment."""
    tree(tmp_path, "ada/warm_up/problem.ipynb", "ada/baby_cnn/problem.ipynb")
    result = told(intake.read([tmp_path], ASSIGNMENTS))
    assert result == {("ada", "warm_up"): ["problem.ipynb"], ("ada", "baby_cnn"): ["problem.ipynb"]}


def test_the_only_code_is_the_only_assignment(tmp_path):
    """A single file under any name is taken when one assignment is asked for, and that is said."""
    tree(tmp_path, "ada/final_version.py")
    result = intake.read([tmp_path], ["warm_up"])
    assert told(result) == {("ada", "warm_up"): ["final_version.py"]}
    assert "taken as warm_up" in result.notes[0]


def test_two_candidates_are_said(tmp_path):
    """A module is preferred to a notebook, with a note."""
    tree(tmp_path, "ada/warm_up.ipynb", "ada/warm_up.py")
    result = intake.read([tmp_path], ASSIGNMENTS)
    assert told(result)["ada", "warm_up"][0] == "warm_up.py"
    assert "also there: warm_up.ipynb" in result.notes[0]


STUB = "def f(x):\n    raise NotImplementedError\n"


@pytest.mark.parametrize(
    ("module", "notebook", "taken"),
    [
        (STUB, "def f(x):\n    return x\n", "warm_up.ipynb"),
        (f"{STUB}def g(x):\n    return x\n", "def f(x):\n    return x\n", "warm_up.py"),
        (STUB, STUB, "warm_up.py"),
        ("", STUB, "warm_up.py"),
    ],
    ids=["a bare starter", "begun", "both bare", "empty"],
)
def test_a_starter_that_nobody_touched_is_not_preferred(tmp_path, module, notebook, taken):
    """A kit has a file and a notebook; whoever hands in its folder has worked in one of them."""
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "warm_up.py").write_text(module)
    cell = {"cell_type": "code", "source": notebook.splitlines(keepends=True)}
    (tmp_path / "ada" / "warm_up.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert told(intake.read([tmp_path], ["warm_up"]))["ada", "warm_up"][0] == taken


@pytest.mark.parametrize("names", [[], ["readme.txt"], ["ada/report.pdf"]])
def test_nothing_recognisable_is_a_usage_error(tmp_path, names):
    """With a hint on what was expected."""
    with pytest.raises(UsageError, match="nothing in") as caught:
        intake.read([tree(tmp_path, *names)], ASSIGNMENTS)
    assert "<student>/<assignment>.py" in caught.value.hint


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path):
    """It is named."""
    with pytest.raises(UsageError, match="elsewhere does not exist"):
        intake.read([tmp_path / "elsewhere"], ASSIGNMENTS)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x = 1\n\xff\xfe", "line 2"),
        (b"x = 1\0", "null bytes"),
        (b"# coding: klingon\n", "can't be decoded"),
    ],
)
def test_text_that_is_none_is_a_fault_of_its_submission(tmp_path, content, why):
    """The student is told why; the others are graded."""
    tree(tmp_path, "bob/warm_up.py", "ada/warm_up.py")
    (tmp_path / "ada/warm_up.py").write_bytes(content)
    ada, bob = intake.read([tmp_path], ASSIGNMENTS).submissions
    assert why in ada.fault
    assert bob.fault == ""


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfx = 1", b"# -*- coding: latin-1 -*-\nx = '\xe9'", b"x = 1\r\n"]
)
def test_declared_encodings_marks_and_line_ends_are_fine(tmp_path, content):
    """What Python itself would read is no fault."""
    tree(tmp_path, "ada/warm_up.py")
    (tmp_path / "ada/warm_up.py").write_bytes(content)
    assert intake.read([tmp_path], ASSIGNMENTS).submissions[0].fault == ""


def test_a_file_over_the_limit_is_a_fault_and_not_the_end(tmp_path):
    """Its bytes are not even read."""
    tree(tmp_path, "ada/warm_up.py", "bob/warm_up.py")
    (tmp_path / "ada/warm_up.py").write_bytes(b"#" * 4096)
    ada, bob = intake.read([tmp_path], ASSIGNMENTS, bounds=intake.Bounds(file_bytes=100)).submissions
    assert "larger than" in ada.fault
    assert ada.main is None
    assert bob.main is not None


def test_links_are_refused_by_name(tmp_path):
    """A link out of the folder shows nobody's files; the others go on."""
    tree(tmp_path, "secret.py", "in/ada/warm_up.py")
    try:
        (tmp_path / "in/ada/utils.py").symlink_to(tmp_path / "secret.py")
        (tmp_path / "in/eve").symlink_to(tmp_path)
    except OSError:
        pytest.skip("this system makes no links")
    result = intake.read([tmp_path / "in"], ASSIGNMENTS)
    assert told(result) == {("ada", "warm_up"): ["warm_up.py"]}
    assert [str(p).count("link") > 0 for p in result.problems] == [True, True]


def test_a_folder_that_cant_be_read_is_a_problem(tmp_path):
    """It is named, and the others go on."""
    tree(tmp_path, "ada/warm_up.py", "bob/warm_up.py")
    (tmp_path / "ada").chmod(0)
    if os.access(tmp_path / "ada", os.R_OK):
        (tmp_path / "ada").chmod(0o700)
        pytest.skip("this user reads everything")
    result = intake.read([tmp_path], ASSIGNMENTS)
    (tmp_path / "ada").chmod(0o700)
    assert [s.student for s in result.submissions] == ["bob"]
    assert "ada" in str(result.problems[0])


def test_control_characters_in_names_do_not_travel(tmp_path):
    """Letters of every script survive, terminal escapes do not."""
    tree(tmp_path, "\x1b[31mada/warm_up.py", "شمس/warm_up.py", "👩‍🎓/warm_up.py", "=1+1/warm_up.py")
    students = {s.student for s in intake.read([tmp_path], ASSIGNMENTS).submissions}
    assert students == {"\ufffd[31mada", "شمس", "👩‍🎓", "=1+1"}


def test_the_same_answer_twice_is_a_problem_when_nothing_says_which_is_newer(tmp_path):
    """One is graded, and both are named."""
    tree(tmp_path, "one/ada/warm_up.py", "two/ada/warm_up.py")
    result = intake.read([tmp_path / "one", tmp_path / "two"], ASSIGNMENTS)
    assert len(result.submissions) == 1
    assert "twice" in str(result.problems[0])
    assert [one.origin for one in result.duplicates] == [str(tmp_path / "two/ada/warm_up.py")]


def test_the_table_tells_what_became_of_everything(tmp_path):
    """Graded, unreadable, unknown, double, missing and refused hand-ins each have their line."""
    tree(tmp_path, "one/ada/warm_up.py", "two/ada/warm_up.py", "one/eve/warm_up.py")
    (tmp_path / "one/bob").mkdir()
    (tmp_path / "one/bob/warm_up.py").write_bytes(b"\0")
    (tmp_path / "one/ada/link.py").symlink_to("/etc/passwd")
    roster = intake.Roster.of([Student("ada"), Student("bob"), Student("007", "James", "j@mi6.example")])
    result = intake.read([tmp_path / "one", tmp_path / "two"], ASSIGNMENTS, roster=roster)
    lines = [line[:2] for line in result.table()]
    assert lines == [
        ("graded", "ada"),
        ("unreadable", "bob"),
        ("graded", "eve"),
        ("unmatched", "eve"),
        ("duplicate", "ada"),
        ("missing", "007"),
        ("refused", ""),
        ("refused", ""),
    ]
    assert all(len(line) == len(TABLE) for line in result.table())


def test_order_does_not_depend_on_the_order_of_paths(tmp_path):
    """Sorted by student, then by assignment."""
    tree(tmp_path, "1/bob/warm_up.py", "2/ada/warm_up.py")
    paths = [tmp_path / "1", tmp_path / "2"]
    forth, back = intake.read(paths, ASSIGNMENTS), intake.read(paths[::-1], ASSIGNMENTS)
    assert forth.submissions == back.submissions
    assert [s.student for s in forth.submissions] == ["ada", "bob"]


def test_a_roster_gives_ids_and_says_who_is_missing(tmp_path):
    """Matching by id, e-mail and name; strangers keep their own id."""
    tree(tmp_path, "0042/warm_up.py", "bob@x.edu/warm_up.py", "Lovelace, Ada/warm_up.py", "eve/warm_up.py")
    roster = intake.Roster.of(
        [
            Student("0042", "Carl Gauß"),
            Student("7", "Bob", "bob@x.edu"),
            Student("8", "Ada Lovelace"),
            Student("9", "Dana"),
        ]
    )
    result = intake.read([tmp_path], ASSIGNMENTS, roster=roster)
    assert [(s.student, s.name) for s in result.submissions] == [
        ("0042", "Carl Gauß"),
        ("7", "Bob"),
        ("8", "Ada Lovelace"),
        ("eve", ""),
    ]
    assert result.unmatched == ("eve",)
    assert [student.id for student in result.missing] == ["9"]


def test_a_name_that_ends_in_a_number_is_no_copy(tmp_path):
    """`hw-3.py` answers hw_3; `hw-3-1.py` is a copy of it."""
    tree(tmp_path, "ada/hw-3.py", "bob/hw-3-1.py", "cy/hw-4.py")
    result = intake.read([tmp_path], ["hw_3", "hw_4"])
    assert [(s.student, s.assignment) for s in result.submissions] == [
        ("ada", "hw_3"),
        ("bob", "hw_3"),
        ("cy", "hw_4"),
    ]


def test_a_stray_file_beside_students_folders_is_nobodys(tmp_path):
    """Not even where one assignment is asked for and any only file would do."""
    tree(tmp_path, "ada/warm_up.py", "conftest.py", "bob_warm_up.py")
    assert set(told(intake.read([tmp_path], ["warm_up"]))) == {("ada", "warm_up"), ("bob", "warm_up")}


def test_a_set_of_assignments_gives_one_order(tmp_path):
    """Sets have no order of their own."""
    tree(tmp_path, "ada/warm_up.py", "ada/baby_cnn.py")
    result = intake.read([tmp_path], set(ASSIGNMENTS))
    assert [s.assignment for s in result.submissions] == ["baby_cnn", "warm_up"]
