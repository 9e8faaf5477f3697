"""Right answers and known wrong ones of `baby_cnn`: one filter slid over a 3x3 image, and a sigmoid on top.

An image `x` is (9,), read row by row; the filter `theta` is (4,), the output weights `w` are (4,). The filter
looks at four 2x2 windows, without padding and without being turned round:

    u_i = sum_j theta_j x[WINDOWS[i, j]],    z = w . u,    h = 1 / (1 + e^-z) = P(y = 1 | x).

Source: "Baby Convolutional Neural Network", question 3, parts (a) to (c); labels `y` are 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.model import Accepted

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])
"""Row i: the pixels (counted from 0) under the filter's four entries at its i-th place."""

TURNED = np.array([3, 2, 1, 0])
"""The order of a 2x2 filter's entries once it is turned by half a circle, as in true convolution."""


def sigmoid(z: ArrayLike) -> Array:
    """Logistic sigmoid, elementwise, as `exp(-ln(1 + e^-z))`: nothing overflows."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))


def windows(x: ArrayLike) -> Array:
    """The four windows of an image (9,), a row each: (4, 4)."""
    return np.asarray(x, dtype=np.float64)[WINDOWS]


def filter_outputs(x: ArrayLike, theta: ArrayLike) -> Array:
    """`u`, shape (4,): equations (1) to (4) of the source."""
    return windows(x) @ np.asarray(theta, dtype=np.float64)  # lint: equivalent because WINDOWS is symmetric


def preactivation(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """`z = w . u`."""
    return float(np.asarray(w, dtype=np.float64) @ filter_outputs(x, theta))


def output(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """`h = sigmoid(w . u)`: equation (5) of the source."""
    return float(sigmoid(preactivation(x, theta, w)))


def slope(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """`dh/dz = h (1 - h)`, with `1 - h` taken as `sigmoid(-z)` so that it keeps its digits near 0."""
    z = preactivation(x, theta, w)
    return float(sigmoid(z) * sigmoid(-z))


def dz_dtheta(x: ArrayLike, w: ArrayLike) -> Array:
    """`dz/dtheta_j = sum_i w_i x[WINDOWS[i, j]]`, shape (4,): equations (9) to (12)."""
    return np.asarray(w, dtype=np.float64) @ windows(x)  # lint: equivalent because WINDOWS is symmetric


# --- (a) gradients of the output ----------------------------------------------------------------------------


def dh_dtheta(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Part a.theta: `dh/dtheta = h (1 - h) dz/dtheta`, shape (4,): equations (14) to (17)."""
    return slope(x, theta, w) * dz_dtheta(x, w)


def dh_dtheta_without_slope(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of a.theta: the derivative of z, the factor `h (1 - h)` left out."""
    return dz_dtheta(x, w)


def dh_dtheta_with_h(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of a.theta: `h` where the sigmoid's derivative `h (1 - h)` should stand."""
    return output(x, theta, w) * dz_dtheta(x, w)


def dh_dtheta_flipped(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of a.theta: the filter turned round throughout, in `h` as in the derivative."""
    return slope(x, np.asarray(theta)[TURNED], w) * dz_dtheta(x, w)[TURNED]


def dh_dtheta_flipped_windows(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """The same mistake, second reading: `h` is right and only the windows of the derivative are turned."""
    return dh_dtheta(x, theta, w)[TURNED]


def dh_dtheta_flipped_without_slope(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Two mistakes of a.theta at once: turned windows, and no `h (1 - h)`."""
    return dz_dtheta(x, w)[TURNED]


def dh_dtheta_flipped_with_h(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Two mistakes of a.theta at once: the filter turned throughout, and `h` for `h (1 - h)`."""
    return output(x, np.asarray(theta)[TURNED], w) * dz_dtheta(x, w)[TURNED]


def dh_dtheta_flipped_windows_with_h(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """The same two mistakes, second reading: only the windows of the derivative are turned."""
    return dh_dtheta_with_h(x, theta, w)[TURNED]


def dh_dw(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Part a.w: `dh/dw = h (1 - h) u`, shape (4,): equation (18)."""
    return slope(x, theta, w) * filter_outputs(x, theta)


def dh_dw_without_slope(x: ArrayLike, theta: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of a.w: the derivative of z, `u` alone."""
    return filter_outputs(x, theta)


# --- (b) negative log-likelihood ----------------------------------------------------------------------------


def log_likelihoods(X: ArrayLike, theta: ArrayLike, w: ArrayLike) -> tuple[Array, Array]:
    """`ln h_i` and `ln (1 - h_i)` of every image of X (N, 9), as `-ln(1 + e^-z)` and `-ln(1 + e^z)`.

    Taken from z, they keep full precision where h rounds to 0 or 1.
    """
    X = np.asarray(X, dtype=np.float64)
    u = X[:, WINDOWS] @ np.asarray(theta)  # lint: equivalent because WINDOWS is symmetric
    z = u @ np.asarray(w)
    return -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)


def nll(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Part b: `-sum_i [y_i ln h_i + (1 - y_i) ln (1 - h_i)]`, a sum over the images.

    Args:
        X: images, (N, 9).
        y: labels 0 or 1, (N,).
        theta: filter, (4,).
        w: output weights, (4,).
    """
    ones, zeros = log_likelihoods(X, theta, w)
    y = np.asarray(y)
    return float(-np.sum(np.where(y == 1, ones, zeros)))


def nll_mean(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Mistake of b: the mean over the images instead of the sum."""
    return nll(X, y, theta, w) / len(np.asarray(X))


def nll_without_minus(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Mistake of b: the log-likelihood itself, the minus sign lost."""
    return -nll(X, y, theta, w)


def nll_half(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Mistake of b: only the images with label 1 count, `-sum_i y_i ln h_i`."""
    ones, _ = log_likelihoods(X, theta, w)
    return float(-np.sum(np.asarray(y) * ones))


def nll_base_2(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Mistake of b: the logarithm to base 2."""
    return nll(X, y, theta, w) / float(np.log(2.0))


def nll_base_10(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Mistake of b: the logarithm to base 10."""
    return nll(X, y, theta, w) / float(np.log(10.0))


def nll_mean_without_minus(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: the mean, and no minus sign."""
    return -nll_mean(X, y, theta, w)


def nll_mean_half(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: the mean over all images, and only the half with label 1."""
    return nll_half(X, y, theta, w) / len(np.asarray(X))


def nll_mean_base_2(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: the mean, and base 2."""
    return nll_base_2(X, y, theta, w) / len(np.asarray(X))


def nll_mean_base_10(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: the mean, and base 10."""
    return nll_base_10(X, y, theta, w) / len(np.asarray(X))


def nll_half_without_minus(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: only the half with label 1, and no minus sign."""
    return -nll_half(X, y, theta, w)


def nll_half_base_2(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: only the half with label 1, and base 2."""
    return nll_half(X, y, theta, w) / float(np.log(2.0))


def nll_half_base_10(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: only the half with label 1, and base 10."""
    return nll_half(X, y, theta, w) / float(np.log(10.0))


def nll_base_2_without_minus(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: base 2, and no minus sign."""
    return -nll_base_2(X, y, theta, w)


def nll_base_10_without_minus(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike) -> float:
    """Two mistakes of b at once: base 10, and no minus sign."""
    return -nll_base_10(X, y, theta, w)


# --- (c) stochastic gradient descent ------------------------------------------------------------------------


def sample_batch(n: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Part c.sample: `size` different indices out of 0 … n-1, all equally likely."""
    return rng.choice(n, size=size, replace=False)


def sample_batch_with_replacement(n: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Mistake of c.sample: an index may come up twice in one batch."""
    return rng.integers(0, n, size=size)


Call = tuple[tuple[object, ...], object]
"""One question and what came back: the arguments `(n, size, rng)`, and the answer."""


def samples_without_replacement(calls: Sequence[Call]) -> Accepted:
    """Predicate of c.sample, over all calls together: by what came out, whatever made it.

    Every batch must hold `size` integers from 0 … n-1, all different; where size < n, batches must not be
    the same on every call; every index must come up. Drawing from another generator than the one given
    is advice: batches then differ although the generator starts alike.
    """
    faults = [fault for args, answer in calls if (fault := batch_fault(args, answer))]
    if faults:
        return Accepted(0.0, faults[0])
    batches = [(args, np.asarray(answer).ravel().tolist()) for args, answer in calls]
    if fault := always_fault(batches):
        return Accepted(0.0, fault)
    if any(len(set(batch)) < len(batch) for _, batch in batches):
        say = "An index comes up twice in one batch: the sample is drawn with replacement."
        return Accepted(0.5, say, mistake="sample_batch_with_replacement")
    return Accepted(1.0, advice=OTHER_GENERATOR if uses_other_generator(batches) else ())


OTHER_GENERATOR = (
    "The batches do not depend on the generator given: draw from `rng`, so that a run can be repeated.",
)


def batch_fault(args: tuple[object, ...], answer: object) -> str:
    """What is wrong with one batch taken alone, or an empty string; repeated indices are not its matter."""
    n, size = sizes_of(args)
    try:
        batch = np.asarray(answer)
    except ValueError:
        return "The answer is not one row of numbers."
    if batch.dtype.kind not in "iu" and not (batch.size == 0 and size == 0):
        return "The indices must be integers, to be used as X[batch]."
    if batch.shape != (size,):
        return f"{size} indices were asked for, as shape ({size},); the answer has shape {batch.shape}."
    if batch.size and (batch.min() < 0 or batch.max() >= n):
        return f"The indices of {n} images run from 0 to {n - 1}; {batch.min()} to {batch.max()} came back."
    return ""


def always_fault(batches: Sequence[tuple[tuple[object, ...], list[int]]]) -> str:
    """What only many calls show, for each pair (n, size): always the same batch, or an index never drawn."""
    seen: dict[tuple[int, int], list[list[int]]] = {}
    for args, batch in batches:
        seen.setdefault(sizes_of(args), []).append(batch)
    for (n, size), drawn in seen.items():
        if size < n and len(drawn) > 5 and len({tuple(batch) for batch in drawn}) == 1:
            return f"{len(drawn)} calls for {size} of {n} gave the same batch each time."
        never = set(range(n)) - {index for batch in drawn for index in batch}
        if never and len(drawn) * size >= 15 * n:
            return f"In {len(drawn)} calls for {size} of {n}, some indices never came up."
    return ""


def uses_other_generator(batches: Sequence[tuple[tuple[object, ...], list[int]]]) -> bool:
    """Whether generators in the same state were answered with different batches."""
    first: dict[str, list[int]] = {}
    return any(first.setdefault(state_of(args), batch) != batch for args, batch in batches)


def sizes_of(args: tuple[object, ...]) -> tuple[int, int]:
    """`(n, size)` of one question."""
    n, size = args[:2]
    return int(np.asarray(n)), int(np.asarray(size))


def state_of(args: tuple[object, ...]) -> str:
    """The question's sizes and the state of its generator, as text that can be compared."""
    rng = args[2]
    return f"{sizes_of(args)} {rng.bit_generator.state if isinstance(rng, np.random.Generator) else rng}"


def draw_batch(rng: np.random.Generator) -> dict[str, object]:
    """Arguments for c.batch: more than one image and fewer than all in the batch, with both labels."""
    n = int(rng.integers(4, 9))
    y = rng.permutation(np.arange(n) % 2)
    batch = rng.permutation(np.r_[rng.choice(np.flatnonzero(y == 0)), rng.choice(np.flatnonzero(y == 1))])
    if n > 4:
        rest = np.setdiff1d(np.arange(n), batch)
        batch = np.r_[batch, rng.choice(rest, size=int(rng.integers(0, n - 3)), replace=False)]
    return {
        "X": rng.uniform(0.0, 1.0, size=(n, 9)),
        "y": y,
        "theta": rng.normal(size=4),
        "w": rng.normal(size=4),
        "batch": batch,
    }


def draw_step(rng: np.random.Generator) -> dict[str, object]:
    """Arguments for c.step: those of c.batch, and a learning rate large enough to be seen."""
    return draw_batch(rng) | {"lr": float(rng.uniform(0.2, 1.0))}


def sample_gradient(x: ArrayLike, y: float, theta: ArrayLike, w: ArrayLike) -> Pair:
    """Part c.gradient: `(h - y) dz/dtheta` and `(h - y) u` for one image: equations (35) and (36).

    Returns:
        `(g_theta, g_w)`, both (4,), of the loss `-[y ln h + (1 - y) ln (1 - h)]`.
    """
    z = preactivation(x, theta, w)
    error = float(-sigmoid(-z) if y == 1 else sigmoid(z))
    return error * dz_dtheta(x, w), error * filter_outputs(x, theta)


def sample_gradient_sign(x: ArrayLike, y: float, theta: ArrayLike, w: ArrayLike) -> Pair:
    """Mistake of c.gradient: `y - h` for `h - y`."""
    g_theta, g_w = sample_gradient(x, y, theta, w)
    return -g_theta, -g_w


def sample_gradient_with_slope(x: ArrayLike, y: float, theta: ArrayLike, w: ArrayLike) -> Pair:
    """Mistake of c.gradient: a factor `h (1 - h)` too many, as half the squared error would give."""
    g_theta, g_w = sample_gradient(x, y, theta, w)
    return slope(x, theta, w) * g_theta, slope(x, theta, w) * g_w


def sample_gradient_with_slope_sign(x: ArrayLike, y: float, theta: ArrayLike, w: ArrayLike) -> Pair:
    """Two mistakes of c.gradient at once: `y - h`, and a factor `h (1 - h)` too many."""
    g_theta, g_w = sample_gradient_with_slope(x, y, theta, w)
    return -g_theta, -g_w


def batch_gradient(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike) -> Pair:
    """Part c.batch: the average of `sample_gradient` over a batch: equations (21) and (22).

    Args:
        X: images, (N, 9).
        y: labels 0 or 1, (N,).
        theta: filter, (4,).
        w: output weights, (4,).
        batch: indices into X and y, (B,).
    """
    g_theta, g_w = batch_gradient_sum(X, y, theta, w, batch)
    return g_theta / len(np.asarray(batch)), g_w / len(np.asarray(batch))


def batch_gradient_sum(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike) -> Pair:
    """Mistake of c.batch: the sum over the batch."""
    images, labels = np.asarray(X, dtype=np.float64), np.asarray(y)
    gradients = [sample_gradient(images[i], labels[i], theta, w) for i in np.asarray(batch)]
    return np.sum([g for g, _ in gradients], axis=0), np.sum([g for _, g in gradients], axis=0)


def batch_gradient_over_all(
    X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike
) -> Pair:
    """Mistake of c.batch: the sum over the batch divided by N, the number of all images."""
    g_theta, g_w = batch_gradient_sum(X, y, theta, w, batch)
    return g_theta / len(np.asarray(X)), g_w / len(np.asarray(X))


def sgd_step(X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike, lr: float) -> Pair:
    """Part c.step: `theta - lr g_theta` and `w - lr g_w`, both gradients at the old parameters: (19, 20)."""
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return np.asarray(theta) - lr * g_theta, np.asarray(w) - lr * g_w


def sgd_step_ascent(
    X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike, lr: float
) -> Pair:
    """Mistake of c.step: a step up the loss."""
    return sgd_step(X, y, theta, w, batch, -lr)


def sgd_step_one_after_the_other(
    X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike, lr: float
) -> Pair:
    """Mistake of c.step: the gradient for `w` is taken at the filter that has been updated already."""
    g_theta, _ = batch_gradient(X, y, theta, w, batch)
    theta_new = np.asarray(theta) - lr * g_theta
    _, g_w = batch_gradient(X, y, theta_new, w, batch)
    return theta_new, np.asarray(w) - lr * g_w


def sgd_step_ascent_one_after_the_other(
    X: ArrayLike, y: ArrayLike, theta: ArrayLike, w: ArrayLike, batch: ArrayLike, lr: float
) -> Pair:
    """Both mistakes of c.step at once."""
    return sgd_step_one_after_the_other(X, y, theta, w, batch, -lr)
