"""The reference of logistic_backprop against SymPy's derivatives; its mistakes against it."""

import numpy as np
import pytest
import sympy

from grader.model import OneOf
from grader.values.closeness import Tolerance, compare
from reference import logistic_backprop as course

NETWORK = sympy.symbols("x1 x2 a b c d e f", real=True)


def network_output():
    """The output of the network of 2b as a SymPy expression."""
    x1, x2, a, b, c, d, e, f = NETWORK
    s1 = 1 / (1 + sympy.exp(-a * sympy.Max(c * x1 + e * x2, 0)))
    s2 = 1 / (1 + sympy.exp(-b * sympy.Max(d * x1 + f * x2, 0)))
    return s1 + s2


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_gradient_is_sympys(label, k):
    """dL_dw is SymPy's derivative of the cross-entropy, for each weight."""
    rng = np.random.default_rng(k)
    w, x = rng.normal(size=k), rng.normal(size=k)
    weights = sympy.symbols(f"w0:{k}")
    h = 1 / (1 + sympy.exp(-sum(v * n for v, n in zip(weights, x, strict=True))))
    loss = -sympy.log(h if label else 1 - h)
    exact = [sympy.diff(loss, v).subs(dict(zip(weights, w, strict=True))) for v in weights]
    np.testing.assert_allclose(course.dL_dw(w, x, label), np.array(exact, dtype=float), rtol=1e-9)


def test_update_moves_against_the_gradient():
    """One step of sgd_update is w - eta times the gradient, written out with the sheet's formula."""
    w, x, y, eta = np.array([0.5, -1.0]), np.array([1.0, 2.0]), 1, 0.25
    h = 1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1])))
    np.testing.assert_allclose(course.sgd_update(w, x, y, eta), [w[j] + eta * x[j] * (y - h) for j in (0, 1)])


@pytest.mark.parametrize(
    "draw", [course.draw_both_on, course.draw_first_off, course.draw_second_off, course.draw_both_off]
)
@pytest.mark.parametrize("seed", range(3))
def test_partials_are_sympys(draw, seed):
    """network_partials is SymPy's gradient of y, with each hidden unit on and off."""
    at = draw(np.random.default_rng(seed))
    values = {symbol: at[symbol.name] for symbol in NETWORK}
    exact = [float(sympy.diff(network_output(), symbol).subs(values)) for symbol in NETWORK[2:]]
    np.testing.assert_allclose(course.network_partials(**at), exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("draw", "signs"), [("both_on", (1, 1)), ("first_off", (-1, 1)), ("second_off", (1, -1))]
)
def test_drawn_networks_are_where_they_say(draw, signs):
    """The drawn networks have their units on and off as named, away from the kink."""
    for seed in range(20):
        at = getattr(course, f"draw_{draw}")(np.random.default_rng(seed))
        inputs = at["c"] * at["x1"] + at["e"] * at["x2"], at["d"] * at["x1"] + at["f"] * at["x2"]
        assert all(z * sign > 0.29 for z, sign in zip(inputs, signs, strict=True))


def test_sheet_numbers():
    """The exact values at the sheet's numbers are those that the sheet rounds."""
    np.testing.assert_allclose(course.forward(**course.SHEET), [2, 0, 0.880797, 0.5, 1.380797], atol=1e-6)
    np.testing.assert_allclose(
        course.network_partials(**course.SHEET), [0.209987, 0, 0.104994, 0, -0.104994, 0], atol=1e-6
    )
    np.testing.assert_allclose(course.partials_from(course.SHEET_FORWARD), [0.18, 0, 0.09, 0, -0.09, 0])
    np.testing.assert_allclose(
        course.partials_from(course.forward(**course.SHEET)), course.network_partials(**course.SHEET)
    )


def test_a_rounded_value_may_stand_beside_an_exact_one():
    """Where the sheet rounds, both values are right, each for itself."""
    assert [isinstance(value, OneOf) for value in course.forward_values] == [False, False, True, False, True]
    assert [isinstance(value, OneOf) for value in course.backprop_partials()] == [True, False] * 3
    np.testing.assert_allclose(course.backprop_partials()[4].values, [-0.104994, -0.09], atol=1e-6)


def test_partials_follow_from_a_students_own_forward_values(monkeypatch):
    """With a student's own forward values in their place, theirs carried on is right, and so is what was right."""
    monkeypatch.setattr(course, "forward_values", (6.0, 0.0, 0.7, 0.5, 1.2))
    allowed = course.backprop_partials()
    for right in (
        [6 * 0.21, 0, 0.21, 0, -0.21, 0],
        [0.20999, 0, 0.10499, 0, -0.10499, 0],
        [0.18, 0, 0.21, 0, -0.09, 0],
    ):
        assert compare(right, allowed, Tolerance(0, 1e-5)).close
    for wrong in (
        [6 * 0.105, 0, 0.21, 0, -0.21, 0],
        [6 * 0.21, 0, 0.21, 0.1, -0.21, 0],
        [1.26, 0, 0.15, 0, -0.21, 0],
    ):
        assert compare(wrong, allowed, Tolerance(0, 1e-5)).wrong == 1


def test_forward_values_that_leave_nothing_to_derive_are_refused(monkeypatch):
    """With both units off every partial is 0: nothing is shown by carrying that on."""
    monkeypatch.setattr(course, "forward_values", (0.0, 0.0, 0.5, 0.5, 1.0))
    with pytest.raises(ValueError, match="nothing to show"):
        course.backprop_partials()


ARGUMENTS = {
    "dL_dw": (np.array([0.5, -1.0, 0.3]), np.array([1.0, 0.5, -2.0]), 1),
    "sgd_update": (np.array([0.5, -1.0, 0.3]), np.array([1.0, 0.5, -2.0]), 1, 0.7),
    "network_partials": (1.0, -1.0, 0.8, 1.0, 4.0, 1.0, 2.0, 2.0),
}
MISTAKES = [(entry, name) for entry in ARGUMENTS for name in vars(course) if name.startswith(f"{entry}_")]


@pytest.mark.parametrize(("entry", "mistake"), MISTAKES)
def test_each_mistake_differs(entry, mistake):
    """A named mistake is neither the right answer nor any other mistake of its part."""
    own = getattr(course, mistake)(*ARGUMENTS[entry])
    others = [entry, *[name for part, name in MISTAKES if part == entry and name != mistake]]
    for other in others:
        answer = getattr(course, other)(*ARGUMENTS[entry])
        assert np.shape(own) != np.shape(answer) or np.abs(own - answer).max() > 1e-3, other
