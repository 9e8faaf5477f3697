"""The front door: what the package exports, and how fast it opens."""

import importlib
import subprocess
import sys

import pytest

import grader


def test_all_is_what_can_be_had():
    """Every name of `__all__` is found in its home, and has a docstring."""
    assert set(grader._HOMES) - set(grader.__all__) <= {"load_ipython_extension"}  # for IPython alone
    for name in grader.__all__:
        assert getattr(grader, name).__doc__, name
        assert getattr(importlib.import_module(grader._HOMES[name]), name) is getattr(grader, name)


def test_a_name_that_is_not_there_is_an_attribute_error():
    """A typing error reads as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'grad'"):
        grader.grad  # noqa: B018


@pytest.mark.parametrize(
    ("code", "never"),
    [
        ("import grader", ("numpy", "sympy", "pandas", "pydantic")),
        (
            "from grader.cli.app import cli; cli(['--help'], standalone_mode=False)",
            ("numpy", "sympy", "pandas"),
        ),
        ("import grader.checks.numeric", ("sympy", "pandas", "pydantic")),
        ("import grader.values.equivalence", ("sympy", "pandas")),
    ],
)
def test_heavy_libraries_wait_until_they_are_needed(code, never):
    """Help and a numeric check start without SymPy and pandas."""
    told = f"{code}\nimport sys\nprint(*[name for name in {never!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
