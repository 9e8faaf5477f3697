"""LaTeX as students write it: read, or refused with a place, never misread."""

import pytest

from grader.values.expression import show
from grader.values.formulas import is_latex, read
from grader.values.names import Names
from grader.values.text import Unreadable

NAMES = frozenset({"x", "y", "f", "w", "T_1", "y_hat", "x1", "x2", "m", "n"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\frac{1}{1+e^{-x}}", "1/(1 + E^(-x))"),
        (r"\frac12x", "1/2*x"),
        (r"x^2y\,", "x^2*y"),
        (r"\sin^2 x\cos y", "sin(x)^2*cos(y)"),
        (r"\ln 2x + 1", "log(2*x) + 1"),
        (r"\ln\frac{x}{y}", "log(x/y)"),
        (r"\log_2 x", "log(x)/log(2)"),
        (r"\tanh^{-1} x", "atanh(x)"),
        (r"y\ln f+(1-y)\ln(1-f)", "y*log(f) + (1 - y)*log(1 - f)"),
        (r"\sigma(x)", "sigmoid(x)"),
        (r"\hat{y}", "y_hat"),
        (r"\mathbf{w}^\top x", "transpose(w)*x"),
        (r"\left|x\right|", "Abs(x)"),
        (r"|x||y|", None),
        (r"\lfloor\frac{x}{2}\rfloor+1", "floor(x/2) + 1"),
        (r"x_1+x_{2}", "x1 + x2"),
        (r"\sum_{k=1}^{n} k x + y", "Sum(k*x, (k, 1, n)) + y"),
        (r"mn", None),
        (r"\sqrt{mn}", "sqrt(m*n)"),
        (r"\mathbb{1}_{x>0}", "Piecewise((1, 0 < x), (0, True))"),
        (r"\begin{cases} x & x>0 \\ 0 & \text{otherwise}\end{cases}", "Piecewise((x, 0 < x), (0, True))"),
        (r"\max\{0,x\}", "Max(0, x)"),
        (r"\operatorname{softplus}(x)", "softplus(x)"),
        (r"\text{ReLU}(x)", "relu(x)"),
        (r"x\ge 0", "0 <= x"),
        (r"\frac{x}{y}\cdot 2", "x/y*2"),
    ],
)
def test_reading(text, wanted):
    """Commands, scripts, bare arguments, accents, fonts, environments; the first word is that it is LaTeX."""
    if wanted is not None:
        assert is_latex(text)
        assert show(read(text, Names(NAMES))) == wanted


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        (r"\ln x y", 6, "where does the argument"),
        (r"\ln x(1-x)", 5, "where does the argument"),
        (r"\pi x^10", 6, "only “1” is raised"),
        (r"x^2^3\,", 3, "braces"),
        (r"\frac{x}", 8, "braces are missing"),
        (r"\int x", 0, "not read here"),
        (r"\sigma'(x)", 6, "prime"),
        (r"x^{(2)}", 2, "power or a label"),
        (r"\sigma^{-1}(x)", None, ""),
        (r"\begin{cases} x", None, ""),
        (r"\left(x", 7, "not closed"),
        (r"1/2x\,", 3, "fraction stroke"),
        (r"\hat{z}", 0, "not one of"),
        (r"x \cdot", 7, "too early"),
        (r"\sum x", 0, "index and limits"),
        (r"\exp x^2 y", 9, "where does the argument"),
        (r"\write18{ls}", 0, "not read here"),
    ],
)
def test_a_refusal_says_where_and_why(text, position, words):
    """What can mean two things, or is none of ours, is refused under the student's own text."""
    with pytest.raises(Unreadable) as refusal:
        read(text, Names(NAMES))
    assert position in (None, refusal.value.position), (refusal.value.position, refusal.value.message)
    assert words in refusal.value.message
