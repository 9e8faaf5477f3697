"""Right answers and known wrong ones of `logistic_backprop`: logistic regression, a small network by hand.

Source: the sheet's "1 Optimization" (a), (b) and "Q2 Backpropagation" (a), (b). The logistic function is
`s(z) = 1 / (1 + e^-z)`, its slope `s(z) (1 - s(z))`; labels `y` are 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.model import OneOf

Array = NDArray[np.float64]


def sigmoid(z: ArrayLike) -> Array:
    """Logistic function, elementwise, as `exp(-ln(1 + e^-z))`: nothing overflows."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))


def slope(z: ArrayLike) -> Array:
    """Its derivative `s(z) (1 - s(z)) = s(z) s(-z)`, elementwise."""
    return sigmoid(z) * sigmoid(-np.asarray(z, dtype=np.float64))


# --- 1. Logistic regression ---------------------------------------------------------------------------------


def preactivation(w: ArrayLike, x: ArrayLike) -> float:
    """`w . x` for w and x of shape (k,)."""
    return float(np.asarray(w, dtype=np.float64) @ np.asarray(x, dtype=np.float64))


def error(w: ArrayLike, x: ArrayLike, y: float) -> float:
    """`h - y` with `h = s(w . x)`; for y = 1 taken as `-s(-w . x)`, so that it keeps its digits."""
    z = preactivation(w, x)
    return float(-sigmoid(-z) if y == 1 else sigmoid(z))


def dL_dw(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802 - the sheet's name
    """Part 1a: `dL/dw = -x (y - h)`, shape (k,), of `L = -[y ln h + (1 - y) ln (1 - h)]`.

    Args:
        w: weights, (k,).
        x: features, (k,).
        y: label, 0 or 1.
    """
    return error(w, x, y) * np.asarray(x, dtype=np.float64)


def dL_dw_sign(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """Mistake of 1a: `x (y - h)`, the sign lost."""
    return -dL_dw(w, x, y)


def dL_dw_without_x(w: ArrayLike, x: ArrayLike, y: float) -> float:  # noqa: N802
    """Mistake of 1a: `h - y` as one number, the inner derivative x left out."""
    return error(w, x, y)


def dL_dw_without_x_repeated(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """The same mistake, second reading: `h - y` once for each weight."""
    return np.full(np.shape(x), error(w, x, y))


def dL_dw_with_slope(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """Mistake of 1a: a factor `h (1 - h)` too many."""
    return dL_dw(w, x, y) * slope(preactivation(w, x))


def dL_dw_sign_without_x(w: ArrayLike, x: ArrayLike, y: float) -> float:  # noqa: N802
    """Two mistakes of 1a at once: `y - h` as one number."""
    return -error(w, x, y)


def dL_dw_sign_without_x_repeated(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """The same two mistakes, second reading: `y - h` once for each weight."""
    return -dL_dw_without_x_repeated(w, x, y)


def dL_dw_sign_with_slope(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """Two mistakes of 1a at once: the sign lost, and a factor `h (1 - h)` too many."""
    return -dL_dw_with_slope(w, x, y)


def dL_dw_with_slope_without_x(w: ArrayLike, x: ArrayLike, y: float) -> float:  # noqa: N802
    """Two mistakes of 1a at once: `(h - y) h (1 - h)` as one number."""
    return error(w, x, y) * float(slope(preactivation(w, x)))


def dL_dw_with_slope_without_x_repeated(w: ArrayLike, x: ArrayLike, y: float) -> Array:  # noqa: N802
    """The same two mistakes, second reading: once for each weight."""
    return np.full(np.shape(x), dL_dw_with_slope_without_x(w, x, y))


def sgd_update(w: ArrayLike, x: ArrayLike, y: float, eta: float) -> Array:
    """Part 1b: `w - eta dL/dw = w + eta x (y - h)`, shape (k,), with step size eta."""
    return np.asarray(w) - eta * dL_dw(w, x, y)


def sgd_update_ascent(w: ArrayLike, x: ArrayLike, y: float, eta: float) -> Array:
    """Mistake of 1b: a step up the loss."""
    return sgd_update(w, x, y, -eta)


# --- 2a. The network in the sheet's figure ------------------------------------------------------------------

forward_table = (2, 3, 4, 5, 4, 3, 5)
"""Part 2a: the outputs (i) … (vii) of the nodes for x = 1. The figure is not in the source: its table is."""


# --- 2b. The network with six weights -----------------------------------------------------------------------

NAMES = ("x1", "x2", "a", "b", "c", "d", "e", "f")
SHEET: dict[str, float] = dict(zip(NAMES, (1.0, -1.0, 1.0, 1.0, 4.0, 1.0, 2.0, 2.0), strict=True))
"""The sheet's numbers: x1 = 1, x2 = -1, a = b = 1, c = 4, d = 1, e = f = 2."""

SHEET_FORWARD = (2.0, 0.0, 0.9, 0.5, 1.4)
"""The sheet's (r1, r2, s1, s2, y), rounded to one digit."""


def forward(x1: float, x2: float, a: float, b: float, c: float, d: float, e: float, f: float) -> Array:
    """`(r1, r2, s1, s2, y)`: `r = max(inputs, 0)`, `s = s(weight r)`, `y = s1 + s2`. All are numbers."""
    r1, r2 = max(c * x1 + e * x2, 0.0), max(d * x1 + f * x2, 0.0)
    s1, s2 = float(sigmoid(a * r1)), float(sigmoid(b * r2))
    return np.array([r1, r2, s1, s2, s1 + s2])


def each_of(*answers: Sequence[float]) -> tuple[float | OneOf, ...]:
    """These answers value by value: where they differ, any of them is right, whatever stands beside it."""
    columns = [tuple(dict.fromkeys(column)) for column in zip(*answers, strict=True)]
    return tuple(column[0] if len(column) == 1 else OneOf(column) for column in columns)


RIGHT_FORWARD = each_of(forward(**SHEET).tolist(), SHEET_FORWARD)
forward_values = RIGHT_FORWARD
"""Part 2b.forward: exactly (2, 0, 0.8808, 0.5, 1.3808); the sheet's rounded values are as right."""


def partials_from(values: Sequence[float]) -> list[float]:
    """(dy/da … dy/df) at the sheet's numbers by the chain rule, from `(r1, r2, s1, s2, y)`.

    There the second unit is off, and only a student's own values may have it on.
    """
    r1, r2, s1, s2, _ = values
    x1, x2 = SHEET["x1"], SHEET["x2"]
    into1 = SHEET["a"] * s1 * (1 - s1) * (r1 > 0)
    into2 = SHEET["b"] * s2 * (1 - s2) * (r2 > 0)
    of1 = r1 * s1 * (1 - s1), into1 * x1, into1 * x2
    slope2 = s2 * (1 - s2)
    of2 = r2 * slope2, into2 * x1, into2 * x2
    return [value for pair in zip(of1, of2, strict=True) for value in pair]


def backprop_partials() -> tuple[float | OneOf, ...]:
    """Part 2b.partials: (dy/da … dy/df) from the forward values, which may be a student's own.

    From the exact ones 0.20999, 0, 0.10499, 0, -0.10499, 0; from the rounded ones 0.18, 0, 0.09, 0, -0.09, 0.
    Each of them is right, and each that follows from a student's own values.

    Raises:
        ValueError: a student's own forward values leave nothing to derive.
    """
    following = partials_of(forward_values)
    if not np.any(following):
        raise ValueError("with these forward values every derivative is 0, and there is nothing to show")
    return each_of(*following, *partials_of(RIGHT_FORWARD))


def partials_of(forward: Sequence[float | OneOf]) -> list[list[float]]:
    """The partials from each choice of forward values that these allow."""
    allowed = [value.values if isinstance(value, OneOf) else (value,) for value in forward]
    return [partials_from(cast("Sequence[float]", values)) for values in product(*allowed)]


def relu(z: float) -> float:
    """`max(z, 0)`."""
    return max(z, 0.0)


def gate(z: float) -> float:
    """The derivative of `relu`; at the kink, where there is none, 0."""
    return float(z > 0)  # lint: equivalent because no case stands at the kink


def network_partials(
    x1: float, x2: float, a: float, b: float, c: float, d: float, e: float, f: float
) -> Array:
    """Part 2b.general: (dy/da … dy/df), shape (6,).

    `dy/da = r1 s1 (1 - s1)`; `dy/dc = a s1 (1 - s1) x1` and `dy/de = a s1 (1 - s1) x2` where r1 > 0, else 0;
    the same with b, r2, s2 for b, d, f.
    """
    return _partials(x1, x2, a, b, c, d, e, f, relu=relu, gate=gate)


def network_partials_without_gate(
    x1: float, x2: float, a: float, b: float, c: float, d: float, e: float, f: float
) -> Array:
    """Mistake of 2b.general: the derivative of max(z, 0) taken as 1 everywhere."""
    return _partials(x1, x2, a, b, c, d, e, f, relu=relu, gate=lambda _: 1.0)


def network_partials_without_relu(
    x1: float, x2: float, a: float, b: float, c: float, d: float, e: float, f: float
) -> Array:
    """The same mistake, second reading: max(z, 0) forgotten in the forward pass as well."""
    return _partials(x1, x2, a, b, c, d, e, f, relu=lambda z: z, gate=lambda _: 1.0)


def _partials(
    x1: float,
    x2: float,
    a: float,
    b: float,
    c: float,
    d: float,
    e: float,
    f: float,
    *,
    relu: Callable[[float], float],
    gate: Callable[[float], float],
) -> Array:
    z1, z2 = c * x1 + e * x2, d * x1 + f * x2
    r1, r2 = relu(z1), relu(z2)
    slope1, slope2 = float(slope(a * r1)), float(slope(b * r2))
    into1, into2 = a * slope1 * gate(z1), b * slope2 * gate(z2)
    return np.array([r1 * slope1, r2 * slope2, into1 * x1, into2 * x1, into1 * x2, into2 * x2])


def draw_both_on(rng: np.random.Generator) -> dict[str, object]:
    """Arguments of network_partials with both hidden units on."""
    return _draw(rng, on1=True, on2=True)


def draw_first_off(rng: np.random.Generator) -> dict[str, object]:
    """Arguments of network_partials with the first hidden unit off."""
    return _draw(rng, on1=False, on2=True)


def draw_second_off(rng: np.random.Generator) -> dict[str, object]:
    """Arguments of network_partials with the second hidden unit off."""
    return _draw(rng, on1=True, on2=False)


def draw_both_off(rng: np.random.Generator) -> dict[str, object]:
    """Arguments of network_partials with both hidden units off."""
    return _draw(rng, on1=False, on2=False)


def _draw(rng: np.random.Generator, *, on1: bool, on2: bool) -> dict[str, object]:
    """Weights of either sign, inputs away from 0, and each unit at least 0.3 away from its kink."""
    x1, x2 = (rng.uniform(0.5, 1.5, size=2) * rng.choice([-1.0, 1.0], size=2)).tolist()
    a, b, c, d = (rng.uniform(0.4, 1.5, size=4) * rng.choice([-1.0, 1.0], size=4)).tolist()
    z1, z2 = (rng.uniform(0.3, 2.0, size=2) * np.where([on1, on2], 1.0, -1.0)).tolist()
    return dict(zip(NAMES, (x1, x2, a, b, c, d, (z1 - c * x1) / x2, (z2 - d * x1) / x2), strict=True))
