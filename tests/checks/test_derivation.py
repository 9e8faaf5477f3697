"""Derivations judged link by link."""

from fractions import Fraction
from typing import ClassVar

import pytest
import sympy

from grader.checks.derivation import CHECK, DerivationOptions
from grader.errors import CheckError
from grader.model import Case, Check, Missing, Raised, Returned, Verdict

X = sympy.Symbol("x")
DIFFERENCE = Check(
    "derivation",
    "steps",
    Fraction(2),
    DerivationOptions({"x": {"domain": "real", "low": -8, "high": 8}}, last_must_not_use=("exp", "log")),
    (Case("x", (X,), ("x",), public=True),),
)
SYMBOLS = tuple(sympy.symbols("x1:4"))
SHIFT = Check(
    "derivation",
    "steps",
    Fraction(4),
    DerivationOptions(first_must_use=("c",), last_must_not_use=("c",)),
    (
        Case("three", (SYMBOLS, sympy.Symbol("c")), ("x", "c")),
        Case("two", (SYMBOLS[:2], sympy.Symbol("c")), ("x", "c")),
    ),
)


class Key:
    """Answers with the reference's lines, made for the case's symbols."""

    lines: ClassVar[dict] = {}

    def __init__(self, make):
        self.make = make

    def answer(self, probe):
        return Returned(self.make(*probe.args)) if self.make else Missing(probe.entry)

    def value(self, name):
        raise CheckError(name)


def difference(x):
    e, log = sympy.exp, sympy.log
    return [log(1 + e(x)) - log(1 + e(-x)), log(sympy.Mul(1 + e(x), 1 / (1 + e(-x)), evaluate=False)), x]


def shift(x, c):
    above, below = [f"exp({a}+{c})" for a in x], " + ".join(f"exp({a}+{c})" for a in x)
    drawn = " + ".join(f"exp({a})*exp({c})" for a in x)
    plain = " + ".join(f"exp({a})" for a in x)
    return [
        [f"({a})/({below})" for a in above],
        [f"exp({a})*exp({c})/({drawn})" for a in x],
        [f"exp({a})*exp({c})/(exp({c})*({plain}))" for a in x],
        [f"exp({a})/({plain})" for a in x],
    ]


def judged(check, make, lines):
    seen = []
    for probe in CHECK.probes(check):
        try:
            seen.append(Returned(lines(*probe.args)) if callable(lines) else Returned(lines, called=False))
        except ZeroDivisionError as error:
            seen.append(Raised("ZeroDivisionError", str(error)))
    return CHECK.judge(check, Key(make), seen)


FIRST = "ln(1+e^x) - ln(1+e^(-x))"


@pytest.mark.parametrize(
    ("lines", "credit", "words"),
    [
        (difference, 1, "Right"),
        ([FIRST, "ln((1+e^x)/(1+e^(-x)))", "ln(e^x)", "x"], 1, "Right"),
        (r"\ln(1+e^x)-\ln(1+e^{-x}) = \ln\frac{1+e^x}{1+e^{-x}} = \ln e^x = x", 1, "Right"),
        (
            r"\begin{aligned}&\ln(1+e^x)-\ln(1+e^{-x})\\ &= \ln\frac{1+e^x}{1+e^{-x}} \\ &= x\end{aligned}",
            1,
            "Right",
        ),
        ([FIRST, "= log((1+exp(x))/(1+exp(-x)))", "= x"], 1, "Right"),
        ([f"L(x) = {FIRST}", "L(x) = log((1+exp(x))/(1+exp(-x)))", "L(x) = x"], 1, "Right"),
        (f"{FIRST}\nlog((1+exp(x))/(1+exp(-x)))\nx\n", 1, "Right"),
        (
            (
                r"\begin{align*} D &= \ln(1+e^x)-\ln(1+e^{-x}) && \text{(given)} \\ "
                r"&= \ln\frac{1+e^x}{1+e^{-x}} && \text{(quotient)} \\ &= x. \end{align*}"
            ),
            1,
            "Right",
        ),
        (["softplus(x) - softplus(-x)", "log((1+exp(x))/(1+exp(-x)))", "x"], 1, "Right"),
        ([FIRST, FIRST, "log((1+exp(x))/(1+exp(-x)))", "x", "x"], 1, "Right"),
        ([FIRST, "ln(1+e^x)/ln(1+e^(-x))", "x"], 0, "Line 2 does not equal line 1"),
        (
            [FIRST, "ln((1+e^x)/(1+e^(-x)))", "ln(e^(2*x))", "x"],
            Fraction(1, 4),
            "Line 3 does not equal line 2",
        ),
        ([FIRST, "x"], Fraction(1, 2), "no line between"),
        ([FIRST, FIRST, FIRST, "x", "x"], Fraction(1, 2), "no line between"),
        (["x", "x"], 0, "at least two different lines"),
        (["x + 0", "x*1", "x"], Fraction(1, 4), "not written out"),
        ([FIRST, "ln((1+e^x)/(1+e^(-x)))", "ln(e^x)"], Fraction(1, 4), "The last line is not"),
        (["2*x", "x + x"], 0, "begin"),
        ([FIRST], 0, "at least two"),
        ([], 0, "at least two"),
        ("", 0, "at least two"),
        ([FIRST, "q", "x"], 0, "Line 2 can't be read"),
        ([FIRST, "x.__class__", "x"], 0, "Line 2 can't be read"),
        (["x"] * 100, 0, "lines"),
        (None, 0, "Line 1"),
    ],
)
def test_difference_of_softplus(lines, credit, words):
    """Credit is the share of right links before the first wrong one, in half marks; the line is named."""
    outcome = judged(DIFFERENCE, difference, lines)
    assert outcome.credit == credit, outcome
    assert words in outcome.for_student


def test_the_equation_of_a_line_is_two_lines():
    """SymPy's Eq and a chain in one text are taken apart."""
    lines = [sympy.Eq(difference(X)[0], difference(X)[1]), X]
    assert judged(DIFFERENCE, difference, lines).right


def sympy_lines(x, c):
    e = sympy.exp
    first = [e(a + c) / sum(e(b + c) for b in x) for a in x]
    middle = [e(a) * e(c) / (e(c) * sum(map(e, x))) for a in x]
    return [first, middle, [e(a) / sum(map(e, x)) for a in x]]


def latex_lines(x, c):
    size = len(x)
    return [
        [rf"\frac{{e^{{x_{i}+c}}}}{{\sum_{{j=1}}^{{{size}}} e^{{x_j+c}}}}" for i in range(1, size + 1)],
        [rf"\frac{{e^{{x_{i}}} e^c}}{{e^c \sum_j e^{{x_j}}}}" for i in range(1, size + 1)],
        [rf"\frac{{e^{{x_{i}}}}}{{\sum_j e^{{x_j}}}}" for i in range(1, size + 1)],
    ]


def vector_lines(x, c):
    shifted = ", ".join(f"{a}+{c}" for a in x)
    return [
        f"softmax([{shifted}])",
        shift(x, c)[1],
        sympy.Matrix([sympy.exp(a) for a in x]) / sum(map(sympy.exp, x)),
    ]


@pytest.mark.parametrize("lines", [shift, latex_lines, vector_lines])
def test_shift_of_softmax(lines):
    """Lists of texts, LaTeX with sums over all entries, a vector written as one line, a SymPy matrix."""
    outcome = judged(SHIFT, shift, lines)
    assert (outcome.verdict, outcome.credit) == (Verdict.CORRECT, 1), outcome


def test_what_sympy_simplifies_itself_is_no_fault():
    """Lines that SymPy made alike count once: at least the half of a chain without a line between is paid."""
    outcome = judged(SHIFT, shift, sympy_lines)
    assert outcome.credit >= Fraction(1, 2)
    assert "does not equal" not in outcome.for_student


@pytest.mark.parametrize(
    ("change", "credit"),
    [
        (lambda lines: [lines[0], lines[1], [f"({a})*exp(c)" for a in lines[3]], lines[3]], Fraction(1, 4)),
        (lambda lines: [lines[0], lines[3]], Fraction(1, 2)),
        (lambda lines: lines[:3], Fraction(1, 4)),
        (lambda lines: lines[1:], 1),
        (lambda lines: lines[3:] * 2, 0),
        (lambda lines: [lines[0][:1], lines[3][:1]], 0),
        (lambda lines: [line[::-1] for line in lines], 0),
    ],
)
def test_shift_of_softmax_gone_wrong(change, credit):
    """A wrong step, a gap, an end that still holds c, no chain at all, the wrong entries."""
    outcome = judged(SHIFT, shift, lambda x, c: change(shift(x, c)))
    assert outcome.credit == credit, outcome


def test_constant_lines_fit_one_case():
    """Lines handed in as a value can be of one size only, and that is enough."""
    outcome = judged(SHIFT, shift, shift(("x1", "x2", "x3"), "c"))
    assert outcome.right


def test_failures_keep_their_verdict():
    """Code that raises in one case earns nothing, and says so."""
    outcome = judged(SHIFT, shift, lambda x, c: shift(x, c) if len(x) == 3 else 1 / 0)
    assert (outcome.verdict, outcome.credit) == (Verdict.CRASHED, 0)


def test_the_reference_must_give_lines():
    """A reference without lines is the author's fault."""
    with pytest.raises(CheckError):
        judged(DIFFERENCE, None, ["x", "x + 0"])
    with pytest.raises(CheckError):
        judged(DIFFERENCE, lambda x: x, ["x", "x + 0"])
