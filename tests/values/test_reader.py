"""Python's and SymPy's syntax, as students type it."""

import time

import pytest

from grader.values.expression import show
from grader.values.formulas import chain, read
from grader.values.names import Names
from grader.values.text import Fault, Unreadable

NAMES = frozenset({"x", "y", "n", "m", "k_1", "d_h", "f", "E"})


def reading(text, **more):
    return read(text, Names(NAMES, **more))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x+y*n", "x + y*n"),
        ("-x^2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^3^2", "2^3^2"),
        ("x^-1", "x^(-1)"),
        ("x - y - n", "x - y - n"),
        ("x - (y - n)", "x - (y - n)"),
        ("x/y/n", "x/y/n"),
        ("x/(y*n)", "x/(y*n)"),
        ("-x*y", "-x*y"),
        ("2x", "2*x"),
        ("2 x y", "2*x*y"),
        ("mn", "m*n"),
        ("f(1-f)", "f*(1 - f)"),
        ("E x", "E*x"),
        ("k1", "k_1"),
        ("dh", "d_h"),
        ("x if x > 0 else y", "Piecewise((x, 0 < x), (y, True))"),
        ("0 < x <= 1", "(0 < x) and (x <= 1)"),
        ("x % 2 // 3", "floor(Mod(x, 2)/3)"),
        ("n!", "factorial(n)"),
        ("|x|y", "Abs(x)*y"),
        ("log(x, 2)", "log(x)/log(2)"),
        ("np.sqrt(x)", "sqrt(x)"),
        ("scipy.special.expit(x) + math.pi", "sigmoid(x) + pi"),
        ("Sum(k*x, (k, 1, n))", "Sum(k*x, (k, 1, n))"),
        ("[[x, y], [1, 2]].T", "Transpose(List(List(x, y), List(1, 2)))"),
        ("y = x + 1", None),
        ("h = x + 1", "x + 1"),
        ("g(x, y) = x + 1", "x + 1"),
        ("1.50", "3/2"),
        ("1e-3", "1/1000"),
        ("3j", "3*I"),
    ],
)
def test_reading(text, wanted):
    """Precedence, products without a sign, declared names before constants, and left sides that only name."""
    if wanted is None:
        with pytest.raises(Unreadable):
            reading(text)
    else:
        assert show(reading(text)).lower() == wanted.lower()


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("1/2x", 3, "fraction stroke"),
        ("e^2x", 3, "exponent"),
        ("x +", 3, "ends too early"),
        ("x + * y", 4, "unexpected"),
        ("(x", 2, "not closed"),
        ("x)", 1, "not opened"),
        ("x + zz", 4, "not one of this question's"),
        ("sigmoidd(x)", 0, "did you mean “sigmoid”"),
        ("sin x", 0, "in brackets"),
        ("x 2", 2, "sign is missing"),
        ("1,000", 1, "one number"),
        ("atan2(x)", 0, "takes 2 arguments"),
        ("h = 1/2x", 7, "fraction stroke"),
        ("π + 2σ²x(", 5, "in brackets"),
    ],
)
def test_a_refusal_says_where_and_why(text, position, words):
    """The place is an index into the text as handed in."""
    with pytest.raises(Unreadable) as refusal:
        reading(text)
    assert refusal.value.position == position, refusal.value.message
    assert words in refusal.value.message


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("__import__('os')", Fault.CODE),
        ("x.__class__", Fault.CODE),
        ("lambda x: x", Fault.CODE),
        ("'x'", Fault.CODE),
        ("x.subs(y, 1)", Fault.CODE),
        ("q + 1", Fault.NAME),
        ("(" * 10_000, Fault.LIMIT),
        ("-" * 9_000 + "x", Fault.LIMIT),
        ("+".join("x" * 4_500), Fault.LIMIT),
        ("x^" * 200 + "x", Fault.LIMIT),
        ("9" * 2_000, Fault.LIMIT),
        ("1e99999", Fault.LIMIT),
        ("1/2x", Fault.NOTATION),
    ],
)
def test_refusals_are_sorted_and_quick(text, fault):
    """Code, foreign names, monsters and honest ambiguities are told apart, all at once."""
    start = time.perf_counter()
    with pytest.raises(Unreadable) as refusal:
        reading(text)
    assert refusal.value.fault is fault, refusal.value.message
    assert time.perf_counter() - start < 1


def test_a_reference_may_bring_names_of_its_own():
    """With open names an undeclared one is a variable, and is remembered; code is still code."""
    names = Names(NAMES, open=True)
    assert show(read("a*x + beta", names)) == "a*x + beta"
    assert names.free == {"a", "beta"}
    with pytest.raises(Unreadable):
        read("exec + x", names)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a = b = c", ["a", "b", "c"]),
        ("= a", ["a"]),
        ("f(x=1) == 2", ["f(x=1) == 2"]),
        ("a <= b", ["a <= b"]),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["a", "b", "c"]),
        (r"\begin{align*} a &= b && \text{(rule)} \\ &= c && \text{by (1)} \end{align*}", ["a", "b", "c"]),
        (r"L = a = b", ["a", "b"]),
        (r"\frac{dL}{da} = a = b", ["a", "b"]),
        (
            r"a = \begin{cases} b & c = 1 \\ c & b = 1 \end{cases}",
            ["a", r"\begin{cases} b & c = 1 \\ c & b = 1 \end{cases}"],
        ),
        (
            r"\begin{aligned} \begin{pmatrix}a\\b\end{pmatrix} &= c \end{aligned}",
            [r"\begin{pmatrix}a\\b\end{pmatrix}", "c"],
        ),
        (r"a = \left\{ b \right. = c", ["a", r"\left\{ b \right.", "c"]),
        ("a\nb\n\nc", ["a", "b", "c"]),
        ("a +\nb\n= c", ["a + b", "c"]),
    ],
)
def test_chains_come_apart_at_their_equals_signs(text, wanted):
    """Signs in brackets, environments and relations stay; the frame of `aligned` goes, as do names and notes."""
    members = chain(text, Names(frozenset("abc")))
    assert [" ".join(one.split()) for one in members] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200_000,
        "." + " " * 200_000 + "x",
        "\n" * 200_000 + "x",
        "a=" * 100_000,
        "+ \n" * 60_000,
        "&=" * 100_000,
    ],
)
def test_long_texts_are_refused_at_once(text):
    """Neither taking a chain apart nor looking for its left side takes time that grows with the square."""
    begun = time.perf_counter()
    assert isinstance(chain(text, Names(NAMES)), list)
    with pytest.raises(Unreadable, match="longer than"):
        read(text, Names(NAMES))
    assert time.perf_counter() - begun < 3
