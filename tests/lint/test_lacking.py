"""An input that tells two answers apart."""

import numpy as np
import pytest

from grader.lint.lacking import differ, telling_case
from grader.model import Case, Check, Missing, Raised, Returned

CASES = (Case("one", (np.array([1.0, 2.0]), 3), ("x", "n")),)


class Keyed:
    """Answers with a function."""

    def __init__(self, function):
        self.function = function

    def answer(self, probe):
        """What the function returns."""
        return Returned(self.function(*probe.args))


@pytest.mark.parametrize(
    ("one", "other", "tells"),
    [
        (lambda x, n: np.abs(x), lambda x, n: x, True),
        (lambda x, n: x > 0, lambda x, n: x >= 0, True),
        (lambda x, n: n * x, lambda x, n: x * n, False),
        (lambda x, n: n, lambda x, n: 3, False),
    ],
)
def test_an_input_is_found_where_there_is_one(one, other, tells):
    """Numbers vary, zeros among them; integers stay; what can't be told apart is said to be so."""
    words = telling_case(Check("numeric", "f", 1, cases=CASES), Keyed(one), Keyed(other))
    assert ("a case such as x = [" in words) == tells
    assert ("no input" in words) != tells


def test_without_cases_there_is_nothing_to_vary():
    """A constant has no input that could tell."""
    assert telling_case(Check("numeric", "f", 1), Keyed(None), Keyed(None)) == ""


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (Returned(1.0), Returned(1.0), False),
        (Returned(1.0), Returned(1.1), True),
        (Returned(np.ones(2)), Returned(np.ones(3)), True),
        (Raised("E", ""), Returned(1.0), True),
        (Raised("E", ""), Raised("F", ""), False),
        (Missing("f"), Returned(1.0), False),
    ],
)
def test_answers_differ_by_value_or_by_raising(one, other, apart):
    """A number against another, or an exception on one side alone."""
    assert differ(one, other) == apart
