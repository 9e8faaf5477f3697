"""Formulas that were read, drawn as MathML; everything else stays escaped text."""

from xml.etree import ElementTree as ET

import pytest

from grader.reports.mathml import formula
from grader.reports.site import said


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("f - y", "mrow(f−y)"),
        ("-x", "mrow(−x)"),
        ("(f - y)^2", "msup(mrow((mrow(f−y)))2)"),
        ("2/3", "mfrac(23)"),
        ("x/(y + 1)", "mfrac(xmrow(y+1))"),
        ("1/(1 + E^(-a))", "mfrac(1mrow(1+msup(emrow(−a))))"),
        ("sqrt(x)", "msqrt(x)"),
        ("x - 3", "mrow(x−3)"),
        ("f*(-2)", "mrow(f\u22c5mrow((mrow(−2))))"),
        ("a - (b - c)", "mrow(a−mrow((mrow(b−c))))"),
        ("theta1*x", "mrow(msub(θ1)\u2062x)"),
        ("-y*log(f)", "mrow(−mrow(y\u2062mrow(log\u2061(f))))"),
        ("Sum(x^k, (k, 0, n))", "mrow(munderover(∑mrow(k=0)n)msup(xk))"),
        ("Sum(x[i], (i, 1, n)) + 1", "mrow(mrow((mrow(munderover(∑mrow(i=1)n)msub(xmrow(i)))))+1)"),
        ("Product(k + 1, (k, 1, n))", "mrow(munderover(∏mrow(k=1)n)mrow((mrow(k+1))))"),
        ("Matrix([[a, b], [c, 1]])", "mrow([mtable(mtr(mtd(a)mtd(b))mtr(mtd(c)mtd(1)))])"),
        ("Matrix([a, b])", "mrow([mtable(mtr(mtd(a))mtr(mtd(b)))])"),
        ("(a, -b)", "mrow((a,mrow(−b)))"),
        ("W[i, j]", "msub(Wmrow(i,j))"),
        ("tanh(x/2)", "mrow(tanh\u2061(mfrac(x2)))"),
    ],
)
def test_a_formula_is_drawn(text, shape):
    """Fractions stand on their line, powers above, brackets only where they are needed; it is well-formed."""
    drawn = ET.fromstring(str(formula(text)))
    assert drawn.tag == "math"

    def told(node):
        inner = (node.text or "") + "".join(told(child) for child in node)
        return inner if node.tag in ("mi", "mn", "mo") else f"{node.tag}({inner})"

    assert told(drawn) == f"math({shape})"


@pytest.mark.parametrize(
    "text",
    [
        "Matrix(2, 2, x)",
        "Sum(x^k, k)",
        "x <= y",
        "Piecewise((1, x > 0), (0, True))",
        "x +",
        "a…",
        "<script>",
        "__import__('os')",
        "(" * 500,
    ],
)
def test_what_is_no_formula_of_ours_is_not_drawn(text):
    """It stays the text it was."""
    assert formula(text) is None
    assert "<math" not in said(f"It was read as {text}.")
    assert "<script" not in said(f"It was read as {text}.")


def test_a_sentence_keeps_its_words():
    """Around the formula the text is escaped; decimals do not end it."""
    shown = said("At <x> it is wrong. It was read as 0.5*x. Look again.")
    assert shown.startswith("At &lt;x&gt; it is wrong. It was read as <math>")
    assert shown.endswith("</math>. Look again.")
