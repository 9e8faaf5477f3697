"""What is seen to be right at once is right case by case too, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.at_once import all_close
from grader.checks.cases import Trial
from grader.model import Case, Raised, Returned
from grader.values.closeness import Tolerance, compare

leaves = (
    st.floats(-10, 10)
    | st.sampled_from(
        [float("nan"), float("inf"), 0, 1, True, None, "1.0", 1 + 2j, np.float32(1.5), np.int64(2)]
    )
    | st.builds(np.asarray, st.lists(st.floats(-2, 2), max_size=3))
    | st.builds(np.ones, st.sampled_from([(), (2,), (2, 1), (0,)]))
)
values = st.recursive(leaves, lambda one: st.lists(one, max_size=3) | st.lists(one, max_size=3).map(tuple))


def trial(answer: object, reference: object) -> Trial:
    """One case with both answers."""
    return Trial(Case("one"), Returned(answer), Returned(reference))


@given(st.lists(st.tuples(values, values) | values.map(lambda one: (one, one)), min_size=1, max_size=3))
def test_all_close_never_says_more_than_the_comparison_of_each_case(pairs):
    """It may leave a right answer to the slow way, and never takes a wrong one."""
    if all_close([trial(*pair) for pair in pairs], 1e-9):
        assert all(compare(answer, reference, Tolerance()).close for answer, reference in pairs)


@pytest.mark.parametrize(
    "value", [1.5, np.float64(2.0), np.arange(3.0), (np.ones(2), 1.0), [1.0, 2.0], np.array(1.0)]
)
def test_the_reference_itself_is_seen_at_once(value):
    """The usual answers take the short way."""
    assert all_close([trial(value, value), trial(value, value)], 1e-9)


@pytest.mark.parametrize("answer", [1.5 + 1e-6, np.ones(2), (1.5,), 1 + 0j, None])
def test_one_case_that_differs_is_enough(answer):
    """A number too far off, another shape, another type: all of it goes the slow way."""
    assert not all_close([trial(1.5, 1.5), trial(answer, 1.5)], 1e-9)


def test_an_exception_is_not_right():
    """Where either side has no value, the slow way decides."""
    assert not all_close([Trial(Case("one"), Raised("ValueError", ""), Returned(1.0))], 1e-9)
    assert not all_close([], 1e-9)
