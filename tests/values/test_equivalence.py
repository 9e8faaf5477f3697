"""Deciding: what may differ, conditions, domains, reasons, laws."""

import re
import subprocess
import sys

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import RubricError
from grader.values.equivalence import RANDOM_POINTS, ask, compare, equivalent
from grader.values.expression import Node, num, show, var
from grader.values.formulas import read
from grader.values.names import Names

REAL = {"x": {"domain": "real", "low": -3, "high": 3}, "y": {"domain": "real", "low": -3, "high": 3}}


@pytest.mark.parametrize(
    ("answer", "reference", "up_to", "verdict"),
    [
        ("3*(x-y)^2", "(x-y)^2", "positive_factor", "equal"),
        ("pi*sin(x)", "sin(x)", "positive_factor", "equal"),
        ("-3*(x-y)^2", "(x-y)^2", "positive_factor", "different"),
        ("-3*(x-y)^2", "(x-y)^2", "factor", "equal"),
        ("0", "(x-y)^2", "factor", "different"),
        ("0*x", "x", "positive_factor", "different"),
        ("x*(x-y)^2", "(x-y)^2", "factor", "different"),
        ("Abs(x-y)", "(x-y)^2", "positive_factor", "different"),
        ("(x-y)^2 + 1e-12", "(x-y)^2", "factor", "different"),
        ("x^2 + 7", "x^2", "constant", "equal"),
        ("x^2 + y", "x^2", "constant", "different"),
        ("2*x^2", "x^2", "constant", "different"),
        ("log(2*Abs(x))", "log(Abs(x))", "constant", "equal"),
        ("[2*x, 2*y]", "[x, y]", "factor", "equal"),
        ("[2*x, 3*y]", "[x, y]", "factor", "different"),
        ("2*x", "x", None, "different"),
    ],
)
def test_what_an_answer_may_differ_by(answer, reference, up_to, verdict):
    """A factor or constant is one number for the whole domain and all entries."""
    assert equivalent(answer, reference, REAL, up_to=up_to).verdict == verdict


@pytest.mark.parametrize(
    ("answer", "tolerance", "verdict"),
    [
        ("x + 1e-9", 1e-6, "equal"),
        ("x + 1e-3", 1e-6, "different"),
        ("x*1.001", {"rtol": 0.01}, "equal"),
        ("x + 0.001", {"rtol": 0.01}, "different"),
        ("x + 0.001", {"atol": 0.01}, "equal"),
        ("x + 1e-9", None, "different"),
    ],
)
def test_tolerance_is_asked_for(answer, tolerance, verdict):
    """Equality is exact unless a tolerance is given; a relative one is nothing where the reference is zero."""
    assert (
        equivalent(answer, "x", {"x": {"domain": "real", "low": 0, "high": 1}}, tolerance=tolerance).verdict
        == verdict
    )


def test_conditions_restrict_the_domain():
    """Formulas that differ only where a condition fails are equal."""
    sizes = {"k": {"domain": "integer", "low": 0, "high": 9}, "n": {"domain": "integer", "low": 0, "high": 9}}
    assert equivalent("Max(n-k, 0)", "n-k", sizes, where="k <= n").equal
    assert not equivalent("Max(n-k, 0)", "n-k", sizes).equal
    assert equivalent("n", "k", sizes, where=["k == n"]).equal
    assert equivalent("n", "k", sizes, where=["k < 0"]).verdict == "undecided"


@pytest.mark.parametrize(
    ("spec", "answer", "verdict"),
    [
        ("positive", "sqrt(x^2)", "equal"),
        ("real", "sqrt(x^2)", "different"),
        ({"domain": "real", "low": 0}, "sqrt(x^2)", "equal"),
        ({"domain": "real", "high": 0}, "-sqrt(x^2)", "equal"),
        ({"domain": "integer"}, "x + sin(pi*x)", "equal"),
        ({"domain": "integer", "low": 3}, "Max(x, 3)", "equal"),
        ({"domain": "integer", "low": 3, "high": 3}, "3", "equal"),
        ({"domain": "integer", "values": [0, 1]}, "x^2", "equal"),
        ({"values": [0.5, 2]}, "2.5 - 1/x", "equal"),
        ({"values": [0.5, 2]}, "x^2", "different"),
        ("complex", "sqrt(x^2)", "different"),
        ("complex", "conjugate(conjugate(x))", "equal"),
        ({"domain": "complex", "low": 1, "high": 2}, "sqrt(x^2)", "equal"),
        ({"domain": "real", "low": 0, "high": 1}, "x^2/x", "different"),
        ({"domain": "real", "low": 0, "high": 1, "open": True}, "x^2/x", "equal"),
        ({"domain": "positive", "low": 0, "high": 1}, "x^2/x", "equal"),
        ({"domain": "real", "low": -1, "high": 1}, "x^2/x", "equal"),
    ],
)
def test_domains(spec, answer, verdict):
    """What equals x hangs on where x runs; bounds belong to the domain unless it is open."""
    assert equivalent(answer, "x", {"x": spec}).verdict == verdict


@pytest.mark.parametrize(
    "spec",
    [
        {"domain": "natural"},
        {"lo": 1},
        {"domain": "real", "low": 2, "high": 1},
        {"domain": "integer", "low": 0.2, "high": 0.8},
        {"domain": "positive", "high": -1},
        {"low": 3, "high": 3, "open": True},
        {"low": "a"},
        {"low": float("nan")},
        {"low": True},
        {"values": []},
        {"values": 3},
        {"values": ["a"]},
        [0, 1],
        3,
    ],
)
def test_domains_that_can_not_be(spec):
    """A wrong domain is the author's mistake and is raised, with the variable's name."""
    with pytest.raises(RubricError, match="'x'"):
        equivalent("x", "x", {"x": spec})


@pytest.mark.parametrize("variables", [["x", "lambda"], "x lambda", "x, λ", {"x": None, "λ": "real"}])
def test_variables_are_named_in_many_ways(variables):
    """A list, a text or a mapping of names; a Greek letter is its name."""
    assert equivalent("λ x", "x*lambda", variables).equal
    assert equivalent("y", "x", variables).verdict == "unreadable"


@pytest.mark.parametrize("variables", [5, ["x y"], [""], ["__x__"], {1: "real"}])
def test_names_that_are_none(variables):
    """What can't be the name of a variable is the author's mistake."""
    with pytest.raises(RubricError, match="variable"):
        equivalent("x", "x", variables)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"up_to": "scale"}, "unknown up_to 'scale'"),
        ({"tolerance": -1}, "-1 is no tolerance"),
        ({"tolerance": float("nan")}, "is no tolerance"),
        ({"tolerance": {"abs": 1}}, "is no tolerance"),
        ({"where": "x >"}, "the condition 'x >' can't be read"),
        ({"where": ["z > 0"]}, "the condition 'z > 0' can't be read"),
        ({"where": "x + 1"}, "'x + 1' is no condition"),
    ],
)
def test_what_is_asked_for_must_make_sense(more, said):
    """A mistake of the caller's is raised with what was given; it is nobody's answer."""
    with pytest.raises(RubricError, match=re.escape(said)):
        equivalent("x", "x", ["x"], **more)


def test_conditions_that_no_point_meets():
    """Where nothing is left to compare, the reason says so."""
    found = equivalent("x", "2*x", ["x"], where=["x > 0", "x < 0"])
    assert (found.verdict, found.reason) == ("undecided", "no point that was tried meets the conditions")


def test_what_a_symbol_says_of_itself():
    """The assumptions of the reference's symbols are the domain where none is declared."""
    assert equivalent("-sqrt(x^2)", sympy.Symbol("x", negative=True)).equal
    assert equivalent("sqrt(x^2)", sympy.Symbol("x", nonnegative=True)).equal
    assert equivalent("sqrt(x^2)", sympy.Symbol("x", real=True)).verdict == "different"
    assert equivalent("abs(z)^2", sympy.Symbol("z", complex=True) ** 2).verdict == "different"
    assert equivalent(["sqrt(n^2)", 1], [sympy.Symbol("n", positive=True), 1]).equal


def test_values_that_look_alike_are_told_apart():
    """Where ten digits are the same, the reason says by how much they differ."""
    assert (
        equivalent("x + 1e-60", "x", {"x": {"values": [2]}}).reason
        == "at x = 2 it is 2, and not 2, apart by 1.0e-60"
    )


def test_the_entry_that_differs_is_named():
    """Rounding in one entry does not hide which one is wrong."""
    found = equivalent("[sin(x)^2 + cos(x)^2, x + 1]", "[1, x]", ["x"])
    assert "(entry 2)" in found.reason


def test_reasons():
    """A difference is told with its point and both values, a hole as the domain, a refusal with a caret."""
    found = equivalent("x + 1", "x", {"x": {"values": [2]}})
    assert (found.reason, found.at, found.found) == ("at x = 2 it is 3, and not 2", "x = 2", "3")
    found = equivalent("1/x", "x", {"x": {"values": [0]}})
    assert found.hole
    assert "domain differs" in found.reason
    found = equivalent("x + 1/2x", "x", REAL)
    assert found.caret.split("\n") == ["    x + 1/2x", "           ^"]
    assert found.position == 7


def test_names_of_the_answer():
    """With declared variables others are refused; without any declaration they are variables."""
    assert equivalent("z", "x", REAL).fault == "name"
    assert equivalent("z", "x").verdict == "different"
    assert equivalent("a*x", "x*a", {"x": "real"}).equal
    assert equivalent("x", "1/(").reason.startswith("the reference can't be read")


def test_a_seed_decides_the_points():
    """The same seed gives the same counterexample; another seed may give another."""
    first, again, other = (equivalent("x", "x^2", REAL, seed=seed).at for seed in (7, 7, 8))
    assert first == again
    assert other


def test_at_least_24_random_points_agree_before_equal():
    """An equal pair has been compared at 24 random points and more."""
    found = equivalent("sin(2*x)", "2*sin(x)*cos(x)", REAL)
    count = int(found.reason.split()[3])
    assert count >= RANDOM_POINTS >= 24


def test_a_region_of_a_tenth_is_found():
    """A difference on a tenth of the domain is found whatever the seed."""
    differing = "x + 0.001*Heaviside(sin(x*50)^2 - 0.975)"
    assert all(equivalent(differing, "x", REAL, seed=seed).verdict == "different" for seed in range(12))


def test_one_question_for_many_answers():
    """A reference read once serves many answers."""
    question = ask("x^2", REAL)
    assert [compare(answer, question).verdict for answer in ("x*x", "x", "x +")] == [
        "equal",
        "different",
        "unreadable",
    ]


def test_strings_do_not_load_sympy():
    """Comparing two strings leaves SymPy unloaded, so that a self-check starts fast."""
    code = (
        "import sys; from grader.values.equivalence import equivalent;"
        "assert equivalent('x', 'x').equal; assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


LEAVES = st.one_of(st.sampled_from([var("x"), var("y")]), st.integers(-3, 3).map(num))


def grown(children):
    return st.one_of(
        st.builds(lambda op, a, b: Node(op, (a, b)), st.sampled_from(["+", "*", "Max"]), children, children),
        st.builds(
            lambda op, a: Node(op, (a,)), st.sampled_from(["neg", "exp", "tanh", "Abs", "sin"]), children
        ),
        st.builds(lambda a, k: Node("^", (a, num(k))), children, st.integers(0, 3)),
        st.builds(lambda a: Node("inv", (Node("+", (num(2), Node("Abs", (a,)))),)), children),
    )


TREES = st.recursive(LEAVES, grown, max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_what_is_shown_reads_back_as_the_same_function(tree):
    """The text in which a student sees the answer again means what was read."""
    again = read(show(tree, 10_000), Names(frozenset({"x", "y"})))
    question = ask(show(tree, 10_000), REAL)
    assert compare(show(again, 10_000), question).verdict in ("equal", "undecided")


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_a_tiny_difference_is_a_difference(tree):
    """No formula equals itself plus 1e-20, and every formula equals itself plus zero written with sine and cosine."""
    text = show(tree, 10_000)
    assert equivalent(f"({text}) + 1e-20", text, REAL).verdict in ("different", "undecided")
    assert equivalent(f"({text}) + sin(x)^2 + cos(x)^2 - 1", text, REAL).verdict in ("equal", "undecided")


PIECES = r"""
x y 2 3.5 1e3 + - * / ^ ** ( ) [ ] { } | , = == < ! sin exp( log √ ⊙ π x² ₁ & ^T .T . tanh^2( $ &= if else and
not lambda Sum( (i,1,3) Max( i np. ; ' % @ \frac \frac{1}{x} \sqrt \sqrt[3] \left( \right) \left[ \right] \left\{
\right. \\ \| \begin{array}{cc} \end{array} \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} \lVert \rVert
\langle \rangle \mathbb{1} \mathbb{1}_{x>0} \sum_{i=1}^{3} \hat{y} \hat \text{if} \odot \sigma ^\top _ \max \lfloor
\rfloor
"""
TEXTS = st.one_of(
    st.text(st.sampled_from("xy12 +-*/^()[]{},.=<>!|%_'\\eEIπσ"), max_size=25),
    st.lists(st.sampled_from(PIECES.split()), max_size=10).map(" ".join),
    st.lists(st.sampled_from(PIECES.split()), max_size=10).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_text_raises(text):
    """Any text at all gets a verdict and a reason."""
    found = equivalent(text, "x", REAL)
    assert found.verdict in ("equal", "different", "unreadable", "undecided")
    assert found.reason


@pytest.mark.parametrize(
    "text",
    [
        r"\sigma",
        r"x\sigma",
        r"\frac2.",
        r"\sum_{i=1}^{3}(i,1,3)",
        r"\frac1" * 300 + "x",
        r"\left[\left[exp( exp(",
    ],
)
def test_texts_that_raised(text):
    """Texts that once ended in an exception of Python's."""
    assert equivalent(text, "x", REAL).verdict in ("different", "unreadable")


def test_an_equivalence_is_true_where_the_two_are_equal():
    """`if equivalent(...)` means what it says: undecided and unreadable are not equal."""
    assert equivalent("x + x", "2*x")
    assert not equivalent("x + 1", "2*x")
    assert not equivalent("x +", "2*x")
