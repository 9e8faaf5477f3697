"""Which lines a mark is about."""

import json
from fractions import Fraction

import pytest

from grader.gradebook.places import Listing
from grader.model import Check, Mark, Part, Verdict

SOURCE = "import numpy\n\ndef f(x):\n    y = x\n\n    return y\n\n\ng = 3\nasync def h(): pass\nf.x = 1\nclass K: ...\n"


def mark(feedback: str) -> Mark:
    """A mark with this feedback."""
    return Mark("p", "q", Fraction(0), Fraction(1), Verdict.CRASHED, feedback=feedback)


def part(*entries: str) -> Part:
    """A part with checks of these entries."""
    checks = tuple(Check("numeric", entry, Fraction(1)) for entry in entries)
    return Part("p", "q", "", Fraction(1), checks)


@pytest.mark.parametrize(
    ("entry", "line"), [("f", 3), ("g", 9), ("h", 10), ("K", 12), ("numpy", None), ("y", None), ("f)(", None)]
)
def test_definitions(entry, line):
    """Functions, classes and values at the top level; nothing else, and no name becomes a pattern."""
    found = Listing.of(SOURCE).definition(entry)
    assert (None if found is None else found + 1) == line


def test_the_last_definition_wins():
    """As in Python."""
    assert Listing.of("f = 1\nf = 2\nf == 3\n").definition("f") == 1


def test_lines_named_in_feedback_and_definitions():
    """Together, in order, and only lines that exist."""
    listing = Listing.of(SOURCE)
    found = listing.concerned(mark("ValueError (hw.py, line 6, in f); line 999"), part("f", "g"))
    assert [index + 1 for index in found] == [3, 6, 9]


def test_lines_that_are_left_out_leave_a_gap():
    """Two definitions far apart are not read as one."""
    rows = Listing.of(SOURCE).about(mark(""), part("f", "g"))
    assert [(row.label, row.gap) for row in rows] == [
        ("3", False), ("4", False), ("5", False), ("6", False), ("9", True),
    ]  # fmt: skip


def test_a_block_is_the_definition_without_what_follows():
    """Up to the next line at the margin; blank lines at its end are left out."""
    listing = Listing.of(SOURCE)
    assert [listing.lines[i].number for i in listing.block(2)] == [3, 4, 5, 6]


def test_a_notebook_is_listed_by_its_code_cells():
    """Cells count from 1 among code cells, lines from 1 in each; feedback names both."""
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["import numpy\n", "x = 1"]},
        {"cell_type": "code", "source": "def f():\n    raise ValueError"},
    ]
    listing = Listing.of(json.dumps({"cells": cells}))
    assert [(line.cell, line.number) for line in listing.lines] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    found = listing.concerned(mark("ValueError (cell 2, line 2, in f)"), part("f"))
    assert [(listing.lines[i].cell, listing.lines[i].number) for i in found] == [(2, 1), (2, 2)]


@pytest.mark.parametrize(
    "source", ["", "{", "[" * 100_000, '{"cells": 3}', '{"cells": [1, {"cell_type": "code"}]}']
)
def test_what_is_no_notebook_is_listed_as_text(source):
    """Nothing raises, however broken or deep."""
    assert Listing.of(source).concerned(mark("line 1"), part("f")) in ((), (0,))


def test_long_sources_are_cut():
    """A page does not hold ten megabytes."""
    listing = Listing.of("x\n" * 10_000 + "y" * 1000)
    assert listing.cut
    assert len(listing.lines) == 5_000
