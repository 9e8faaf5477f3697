"""The reference of tiny_cnn_training against SymPy and loops, and its mistakes against it."""

import inspect
import math
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import sympy
import yaml

from reference import tiny_cnn_training as tiny

RUBRIC = yaml.safe_load(
    (Path(__file__).parents[2] / "rubrics/tiny_cnn_training.yaml").read_text(encoding="utf-8")
)


def sigma(x):
    """The sigmoid as the sheet writes it, in SymPy."""
    return 1 / (1 + sympy.exp(-x))


def outputs(c, p):
    """A 2x2 filter slid over a 3x3 image, pixel by pixel."""
    found = []
    for row, column in product(range(2), repeat=2):
        inside = sum(c[2 * i + j] * p[3 * (row + i) + column + j] for i, j in product(range(2), repeat=2))
        found.append(sigma(inside))
    return found


def single(w, s, u, v, x, y):
    """Question 1."""
    z = [sigma(unit[0] * x[0] + unit[1] * x[1]) for unit in (s, u, v)]
    return (sum(weight * value for weight, value in zip(w, z, strict=True)) - y) ** 2


def avgpool(c, p, y):
    """Question 2."""
    return (sum(outputs(c, p)) / 4 - y) ** 2


def flat(c, w, p, y):
    """Question 3."""
    return (sum(weight * value for weight, value in zip(w, outputs(c, p), strict=True)) - y) ** 2


def two_filter(c, p, y):
    """Question 4."""
    return ((sum(outputs(c[:4], p)) / 4 + sum(outputs(c[4:], p)) / 4) / 2 - y) ** 2


def two_filter_linear(c, w, p, y):
    """Question 5."""
    return (w[0] * sum(outputs(c[:4], p)) / 4 + w[1] * sum(outputs(c[4:], p)) / 4 - y) ** 2


def two_filter_flat(c, w, p, y):
    """Question 6."""
    both = outputs(c[:4], p) + outputs(c[4:], p)
    return (sum(weight * value for weight, value in zip(w, both, strict=True)) - y) ** 2


SIZES = {
    single: {"w": 3, "s": 2, "u": 2, "v": 2, "x": 2, "y": 0},
    avgpool: {"c": 4, "p": 9, "y": 0},
    flat: {"c": 4, "w": 4, "p": 9, "y": 0},
    two_filter: {"c": 8, "p": 9, "y": 0},
    two_filter_linear: {"c": 8, "w": 2, "p": 9, "y": 0},
    two_filter_flat: {"c": 8, "w": 8, "p": 9, "y": 0},
}
LOSSES = {
    "loss": single,
    "avgpool_loss": avgpool,
    "flat_loss": flat,
    "two_filter_loss": two_filter,
    "two_filter_linear_loss": two_filter_linear,
    "two_filter_flat_loss": two_filter_flat,
}
GRADIENTS = {
    "df_dw": (single, "w"),
    "df_ds": (single, "s"),
    "df_du": (single, "u"),
    "df_dv": (single, "v"),
    "avgpool_dc": (avgpool, "c"),
    "flat_dc": (flat, "c"),
    "flat_dw": (flat, "w"),
    "two_filter_dc": (two_filter, "c"),
    "two_filter_linear_dc": (two_filter_linear, "c"),
    "two_filter_linear_dw": (two_filter_linear, "w"),
}


def draw(network, seed, side):
    """Arguments of a network; `side` is +1 for a prediction above the target and -1 for one below."""
    rng = np.random.default_rng(seed)
    args = [rng.normal(size=size) if size else -side * rng.uniform(6, 8) for size in SIZES[network].values()]
    return tuple(np.clip(arg, -1.4, 1.4) if np.ndim(arg) else float(arg) for arg in args)


@cache
def symbolic(network, by):
    """The loss, or its gradient by the parameter named, as SymPy makes it."""
    symbols = [
        sympy.symbols(f"{name}1:{size + 1}") if size else sympy.Symbol(name)
        for name, size in SIZES[network].items()
    ]
    loss = network(*symbols)
    wanted = symbols[list(SIZES[network]).index(by)] if by else ()
    return sympy.lambdify(symbols, [sympy.diff(loss, name) for name in wanted] if by else loss, "math")


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("entry", LOSSES)
def test_losses_are_the_loops(entry, side):
    """Every loss is the one written out pixel by pixel."""
    args = draw(LOSSES[entry], 1, side)
    assert getattr(tiny, entry)(*args) == pytest.approx(symbolic(LOSSES[entry], "")(*args), rel=1e-12)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("entry", GRADIENTS)
def test_gradients_are_sympys(entry, side):
    """Every gradient is SymPy's derivative of that loss, above the target and below."""
    network, by = GRADIENTS[entry]
    args = draw(network, 2, side)
    np.testing.assert_allclose(getattr(tiny, entry)(*args), symbolic(network, by)(*args), rtol=1e-10)


def test_regularised_gradients_are_finite_differences_of_the_regularised_loss():
    """All four gradients are central differences of the loss with its penalty."""
    args, lam, step = list(draw(single, 3, -1)), 0.3, 1e-6
    for position, gradient in enumerate(tiny.regularised_gradients(*args, lam)):
        for index, slope in enumerate(gradient):
            sides = []
            for sign in (1, -1):
                moved = [np.array(arg) for arg in args]
                moved[position][index] += sign * step
                sides.append(tiny.regularised_loss(*moved, lam))
            assert slope == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-6, abs=1e-7)


def test_penalty_is_the_sum_of_squares():
    """The regularised loss is the plain one plus lam times the squares, added one by one."""
    args = draw(single, 4, 1)
    squares = sum(float(value) ** 2 for group in args[:4] for value in group)
    assert tiny.regularised_loss(*args, 0.25) == pytest.approx(tiny.loss(*args) + 0.25 * squares)


def test_step_is_taken_at_the_old_values():
    """Each parameter moves by lr times SymPy's gradient at the old point."""
    args = draw(single, 5, 1)
    for name, old, new in zip("wsuv", args, tiny.gradient_step(*args, 0.1), strict=False):
        np.testing.assert_allclose(new, old - 0.1 * np.array(symbolic(single, name)(*args)), rtol=1e-10)


def test_sigmoid_is_stable():
    """Far out the sigmoid is 0 and 1, without a warning."""
    np.testing.assert_allclose(tiny.sigmoid([-1000.0, 0.0, 1000.0]), [0.0, 0.5, 1.0])
    assert tiny.sigmoid(-3.0) == pytest.approx(1 / (1 + math.exp(3)), rel=1e-12)


def checks():
    """Every check of the rubric, whether it is a part of its own or a share of one."""
    for question in RUBRIC["questions"]:
        for part in question["parts"]:
            yield from part.get("checks", [part])


def readings():
    """Every (entry, function) that the rubric lists as a mistake."""
    for check in checks():
        for mistake in check.get("mistakes", []):
            like = mistake["like"]
            yield from ((check["entry"], name) for name in ([like] if isinstance(like, str) else like))


def ask(name, entry, seed, side):
    """What a function answers to the arguments of an entry, flat."""
    network = LOSSES.get(entry) or GRADIENTS.get(entry, (single,))[0]
    extra = (0.3,) if entry in ("regularised_gradients", "gradient_step") else ()
    answer = getattr(tiny, name)(*draw(network, seed, side), *extra)
    return (
        np.concatenate([np.ravel(part) for part in answer]) if isinstance(answer, tuple) else np.ravel(answer)
    )


def test_every_reading_differs_from_the_right_answer_and_from_every_other():
    """Over a few draws no two functions of an entry agree, so a mistake is never taken for another."""
    entries = {entry for entry, _ in readings()}
    for entry in entries:
        names = [entry] + [name for owner, name in readings() if owner == entry]
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                apart = [
                    not np.allclose(ask(one, entry, seed, side), ask(other, entry, seed, side), rtol=1e-4)
                    for seed in (1, 2)
                    for side in (1, -1)
                ]
                assert any(apart), f"{one} and {other} can't be told apart"


@pytest.mark.parametrize(("entry", "name"), sorted({r for r in readings() if r[1].endswith("_root")}))
def test_the_root_of_the_loss_is_right_above_the_target_only(entry, name):
    """The sheet's square root gives the right gradient where the residual is positive, else its negative."""
    np.testing.assert_allclose(ask(name, entry, 6, 1), ask(entry, entry, 6, 1), rtol=1e-12)
    assert not np.allclose(ask(name, entry, 6, -1), ask(entry, entry, 6, -1))


@pytest.mark.parametrize(
    ("name", "entry", "ratio"),
    [
        ("avgpool_dc_no_pool", "avgpool_dc", 4),
        ("two_filter_dc_no_pool", "two_filter_dc", 4),
        ("two_filter_dc_no_mix", "two_filter_dc", 2),
        ("two_filter_dc_no_pool_no_mix", "two_filter_dc", 8),
        ("two_filter_linear_dc_no_pool", "two_filter_linear_dc", 4),
        ("two_filter_linear_dw_no_pool", "two_filter_linear_dw", 4),
    ],
)
def test_a_factor_left_out_of_the_derivative_alone_is_that_factor(name, entry, ratio):
    """Dropping an average's factor in the derivative multiplies it by the number averaged."""
    np.testing.assert_allclose(ask(name, entry, 7, 1), ratio * ask(entry, entry, 7, 1))


def test_a_filter_flipped_throughout_is_the_loss_of_the_flipped_filter():
    """The loss of a flipped filter is the right loss of that filter turned; its derivative is turned back."""
    c, p, y = draw(avgpool, 8, 1)
    assert tiny.avgpool_loss_flip(c, p, y) == pytest.approx(tiny.avgpool_loss(c[::-1], p, y))
    np.testing.assert_allclose(tiny.avgpool_dc_flip(c, p, y), tiny.avgpool_dc(c[::-1], p, y)[::-1])
    np.testing.assert_allclose(tiny.avgpool_dc_flip_windows(c, p, y), tiny.avgpool_dc(c, p, y)[::-1])


def test_a_missing_slope_is_the_weighted_windows():
    """Without the sigmoid's derivative the filter's gradient is linear in the windows."""
    c, p, y = draw(avgpool, 9, 1)
    r = tiny.convolution(c, p).mean() - y
    np.testing.assert_allclose(tiny.avgpool_dc_no_slope(c, p, y), r / 2 * tiny.windows(p).sum(axis=0))


def test_mistakes_pay_the_shares_of_the_table():
    """Half for the root, the flip and each averaging factor, a third without the sigmoid's derivative."""
    share = {"no_sigmoid_slope": Fraction(1, 3)}
    for check in checks():
        for mistake in check.get("mistakes", []):
            if "combines" not in mistake:
                paid = Fraction(mistake["marks"]) / Fraction(check["marks"])
                assert paid == share.get(mistake["id"], Fraction(1, 2)), (check["entry"], mistake["id"])


def test_every_entry_is_documented():
    """Every function that the rubric asks for says its formula."""
    for check in checks():
        found = getattr(tiny, check["entry"])
        assert not callable(found) or inspect.getdoc(found)
