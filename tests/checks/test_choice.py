"""One of several options, read as a person would."""

import numpy as np
import pytest

from grader.checks.choice import ChoiceOptions
from grader.errors import CheckError
from grader.model import Missing, Verdict

MEANING = ChoiceOptions(("P(y=1|x)", "P(y=0|x)", "P(x|y=1)", "a class label"), "P(y=1|x)")
LOSS = ChoiceOptions(("cross-entropy", "mse"), "cross-entropy")
FALSE = ChoiceOptions(answer=False)
NOT_THERE = [Missing("answer")]


@pytest.mark.parametrize(
    ("options", "answer", "right"),
    [
        (MEANING, "P(y=1|x)", True),
        (MEANING, "P(y = 1 | x)", True),
        (MEANING, " p(Y=1|X). ", True),
        (MEANING, "$P(y=1 \\mid x)$", True),
        (MEANING, "“P(y=1∣x)”", True),
        (MEANING, ["P(y=1|x)"], True),
        (MEANING, "P(y=0|x)", False),
        (MEANING, "P(x|y=1)", False),
        (MEANING, "P(y=1|x) or P(y=0|x)", False),
        (MEANING, ("P(y=1|x)", "P(y=0|x)"), False),
        (MEANING, 0, False),
        (LOSS, "Cross entropy", True),
        (LOSS, "cross_entropy", True),
        (LOSS, "cross–entropy", True),
        (LOSS, "MSE", False),
        (LOSS, "", False),
        (LOSS, None, False),
        (LOSS, True, False),
        (FALSE, False, True),
        (FALSE, np.bool_(False), True),
        (FALSE, np.array(False), True),
        (FALSE, 0, True),
        (FALSE, "False", True),
        (FALSE, "no", True),
        (FALSE, True, False),
        (FALSE, 1, False),
        (FALSE, None, False),
        (FALSE, "", False),
        (FALSE, [], False),
        (FALSE, np.zeros((2, 2)), False),
    ],
)
def test_an_answer_means_an_option(judging, options, answer, right):
    """Case, spaces, quotes and dashes don't count; two options at once, nothing, or another type do."""
    outcome = judging("choice", NOT_THERE, cases=(), options=options)(answer)
    assert outcome.right is right
    assert outcome.verdict is (Verdict.CORRECT if right else Verdict.INCORRECT)


@pytest.mark.parametrize(
    ("count_from", "answer", "right"), [(0, 1, True), (1, 2, True), (1, 1, False), (1, 9, False)]
)
def test_an_option_may_be_numbered(judging, count_from, answer, right):
    """An integer names an option where the rubric says from which number it counts."""
    options = ChoiceOptions(("a", "b", "c"), "b", count_from)
    assert judging("choice", NOT_THERE, cases=(), options=options)(answer).right is right


def test_punctuation_counts_where_it_tells_options_apart(judging):
    """`-x` and `x` are different options."""
    options = ChoiceOptions(("x", "-x"), "-x")
    judge = judging("choice", NOT_THERE, cases=(), options=options)
    assert judge("- x").right
    assert not judge("x").right


def test_the_right_option_is_not_told(judging):
    """A wrong choice is told to be wrong, and text that is no option is told the options."""
    judge = judging("choice", NOT_THERE, cases=(), options=LOSS)
    assert "cross" not in judge("mse").for_student
    assert "'mse'" in judge("both are fine").for_student


def test_a_right_answer_that_is_no_option_is_our_fault(judging):
    """The rubric offers what it asks for."""
    with pytest.raises(CheckError, match="none of the options"):
        judging("choice", NOT_THERE, cases=(), options=ChoiceOptions(("a", "b"), "c"))("a")
