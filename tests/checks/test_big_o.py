"""Growth classes."""

from fractions import Fraction

import pytest
import sympy

from grader.checks.big_o import CHECK, BigOOptions
from grader.errors import CheckError
from grader.model import Check, Missing, Returned, Verdict

n, m, k = sympy.symbols("n m k")


class Key:
    def __init__(self, said=None):
        self.said = said

    def answer(self, probe):
        return Missing(probe.entry) if self.said is None else Returned(self.said)

    def value(self, name):
        raise CheckError(name)


def judged(answer, right="m*n", sizes=("n", "m", "k"), key=None):
    check = Check("big_o", "runtime", Fraction(1), BigOOptions(sizes, right))
    return CHECK.judge(check, key or Key(), (Returned(answer),))


@pytest.mark.parametrize(
    "answer",
    [
        "m*n", "n m", "mn", "O(mn)", "O(n*m)", "Theta(m n)", r"\mathcal{O}(mn)", r"\mathcal O(m n)", r"\Theta(m \cdot n)",
        r"$O(nm)$", "Θ(mn)", "3*m*n + 7", "m*n + n", "m*n + m + n + 1", "(m+1)*(n+2)", "O(n)*O(m)", "O(MN)", "m*n - n",
        "m*n/1000", "max(m, n)*min(m, n)", "m*n + sqrt(m*n)", "T = O(m n)", m * n, 2 * m * n + n, sympy.O(m * n),
        "O[mn]", r"\mathbf{O}(mn)", "O(mn) time", sympy.Function("O")(m * n), "Sum(m, (i, 1, n))",
        r"O(\sum_{i=1}^{n} m)", "floor(m*n/2) + 1", "m*n*(1 + 1/k)", "n*m + log(n)",
    ],
)  # fmt: skip
def test_right(answer):
    """Constants, lower-order terms, notation and order do not matter."""
    outcome = judged(answer)
    assert outcome.right, outcome


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("m*n*k", "faster than what is right as k grows"),
        ("m*n + k", "faster"),
        ("m*n + k^2", "faster"),
        ("m + n", "slower"),
        ("n", "slower"),
        ("1", "slower"),
        ("m*n*log(n)", "faster"),
        ("m n log n", "faster"),
        ("m*n/log(n)", "slower"),
        ("m*n*log(log(n+3))", "faster"),
        ("m^2 n", "faster"),
        ("sqrt(m*n)", "slower"),
        ("m*n^1.01", "faster"),
        ("m*n + m^2", "faster"),
        ("2^n", "faster"),
        ("n!", "faster"),
        ("-m*n", "no growth class"),
        ("O(m*q)", "“q”"),
        ("0", "no growth class"),
        ("[m, n]", "one formula"),
        ("log(0)", "no growth class"),
    ],
)
def test_wrong(answer, words):
    """A size too many or too few, a logarithm, a power a little off: all told, with the direction."""
    outcome = judged(answer)
    assert (outcome.verdict, outcome.credit) == (Verdict.INCORRECT, 0)
    assert words in outcome.for_student


@pytest.mark.parametrize("answer", ["Omega(m*n)", r"\Omega(mn)", "o(m*n)", "1/2n", "O(m*n"])
def test_other_bounds_and_notations_wait_for_a_person(answer):
    """What may be mathematics but is not read costs nothing yet."""
    assert judged(answer).verdict is Verdict.PENDING


@pytest.mark.parametrize(
    ("answer", "right", "same"),
    [
        ("m*n*k + k^2", "m*n*k", False),
        ("n*log(n)", "n*log2(n)", True),
        ("n*log(n^2)", "n*log(n)", True),
        ("n*log(n) + n", "n*log(n)", True),
        ("n*log(n)", "n", False),
        ("n + m", "max(n, m)", True),
        ("sqrt(n^2 + m^2)", "n + m", True),
        ("n^2", "n^3", False),
        ("n*k + n", "n*k", True),
        ("k*(n+m)", "n*k + m*k", True),
        ("5", "1", True),
        ("nlogn", "n*log(n)", True),
        ("O(n log_2 n)", "n*log(n)", True),
        ("O(3nlogn + n)", "n*log(n)", True),
        ("n lg n", "n*log(n)", True),
        ("n LOG n", "n*log(n)", True),
        ("n log log n", "n*log(n)", False),
        ("n log log n", "n*log(log(n))", True),
        ("log(n!)", "n*log(n)", True),
        ("Sum(log(i), (i, 1, n))", "n*log(n)", True),
        (r"\sum_{i=1}^{n} i", "n^2", True),
        (r"\sum_{i=1}^{n} i", "n", False),
        (r"\binom{n}{2}", "n^2", True),
        (r"\binom{n}{3}", "n^2", False),
        ("3*2^(n+1) + n^5", "2^n", True),
        ("n*2^n", "2^n", False),
        ("3^n", "2^n", False),
        ("2^n", "n!", False),
    ],
)
def test_pairs_of_classes(answer, right, same):
    """Every term must stay within a constant times the class, and the class within the answer."""
    assert judged(answer, right).right is same


def test_what_can_not_be_computed_waits_for_a_person():
    """A class beyond all numbers is not called wrong."""
    outcome = judged("2^(2^(2^n))")
    assert outcome.verdict is Verdict.PENDING
    assert "could not be decided" in outcome.for_student


def test_the_key_goes_before_the_rubric():
    """A mistake's class answers before the rubric's; without either the rubric is at fault."""
    assert judged("k", key=Key("k + 1")).right
    with pytest.raises(CheckError):
        judged("k", right="")
    with pytest.raises(CheckError):
        judged("k", right="1/2k")
    with pytest.raises(CheckError):
        judged("k", right="2^(2^k)")
