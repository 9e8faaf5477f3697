"""Open answers: a predicate of the course decides."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks.accepts import AcceptsOptions
from grader.errors import CheckError
from grader.model import Accepted, Case, Raised, Verdict

ONE_BY_ONE, TOGETHER = AcceptsOptions("says"), AcceptsOptions("says", together=True)
CASES = (Case("first", (1,), ("n",), public=True), Case("second", (2,), ("n",)))


@pytest.mark.parametrize(
    ("said", "verdict", "credit"),
    [
        (True, Verdict.CORRECT, 1),
        (np.bool_(True), Verdict.CORRECT, 1),
        (False, Verdict.INCORRECT, 0),
        (0.25, Verdict.PARTIAL, Fraction(1, 4)),
        (1 / 3, Verdict.PARTIAL, Fraction(1, 3)),
        (Accepted(1.0, advice=("Nice.",)), Verdict.CORRECT, 1),
        (Accepted(0.5, "Too small.", mistake="small"), Verdict.PARTIAL, Fraction(1, 2)),
    ],
)
def test_what_the_predicate_says_is_what_it_earns(judging, said, verdict, credit):
    """A boolean, a credit, or `Accepted` with a reason, a mistake and advice."""
    judge = judging("accepts", [], cases=(), options=ONE_BY_ONE, values=[("says", lambda answer: said)])
    outcome = judge("anything")
    assert (outcome.verdict, outcome.credit) == (verdict, credit)
    if isinstance(said, Accepted):
        assert (outcome.mistake, outcome.advice) == (said.mistake, said.advice)
        assert said.reason in outcome.for_student


def test_it_is_called_with_arguments_and_answer(judging):
    """Case by case, the arguments first; the least credit counts."""
    says = [("says", lambda n, answer: answer == n or Accepted(0.5, f"{answer} for {n}."))]
    judge = judging("accepts", [], cases=CASES, options=ONE_BY_ONE, values=says)
    assert judge(1, 2).right
    assert judge(1, 5).credit == Fraction(1, 2)
    assert "hidden case ('second'): 5 for 2." in judge(1, 5).for_student
    assert "With n = 1, `answer` gives 7: 7 for 1." in judge(7, 2).for_student


def test_it_may_see_all_calls_at_once(judging):
    """Together: a list of pairs of arguments and answer, and one verdict for all."""
    says = [("says", lambda calls: Accepted(float(calls == [((1,), "a"), ((2,), "b")]), "Other calls."))]
    judge = judging("accepts", [], cases=CASES, options=TOGETHER, values=says)
    assert judge("a", "b").right
    outcome = judge("b", "a")
    assert (outcome.credit, outcome.for_student.startswith("Other calls.")) == (0, True)


def test_a_failed_call_is_told_and_the_predicate_not_asked(judging):
    """The predicate sees answers only."""

    def never(calls):
        raise AssertionError(calls)

    judge = judging("accepts", [], cases=CASES, options=TOGETHER, values=[("says", never)])
    outcome = judge("a", Raised("TypeError", "no"))
    assert outcome.credit == 0
    assert "TypeError" in outcome.for_student


@pytest.mark.parametrize("said", [None, "yes", 1.5, -0.1, float("nan"), Accepted(2.0), (True, "why")])
def test_a_predicate_that_says_nonsense_is_our_fault(judging, said):
    """A credit is from 0 to 1; anything else leaves the part ungraded."""
    judge = judging("accepts", [], cases=(), options=ONE_BY_ONE, values=[("says", lambda answer: said)])
    with pytest.raises(CheckError):
        judge("anything")


@pytest.mark.parametrize("values", [[], [("says", 3)]])
def test_a_missing_predicate_is_our_fault(judging, values):
    """The reference file holds it, and it is a function."""
    with pytest.raises(CheckError):
        judging("accepts", [], cases=(), options=ONE_BY_ONE, values=values)("anything")
