"""From outcomes to marks."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Case, Check, Mistake, Outcome, Verdict
from grader.scoring.shares import combined_verdict, common_step, earned

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("amounts", "step"),
    [
        ([HALF, Fraction(5, 3)], Fraction(1, 6)),
        ([HALF, Fraction(3)], HALF),
        ([], Fraction(0)),
        ([Fraction(3, 4), HALF], Fraction(1, 4)),
    ],
)
def test_the_common_step_divides_every_amount(amounts, step):
    """The step is the largest that all amounts are multiples of."""
    assert common_step(amounts) == step


@pytest.mark.parametrize(
    ("check", "outcome", "marks"),
    [
        (Check("numeric", "f", Fraction(3)), Outcome(Verdict.CORRECT, Fraction(1)), 3),
        (Check("numeric", "f", Fraction(3)), Outcome(Verdict.PARTIAL, Fraction(13, 20)), Fraction(3, 2)),
        (
            Check("numeric", "f", Fraction(5)),
            Outcome(Verdict.PARTIAL, Fraction(1, 3), mistake="m"),
            Fraction(5, 3),
        ),
        (
            Check("numeric", "f", Fraction(2)),
            Outcome(Verdict.PARTIAL, Fraction(2, 5), components=(Fraction(1),) * 2 + (Fraction(0),) * 3),
            Fraction(4, 5),
        ),
        (
            Check("numeric", "f", Fraction(1), cases=(Case("big", marks=Fraction(1, 4)),)),
            Outcome(Verdict.PARTIAL, Fraction(3, 4)),
            Fraction(3, 4),
        ),
        (Check("manual", "f", Fraction(2)), Outcome(Verdict.PENDING), None),
        (Check("manual", "f", Fraction(2)), Outcome(Verdict.UNGRADED), None),
    ],
)
def test_marks_are_exact_and_only_computed_shares_are_rounded(check, outcome, marks):
    """What the rubric wrote is paid to the last digit; a share of cases is rounded down."""
    assert earned(check, outcome, HALF) == marks


@given(st.fractions(0, 1), st.integers(1, 20), st.fractions(0, 1))
def test_a_better_credit_never_lowers_a_mark(credit, marks, more):
    """Rounding down keeps the order of credits, and stays within the marks."""
    check = Check("numeric", "f", Fraction(marks), mistakes=(Mistake("m", Fraction(1, 3), ""),))
    better = max(credit, more)
    low, high = (earned(check, Outcome(Verdict.PARTIAL, one), HALF) for one in (credit, better))
    assert 0 <= low <= high <= marks


@pytest.mark.parametrize(
    ("verdicts", "total", "verdict"),
    [
        ([Verdict.CORRECT, Verdict.CORRECT], Fraction(2), Verdict.CORRECT),
        ([Verdict.CORRECT, Verdict.MISSING], Fraction(1), Verdict.PARTIAL),
        ([Verdict.INCORRECT, Verdict.MISSING], Fraction(0), Verdict.INCORRECT),
        ([Verdict.CORRECT, Verdict.PENDING], None, Verdict.PENDING),
        ([Verdict.PENDING, Verdict.UNGRADED], None, Verdict.UNGRADED),
        ([Verdict.TIMED_OUT, Verdict.TIMED_OUT], Fraction(0), Verdict.TIMED_OUT),
    ],
)
def test_a_part_of_several_shares_has_one_verdict(verdicts, total, verdict):
    """Our own failure outranks waiting, which outranks everything else."""
    assert combined_verdict(verdicts, total) is verdict
