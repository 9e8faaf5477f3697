"""Right answers and known wrong ones of `warm_up`: the logistic sigmoid and the softmax.

Ours, from no source: the first thing that a student hands in, to see that handing in works.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def sigmoid(x: ArrayLike) -> Array:
    """Logistic sigmoid `1 / (1 + e^-x)`, elementwise (part 1).

    Args:
        x: a number or an array of any shape.

    Returns:
        An array of the same shape with entries in [0, 1], as `exp(-ln(1 + e^-x))`: nothing overflows.
    """
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=np.float64)))


def sigmoid_as_tanh(x: ArrayLike) -> Array:
    """Mistake of part 1: the other S-shaped curve, with values in [-1, 1]."""
    return np.tanh(np.asarray(x, dtype=np.float64))


def sigmoid_of_minus_x(x: ArrayLike) -> Array:
    """Mistake of part 1: `1 / (1 + e^x)`, the sign of the exponent lost."""
    return sigmoid(-np.asarray(x, dtype=np.float64))


def sigmoid_as_tanh_of_minus_x(x: ArrayLike) -> Array:
    """Both mistakes of part 1 at once."""
    return sigmoid_as_tanh(-np.asarray(x, dtype=np.float64))


def softmax(x: ArrayLike) -> Array:
    """Softmax `e^{x_i} / sum_j e^{x_j}` (part 2).

    Args:
        x: shape (K,), K at least 1.

    Returns:
        Shape (K,), positive up to rounding, with sum 1. The largest entry is subtracted first, which
        changes nothing but keeps `e^x` finite.
    """
    x = np.asarray(x, dtype=np.float64)
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def softmax_not_normalised(x: ArrayLike) -> Array:
    """Mistake of part 2: `e^{x_i}` alone."""
    return np.exp(np.asarray(x, dtype=np.float64))


def softmax_by_largest(x: ArrayLike) -> Array:
    """Mistake of part 2: `e^{x_i} / max_j e^{x_j}`, which is also `e^{x_i - max x}` left unnormalised."""
    x = np.asarray(x, dtype=np.float64)
    return np.exp(x - x.max())
