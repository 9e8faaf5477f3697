"""The verdicts of equivalent on a first few pairs; the large table is in test_pairs."""

import subprocess
import sys

import pytest

from grader.values.equivalence import equivalent

REAL = {"x": {"domain": "real", "low": -3, "high": 3}}


@pytest.mark.parametrize(
    ("answer", "reference", "verdict"),
    [
        ("sin(x)^2 + cos(x)^2", "1", "equal"),
        (r"\frac{1}{1+e^{-x}}", "sigmoid(x)", "equal"),
        ("x + 1e-9", "x", "different"),
        ("sqrt(x**2)", "x", "different"),
        ("1/2x", "x/2", "unreadable"),
        ("__import__('os')", "x", "unreadable"),
        ("10**10**10**10", "x", "undecided"),
    ],
)
def test_verdicts(answer, reference, verdict):
    """Each verdict comes out where it should."""
    assert equivalent(answer, reference, REAL).verdict == verdict


def test_strings_do_not_load_sympy():
    """Comparing two strings leaves SymPy unloaded, so that a self-check starts fast."""
    code = (
        "import sys; from grader.values.equivalence import equivalent;"
        "assert equivalent('x', 'x').equal; assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
