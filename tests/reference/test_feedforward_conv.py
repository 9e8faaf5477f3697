"""The reference of feedforward_conv against SymPy, NumPy's convolution and brute-force loops."""

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import scipy.special
import sympy
from hypothesis import given
from hypothesis import strategies as st

from grader.model import OneOf
from reference import feedforward_conv as course

a, f, y = sympy.symbols("a f y", real=True)


def sigmoid_of_a():
    """The logistic sigmoid, by SymPy."""
    return 1 / (1 + sympy.exp(-a))


@pytest.mark.parametrize(("entry", "loss"), [("dce_da", "cross_entropy"), ("dmse_da", "mse")])
def test_derivatives_by_the_preactivation_are_sympys(entry, loss):
    """dce_da and dmse_da are SymPy's derivatives of the loss at f = sigmoid(a) by a."""
    exact = sympy.diff(getattr(course, loss)(f, y).subs(f, sigmoid_of_a()), a)
    given_f = getattr(course, entry)(f, y).subs(f, sigmoid_of_a())
    for at in ({a: 0.3, y: 1}, {a: -2.0, y: 0}, {a: 1.7, y: 0}):
        assert float(given_f.subs(at)) == pytest.approx(float(exact.subs(at)), rel=1e-12)


@pytest.mark.parametrize("entry", ["cross_entropy", "dce_da", "mse", "dmse_da"])
@pytest.mark.parametrize("label", [0, 1])
def test_numbers_and_symbols_agree(entry, label):
    """A function of f and y gives the same by numbers, by arrays and by SymPy."""
    function = getattr(course, entry)
    outputs = np.array([0.02, 0.3, 0.9])
    by_symbols = [float(function(f, y).subs({f: value, y: label})) for value in outputs]
    np.testing.assert_allclose(function(outputs, label), by_symbols, rtol=1e-9, atol=1e-12)
    assert function(0.3, label) == pytest.approx(by_symbols[1], rel=1e-9)


def test_output_activation_is_the_sigmoid():
    """1.1 is right as a number, as an array of any shape, and as a formula."""
    values = np.array([[-3.0, 0.0], [0.4, 700.0]])
    np.testing.assert_allclose(course.output_activation(values), scipy.special.expit(values), rtol=1e-12)
    assert course.output_activation(-2.0) == pytest.approx(float(scipy.special.expit(-2.0)))
    assert sympy.simplify(course.output_activation(a) - sigmoid_of_a()) == 0


@pytest.mark.parametrize(
    ("loss", "exact"),
    [
        (lambda p, q: 0.5 * (p - q) ** 2, lambda p, q: (p - q) * p * (1 - p)),
        (lambda p, q: abs(p - q), lambda p, q: np.sign(p - q) * p * (1 - p)),
        (lambda p, q: np.exp(p) * (p - q), lambda p, q: np.exp(p) * (1 + p - q) * p * (1 - p)),
    ],
)
@pytest.mark.parametrize("at", [(0.2, 1), (0.7, 0), (0.01, 1)])
def test_derivative_follows_a_students_own_loss(monkeypatch, loss, exact, at):
    """With another loss in the place of mse, dmse_da is that loss's derivative times f(1-f)."""
    monkeypatch.setattr(course, "mse", loss)
    assert course.dmse_da(*at) == pytest.approx(exact(*at), rel=1e-6)


def test_derivation_is_right_line_by_line():
    """Every line of the derivation of 2.1 is the softmax of x, and c stands in all but the last."""
    x, c = sympy.symbols("x1:4", real=True), sympy.Symbol("c", real=True)
    at = dict(zip((*x, c), (0.3, -1.0, 2.0, 0.7), strict=True))
    lines = course.softmax_shift_steps(x, c)
    for line in lines:
        values = [float(expression.subs(at)) for expression in line]
        np.testing.assert_allclose(values, course.softmax([0.3, -1.0, 2.0]), rtol=1e-12)
    assert [all(expression.has(c) for expression in line) for line in lines] == [True, True, False]


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=5))
def test_softmax_parts(x):
    """2.2 and 2.3 do what the sheet asks of them; 2.4 is the complex-step derivative of softmax."""
    p = course.softmax(x)
    np.testing.assert_allclose(course.softmax([0, *course.reduced_logits(x)]), p, rtol=1e-9, atol=1e-300)
    first_two = course.softmax(x[:2])
    np.testing.assert_allclose(course.output_activation(course.sigmoid_logit(x[:2])), first_two[0], rtol=1e-9)
    steps = np.array(x) + 1e-100j * np.eye(len(x))
    columns = [np.exp(z - max(x)) / np.exp(z - max(x)).sum() for z in steps]
    np.testing.assert_allclose(course.softmax_jacobian(x), np.imag(columns).T / 1e-100, rtol=1e-9, atol=1e-12)


def network(seed=0, steep=False):
    """The arguments of tanh_parameters."""
    draw = course.draw_steep_network if steep else course.draw_network
    return tuple(draw(np.random.default_rng(seed)).values())


@pytest.mark.parametrize("seed", range(5))
def test_tanh_network_is_the_sigmoid_network(seed):
    """With the reference's parameters, the tanh network is the sigmoid network at random inputs."""
    W1, b1, W2, b2 = network(seed)
    x = np.random.default_rng(seed).normal(size=(30, W1.shape[1])) * 3
    wanted = course.output_activation(x @ W1.T + b1) @ W2.T + b2
    np.testing.assert_allclose(course.run_tanh(course.tanh_parameters(W1, b1, W2, b2), x), wanted, rtol=1e-9)


def flipped(W1, b1, W2, b2):
    """The signs of every second unit turned, before and after it."""
    sign = (-1.0) ** np.arange(len(b1))
    return W1 * sign[:, None], b1 * sign, W2 * sign, b2


def permuted(W1, b1, W2, b2):
    """The hidden units in reversed order."""
    return W1[::-1], b1[::-1], W2[:, ::-1], b2


def widened(W1, b1, W2, b2):
    """One more unit, which nothing listens to."""
    return np.vstack([W1, W1[:1]]), np.r_[b1, 1.0], np.c_[W2, np.zeros(len(b2))], b2


def in_single_precision(*network):
    """Every number rounded to 24 bits."""
    return tuple(part.astype(np.float32).tolist() for part in network)


def off_by_a_little(W1, b1, W2, b2):
    """Each input weight one per mille too large."""
    return W1 * 1.001, b1, W2, b2


def not_halved_outside(W1, b1, W2, b2):
    """The output weights left as they were."""
    return W1, b1, 2 * W2, b2


@pytest.mark.parametrize("steep", [False, True])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("change", "credit"),
    [
        (flipped, 1),
        (permuted, 1),
        (widened, 1),
        (in_single_precision, 1),
        (off_by_a_little, 0),
        (not_halved_outside, 0),
        (lambda *network: network[:3], 0),
        (lambda W1, b1, W2, b2: (W1, b1[:, None], W2, b2), 0),
        (lambda W1, b1, W2, b2: (W1, b1, W2.T, b2), 0),
        (lambda W1, b1, W2, b2: (W1, b1 * np.nan, W2, b2), 0),
        (lambda *network: "W1/2", 0),
    ],
)
def test_any_equal_network_is_right(change, credit, seed, steep):
    """Sign flips, permutations and idle units are as right; what differs anywhere is wrong, steep or not."""
    drawn = {"W1": (3, 2), "b1": (3,), "W2": (4, 3), "b2": (4,)}
    rng = np.random.default_rng(seed)
    given = [
        rng.normal(size=shape) * (200 if steep and name[1] == "1" else 1) for name, shape in drawn.items()
    ]
    assert course.same_network(*given, change(*course.tanh_parameters(*given))).credit == credit


@pytest.mark.parametrize("steep", [False, True])
@pytest.mark.parametrize(
    ("mistake", "credit"),
    [
        ("tanh_parameters_without_output_bias", 1 / 2),
        ("tanh_parameters_inputs_not_halved", 1 / 3),
        ("tanh_parameters_both_mistakes", 1 / 6),
    ],
)
def test_known_mistakes_of_the_network_are_told_apart(mistake, credit, steep):
    """The predicate names each mistake, also with the units in another order and their signs turned."""
    given = network(3, steep)
    wrong = getattr(course, mistake)(*given)
    for answer in (wrong, permuted(*wrong), flipped(*wrong)):
        verdict = course.same_network(*given, answer)
        assert (verdict.mistake, verdict.credit) == (mistake, pytest.approx(credit))


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride"), [(128, 8, 3, 2), (7, 3, 0, 2), (8, 3, 1, 3), (5, 1, 0, 1)]
)
def test_conv_output_size_counts_places(size, kernel, padding, stride):
    """4.1a counts the places where a kernel fits, and SymPy's floor agrees."""
    places = sum(1 for _ in range(0, size + 2 * padding - kernel + 1, stride))
    assert course.conv_output_size(size, kernel, padding, stride) == places
    symbols = sympy.symbols("i k p s", integer=True, positive=True)
    at = dict(zip(symbols, (size, kernel, padding, stride), strict=True))
    assert course.conv_output_size(*symbols).subs(at) == places


def test_sheet_numbers():
    """The sheet's network has 64x32x32 outputs and 18432 weights, by the formula and by counting."""
    first = course.conv_output_size(128, 8, 3, 2)
    last = course.conv_output_size(course.conv_output_size(first, 2, 0, 2), 3, 1, 1)
    assert (first, last, 64 * last * last) == (64, 32, course.last_layer_outputs)
    assert np.zeros((64, 32, 3, 3)).size == course.last_layer_weights
    np.testing.assert_allclose(course.convolve([1, 2, 3, 4], [1, 0, 2], "full"), [1, 2, 5, 8, 6, 8])
    np.testing.assert_allclose(course.convolve([1, 2, 3, 4], [1, 0, 2], "valid"), [5, 8])
    np.testing.assert_allclose(course.convolve([1, 2, 3, 4], [1, 0, 2], "same"), [2, 5, 8, 6])


@pytest.mark.parametrize("mode", ["full", "valid", "same"])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("n", [5, 6])
def test_convolve_is_numpys_and_scipys(mode, n, k):
    """4.3 is NumPy's convolution, and for an even kernel SciPy's other middle is right as well."""
    rng = np.random.default_rng(10 * n + k)
    x, w = rng.normal(size=n), rng.normal(size=k)
    ours = course.convolve(x, w, mode)
    values = ours.values if isinstance(ours, OneOf) else (ours,)
    assert len(values) == (2 if mode == "same" and k % 2 == 0 else 1)
    np.testing.assert_allclose(values[0], np.convolve(x, w, mode))
    np.testing.assert_allclose(
        values[-1], scipy.ndimage.convolve1d(x, w, mode="constant") if mode == "same" else values[0]
    )
    wrong = course.convolve_without_flip(x, w, mode)
    wrong = wrong.values if isinstance(wrong, OneOf) else (wrong,)
    np.testing.assert_allclose(wrong[0], scipy.signal.convolve(x, w[::-1], mode))


def unflipped(h, w, full):
    """The sheet's equations (1) and (2), number by number; out of bounds is 0."""
    k = len(w)
    count, offset = (len(h) + k - 1, k - 1) if full else (len(h) - k + 1, 0)
    inside = [
        [h[i + j - offset] * w[j] for j in range(k) if 0 <= i + j - offset < len(h)] for i in range(count)
    ]
    return np.array([sum(terms) for terms in inside])


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("n", [4, 7])
def test_jacobians_and_backward_passes(n, k, full):
    """5.2, 5.3, 5.5 and 5.6 are the derivatives of the sheet's convolutions, unit vector by unit vector."""
    rng = np.random.default_rng(100 * n + 10 * k + full)
    w = rng.normal(size=k)
    columns = np.array([unflipped(unit, w, full) for unit in np.eye(n)]).T
    jacobian, backward = (
        (course.full_jacobian, course.full_backward)
        if full
        else (course.valid_jacobian, course.valid_backward)
    )
    np.testing.assert_allclose(jacobian(n, w), columns)
    grad_a = rng.normal(size=len(columns))
    np.testing.assert_allclose(backward(grad_a, w), columns.T @ grad_a)
    np.testing.assert_allclose(backward(grad_a, w), unflipped(grad_a, w[::-1], not full))


def test_sizes_after_two_layers():
    """5.1 and 5.4 are the lengths that two convolutions leave."""
    h = np.ones(11)
    for k1, k2 in [(1, 1), (2, 5), (4, 3)]:
        valid = unflipped(unflipped(h, np.ones(k1), False), np.ones(k2), False)
        full = unflipped(unflipped(h, np.ones(k1), True), np.ones(k2), True)
        assert (course.valid_size(11, k1, k2), course.full_size(11, k1, k2)) == (len(valid), len(full))


X, W = np.array([0.3, -1.0, 2.0, 0.5]), np.array([1.0, 0.4, -2.0])
QUESTIONS = {
    "output_activation": [(0.7,)],
    **{entry: [(0.3, 0), (0.4, 1)] for entry in ("cross_entropy", "dce_da", "mse", "dmse_da")},
    "sigmoid_logit": [(X[:2],)],
    "reduced_logits": [(X,)],
    "softmax_jacobian": [(X,)],
    "conv_output_size": [(9, 4, 1, 2), (9, 3, 1, 2)],
    "convolve": [(X, W, "full")],
    "valid_size": [(9, 3, 2)],
    "full_size": [(9, 3, 2)],
    "valid_jacobian": [(5, W)],
    "full_jacobian": [(5, W)],
    "valid_backward": [(X, W)],
    "full_backward": [(X, W)],
}
"""For each entry that has mistakes, questions that tell them all apart."""

MISTAKES = [(entry, name) for entry in QUESTIONS for name in vars(course) if name.startswith(f"{entry}_")]


def answers(name, entry):
    """What a function of the course answers to all questions, as one vector."""
    return np.concatenate([np.ravel(getattr(course, name)(*args)) for args in QUESTIONS[entry]])


@pytest.mark.parametrize(("entry", "mistake"), MISTAKES)
def test_each_mistake_differs(entry, mistake):
    """A named mistake is neither the right answer nor any other mistake of its part."""
    own = answers(mistake, entry)
    others = [entry, *[name for part, name in MISTAKES if part == entry and name != mistake]]
    for other in others:
        theirs = answers(other, entry)
        assert own.shape != theirs.shape or np.abs(own - theirs).max() > 1e-3, other
