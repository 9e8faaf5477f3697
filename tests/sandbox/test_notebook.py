"""Notebooks as source: what is kept, what is left out, and where lines stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.sandbox.notebook import read_notebook


def cells(*sources: object, **more: object) -> bytes:
    """A notebook of version 4."""
    made = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": made, **more}).encode()


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("x = 1", "x = 1"),
        (["x = 1\n", "y = 2"], "x = 1\ny = 2"),
        ("%matplotlib inline\nx = 1", "pass  # left out\nx = 1"),
        ("!pip install evil\nx = 1", "pass  # left out\nx = 1"),
        ("if True:\n    %time f()\n    x = 1", "if True:\n    pass  # left out\n    x = 1"),
        ("files = !ls\nx = 1", "pass  # left out\nx = 1"),
        ("np.dot?\nx = 1", "pass  # left out\nx = 1"),
        ("x = '''\n%not magic\n'''", "x = '''\n%not magic\n'''"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 3\nx = 1", "\nx = 1"),
        ("a = 7 % 3", "a = 7 % 3"),
    ],
)
def test_what_only_ipython_reads_is_left_out(source, kept):
    """Magic lines make way for `pass`, so every other line keeps its number."""
    (cell,) = read_notebook(cells(source))
    assert cell.source == kept
    assert not cell.fault


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("%%bash\nls", "not Python"),
        ("def (x", "line 1 does not compile"),
        ("x = 1\n  y", "line 2 does not compile"),
    ],
)
def test_a_cell_that_is_not_python_says_so(source, says):
    """A cell that can't be read is left out by itself, and numbered among the code cells."""
    first, second, third = read_notebook(cells("a = 1", source, "b = 2"))
    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert says in second.fault
    assert second.fault.startswith("cell 2 was left out")
    assert not first.fault
    assert not third.fault


def test_version_3_is_read():
    """The older format keeps cells in worksheets and source in `input`."""
    sheet = {"cells": [{"cell_type": "markdown", "source": "a"}, {"cell_type": "code", "input": "x = 1"}]}
    assert read_notebook(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode())[0].source == "x = 1"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b"{}", b"3", cells(), cells(" \n"), b"[" * 10**6]
)
def test_what_is_no_notebook_is_a_submission_error(content):
    """Bytes that hold no code cell are refused in one way."""
    with pytest.raises(SubmissionError):
        read_notebook(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "worksheets", "source", "input", "cell_type", "x"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(json_values)
@settings(max_examples=100)
def test_any_json_is_read_or_refused(value):
    """Whatever JSON a notebook holds, it has cells or is a submission error."""
    try:
        assert read_notebook(
            json.dumps({"cells": [{"cell_type": "code", "source": value}], "worksheets": value}).encode()
        )
    except SubmissionError:
        return
