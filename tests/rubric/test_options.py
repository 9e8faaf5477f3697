"""A kind's own keys."""

from fractions import Fraction

import numpy as np
import pytest

from grader.rubric.document import parse
from grader.rubric.options import options_of
from grader.rubric.problems import Problems
from grader.rubric.schema import CheckKeys

NONE = ()


def made(text, tolerance=None):
    """The options of a check that is written so, and what is wrong with it."""
    document = parse(text, "f")
    problems = Problems(document)
    keys = CheckKeys.model_validate(document.data)
    return options_of(keys, tolerance or {}, (), problems), [str(one) for one in problems.found]


def test_shares_are_exact():
    """A share written 0.1 is one tenth, and one written 1/3 a third."""
    options, found = made("{check: numeric, entry: f, per: component, shares: [0.1, 1/3, 2]}")
    assert not found
    assert options.shares == (Fraction(1, 10), Fraction(1, 3), Fraction(2))


def test_a_tolerance_fills_up_from_the_default():
    """What a check leaves open comes from the file's default."""
    options, _ = made("{check: numeric, entry: f, tolerance: {rtol: 0.5}}", {"rtol": 0.1, "atol": 0.2})
    assert (options.tolerance.rtol, options.tolerance.atol) == (0.5, 0.2)


def test_a_value_is_read_like_an_argument():
    """An option that takes any value is written like an argument of a case."""
    options, _ = made("{check: numeric, entry: f, value: {tuple: [1, [2.0, 3.0]]}}")
    assert isinstance(options.value, tuple)
    assert isinstance(options.value[1], np.ndarray)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{check: nummeric, entry: f}", "unknown kind of check 'nummeric'"),
        ("{check: numeric, entry: f, per: entry}", "must be"),
        ("{check: numeric, entry: f, tolerance: 3}", "must be"),
        ("{check: numeric, entry: f, tolerance: {rtol: 1, atoll: 2}}", "did you mean 'atol'?"),
        ("{check: numeric, entry: f, share: [1]}", "did you mean 'shares'?"),
        ("{check: symbolic, entry: f, variables: {x: {domain: reel}}}", "did you mean 'real'?"),
        ("{check: symbolic, entry: f, variables: {x: {lo: 1}}}", "did you mean 'low'?"),
        ("{check: symbolic, entry: f, variables: {x: {low: 3, high: 1}}}", "its bounds leave no value"),
        ("{check: symbolic, entry: f, variables: {x: {low: a}}}", "'a' is no real number"),
        ("{check: symbolic, entry: f, variables: {x: 3}}", "3 is no domain"),
        ("{check: derivation, entry: f, variables: {x: rael}}", "did you mean 'real'?"),
        ("{check: numeric, entry: f, value: {tupel: [1]}}", "did you mean 'tuple'?"),
        ("{check: growth, entry: f}", "needs 'cases'"),
    ],
)
def test_what_is_wrong_has_a_place(text, says):
    """Faults of a kind's keys are told like all others."""
    _, found = made(text)
    assert any(says in one for one in found), found
    assert all(one.startswith("f:1:") for one in found)
