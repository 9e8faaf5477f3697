"""The reference of baby_cnn against SymPy's derivatives and brute-force loops; its mistakes against it."""

import math

import numpy as np
import pytest
import sympy

from reference import baby_cnn


def draw(seed):
    """An image, a filter and weights."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, 9), rng.normal(size=4), rng.normal(size=4)


def loops_h(x, theta, w):
    """The network pixel by pixel, from the picture: row r, column c of the filter at row R, column C."""
    z = 0.0
    for place, (R, C) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        for r in range(2):
            for c in range(2):
                z += w[place] * theta[2 * r + c] * x[3 * (R + r) + (C + c)]
    return 1 / (1 + sympy.exp(-z)) if isinstance(z, sympy.Expr) else 1 / (1 + math.exp(-z))


def symbolic(expression_of, x, theta, w):
    """Derivatives of a loss of h by theta and by w, by SymPy, at the numbers given."""
    t, v = sympy.symbols("t1:5"), sympy.symbols("w1:5")
    loss = expression_of(loops_h(x, t, v))
    at = dict(zip((*t, *v), (*theta, *w), strict=True))
    values = [float(sympy.diff(loss, symbol).subs(at)) for symbol in (*t, *v)]
    return np.array(values[:4]), np.array(values[4:])


@pytest.mark.parametrize("seed", range(3))
def test_gradients_of_the_output_are_sympys(seed):
    """dh_dtheta and dh_dw are SymPy's derivatives of the network written with loops."""
    x, theta, w = draw(seed)
    by_theta, by_w = symbolic(lambda h: h, x, theta, w)
    np.testing.assert_allclose(baby_cnn.dh_dtheta(x, theta, w), by_theta, rtol=1e-9)
    np.testing.assert_allclose(baby_cnn.dh_dw(x, theta, w), by_w, rtol=1e-9)


@pytest.mark.parametrize("label", [0, 1])
def test_sample_gradient_is_sympys(label):
    """sample_gradient is SymPy's derivative of one image's negative log-likelihood."""
    x, theta, w = draw(5)
    by_theta, by_w = symbolic(lambda h: -sympy.log(h if label else 1 - h), x, theta, w)
    g_theta, g_w = baby_cnn.sample_gradient(x, label, theta, w)
    np.testing.assert_allclose(g_theta, by_theta, rtol=1e-9)
    np.testing.assert_allclose(g_w, by_w, rtol=1e-9)


def batch():
    """Arguments of sgd_step."""
    drawn = baby_cnn.draw_step(np.random.default_rng(3))
    return tuple(drawn[name] for name in ("X", "y", "theta", "w", "batch", "lr"))


def test_nll_is_the_literal_formula():
    """Where nothing saturates, nll is the formula as the source writes it."""
    X, y, theta, w, _, _ = batch()
    h = np.array([loops_h(x, theta, w) for x in X])
    literal = -sum(y[i] * math.log(h[i]) + (1 - y[i]) * math.log(1 - h[i]) for i in range(len(y)))
    assert baby_cnn.nll(X, y, theta, w) == pytest.approx(literal, rel=1e-12)


@pytest.mark.parametrize("z", [40.0, 800.0])
def test_nll_is_right_where_h_rounds(z):
    """At |z| of 40 and 800 nll agrees with fifty digits of SymPy."""
    image, theta, w = np.ones(9), np.full(4, z / 16), np.ones(4)
    exact = sympy.log(1 + sympy.exp(-sympy.Float(z, 500)))
    assert baby_cnn.nll([image], [1], theta, w) == pytest.approx(float(exact), rel=1e-12, abs=0)
    assert baby_cnn.nll([image], [0], theta, w) == pytest.approx(z, rel=1e-12)


def test_batch_gradient_is_the_gradient_of_the_mean_loss():
    """batch_gradient is the finite difference of nll over the batch, divided by its size."""
    X, y, theta, w, chosen, _ = batch()

    def loss(parameters):
        return baby_cnn.nll(X[chosen], y[chosen], parameters[:4], parameters[4:]) / len(chosen)

    at, step = np.r_[theta, w], 1e-6
    slopes = [(loss(at + step * e) - loss(at - step * e)) / (2 * step) for e in np.eye(8)]
    np.testing.assert_allclose(
        np.r_[baby_cnn.batch_gradient(X, y, theta, w, chosen)],
        np.ravel(slopes),
        rtol=1e-6,
        atol=1e-8,
    )


def test_step_goes_down():
    """A small sgd_step makes the batch's loss smaller, by lr times the gradient's square."""
    X, y, theta, w, chosen, _ = batch()
    before = baby_cnn.nll(X[chosen], y[chosen], theta, w) / len(chosen)
    square = sum(float(g @ g) for g in baby_cnn.batch_gradient(X, y, theta, w, chosen))
    after = baby_cnn.nll(X[chosen], y[chosen], *baby_cnn.sgd_step(X, y, theta, w, chosen, 1e-5)) / len(chosen)
    assert (before - after) / 1e-5 == pytest.approx(square, rel=1e-3)


MISTAKES = [
    *[("dh_dtheta", name) for name in vars(baby_cnn) if name.startswith("dh_dtheta_")],
    ("dh_dw", "dh_dw_without_slope"),
    *[("nll", name) for name in vars(baby_cnn) if name.startswith("nll_")],
    *[("sample_gradient", name) for name in vars(baby_cnn) if name.startswith("sample_gradient_")],
    *[("batch_gradient", name) for name in vars(baby_cnn) if name.startswith("batch_gradient_")],
    *[("sgd_step", name) for name in vars(baby_cnn) if name.startswith("sgd_step_")],
]


def arguments(entry):
    """Arguments for an entry of baby_cnn."""
    X, y, theta, w, chosen, lr = batch()
    return {
        "dh_dtheta": (X[0], theta, w),
        "dh_dw": (X[0], theta, w),
        "nll": (X, y, theta, w),
        "sample_gradient": (X[0], 1, theta, w),
        "batch_gradient": (X, y, theta, w, chosen),
        "sgd_step": (X, y, theta, w, chosen, lr),
    }[entry]


@pytest.mark.parametrize(("entry", "mistake"), MISTAKES)
def test_each_mistake_differs(entry, mistake):
    """A named mistake is neither the right answer nor any other mistake of its part."""
    args = arguments(entry)
    own = np.ravel(getattr(baby_cnn, mistake)(*args))
    others = [entry, *[name for part, name in MISTAKES if part == entry and name != mistake]]
    for other in others:
        assert np.abs(own - np.ravel(getattr(baby_cnn, other)(*args))).max() > 1e-4, other


def test_flipped_mistake_is_true_convolution():
    """A filter flipped throughout is what SymPy gives for the network with the filter's entries reversed."""
    x, theta, w = draw(8)
    turned, _ = symbolic(lambda h: h, x, theta[::-1], w)
    np.testing.assert_allclose(baby_cnn.dh_dtheta_flipped(x, theta, w), turned[::-1], rtol=1e-9)


def called(sampler, n, size, repeat):
    """The predicate's view of a sampler: arguments and answers of many calls."""
    questions = [(n, size, np.random.default_rng(seed)) for seed in range(repeat)]
    return [((n, size, np.random.default_rng(seed)), sampler(*args)) for seed, args in enumerate(questions)]


@pytest.mark.parametrize(
    ("sampler", "credit"),
    [
        (baby_cnn.sample_batch, 1),
        (lambda n, size, rng: rng.permutation(n)[:size].tolist(), 1),
        (lambda n, size, rng: np.random.default_rng().permutation(n)[:size], 1),
        (baby_cnn.sample_batch_with_replacement, 0.5),
        (lambda n, size, rng: np.arange(size), 0),
        (lambda n, size, rng: np.random.default_rng(0).permutation(n)[:size], 0),
        (lambda n, size, rng: rng.choice(n - 1, size=size, replace=False), 0),
        (lambda n, size, rng: rng.choice(n, size=size, replace=False) + 1, 0),
        (lambda n, size, rng: rng.choice(n, size=size - 1, replace=False), 0),
        (lambda n, size, rng: rng.uniform(0, n, size=size), 0),
        (lambda n, size, rng: [rng.choice(n, size=size, replace=False)], 0),
        (lambda n, size, rng: "0, 1", 0),
        (lambda n, size, rng: None, 0),
    ],
)
def test_samples_are_judged_by_what_came_out(sampler, credit):
    """Distinct indices from the whole range pass, whoever drew them; repeats earn half; the rest nothing."""
    assert baby_cnn.samples_without_replacement(called(sampler, 5, 2, 40)).credit == credit


def test_another_generator_is_advice():
    """A sampler that leaves the given generator alone is told so, and loses nothing."""
    rng = np.random.default_rng(1)
    calls = [((9, 4, np.random.default_rng(7)), rng.permutation(9)[:4]) for _ in range(2)]
    verdict = baby_cnn.samples_without_replacement(calls)
    assert verdict.credit == 1
    assert verdict.advice
    assert not baby_cnn.samples_without_replacement(called(baby_cnn.sample_batch, 9, 4, 2) * 2).advice
