"""The student's own files: which one, and what goes into the zip."""

import io
import json
import os
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.kit import handin
from grader.kit.sheet import Sheet
from grader.kit.watching import watch
from grader.model import Assignment, Check, Part, Question

NAMES = ("baby_cnn", "warm_up", "hw2")


def test_modules_that_a_notebook_imports_beside_a_magic_belong_to_it(tmp_path):
    """A cell with a magic is no Python, and its imports count all the same."""
    cell = {"cell_type": "code", "source": "%matplotlib inline\nimport tools\n"}
    (tmp_path / "warm_up.ipynb").write_text(json.dumps({"cells": [cell]}))
    (tmp_path / "tools.py").write_text("")
    handed = handin.submission(tmp_path / "warm_up.ipynb", "warm_up")
    assert [file.path for file in handed.files] == ["warm_up.ipynb", "tools.py"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("baby_cnn.py", "baby_cnn"), ("Baby-CNN.ipynb", "baby_cnn"), ("baby_cnn (2).py", "baby_cnn"),
        ("baby_cnn_copy.py", "baby_cnn"), ("baby_cnn-1.py", "baby_cnn"), ("hw2.py", "hw2"), ("hw2 (1).py", "hw2"),
        ("answer.py", None), ("hw3.py", None),
    ],
)  # fmt: skip
def test_an_assignment_is_told_by_the_files_name(file, name):
    """Copies that a browser or an editor makes are still the same assignment."""
    assert handin.assignment_of(Path(file), NAMES) == name


def test_the_file_saved_last_is_the_answer(tmp_path):
    """A starter has a file and a notebook: whoever works in one of them means that one."""
    for at, name in enumerate(["warm_up.py", "warm_up.ipynb"]):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (1000 + 60 * at, 1000 + 60 * at))
    assert [path.name for path in handin.find(tmp_path, NAMES)] == ["warm_up.ipynb"]


def test_a_file_that_is_begun_is_the_answer(tmp_path):
    """In a checkout all files are of one age, and the starter of the other kind is still there."""
    (tmp_path / "warm_up.py").write_text("def f(x):\n    raise NotImplementedError\n")
    (tmp_path / "warm_up.ipynb").write_text('{"cells": [{"source": ["def f(x):\\n", "    return x"]}]}')
    for name in ("warm_up.py", "warm_up.ipynb"):
        os.utime(tmp_path / name, (1000, 1000))
    assert [path.name for path in handin.find(tmp_path, NAMES)] == ["warm_up.ipynb"]


def test_modules_beside_the_file_belong_to_it(tmp_path):
    """What it imports from its own folder comes along, also through another module; the rest stays."""
    texts = {
        "warm_up.py": "import numpy\nfrom tools import f\n",
        "tools.py": "import deep\n",
        "deep.py": "",
        "x.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    handed = handin.submission(tmp_path / "warm_up.py", "warm_up")
    assert [file.path for file in handed.files] == ["warm_up.py", "tools.py", "deep.py"]


def sheet():
    parts = tuple(
        Part(name, "q", "", Fraction(1), (Check("numeric", name, Fraction(1)),)) for name in ("f", "g", "h")
    )
    return Sheet(Assignment("warm_up", "", (Question("q", "", parts),)))


def test_a_packed_handin_says_what_is_in_it(tmp_path):
    """The zip holds the files alone, and what is not written yet is named."""
    (tmp_path / "warm_up.py").write_text(
        "def f(x):\n    return x\n\ndef g(x):\n    raise NotImplementedError\n"
    )
    packed = handin.pack(tmp_path / "warm_up.py", sheet())
    with zipfile.ZipFile(packed.path) as archive:
        assert archive.namelist() == ["warm_up.py"]
    assert packed.missing == ("g", "h")
    assert "Not written yet: g, h." in str(packed)
    again = handin.pack(tmp_path / "warm_up.py", sheet(), tmp_path / "again.zip")
    assert again.digest == packed.digest


def test_packing_tells_what_grading_will_refuse(tmp_path):
    """The zip is written all the same: it is the student's to hand in."""
    (tmp_path / "warm_up.ipynb").write_text("not JSON")
    packed = handin.pack(tmp_path / "warm_up.ipynb", sheet())
    assert packed.path.is_file()
    assert "Nothing in it can be graded: warm_up.ipynb can't be read: the notebook is not valid JSON" in str(
        packed
    )
    assert "Not written yet" not in str(packed)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("warm_up.py", b"x = 1\n\n# caf\xe9\n", "warm_up.py is not UTF-8: line 3"),
        ("warm_up.py", b"x = 1\0", "warm_up.py has null bytes"),
        ("warm_up.ipynb", b'{"caf\xe9": 1}', "warm_up.ipynb is not UTF-8: line 1"),
        ("warm_up.ipynb", b"not JSON", "warm_up.ipynb can't be read: the notebook is not valid JSON"),
        ("warm_up.ipynb", b'{"cells": []}', "warm_up.ipynb can't be read: the notebook has no code cells"),
        ("warm_up.py", b"x = ", ""),
    ],
)
def test_what_grading_refuses_is_told_before(tmp_path, name, content, fault):
    """Python compiles many bytes in memory that it refuses as a file, as grading does."""
    (tmp_path / name).write_bytes(content)
    assert handin.submission(tmp_path / name, "warm_up").fault.startswith(fault)


def test_files_that_cant_be_read_are_told(tmp_path):
    """Our words, not a traceback."""
    with pytest.raises(UsageError, match=r"gone\.py can't be read"):
        handin.submission(tmp_path / "gone.py", "warm_up")


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        (["baby_cmn.py", "check.py"], "is it baby_cmn.py? Call it baby_cnn.py"),
        (["mine.ipynb", "check.py"], "there is mine.ipynb: name the one that is meant"),
        (["check.py"], "name the file: FILE.py"),
    ],
)
def test_a_file_of_another_name_is_pointed_at(tmp_path, files, hint):
    """Whoever called it otherwise reads which file could be it."""
    for name in files:
        (tmp_path / name).write_text("")
    assert hint in str(handin.no_file(tmp_path, NAMES))


def watched(path, *steps):
    """What a watcher saw of a file while these steps were taken one after the other, and what it said."""
    waiting, seen, said = iter([*steps, lambda: None]), [], io.StringIO()

    def keep_on():
        step = next(waiting, None)
        if step is not None:
            step()
        return step is not None

    def look():
        text = path.read_text()
        seen.append(text)
        if not text:
            raise UsageError("it is empty")

    watch([path], look, said, keep_on)
    return seen, said.getvalue()


def test_watching_acts_once_a_save(tmp_path):
    """The first time at once, then after each save, and not while the file is gone."""
    path = tmp_path / "a.py"
    path.write_text("1")
    seen, said = watched(path, lambda: path.write_text("22"), path.unlink, lambda: path.write_text("333"))
    assert seen == ["1", "22", "333"]
    assert said.count("Watching a.py; Ctrl-C ends it.") == 3
    assert len(re.findall(r"^\d\d:\d\d:\d\d saved$", said, re.MULTILINE)) == 2


def test_watching_sees_a_module_beside_the_file(tmp_path):
    """What the answer imports may be what is being written."""
    path, helper = tmp_path / "a.ipynb", tmp_path / "tools.py"
    path.write_text("1")
    assert watched(path, lambda: helper.write_text("x"), lambda: helper.write_text("xy"))[0] == ["1"] * 3


def test_watching_outlives_a_fault(tmp_path):
    """A file that can't be read is told; the next save may mend it."""
    path = tmp_path / "a.py"
    path.write_text("")
    seen, said = watched(path, lambda: path.write_text("1"))
    assert seen == ["", "1"]
    assert "error: it is empty" in said
