"""Numbers that come back as SymPy's objects are numbers."""

from fractions import Fraction

import pytest
import sympy

from grader.checks.numeric import CHECK, NumericOptions
from grader.model import Check, Missing, Returned, Verdict


class NoKey:
    """Nobody to ask: the rubric writes the value."""

    def answer(self, probe):
        return Missing(probe.entry)

    def value(self, name):
        raise AssertionError(name)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (sympy.Integer(64) * 2, Verdict.CORRECT),
        (sympy.sqrt(16384), Verdict.CORRECT),
        (sympy.Float("128.5"), Verdict.INCORRECT),
        (sympy.Symbol("x"), Verdict.INCORRECT),
        (sympy.Pow(10, sympy.Pow(10, 10, evaluate=False), evaluate=False), Verdict.INCORRECT),
    ],
)
def test_a_number_of_sympy_is_a_number(answer, verdict):
    """Whoever computes with SymPy answers with its numbers; a formula is none, and a huge one costs nothing."""
    check = Check("numeric", "size", Fraction(1), NumericOptions(value=128))
    assert CHECK.judge(check, NoKey(), [Returned(answer, called=False)]).verdict is verdict


def test_a_matrix_of_sympy_is_an_array():
    """A SymPy matrix is compared row by row, like a list of lists."""
    check = Check("numeric", "m", Fraction(1), NumericOptions(value=[[1.0, 0.5], [0.0, 2.0]]))
    answer = sympy.Matrix([[1, sympy.Rational(1, 2)], [0, 2]])
    assert CHECK.judge(check, NoKey(), [Returned(answer)]).right
