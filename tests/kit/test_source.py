"""The student's file as text: lines, and what is not written yet."""

import json

import pytest

from grader.kit.source import Source
from grader.model import SourceFile


def source(text, name="a.py"):
    return Source(SourceFile(name, text.encode()))


@pytest.mark.parametrize(
    ("text", "unwritten"),
    [
        ('def f(x):\n    """Words."""\n    raise NotImplementedError\n', True),
        ("def f(x):\n    raise NotImplementedError('soon')\n", True),
        ("def f(x):\n    pass\n", True),
        ("def f(x):\n    ...\n", True),
        ("def f(x):\n    'only words'\n", True),
        ("f = ...\n", True),
        ("def f(x):\n    return None\n", False),
        ("def f(x):\n    raise ValueError\n", False),
        ("f = 3\n", False),
        ("f = lambda x: x\n", False),
        ("def f(x):\n    raise NotImplementedError\nf = 3\n", False),
        ("def f(x):\n    raise NotImplementedError\nfrom mine import f\n", False),
        ("def f(x):\n    raise NotImplementedError\nfrom mine import g as f\n", False),
        ("", False),
        ("def f(x:\n", False),
    ],
)
def test_what_is_not_written_yet(text, unwritten):
    """A docstring and NotImplementedError, pass or dots; what is missing is not the same as unwritten."""
    assert source(text).is_unwritten("f") is unwritten


def test_lines_are_those_of_the_last_definition():
    """Python takes the last one, so that is where to look."""
    assert source("def f(): pass\n\nf = 3\n").line("f") == 3
    assert source("a, b = 1, 2\n").line("b") == 1
    assert source("x = 1\n").line("f") == 0


def test_a_notebooks_cells_are_read_one_by_one():
    """Magics, shell lines and a broken cell hide no other cell."""
    code = [
        "%matplotlib inline\n!pip install x\ndef f():\n    return 1",
        "def broken(:",
        "def g():\n    pass",
        "%%time\nif True:\n    %timeit f()\nfiles = !ls\ndef h():\n    return 3",
        "%%bash\ndef k() { ls; }",
    ]
    book = {"cells": [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in code]}
    found = source(json.dumps(book), "a.ipynb")
    assert found.line("f") == 3
    assert found.is_unwritten("g")
    assert found.line("h") == 5
    assert found.line("k") == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"cell_type": "code"}]}']
)
def test_a_damaged_notebook_has_no_functions(text):
    """It is somebody else's file, and never the end of a check."""
    assert source(text, "a.ipynb").line("f") == 0


def test_old_notebooks_are_read_too():
    """Format 3 keeps its cells in worksheets."""
    book = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n"]}]}]}
    assert source(json.dumps(book), "a.ipynb").texts == ["x = 1\n"]
