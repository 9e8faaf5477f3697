"""The reference of mlp_gradients against SymPy, SciPy, complex steps and loops; its mistakes against it."""

import inspect
import itertools
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import sympy
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import Interval
from reference import mlp_gradients as mlp

RUBRIC = yaml.safe_load(
    (Path(__file__).parents[2] / "rubrics/mlp_gradients.yaml").read_text(encoding="utf-8")
)
X = sympy.Symbol("x", real=True)
POINTS = (-7.5, -1.0, -0.25, 0.0, 0.5, 3.0, 8.0)


def complex_step(function, x, step=1e-30):
    """The Jacobian of an analytic function of a vector, one complex step a column."""
    columns = []
    for index in range(len(x)):
        moved = np.array(x, dtype=complex)
        moved[index] += 1j * step
        columns.append(np.imag(function(moved)) / step)
    return np.array(columns).T


def network(seed):
    """A network with units off and on, an input and a class."""
    rng = np.random.default_rng(seed)
    drawn = mlp.draw_hidden(rng)
    d_h, m = len(drawn["b1"]), int(rng.integers(2, 5))
    return {
        **drawn,
        "W2": rng.normal(size=(m, d_h)),
        "b2": rng.normal(size=m),
        "y": int(rng.integers(m)),
    }


def loss_of(parts):
    """The whole network in one breath, by SciPy's logsumexp, for complex arguments too."""
    h_a = parts["W1"] @ parts["x"] + parts["b1"]
    h_s = h_a * (np.real(h_a) > 0)
    o_a = parts["W2"] @ h_s + parts["b2"]
    return np.log(np.exp(o_a).sum()) - o_a[parts["y"]]


def slopes(parts, name, step=1e-30):
    """Derivative of the loss by every entry of one array, by complex steps."""
    found = np.zeros(parts[name].shape)
    for spot in np.ndindex(found.shape):
        moved = parts[name].astype(complex)
        moved[spot] += 1j * step
        found[spot] = np.imag(loss_of({**parts, name: moved})) / step
    return found


def backward(parts):
    """Every gradient of the reference, chained."""
    h_a, h_s = mlp.hidden(parts["W1"], parts["b1"], parts["x"])
    o_a = mlp.output_preactivation(parts["W2"], parts["b2"], h_s)
    grad_o = mlp.grad_output(mlp.softmax(o_a), parts["y"])
    grad_h = mlp.grad_hidden(grad_o, parts["W2"])
    grad_ha = mlp.grad_preactivation(grad_h, h_a).low
    return h_s, o_a, grad_o, grad_h, grad_ha


@pytest.mark.parametrize("seed", range(5))
def test_backpropagation_is_the_complex_step_through_the_whole_network(seed):
    """All six gradients, chained as the sheet chains them, are derivatives of the loss as a whole."""
    parts = network(seed)
    h_s, o_a, grad_o, grad_h, grad_ha = backward(parts)
    assert mlp.loss(o_a, parts["y"]) == pytest.approx(loss_of(parts))
    found = {
        "W2": mlp.grad_W2(grad_o, h_s),
        "b2": mlp.grad_b2(grad_o),
        "W1": mlp.grad_W1(grad_ha, parts["x"]),
        "b1": mlp.grad_b1(grad_ha),
        "x": mlp.grad_input(grad_ha, parts["W1"]),
    }
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, slopes(parts, name), rtol=1e-10, atol=1e-14)
    one = [mlp.grad_hidden_j(grad_o, parts["W2"], j) for j in range(len(h_s))]
    np.testing.assert_allclose(one, grad_h)


@pytest.mark.parametrize("seed", range(5))
def test_single_entries_are_entries_of_the_matrices(seed):
    """2h and 2n give the entries that 2i and 2o hold."""
    parts = network(seed)
    h_s, _, grad_o, _, grad_ha = backward(parts)
    W2, W1 = mlp.grad_W2(grad_o, h_s), mlp.grad_W1(grad_ha, parts["x"])
    assert all(mlp.grad_W2_kj(grad_o, h_s, k, j) == W2[k, j] for k, j in np.ndindex(W2.shape))
    assert all(mlp.grad_W1_ji(grad_ha, parts["x"], j, i) == W1[j, i] for j, i in np.ndindex(W1.shape))


@pytest.mark.parametrize("seed", range(20))
def test_drawn_networks_have_units_off_and_on_away_from_the_kink(seed):
    """Every draw has a unit on each side, none closer to the kink than 0.2."""
    h_a, h_s = mlp.hidden(**mlp.draw_hidden(np.random.default_rng(seed)))
    assert (h_a > 0).any()
    assert (h_a < 0).any()
    assert np.abs(h_a).min() > 0.199
    np.testing.assert_array_equal(h_s, [max(0.0, value) for value in h_a])


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        ("sigmoid_grad", sympy.diff(1 / (1 + sympy.exp(-X)), X)),
        ("sigmoid_from_tanh", 1 / (1 + sympy.exp(-X))),
        ("log_sigmoid_from_softplus", sympy.log(1 / (1 + sympy.exp(-X)))),
    ],
)
def test_symbolic_answers_are_sympys_for_numbers_and_symbols(entry, right):
    """As a function of numbers and as an expression the answer is the definition's."""
    function = getattr(mlp, entry)
    np.testing.assert_allclose(
        function(np.array(POINTS)), [float(right.subs(X, v)) for v in POINTS], rtol=1e-10
    )
    for value in POINTS:
        assert float(function(X).subs(X, value)) == pytest.approx(float(right.subs(X, value)), rel=1e-12)


@pytest.mark.parametrize("entry", ["sigmoid_grad_of_x", "softplus_of_minus_x", "minus_softplus"])
def test_symbolic_mistakes_differ(entry):
    """Each is another function than the right answer."""
    right = {"sigmoid_grad_of_x": "sigmoid_grad"}.get(entry, "log_sigmoid_from_softplus")
    assert not np.allclose(getattr(mlp, entry)(np.array(POINTS)), getattr(mlp, right)(np.array(POINTS)))


def equal(one, other):
    """Whether two expressions agree at a few points to 30 digits."""
    names = sorted(one.free_symbols | other.free_symbols, key=str)
    for shift in (sympy.Rational(-13, 10), sympy.Rational(7, 10)):
        at = {name: shift + sympy.Rational(index, 3) for index, name in enumerate(names)}
        if abs((one - other).subs(at).evalf(30)) > sympy.Float("1e-25"):
            return False
    return True


def test_softplus_steps_hold_and_the_sheets_quotient_does_not():
    """Each line of 1e equals the one before; the quotient of the logarithms does not."""
    steps = mlp.softplus_difference_steps(X)
    assert all(equal(one, other) for one, other in itertools.pairwise(steps))
    assert steps[0] == sympy.log(1 + sympy.exp(X)) - sympy.log(1 + sympy.exp(-X))
    assert steps[-1] == X
    assert not equal(steps[0], sympy.log(1 + sympy.exp(X)) / sympy.log(1 + sympy.exp(-X)))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_shift_steps_hold_for_every_class(size):
    """Each line of 1j equals the one before in every class; c is in the first line and not in the last."""
    x, c = sympy.symbols(f"x1:{size + 1}", real=True), sympy.Symbol("c", real=True)
    steps = mlp.softmax_shift_steps(x, c)
    for one, other in itertools.pairwise(steps):
        assert all(equal(left, right) for left, right in zip(one, other, strict=True))
    assert all(line.has(c) for line in steps[0])
    assert not any(line.has(c) for line in steps[-1])
    assert [line.subs(dict.fromkeys(x, 0)) for line in steps[-1]] == [sympy.Rational(1, size)] * size


@pytest.mark.parametrize("x", [[0.5], [0.5, -1.0], [1.0, 2.0, 0.5, -3.0]])
def test_softmax_and_its_derivatives_are_scipys_and_the_complex_steps(x):
    """Values by SciPy, the Jacobian by complex steps, and single derivatives as its entries."""
    np.testing.assert_allclose(mlp.softmax(x), scipy.special.softmax(x))
    jacobian = complex_step(lambda v: np.exp(v) / np.exp(v).sum(), x)
    np.testing.assert_allclose(mlp.softmax_jacobian(x), jacobian, atol=1e-15)
    for i, j in np.ndindex(jacobian.shape):
        assert mlp.dsoftmax_dxj(x, i, j) == pytest.approx(jacobian[i, j], abs=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_vector_jacobian_products_are_products_with_the_jacobian(seed):
    """Both equal the transposed Jacobian, by complex steps, times g."""
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=5), rng.normal(size=5)
    by_softmax = complex_step(lambda v: np.exp(v) / np.exp(v).sum(), x).T @ g
    by_sigmoid = complex_step(lambda v: 1 / (1 + np.exp(-v)), x).T @ g
    np.testing.assert_allclose(mlp.softmax_vjp(x, g), by_softmax, atol=1e-15)
    np.testing.assert_allclose(mlp.sigmoid_vjp(x, g), by_sigmoid, rtol=1e-12)


@pytest.mark.parametrize("c", [-2.0, 0.0, 0.5, 1.0, 3.0])
def test_scaled_softmax_is_the_softmax_of_the_multiple(c):
    """From p alone comes softmax(cx); it is p itself for c = 1 alone."""
    x = np.array([0.3, -1.0, 2.0])
    scaled = mlp.softmax_scaled(mlp.softmax(x), c)
    np.testing.assert_allclose(scaled, scipy.special.softmax(c * x))
    assert np.allclose(scaled, mlp.softmax_scaled_unchanged(mlp.softmax(x), c)) == (c == 1.0)


def test_saturated_softmax_and_loss_are_finite():
    """At entries of size 1000 softmax and loss are SciPy's."""
    for o_a in ([1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1000.5]):
        np.testing.assert_allclose(mlp.softmax(o_a), scipy.special.softmax(o_a))
        for y in range(3):
            assert mlp.loss(o_a, y) == pytest.approx(-scipy.special.log_softmax(o_a)[y])


@pytest.mark.parametrize("x", [-2.0, 0.0, 3.0])
def test_subgradients_are_the_supporting_slopes(x):
    """The intervals hold every slope s with f(z) >= f(x) + s (z - x), and no other."""
    z = np.linspace(-5, 5, 201)
    for f, interval in ((lambda v: np.maximum(0, v), mlp.relu_grad(x)), (np.abs, mlp.grad_l1_norm(x))):
        for slope in np.linspace(-1.5, 1.5, 61):
            supports = bool(np.all(f(z) >= f(x) + slope * (z - x) - 1e-12))
            assert supports == bool(interval.low - 1e-12 <= slope <= interval.high + 1e-12)


def test_intervals_of_the_hidden_layer_close_away_from_the_kink():
    """2l and 2m are a single value where the unit is off or on, and an interval in between at 0."""
    h_a, g = np.array([1.0, -1.0, 0.0, 0.0]), np.array([0.5, 0.5, 2.0, -2.0])
    found = mlp.grad_preactivation(g, h_a)
    np.testing.assert_array_equal(found.low, [0.5, 0, 0, -2])
    np.testing.assert_array_equal(found.high, [0.5, 0, 2, 0])
    jacobian = mlp.relu_jacobian(h_a)
    np.testing.assert_array_equal(np.diag(jacobian.low), [1, 0, 0, 0])
    np.testing.assert_array_equal(np.diag(jacobian.high), [1, 0, 1, 1])
    assert np.count_nonzero(jacobian.high - np.diag(np.diag(jacobian.high))) == 0


def test_small_identities():
    """The sign, the squared length and the count of parameters, each counted by hand."""
    np.testing.assert_array_equal(mlp.sign_from_indicators([-2.0, 0.0, 3.0]), np.sign([-2.0, 0.0, 3.0]))
    np.testing.assert_allclose(
        mlp.grad_squared_norm([1.0, -2.0]), complex_step(lambda v: np.array([v @ v]), [1.0, -2.0])[0]
    )
    parts = network(1)
    sizes = (parts["x"].size, parts["b1"].size, parts["b2"].size)
    assert mlp.parameter_count(*sizes) == sum(parts[name].size for name in ("W1", "b1", "W2", "b2"))


def test_step_goes_down_in_new_arrays():
    """Every array moves against its gradient; the arguments stay."""
    given = mlp.draw_step(np.random.default_rng(0))
    before = [array.copy() for array in given["params"]]
    after = mlp.gradient_descent_step(**given)
    for old, new, slope in zip(before, after, given["grads"], strict=True):
        np.testing.assert_allclose(new - old, -given["lr"] * slope)
    assert all(np.array_equal(old, now) for old, now in zip(before, given["params"], strict=True))


def checks():
    """Every check of the rubric, whether it is a part of its own or a share of one."""
    for question in RUBRIC["questions"]:
        for part in question["parts"]:
            yield from part.get("checks", [part])


NETWORK = {"grad_o": [0.5, -0.75, 0.25], "h_s": [2.0, 1.0, 0.5], "k": 2, "j": 0}
ARGUMENTS = {
    "grad_squared_norm": ([1.0, -2.0],),
    "softmax_scaled": ([0.7, 0.3], 2.0),
    "dsoftmax_dxj": ([1.0, 2.0, 0.5], 0, 1),
    "parameter_count": (3, 4, 5),
    "gradient_descent_step": ([np.ones(2)], [np.ones(2)], 0.5),
    "grad_output": ([0.5, 0.25, 0.25], 1),
    "grad_W2_kj": tuple(NETWORK.values()),
    "grad_W2": tuple(NETWORK.values())[:2],
    "grad_W1_ji": tuple(NETWORK.values()),
    "grad_W1": tuple(NETWORK.values())[:2],
    "parameter_counts": None,
}


@pytest.mark.parametrize("entry", ARGUMENTS)
def test_mistakes_differ_from_the_right_answer_and_from_each_other(entry):
    """On square shapes too, no reading of a mistake gives what the reference or another reading gives."""
    likes = [m["like"] for check in checks() if check["entry"] == entry for m in check["mistakes"]]
    names = [name for like in likes for name in ([like] if isinstance(like, str) else like)]
    found = {}
    for name in [entry, *names]:
        value = getattr(mlp, name)
        found[name] = np.ravel(value(*ARGUMENTS[entry]) if callable(value) else value)
    if entry == "dsoftmax_dxj":  # this reading is right off the diagonal and wrong on it
        assert mlp.dsoftmax_dxj_no_indicator([1.0, 2.0], 0, 0) != pytest.approx(
            mlp.dsoftmax_dxj([1.0, 2.0], 0, 0)
        )
        assert mlp.dsoftmax_dxj_always_one([1.0, 2.0], 0, 0) == mlp.dsoftmax_dxj([1.0, 2.0], 0, 0)
        found.pop("dsoftmax_dxj_no_indicator")
    values = list(found.values())
    assert len(values) > 1
    for index, one in enumerate(values):
        assert not any(np.allclose(one, other) for other in values[index + 1 :])


def conv(i, k, s, p, d):
    """How many places a dilated kernel finds on a padded line, by trying every start."""
    starts = range(0, i + 2 * p, s)
    return sum(start + d * (k - 1) < i + 2 * p for start in starts)


SETTINGS = {
    "kernel_and_stride": (0, 1),
    "kernel_and_stride_dilated": (1, 2),
    "kernel_and_stride_padded": (1, 1),
}


@pytest.mark.parametrize("entry", SETTINGS)
def test_predicates_accept_exactly_the_pairs_that_leave_six(entry):
    """Every k and s up to 70 is judged as placing the kernel start by start judges it."""
    padding, dilation = SETTINGS[entry]
    judge = getattr(mlp, f"{entry}_fits")
    assert judge(getattr(mlp, entry)).credit == 1
    for k in range(1, 71):
        for s in range(1, 71):
            assert (judge((k, s)).credit == 1) == (conv(64, k, s, padding, dilation) == 6), (k, s)


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ((59, 1), 1),
        ([44, 4], 1),
        (np.array([54, 2]), 1),
        ((44.0, 4.0), 1),
        ([(59, 1), (54, 2), (49, 3)], 1),
        (np.array([[59, 1], [54, 2]]), 1),
        ({1: 59, 2: 54}, 1),
        ({"k": 44, "s": 4}, 1),
        ([{"k": 44, "s": 4}, {"kernel": 54, "stride": 2}], 1),
        ({"1": 59}, 1),
        ({1: 52, 2: 54, 3: 49}, 0.5),
        ([(52, 1), (54, 2)], 0.5),
        ([(52, 1), (52, 1), (54, 2)], 0.5),
        ([(52, 1), (51, 2), (49, 3)], 0),
        ({1: 52}, 0),
        ((52, 1), 0),
        ((4, 44), 0),
        ((44, 4.5), 0),
        ((0, 1), 0),
        ((-1, 13), 0),
        ((64, 0), 0),
        ((True, 13), 0),
        ([], 0),
        ({}, 0),
        ("(59, 1)", 0),
        ([[59, [1]], [54, 2]], 0.5),
        ([("²", 1), (54, 2)], 0.5),
        ((float("nan"), float("inf")), 0),
        ((10**30, 10**30), 0),
        (59, 0),
        (None, 0),
        ((59, 1, 0), 0),
        ([(59, 1), (54, 2, 0)], 0),
    ],
)
def test_pairs_lists_and_tables_are_read(answer, credit):
    """Pairs, lists of pairs and tables from stride to kernel; one wrong among right ones is half."""
    assert mlp.kernel_and_stride_fits(answer).credit == credit


THINGS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(answer=THINGS)
def test_predicates_refuse_anything_else_without_raising(answer):
    """Whatever comes back from a student is judged, and only pairs earn something."""
    said = mlp.kernel_and_stride_fits(answer)
    assert said.credit in (0, 0.5, 1)
    assert said.reason


def test_the_wrong_pair_is_named():
    """The sheet's table is half right, and the reason names (52, 1) and nothing else."""
    said = mlp.kernel_and_stride_fits({1: 52, 2: 54, 3: 49}).reason
    assert "(52, 1)" in said
    assert "13" in said
    assert "54" not in said


def test_counts_and_shapes_are_those_of_the_layers():
    """3a and 3b, counted from the sizes."""
    first, pool = 32 - 5 + 1, (32 - 5 + 1) // 2
    last = pool - 5 + 1
    assert mlp.layer_shapes == ((6, first, first), (6, pool, pool), (16, last, last))
    assert mlp.parameter_counts == (0, np.zeros((6, 1, 5, 5)).size, np.zeros((16, 6, 5, 5)).size)
    more = np.array([0, 6, 16])
    np.testing.assert_array_equal(mlp.parameter_counts_with_biases, np.array(mlp.parameter_counts) + more)


def test_every_entry_is_documented():
    """Every function that the rubric asks for says its formula."""
    for check in checks():
        found = getattr(mlp, check["entry"])
        assert not callable(found) or inspect.getdoc(found)


def test_intervals_are_of_the_model():
    """What has several right values says so in the grader's own words."""
    assert isinstance(mlp.relu_grad([0.0]), Interval)
    assert isinstance(mlp.relu_jacobian([0.0]), Interval)
