"""Right answers and known wrong ones of `tiny_cnn_training` (source 003_9bfb61cfb2113fbf).

Squared losses of six small networks and their first derivatives. Everywhere `σ` is the logistic sigmoid and
`r` the residual, prediction minus target.

1. Three sigmoid units on two inputs: `f = (w·z - y)²` with `z = (σ(s·x), σ(u·x), σ(v·x))`.
2. One 2x2 filter on a 3x3 image, its four outputs averaged.
3. One filter, its outputs flattened into a linear layer.
4. Two filters, each averaged, the two averages averaged again.
5. Two filters, each averaged, the averages given to a linear layer.
6. Two filters, flattened into a linear layer.

The source writes its derivatives with `2√f`, which is `2|r|`: right only where the prediction lies above the
target. Here it is `2r` throughout, and the root is a known mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag, auto
from functools import partial, reduce
from itertools import combinations
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# ------------------------------------------------------------------------------ 1. one hidden layer


def sigmoid(x: ArrayLike) -> Array:
    """`1 / (1 + e^-x)` elementwise, written with tanh so that nothing overflows."""
    return (np.tanh(np.asarray(x) / 2) + 1) / 2


def hidden(s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike) -> Array:
    """The three hidden units `z = (σ(s·x), σ(u·x), σ(v·x))`, shape (3,)."""
    return sigmoid(np.array([s, u, v]) @ np.asarray(x))


def residual(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> float:
    """`r = w·z - y`: positive where the prediction lies above the target."""
    return float(np.asarray(w) @ hidden(s, u, v, x) - y)


def loss(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> float:
    """`f = (w·z - y)²` (part 1.loss); `w` has shape (3,), `s`, `u`, `v`, `x` shape (2,)."""
    return residual(w, s, u, v, x, y) ** 2


def df_dw(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> Array:
    """`2 r z`, shape (3,) (part 1.w)."""
    return 2 * residual(w, s, u, v, x, y) * hidden(s, u, v, x)


def unit_gradient(r: float, weight: float, z: float, x: ArrayLike) -> Array:
    """`2 r w_i z_i (1 - z_i) x`: the chain rule through one hidden unit."""
    return 2 * r * weight * z * (1 - z) * np.asarray(x)


def df_ds(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> Array:
    """`2 r w1 z1 (1 - z1) x`, shape (2,) (part 1.s)."""
    return unit_gradient(residual(w, s, u, v, x, y), np.asarray(w)[0], hidden(s, u, v, x)[0], x)


def df_du(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> Array:
    """`2 r w2 z2 (1 - z2) x`, shape (2,) (part 1.uv, the sheet's first exercise)."""
    return unit_gradient(residual(w, s, u, v, x, y), np.asarray(w)[1], hidden(s, u, v, x)[1], x)


def df_dv(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> Array:
    """`2 r w3 z3 (1 - z3) x`, shape (2,) (part 1.uv)."""
    return unit_gradient(residual(w, s, u, v, x, y), np.asarray(w)[2], hidden(s, u, v, x)[2], x)


def regularised_loss(
    w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float, lam: float
) -> float:
    """`f + lam (‖w‖² + ‖s‖² + ‖u‖² + ‖v‖²)` (part 1.reg)."""
    return loss(w, s, u, v, x, y) + lam * float(sum(np.sum(np.square(group)) for group in (w, s, u, v)))


def regularised_gradients(
    w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float, lam: float
) -> tuple[Array, Array, Array, Array]:
    """`(gw, gs, gu, gv)`: the gradients of the plain loss, plus `2 lam` times the parameter (part 1.reg)."""
    return (
        df_dw(w, s, u, v, x, y) + 2 * lam * np.asarray(w),
        df_ds(w, s, u, v, x, y) + 2 * lam * np.asarray(s),
        df_du(w, s, u, v, x, y) + 2 * lam * np.asarray(u),
        df_dv(w, s, u, v, x, y) + 2 * lam * np.asarray(v),
    )


def gradient_step(
    w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float, lr: float
) -> tuple[Array, Array, Array, Array]:
    """`(w, s, u, v)`, each minus `lr` times its gradient, all gradients at the old values (part 1.step)."""
    return (
        np.asarray(w) - lr * df_dw(w, s, u, v, x, y),
        np.asarray(s) - lr * df_ds(w, s, u, v, x, y),
        np.asarray(u) - lr * df_du(w, s, u, v, x, y),
        np.asarray(v) - lr * df_dv(w, s, u, v, x, y),
    )


runtime_iteration = "m*n"
"""One iteration of the three-unit network on n rows of m columns (part 1.runtime, question Q1)."""

runtime_hidden = "m*n*k"
"""Updating a hidden layer of k units (part 1.runtime, question Q2)."""

runtime_final = "n*k"
"""Updating the final layer over k units (part 1.runtime, question Q2)."""

# ------------------------------------------------------------------- 2 to 6. convolutional networks

PIXELS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])
"""The pixels under the filter, one row for each of its four places, counted from 0 row by row."""


def windows(p: ArrayLike) -> Array:
    """The four windows of a 3x3 image `p` (9,), one in each row: shape (4, 4)."""
    return np.asarray(p)[PIXELS]


def convolution(c: ArrayLike, p: ArrayLike) -> Array:
    """`z_i = σ(window_i · c)` for one filter `c` (4,), unflipped and without padding: shape (4,)."""
    return sigmoid(windows(p) @ np.asarray(c))  # lint: equivalent because PIXELS is symmetric


def weighted_slopes(c: ArrayLike, weights: ArrayLike, p: ArrayLike) -> Array:
    """`Σ_i weights_i z_i (1 - z_i) window_i`: the derivative of `weights · z` by one filter, shape (4,)."""
    z = convolution(c, p)
    return (np.asarray(weights) * z * (1 - z)) @ windows(p)  # lint: equivalent because PIXELS is symmetric


def avgpool_loss(c: ArrayLike, p: ArrayLike, y: float) -> float:
    """`(mean(z) - y)²` (part 2.loss)."""
    return float(convolution(c, p).mean() - y) ** 2


def avgpool_dc(c: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`(r/2) Σ_i z_i (1 - z_i) window_i` with `r = mean(z) - y`, shape (4,) (part 2.dc)."""
    r = convolution(c, p).mean() - y
    return r / 2 * weighted_slopes(c, np.ones(4), p)


def flat_loss(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> float:
    """`(w·z - y)²`, `w` of shape (4,) (part 3.loss)."""
    return float(np.asarray(w) @ convolution(c, p) - y) ** 2


def flat_dc(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`2 r Σ_i w_i z_i (1 - z_i) window_i`, shape (4,) (part 3.dc)."""
    r = np.asarray(w) @ convolution(c, p) - y
    return 2 * r * weighted_slopes(c, w, p)


def flat_dw(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`2 r z`, shape (4,) (part 3.dw)."""
    z = convolution(c, p)
    return 2 * (np.asarray(w) @ z - y) * z


def filters(c: ArrayLike) -> tuple[Array, Array]:
    """The two filters in `c` (8,): its first four entries and its last four."""
    return np.asarray(c)[:4], np.asarray(c)[4:]


def pooled(c: ArrayLike, p: ArrayLike) -> Array:
    """The averages of the two filters' outputs, `(mean z¹, mean z²)`, shape (2,)."""
    return np.array([convolution(one, p).mean() for one in filters(c)])


def two_filter_loss(c: ArrayLike, p: ArrayLike, y: float) -> float:
    """`((mean z¹ + mean z²)/2 - y)²`, `c` of shape (8,) (part 4.loss)."""
    return float(pooled(c, p).mean() - y) ** 2


def two_filter_dc(c: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`(r/4) Σ_i z_i (1 - z_i) window_i` for each filter, shape (8,) (part 4.dc)."""
    r = pooled(c, p).mean() - y
    return r / 4 * np.concatenate([weighted_slopes(one, np.ones(4), p) for one in filters(c)])


def two_filter_linear_loss(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> float:
    """`(w1 mean z¹ + w2 mean z² - y)²`, `w` of shape (2,) (part 5.loss)."""
    return float(np.asarray(w) @ pooled(c, p) - y) ** 2


def two_filter_linear_dc(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`(r/2) w_f Σ_i z_i (1 - z_i) window_i` for each filter f, shape (8,) (part 5.dc)."""
    r = np.asarray(w) @ pooled(c, p) - y
    slopes = [weighted_slopes(one, np.ones(4), p) for one in filters(c)]
    return (
        r / 2 * np.concatenate([weight * slope for weight, slope in zip(np.asarray(w), slopes, strict=True)])
    )


def two_filter_linear_dw(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> Array:
    """`2 r (mean z¹, mean z²)`, shape (2,) (part 5.dw)."""
    means = pooled(c, p)
    return 2 * (np.asarray(w) @ means - y) * means


def two_filter_flat_loss(c: ArrayLike, w: ArrayLike, p: ArrayLike, y: float) -> float:
    """`(w · (z¹, z²) - y)²`, `w` of shape (8,), the first filter's outputs first (part 6.loss)."""
    z = np.concatenate([convolution(one, p) for one in filters(c)])
    return float(np.asarray(w) @ z - y) ** 2


# -------------------------------------------------------------------------------- known mistakes
# Every network is `prediction = Σ_fi a_fi z_fi` with coefficients `a` that hold the weights, the 1/4 of the
# pooling and the 1/2 of the average over filters. A mistake is a set of slips in its loss or gradients.


class Slip(Flag):
    """What may go wrong; a mistake made of two is `Slip.ROOT | Slip.NO_SLOPE`."""

    ROOT = auto()
    """`√f` stands for the residual, so its sign is lost."""
    NO_SLOPE = auto()
    """The chain rule goes past the sigmoid without its factor `z (1 - z)`."""
    SUM = auto()
    """The pooling factor 1/4 is missing throughout: a sum instead of an average."""
    NO_POOL = auto()
    """The pooling factor 1/4 is missing in the derivative alone."""
    ADD = auto()
    """The factor 1/2 of the average over two filters is missing throughout."""
    NO_MIX = auto()
    """The factor 1/2 of the average over two filters is missing in the derivative alone."""
    FLIP = auto()
    """The filter is turned by 180 degrees throughout."""
    FLIP_WINDOWS = auto()
    """The windows are turned in the derivative alone."""


Mistake = Callable[..., object]


def _hidden_gradient(unit: int | None, slips: Slip) -> Mistake:
    """A wrong derivative of network 1: by one hidden unit's weights, or by `w` where `unit` is None."""

    def mistake(w: ArrayLike, s: ArrayLike, u: ArrayLike, v: ArrayLike, x: ArrayLike, y: float) -> Array:
        r, z = residual(w, s, u, v, x, y), hidden(s, u, v, x)
        r = abs(r) if Slip.ROOT in slips else r
        slope = np.ones(3) if Slip.NO_SLOPE in slips else z * (1 - z)
        return 2 * r * z if unit is None else 2 * r * np.asarray(w)[unit] * slope[unit] * np.asarray(x)

    return mistake


def _all_parameters(result: Callable[..., tuple[Array, ...]], slips: Slip) -> Mistake:
    """A wrong answer for all four parameters at once, from the wrong gradients of network 1."""
    gradients = [_hidden_gradient(unit, slips) for unit in (None, 0, 1, 2)]

    def mistake(*args: ArrayLike) -> tuple[Array, ...]:
        *given, rate = args
        return result(given[:4], [gradient(*given) for gradient in gradients], rate)

    return mistake


def _regularised(parameters: list[Array], gradients: list[Array], lam: float) -> tuple[Array, ...]:
    return tuple(g + 2 * lam * np.asarray(p) for p, g in zip(parameters, gradients, strict=True))


def _stepped(parameters: list[Array], gradients: list[Array], lr: float) -> tuple[Array, ...]:
    return tuple(np.asarray(p) - lr * g for p, g in zip(parameters, gradients, strict=True))


Network = Callable[[Array, float, float], Array]
"""The coefficients `a`, a row for each filter, from `w` and the factors of pooling and of mixing."""


def _avgpool(w: Array, pool: float, mix: float) -> Array:
    return np.full((1, 4), pool)


def _flat(w: Array, pool: float, mix: float) -> Array:
    return w.reshape(-1, 4)


def _two_filter(w: Array, pool: float, mix: float) -> Array:
    return np.full((2, 4), pool * mix)


def _linear(w: Array, pool: float, mix: float) -> Array:
    return pool * np.outer(w, np.ones(4))


def _pass(network: Network, slips: Slip, args: tuple[Any, ...]) -> tuple[float, Array, Array]:
    """The residual, the outputs `z` and the coefficients as they stand in the derivative."""
    c, *w, p, y = (np.asarray(argument, dtype=np.float64) for argument in args)
    rows = c.reshape(-1, 4)
    z = np.array([convolution(row[::-1] if Slip.FLIP in slips else row, p) for row in rows])
    weights = w[0] if w else np.zeros(0)
    pool = 1.0 if Slip.SUM in slips else 0.25
    mix = 1.0 if Slip.ADD in slips else 0.5
    r = float(np.sum(network(weights, pool, mix) * z) - y)
    pool = 1.0 if Slip.NO_POOL in slips else pool
    mix = 1.0 if Slip.NO_MIX in slips else mix
    return abs(r) if Slip.ROOT in slips else r, z, network(weights, pool, mix)


def _loss(network: Network, slips: Slip) -> Mistake:
    """A wrong loss of a convolutional network."""
    return lambda *args: _pass(network, slips, args)[0] ** 2


def _dc(network: Network, slips: Slip) -> Mistake:
    """A wrong derivative of a convolutional network by its filters."""

    def mistake(*args: ArrayLike) -> Array:
        r, z, coefficients = _pass(network, slips, args)
        slope = np.ones_like(z) if Slip.NO_SLOPE in slips else z * (1 - z)
        turned = bool(slips & (Slip.FLIP | Slip.FLIP_WINDOWS))
        seen = windows(args[-2])[:, ::-1] if turned else windows(args[-2])
        return np.ravel(2 * r * (coefficients * slope) @ seen)

    return mistake


def _dw(network: Network, slips: Slip) -> Mistake:
    """A wrong derivative of a convolutional network by `w`, in which the prediction is linear."""

    def mistake(*args: ArrayLike) -> Array:
        r, z, _ = _pass(network, slips, args)
        if network is _flat:
            return np.ravel(2 * r * z)
        pool = 1.0 if slips & (Slip.NO_POOL | Slip.SUM) else 0.25
        return 2 * r * pool * z.sum(axis=1)

    return mistake


_HIDDEN = (Slip.ROOT, Slip.NO_SLOPE)
_WINDOWS = (Slip.FLIP, Slip.FLIP_WINDOWS)
_POOLS = (Slip.SUM, Slip.NO_POOL)

# entry, what makes its wrong versions, and the slips that can happen in it
_SLIPS: tuple[tuple[str, Callable[[Slip], Mistake], tuple[Slip, ...]], ...] = (
    ("df_dw", partial(_hidden_gradient, None), (Slip.ROOT,)),
    ("df_ds", partial(_hidden_gradient, 0), _HIDDEN),
    ("df_du", partial(_hidden_gradient, 1), _HIDDEN),
    ("df_dv", partial(_hidden_gradient, 2), _HIDDEN),
    ("regularised_gradients", partial(_all_parameters, _regularised), _HIDDEN),
    ("gradient_step", partial(_all_parameters, _stepped), _HIDDEN),
    ("avgpool_loss", partial(_loss, _avgpool), (Slip.SUM, Slip.FLIP)),
    ("avgpool_dc", partial(_dc, _avgpool), (*_HIDDEN, *_POOLS, *_WINDOWS)),
    ("flat_loss", partial(_loss, _flat), (Slip.FLIP,)),
    ("flat_dc", partial(_dc, _flat), (*_HIDDEN, *_WINDOWS)),
    ("flat_dw", partial(_dw, _flat), (Slip.ROOT, Slip.FLIP)),
    ("two_filter_loss", partial(_loss, _two_filter), (Slip.SUM, Slip.ADD, Slip.FLIP)),
    ("two_filter_dc", partial(_dc, _two_filter), (*_HIDDEN, *_POOLS, Slip.ADD, Slip.NO_MIX, *_WINDOWS)),
    ("two_filter_linear_loss", partial(_loss, _linear), (Slip.SUM, Slip.FLIP)),
    ("two_filter_linear_dc", partial(_dc, _linear), (*_HIDDEN, *_POOLS, *_WINDOWS)),
    ("two_filter_linear_dw", partial(_dw, _linear), (Slip.ROOT, *_POOLS, Slip.FLIP)),
    ("two_filter_flat_loss", partial(_loss, _flat), (Slip.FLIP,)),
)


def _named_mistakes() -> dict[str, Mistake]:
    """Every slip of every entry alone and every two at once: `avgpool_dc_root`, `avgpool_dc_root_no_pool`."""
    found = {}
    for entry, make, slips in _SLIPS:
        for made in [(slip,) for slip in slips] + list(combinations(slips, 2)):
            words = [str(slip.name).lower() for slip in made]
            found["_".join([entry, *words])] = make(reduce(or_, made))
    return found


globals().update(_named_mistakes())
