"""In a notebook: functions of the running session, the magic, tables and their plain twins."""

import atexit
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import grader
from grader.kit import notebook
from grader.kit.build import build
from grader.rubric import Course

ROOT = Path(__file__).resolve().parents[2]


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kit")
    for name, content in build(Course(ROOT), "warm_up").files.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_caller_is_checked(kit, monkeypatch):
    """`grader.check` takes the functions from where it is called, and the kit from the current folder."""
    monkeypatch.chdir(kit)
    shown = grader.check("1")
    assert shown.passed
    assert "right        1" in repr(shown)
    assert "<table" in shown._repr_html_()


def test_a_course_is_used_where_there_is_no_kit(monkeypatch):
    """The assignment is the one that has such a part, or whose names are defined."""
    monkeypatch.chdir(ROOT / "rubrics")
    assert grader.check("sigmoid").found.graded.assignment == "warm_up"
    assert notebook.check(namespace={"nll": len}).found.graded.assignment == "baby_cnn"
    assert grader.check("1", assignment="warm_up").passed


@pytest.mark.parametrize(
    ("names", "word"),
    [({}, "to do"), ({"sigmoid": ...}, "to do"), ({"sigmoid": lambda x: 1 / 0}, "raises"), ({"sigmoid": 3}, "not right")],
)  # fmt: skip
def test_what_is_not_right_is_told(kit, names, word):
    """Missing, unwritten, raising, wrong."""
    shown = notebook.check("1", kit=kit, namespace=names)
    assert not shown.passed
    assert word in repr(shown)


def test_faults_are_told_and_not_raised(tmp_path, kit):
    """A notebook shows a sentence, not our traceback."""
    assert "error" in repr(notebook.check("nonsense", kit=kit, namespace={}))
    assert "cases.json" in repr(notebook.check(kit=tmp_path, namespace={}))
    assert "no assignment" in repr(notebook.check(course=ROOT, assignment="gone", namespace={}))


def test_without_a_kit_and_a_course_it_says_what_to_put_there(tmp_path, monkeypatch):
    """In words of a notebook: there is no command line in Colab."""
    monkeypatch.chdir(tmp_path)
    said = repr(notebook.check("1", namespace={}))
    assert "neither a kit (cases.json) nor a course is here" in said
    assert "--course" not in said


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A running IPython, as a notebook's kernel has it; it keeps no history."""
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    config = pytest.importorskip("traitlets.config").Config()
    config.HistoryManager.enabled = False
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
    shell = interactive.InteractiveShell(config=config)
    yield shell
    atexit.unregister(shell.atexit_operations)
    shell.atexit_operations()
    sys.modules.pop("check", None)


def test_the_magic_checks_the_running_notebook(kit, shell, monkeypatch):
    """From the kit alone: %load_ext check, then %grader; a redefined function counts at once."""
    monkeypatch.chdir(kit)
    monkeypatch.syspath_prepend(str(kit))
    shell.run_line_magic("load_ext", "check")
    shell.run_cell("import numpy as np\ndef sigmoid(x):\n    raise NotImplementedError")
    assert "to do" in repr(shell.run_line_magic("grader", "1"))
    shell.run_cell("def sigmoid(x):\n    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))")
    assert shell.run_line_magic("grader", "1").passed


def test_a_fault_is_told_by_its_cell(kit, shell, monkeypatch):
    """As the notebook counts them, also for a helper in another cell; no name of a temporary file."""
    monkeypatch.setattr(notebook, "_shell", lambda: shell)
    shell.run_cell("def helper(x):\n    return x / nothing", store_history=True)
    shell.run_cell("def sigmoid(x):\n    return helper(x)", store_history=True)
    said = notebook.check("1", kit=kit, namespace=shell.user_ns).found.graded.marks[0].feedback
    assert "raised NameError (cell 1, line 2, in helper): name 'nothing' is not defined" in said


def test_the_installed_grader_has_the_magic_too(kit, shell, monkeypatch):
    """`%load_ext grader` where it is installed."""
    monkeypatch.chdir(kit)
    shell.run_line_magic("load_ext", "grader")
    assert "0 of 5 marks so far" in repr(shell.run_line_magic("grader", ""))


CELLS = [
    "%matplotlib inline\n!ls\nimport numpy as np",
    "def softmax(x):\n    return _exponentials(x) / _exponentials(x).sum()",
    "def broken(:",
    "name = input('who? ')",
    "undefined_name",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "def sigmoid(x):\n    return 1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=float), -700, 700)))",
    "%%time\ndef _exponentials(x):\n    return np.exp(np.asarray(x, dtype=float) - np.max(x))",
    "%grader 1",
]


def test_a_wild_notebook_is_checked_and_graded_as_it_stands(kit, tmp_path):
    """Magics, a broken cell, input, plots and a helper below its use cost nothing but a word."""
    from grader.grading.line import grade
    from grader.kit.handin import submission
    from grader.kit.main import read
    from grader.kit.selfcheck import check
    from grader.kit.sheet import RecordedKey
    from grader.sandbox import open_runner

    book = {
        "cells": [
            {"cell_type": "code", "source": text.splitlines(keepends=True), "metadata": {}, "outputs": [],
             "execution_count": None}
            for text in CELLS
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (tmp_path / "warm_up.ipynb").write_text(json.dumps(book))
    sheet = read(kit)
    with open_runner("none") as runner:
        found = check(
            submission(tmp_path / "warm_up.ipynb", "warm_up"), sheet, RecordedKey(sheet.answers), runner
        )
    assert [str(mark.verdict) for mark in found.graded.marks] == ["correct", "correct"]
    assert any("cell 3" in fault for fault in found.graded.faults)
    course = Course(ROOT)
    with open_runner("weak") as runner:
        handed = submission(tmp_path / "warm_up.ipynb", "warm_up")
        graded, _ = grade(handed, course.assignment("warm_up"), course.reference("warm_up"), runner)
    assert [mark.marks for mark in graded.marks] == [2, 3]
