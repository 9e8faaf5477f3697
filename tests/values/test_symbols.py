"""SymPy objects and plain values as formulas."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from grader.values.equivalence import equivalent
from grader.values.expression import show
from grader.values.formulas import understand
from grader.values.names import Names
from grader.values.text import Unreadable

x, y = sympy.symbols("x y", real=True)
n = sympy.Symbol("n", integer=True)
REAL = {"x": {"domain": "real", "low": -3, "high": 3}, "y": {"domain": "real", "low": -3, "high": 3}}


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (sympy.exp(x) / (1 + sympy.exp(x)), "sigmoid(x)"),
        (sympy.Function("sigmoid")(x), "1/(1+exp(-x))"),
        (sympy.Piecewise((x, x > 0), (0, True)), "relu(x)"),
        (sympy.Max(0, x), sympy.Heaviside(x) * x),
        (sympy.Abs(x) ** 2, x**2),
        (sympy.Matrix([[x, 1], [0, y]]), "Matrix([[x, 1], [0, y]])"),
        (sympy.ImmutableMatrix([x, y]), [x, y]),
        (np.array([x, y]), "[x, y]"),
        ((x, 2), "[x, 2]"),
        (sympy.Sum(x**n, (n, 0, 3)), "1+x+x^2+x^3"),
        (sympy.Product(n * x, (n, 1, 2)), "2*x^2"),
        (
            sympy.MatMul(sympy.Transpose(sympy.ImmutableMatrix([x, y])), sympy.ImmutableMatrix([1, 2])),
            "x + 2*y",
        ),
        (sympy.floor(x) + sympy.frac(x), "x"),
        (sympy.Rational(1, 3) * x, "x/3"),
        (x / 3.0, "x/3"),
        (0.1 * x, "x/10"),
        (sympy.sin(x, evaluate=False) ** 2 + sympy.cos(x) ** 2, 1),
        (sympy.log(sympy.exp(x, evaluate=False), evaluate=False), x),
        (sympy.polygamma(0, x**2 + 2), "digamma(x^2+1) + 1/(x^2+1)"),
        (sympy.oo, "oo"),
        (sympy.I * x, "(0+1j)*x"),
        (sympy.And(x > 0, x < 1), "0 < x < 1"),
        (sympy.atan2(y, x), "atan2(y, x)"),
        (Fraction(1, 2), "0.5"),
        (np.float64(0.25), "1/4"),
        (2, "1+1"),
        (["x", sympy.Symbol("y")], "[x, y]"),
    ],
)
def test_equal(answer, reference):
    """Objects, unevaluated ones among them, numbers and lists are what they stand for."""
    found = equivalent(answer, reference, REAL)
    assert found.verdict == "equal", found


@pytest.mark.parametrize(
    ("answer", "reference", "verdict"),
    [
        (x + sympy.Float(1e-9), x, "different"),
        (sympy.Float("0.333333333") * x, x / 3, "different"),
        (sympy.Matrix([[x, y]]), sympy.Matrix([x, y]), "different"),
        (sympy.Symbol("z"), x, "unreadable"),
        (sympy.Dummy("z"), x, "unreadable"),
        (sympy.Integral(x, x), x, "unreadable"),
        (sympy.Derivative(x**2, x), 2 * x, "unreadable"),
        (sympy.nan, x, "unreadable"),
        (sympy.zoo, x, "unreadable"),
        (sympy.Function("g")(x), x, "unreadable"),
        (float("nan"), x, "unreadable"),
        (None, x, "unreadable"),
        (object(), x, "unreadable"),
        ({"x": 1}, x, "unreadable"),
        (sympy.Pow(10, sympy.Pow(10, sympy.Pow(10, 10, evaluate=False), evaluate=False), evaluate=False), x,
         "undecided"),
        (sympy.factorial(10**9, evaluate=False), x, "different"),
        (sympy.Integer(10) ** 9000, x, "unreadable"),
        (np.zeros(100_000), x, "unreadable"),
    ],
)  # fmt: skip
def test_not_equal(answer, reference, verdict):
    """What differs, what is no formula, and what is too large are told apart."""
    assert equivalent(answer, reference, REAL).verdict == verdict


HOSTILE = "__import__('pathlib').Path('{}').touch()"


@pytest.mark.parametrize("make", [sympy.Symbol, sympy.Dummy, sympy.Function, sympy.IndexedBase])
def test_code_in_a_name_is_not_run(tmp_path, make):
    """A symbol, function or array whose name is code is refused, and the code has not run."""
    mark = tmp_path / "ran"
    made = make(HOSTILE.format(mark))
    answer = made(x) if make is sympy.Function else made[0] if make is sympy.IndexedBase else made
    for value in (
        answer,
        [answer],
        sympy.Tuple(answer, x),
        x + answer if make is not sympy.IndexedBase else answer,
    ):
        assert equivalent(value, x, REAL).verdict == "unreadable"
        assert equivalent(x, value).verdict in ("unreadable", "different")
    assert not mark.exists()


def test_deep_and_wide_objects_are_refused_at_once():
    """An expression of many levels or many terms is refused and does not exhaust the stack."""
    deep = x
    for _ in range(300):
        deep = sympy.sin(deep, evaluate=False)
    wide = sympy.Add(
        *(sympy.Symbol("x") * k**2 for k in range(1, 3)), *(x**k for k in range(21_000)), evaluate=False
    )
    for value in (deep, wide):
        assert equivalent(value, x, REAL).fault == "limit"


def test_symbols_are_their_names():
    """Symbols of other assumptions, with underscores or a backslash, are the declared ones."""
    names = Names(frozenset({"k_1", "theta"}))
    made = sympy.Symbol("k1", positive=True) + sympy.Symbol(r"\theta")
    assert show(understand(made, names)) in ("k_1 + theta", "theta + k_1")
    with pytest.raises(Unreadable):
        understand(sympy.Symbol("q"), names)


def test_assumptions_of_a_reference_are_its_domain():
    """Without declared variables a positive symbol of the reference is positive."""
    p = sympy.Symbol("p", positive=True)
    assert equivalent("log(p^2)", 2 * sympy.log(p)).equal
    assert not equivalent("log(q^2)", "2*log(q)").equal


def test_indexed_symbols_are_members_of_a_family():
    """`x[j]` under a sum is x1, x2, x3 where the question has them."""
    base, j = sympy.IndexedBase("x"), sympy.Symbol("j", integer=True)
    shares = sympy.exp(base[1]) / sympy.Sum(sympy.exp(base[j]), (j, 1, 3))
    assert equivalent(shares, "softmax([x1, x2, x3])[0]", ["x1", "x2", "x3"]).equal
    assert equivalent(base[4], "x1", ["x1", "x2", "x3"]).verdict == "unreadable"
