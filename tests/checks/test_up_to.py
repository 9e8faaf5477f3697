"""What may differ: one factor for all cases, a sign, an order."""

import numpy as np
import pytest

from grader.checks.numeric import NumericOptions
from grader.errors import CheckError
from grader.model import Case, Interval

RIGHT = [np.array([1.0, -2.0, 0.0]), np.array([3.0, 4.0])]


@pytest.mark.parametrize(
    ("up_to", "factors", "right"),
    [
        ("scale", (1, 1), True),
        ("scale", (-2.5, -2.5), True),
        ("scale", (2, 3), False),
        ("scale", (0, 0), False),
        ("scale", (np.nan, np.nan), False),
        ("positive_scale", (1e-3, 1e-3), True),
        ("positive_scale", (-1, -1), False),
        ("sign", (-1, -1), True),
        ("sign", (1, -1), False),
        ("sign", (-2, -2), False),
        (None, (2, 2), False),
    ],
)
def test_one_factor_for_all_cases(judging, up_to, factors, right):
    """A factor that differs between cases, or is 0, is no scale."""
    judge = judging("numeric", RIGHT, options=NumericOptions(up_to=up_to))
    assert judge(*(factor * one for factor, one in zip(factors, RIGHT, strict=True))).right is right


def test_a_constant_is_no_multiple(judging):
    """An answer of ones is not right up to scale."""
    judge = judging("numeric", RIGHT, options=NumericOptions(up_to="scale"))
    assert not judge(np.ones(3), np.ones(2)).right


def test_one_factor_for_all_components(judging):
    """A tuple is scaled as a whole."""
    judge = judging("numeric", [(1.0, RIGHT[0])] * 2, options=NumericOptions(up_to="scale"))
    assert judge((2.0, 2 * RIGHT[0]), (2.0, 2 * RIGHT[0])).right
    assert not judge((2.0, 3 * RIGHT[0]), (2.0, 3 * RIGHT[0])).right


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ([3, 1, 2], True),
        ([3, 1, 1], False),
        ([1, 2], False),
        ([1, 2, 3, 3], False),
        ([[1, 2, 3]], False),
        (None, False),
    ],
)
def test_an_order_may_be_free(judging, answer, right):
    """Every entry of the reference is there once, in any order."""
    judge = judging("numeric", [np.array([1.0, 2.0, 3.0])], options=NumericOptions(up_to="permutation"))
    assert judge(answer).right is right


def test_rows_may_be_reordered_as_wholes(judging):
    """Rows move together: mixing their entries is wrong."""
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    judge = judging("numeric", [table], options=NumericOptions(up_to="permutation"))
    assert judge(table[::-1]).right
    assert not judge(table[:, ::-1]).right


@pytest.mark.parametrize("right", [[5.0], [np.zeros(3)], [Interval(np.zeros(2), np.ones(2))]])
def test_a_factor_needs_numbers_to_tell_it(judging, right):
    """A single number is a multiple of any other, and an interval has no multiples: the rubric's fault."""
    judge = judging("numeric", right, cases=(Case("one", (1,)),), options=NumericOptions(up_to="scale"))
    with pytest.raises(CheckError):
        judge(np.ones(np.shape(getattr(right[0], "low", right[0]))))
