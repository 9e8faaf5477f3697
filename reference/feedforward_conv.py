"""Right answers and known wrong ones of `feedforward_conv`: losses, softmax, equal networks, convolution.

Source: the sheet's questions 1 to 5, the question's number in each docstring. `g` in the sheet's networks is
the logistic sigmoid; vectors are (K,) and indices count from 0 here. The functions of questions 1.1 to 1.6,
4.1, 5.1 and 5.4 take numbers, arrays or SymPy expressions alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.model import Accepted, OneOf

Array = NDArray[np.float64]
Network = tuple[Array, Array, Array, Array]
"""`W1 (M, D)`, `b1 (M,)`, `W2 (K, M)`, `b2 (K,)`."""


# lint: equivalent because a formula and its numbers are right alike, and a check is content with either
def is_symbolic(*values: object) -> bool:
    """Whether one of these is an expression of SymPy, which is not imported to find out."""
    return any(type(value).__module__.partition(".")[0] == "sympy" for value in values)


# lint: equivalent because a formula and its numbers are right alike, and a check is content with either
def library(*values: object) -> Any:
    """SymPy where one of the arguments is its expression, else NumPy: both have exp, log, tanh, floor."""
    if not is_symbolic(*values):
        return np
    import sympy

    return sympy


# --- 1. Output, losses and their derivatives ----------------------------------------------------------------


def output_activation(a: Any) -> Any:
    """1.1: the logistic sigmoid `1 / (1 + e^-a)`, elementwise."""
    return 1 / (1 + library(a).exp(-a))


def output_activation_tanh(a: Any) -> Any:
    """Mistake of 1.1: tanh, which is no probability."""
    return library(a).tanh(a)


def output_activation_softmax(a: Any) -> Any:
    """Mistake of 1.1: the softmax of one number, which is 1 whatever it is."""
    return 1 + 0 * a


output_meaning = "P(y=1|x)"
"""1.2: the probability that the label is 1, given the input."""


def cross_entropy(f: Any, y: Any) -> Any:
    """1.3: `-y ln f - (1 - y) ln (1 - f)` for an output f in (0, 1) and a label y, 0 or 1."""
    log = library(f, y).log
    return -y * log(f) - (1 - y) * log(1 - f)


def cross_entropy_without_minus(f: Any, y: Any) -> Any:
    """Mistake of 1.3: the minus sign lost."""
    return -cross_entropy(f, y)


def cross_entropy_first_term(f: Any, y: Any) -> Any:
    """Mistake of 1.3: only `-y ln f`."""
    return -y * library(f, y).log(f)


def cross_entropy_base_2(f: Any, y: Any) -> Any:
    """Mistake of 1.3: the logarithm to base 2."""
    return cross_entropy(f, y) / library(f, y).log(2)


def cross_entropy_first_term_without_minus(f: Any, y: Any) -> Any:
    """Two mistakes of 1.3 at once: only the first term, and no minus sign."""
    return -cross_entropy_first_term(f, y)


def cross_entropy_base_2_without_minus(f: Any, y: Any) -> Any:
    """Two mistakes of 1.3 at once: base 2, and no minus sign."""
    return -cross_entropy_base_2(f, y)


def cross_entropy_base_2_first_term(f: Any, y: Any) -> Any:
    """Two mistakes of 1.3 at once: base 2, and only the first term."""
    return cross_entropy_first_term(f, y) / library(f, y).log(2)


def dce_da(f: Any, y: Any) -> Any:
    """1.4: `f - y`, the derivative of the cross-entropy by the pre-activation a, where f = sigmoid(a)."""
    return f - y


def dce_da_sign(f: Any, y: Any) -> Any:
    """Mistake of 1.4: `y - f`."""
    return y - f


def dce_da_by_f(f: Any, y: Any) -> Any:
    """Mistake of 1.4: the derivative by f, `(f - y) / (f (1 - f))`."""
    return (f - y) / (f * (1 - f))


def dce_da_by_f_sign(f: Any, y: Any) -> Any:
    """Both mistakes of 1.4 at once."""
    return -dce_da_by_f(f, y)


def mse(f: Any, y: Any) -> Any:
    """1.5: `(f - y)^2`; any positive factor in front is as right, since the sheet lets factors be ignored."""
    return (f - y) ** 2


def mse_absolute(f: Any, y: Any) -> Any:
    """Mistake of 1.5: `|f - y|`."""
    return abs(f - y)


def dmse_df(f: Any, y: Any) -> Any:
    """The derivative of `mse`, whatever stands there, by its first argument.

    By SymPy where it is asked with symbols and `mse` answers with an expression; else by the five-point rule,
    whose error is of order 1e-9 for a smooth loss and nothing but rounding for one of degree 4 or less in f.

    Raises:
        ValueError: it is asked with symbols, and `mse` has no expression in f.
    """
    return differentiated(mse(f, y), f, y) if is_symbolic(f, y) else by_five_points(f, y)


def differentiated(loss: Any, f: Any, y: Any) -> Any:
    """The derivative by f of an expression in f and y, whoever made its symbols.

    Raises:
        ValueError: it is text, a number, or does not depend on f.
    """
    free: set[Any] = getattr(loss, "free_symbols", set())
    same = {symbol: own for symbol in free for own in (f, y) if symbol.name == own.name}
    slope = library(f).diff(loss.xreplace(same), f) if same else 0
    if slope == 0:  # lint: equivalent because the course's own loss depends on f
        raise ValueError("the loss is no expression in f")
    return slope


# lint: equivalent because the course's own loss is differentiated by SymPy; a student's may have no formula
def by_five_points(f: Any, y: Any) -> Any:
    """The derivative of `mse` by its first argument at numbers, from four of its values."""
    h = 0.01 * np.minimum(f, 1 - f)
    near, far = loss_at(f + h, y) - loss_at(f - h, y), loss_at(f + 2 * h, y) - loss_at(f - 2 * h, y)
    return (8 * near - far) / (12 * h)


# lint: equivalent because the course's own loss is differentiated by SymPy; a student's may be a formula
def loss_at(f: Any, y: Any) -> Any:
    """The value of `mse` at numbers, also where a formula stands in its place: a student may hand one in."""
    loss = mse(f, y)
    if not isinstance(loss, str) and not is_symbolic(loss):
        return loss
    from grader.values.formulas import understand
    from grader.values.names import Names
    from grader.values.numbers import evaluate

    (value,) = evaluate(
        understand(loss, Names(frozenset({"f", "y"}))), [{"f": Fraction(f), "y": Fraction(y)}]
    )
    if value is None:
        raise ValueError("the loss has no value here")
    return value.real


def dmse_da(f: Any, y: Any) -> Any:
    """1.6: the derivative of `mse` by the pre-activation, `dmse/df f (1 - f)`: `2 (f - y) f (1 - f)`.

    It is taken of this module's `mse`, so that a student's own loss can stand there. Any positive factor
    is as right.
    """
    return dmse_df(f, y) * f * (1 - f)


def dmse_da_without_slope(f: Any, y: Any) -> Any:
    """Mistake of 1.6: the factor `f (1 - f)` left out."""
    return dmse_df(f, y)


def dmse_da_sign(f: Any, y: Any) -> Any:
    """Mistake of 1.6: the sign lost."""
    return -dmse_da(f, y)


def dmse_da_without_slope_sign(f: Any, y: Any) -> Any:
    """Both mistakes of 1.6 at once."""
    return -dmse_df(f, y)


better_loss = "cross-entropy"
"""1.7a: its gradient does not vanish where the output is saturated at the wrong end."""

better_loss_reason = (
    "With squared error the gradient carries the factor f(1-f), which is almost 0 once f is near 0 or 1, "
    "even where f is near the wrong one; so learning stalls just where the error is largest. "
    "For cross-entropy that factor cancels, and the gradient f - y stays large while the answer is wrong."
)
"""1.7b, in our words."""


# --- 2. Softmax ---------------------------------------------------------------------------------------------


def softmax(x: ArrayLike) -> Array:
    """`p_i = e^{x_i} / sum_j e^{x_j}`, shape (K,); the largest entry is subtracted first."""
    x = np.asarray(x, dtype=np.float64)
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def softmax_shift_steps(x: Sequence[Any], c: Any) -> list[list[Any]]:
    """2.1: softmax of `x + c`, with the factor `e^c` taken out above and below, is softmax of `x`.

    Args:
        x: K symbols.
        c: a symbol.

    Returns:
        Three lines of K expressions; the middle one keeps `e^c` as a factor of its own.
    """
    import sympy

    shifted = [sympy.exp(xi + c) for xi in x]  # lint: equivalent because a proof for -c is one for c
    plain = [sympy.exp(xi) for xi in x]
    factor = sympy.exp(c)
    common = sympy.Mul(factor, sympy.Add(*plain), evaluate=False)
    return [
        [each / sympy.Add(*shifted) for each in shifted],
        [sympy.Mul(sympy.Mul(factor, each, evaluate=False), 1 / common, evaluate=False) for each in plain],
        [each / sympy.Add(*plain) for each in plain],
    ]


def sigmoid_logit(x: ArrayLike) -> float:
    """2.2: `z = x1 - x2`, for which softmax((x1, x2)) = (sigmoid(z), 1 - sigmoid(z))."""
    first, second = np.asarray(x, dtype=np.float64)
    return float(first - second)


def sigmoid_logit_sign(x: ArrayLike) -> float:
    """Mistake of 2.2: `x2 - x1`."""
    return -sigmoid_logit(x)


def reduced_logits(x: ArrayLike) -> Array:
    """2.3: `y_i = x_{i+1} - x_1`, shape (K-1,), for which softmax((0, y)) = softmax(x)."""
    x = np.asarray(x, dtype=np.float64)
    return x[1:] - x[0]


def reduced_logits_sign(x: ArrayLike) -> Array:
    """Mistake of 2.3: `x_1 - x_{i+1}`."""
    return -reduced_logits(x)


def reduced_logits_by_last(x: ArrayLike) -> Array:
    """Mistake of 2.3: the last entry is subtracted, from the ones before it."""
    x = np.asarray(x, dtype=np.float64)
    return x[:-1] - x[-1]


def reduced_logits_by_last_shifted(x: ArrayLike) -> Array:
    """The same mistake, second reading: the last is subtracted from all but the first, itself among them."""
    x = np.asarray(x, dtype=np.float64)
    return x[1:] - x[-1]


def reduced_logits_by_last_sign(x: ArrayLike) -> Array:
    """Both mistakes of 2.3 at once."""
    return -reduced_logits_by_last(x)


def reduced_logits_by_last_shifted_sign(x: ArrayLike) -> Array:
    """Both mistakes of 2.3 at once, second reading."""
    return -reduced_logits_by_last_shifted(x)


def softmax_jacobian(x: ArrayLike) -> Array:
    """2.4: `Diag(p) - p p^T`, shape (K, K), p = softmax(x)."""
    p = softmax(x)
    return np.diag(p) - np.outer(p, p)


def softmax_jacobian_diagonal(x: ArrayLike) -> Array:
    """Mistake of 2.4: only `Diag(p)`."""
    return np.diag(softmax(x))


def softmax_jacobian_own_slopes(x: ArrayLike) -> Array:
    """The same mistake, second reading: the right diagonal `p (1 - p)`, and 0 beside it."""
    p = softmax(x)
    return np.diag(p * (1 - p))


def softmax_jacobian_plus(x: ArrayLike) -> Array:
    """Mistake of 2.4: `Diag(p) + p p^T`."""
    p = softmax(x)
    return np.diag(p) + np.outer(p, p)


# --- 3. A tanh network equal to a sigmoid network -----------------------------------------------------------


def tanh_parameters(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> Network:
    """3: parameters for which the tanh network equals the sigmoid network, by `s(z) = (tanh(z/2) + 1) / 2`.

    `W1/2, b1/2, W2/2, b2 + sum_j W2[:, j]/2`; others are as right, see `same_network`.

    Args:
        W1: (M, D).
        b1: (M,).
        W2: (K, M).
        b2: (K,).
    """
    V1, c1, V2, c2 = (np.asarray(each, dtype=np.float64) for each in (W1, b1, W2, b2))
    return V1 / 2, c1 / 2, V2 / 2, c2 + V2.sum(axis=1) / 2


def tanh_parameters_inputs_not_halved(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> Network:
    """Mistake of 3: tanh(z) for tanh(z/2)."""
    _, _, V2, c2 = tanh_parameters(W1, b1, W2, b2)
    return np.asarray(W1, dtype=np.float64), np.asarray(b1, dtype=np.float64), V2, c2


def tanh_parameters_without_output_bias(
    W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike
) -> Network:
    """Mistake of 3: the output's bias left as it was."""
    V1, c1, V2, _ = tanh_parameters(W1, b1, W2, b2)
    return V1, c1, V2, np.asarray(b2, dtype=np.float64)


def tanh_parameters_both_mistakes(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> Network:
    """Both mistakes of 3 at once."""
    _, _, V2, _ = tanh_parameters(W1, b1, W2, b2)
    return tuple(np.asarray(each, dtype=np.float64) for each in (W1, b1, V2, b2))  # type: ignore[return-value]


def same_network(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike, answer: object) -> Accepted:
    """Predicate of 3: whether the answer's tanh network is the given sigmoid network, input by input.

    Both are compared where each hidden unit bends and where all are saturated. Sign flips, permutations and
    further units change nothing; a network that equals the one of a named mistake is explained by it.
    """
    given = tuple(np.asarray(each, dtype=np.float64) for each in (W1, b1, W2, b2))
    own, fault = as_network(answer, inputs=given[0].shape[1], outputs=given[3].shape[0])
    if own is None:
        return Accepted(0.0, fault)
    if agree(own, tanh_parameters(*given), given):
        return Accepted(1.0)
    if agree(own, tanh_parameters_without_output_bias(*given), given):
        say = "The networks differ by one constant on every input: what becomes of the 1 in each hidden unit?"
        return Accepted(0.5, say, mistake="tanh_parameters_without_output_bias")
    if agree(own, tanh_parameters_inputs_not_halved(*given), given):
        say = "The hidden units bend too sharply: which multiple of z makes tanh as wide as the sigmoid?"
        return Accepted(1 / 3, say, mistake="tanh_parameters_inputs_not_halved")
    if agree(own, tanh_parameters_both_mistakes(*given), given):
        say = "Two things: the hidden units bend too sharply, and a constant is missing at the output."
        return Accepted(1 / 6, say, mistake="tanh_parameters_both_mistakes")
    return Accepted(0.0, "The tanh network with these parameters is not the sigmoid network on every input.")


def as_network(answer: object, inputs: int, outputs: int) -> tuple[Network | None, str]:
    """The four arrays of an answer, or None and what is wrong with their number, entries or shapes."""
    if not isinstance(answer, tuple | list) or len(answer) != 4:
        return None, "Four arrays are asked for: W1t, b1t, W2t, b2t."
    try:
        parts = [np.real_if_close(each) for each in answer]
        if any(np.iscomplexobj(part) for part in parts):
            return None, "The four parameters must be arrays of real numbers."
        W1, b1, W2, b2 = (np.asarray(part, dtype=np.float64) for part in parts)
    except (TypeError, ValueError):
        return None, "The four parameters must be arrays of numbers."
    units = W1.shape[0] if W1.ndim else 0
    wanted = {"W1t": (units, inputs), "b1t": (units,), "W2t": (outputs, units), "b2t": (outputs,)}
    for (name, shape), own in zip(wanted.items(), (W1, b1, W2, b2), strict=True):
        if own.shape != shape:
            return None, f"{name} has shape {own.shape}; with the other shapes it should be {shape}."
        if not np.isfinite(own).all():
            return None, f"{name} holds entries that are not finite."
    return (W1, b1, W2, b2), ""


def agree(own: Network, other: Network, given: tuple[Array, ...]) -> bool:
    """Whether two tanh networks agree at every input of `bending_inputs`, but for rounding."""
    x = np.vstack([bending_inputs(*given[:2]), bending_inputs(*own[:2])])
    size = np.abs(given[2]).sum(axis=1) + np.abs(given[3]) + 1e-300
    return bool(np.all(np.abs(run_tanh(own, x) - run_tanh(other, x)) <= 2e-5 * size))


def run_tanh(network: Network, x: Array) -> Array:
    """The tanh network's outputs (S, K) for inputs (S, D)."""
    W1, b1, W2, b2 = network
    return np.tanh(x @ W1.T + b1) @ W2.T + b2


def bending_inputs(W1: Array, b1: Array) -> Array:
    """Inputs (S, D) that show a network: at random, far out, and where each unit's `z` runs from -8 to 8.

    With large weights a unit is saturated almost everywhere, and only its bend tells it from another.
    """
    rng = np.random.default_rng(20)
    units, width = W1.shape
    anywhere = rng.normal(size=(40, width)) * rng.choice([0.1, 1.0, 10.0, 1000.0], size=(40, 1))
    rows = [np.zeros((1, width)), anywhere]
    for j in range(units):
        steep = W1[j] @ W1[j]
        if steep > 0:
            start = rng.normal(size=(17, width))
            to_bend = (np.linspace(-8, 8, 17) - b1[j] - start @ W1[j]) / steep
            rows.append(start + to_bend[:, None] * W1[j])
    return np.vstack(rows)


def draw_network(rng: np.random.Generator) -> dict[str, object]:
    """Arguments of tanh_parameters: D, M and K of 1 to 4, all different more often than not."""
    inputs, units, outputs = (int(size) for size in rng.integers(1, 5, size=3))
    return _network(rng, inputs, units, outputs, scale=1.0)


def draw_steep_network(rng: np.random.Generator) -> dict[str, object]:
    """The same with input weights of about 200, so that most inputs saturate every unit."""
    return _network(rng, 2, 3, 2, scale=200.0)


def _network(
    rng: np.random.Generator, inputs: int, units: int, outputs: int, scale: float
) -> dict[str, object]:
    return {
        "W1": scale * rng.normal(size=(units, inputs)),
        "b1": scale * rng.normal(size=units),
        "W2": rng.normal(size=(outputs, units)) + 0.5,
        "b2": rng.normal(size=outputs),
    }


# --- 4. Convolution: sizes, weights, one dimension ----------------------------------------------------------


def conv_output_size(i: Any, k: Any, p: Any, s: Any) -> Any:
    """4.1a: `floor((i + 2p - k) / s) + 1` for input size i, kernel k, padding p on each side, stride s."""
    return library(i, k, p, s).floor((i + 2 * p - k) / s) + 1


def conv_output_size_without_one(i: Any, k: Any, p: Any, s: Any) -> Any:
    """Mistake of 4.1a: the last `+ 1` left out."""
    return conv_output_size(i, k, p, s) - 1


def conv_output_size_ceil(i: Any, k: Any, p: Any, s: Any) -> Any:
    """Mistake of 4.1a: rounded up instead of down."""
    return -library(i, k, p, s).floor(-(i + 2 * p - k) / s) + 1


def conv_output_size_ceil_without_one(i: Any, k: Any, p: Any, s: Any) -> Any:
    """Both mistakes of 4.1a at once."""
    return conv_output_size_ceil(i, k, p, s) - 1


last_layer_outputs = 65536
"""4.1b: 3x128x128 becomes 32x64x64, then 32x32x32, then 64x32x32, which holds 65536 numbers."""

last_layer_weights = 18432
"""4.2: 64 kernels over 32 channels, 3x3 each: 64 * 32 * 3 * 3, without biases."""


def convolve(x: ArrayLike, w: ArrayLike, mode: str) -> Array | OneOf:
    """4.3: the convolution of x with w, the kernel flipped: `full[n] = sum_j x[n - j] w[j]`.

    Args:
        x: (n,).
        w: kernel, (k,), no longer than x.
        mode: "full" (n + k - 1 entries), "valid" (n - k + 1) or "same" (n, cut from the middle of "full").

    Returns:
        The entries; for "same" with an even kernel the middle lies between two cuts, and both are right.
    """
    x, w = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    n, k = len(x), len(w)
    full = np.zeros(n + k - 1)
    for j in range(k):
        full[j : j + n] += w[j] * x
    if mode == "full":
        return full
    if mode == "valid":
        return full[k - 1 : n]
    lower, upper = (k - 1) // 2, k // 2  # lint: equivalent because the other middle is right as well
    cuts = full[lower : lower + n], full[upper : upper + n]
    one = lower == upper  # lint: equivalent because the other middle is right as well
    return cuts[0] if one else OneOf(cuts)  # lint: equivalent because the other middle is right


def convolve_without_flip(x: ArrayLike, w: ArrayLike, mode: str) -> Array | OneOf:
    """Mistake of 4.3: the kernel is not flipped, which is cross-correlation."""
    return convolve(x, np.asarray(w)[::-1], mode)


# --- 5. Backpropagation through one-dimensional convolutions without flipping -------------------------------


def valid_size(d: Any, k1: Any, k2: Any) -> Any:
    """5.1: `d - k1 - k2 + 2`, the length after two valid convolutions."""
    return d - k1 - k2 + 2


def valid_size_less(d: Any, k1: Any, k2: Any) -> Any:
    """Mistake of 5.1: one too few."""
    return d - k1 - k2 + 1


def valid_size_more(d: Any, k1: Any, k2: Any) -> Any:
    """The same mistake, second reading: one too many."""
    return d - k1 - k2 + 3


def full_size(d: Any, k1: Any, k2: Any) -> Any:
    """5.4: `d + k1 + k2 - 2`, the length after two full convolutions."""
    return d + k1 + k2 - 2


def full_size_less(d: Any, k1: Any, k2: Any) -> Any:
    """Mistake of 5.4: one too few."""
    return d + k1 + k2 - 3


def full_size_more(d: Any, k1: Any, k2: Any) -> Any:
    """The same mistake, second reading: one too many."""
    return d + k1 + k2 - 1


def shifted_rows(rows: int, columns: int, w: Array, offset: int) -> Array:
    """The matrix `J[i, m] = w[m - i + offset]`, 0 where that index does not exist."""
    index = np.arange(columns) - np.arange(rows)[:, None] + offset
    inside = (index >= 0) & (index < len(w))
    return np.where(inside, w[np.clip(index, 0, len(w) - 1)], 0.0)


def valid_jacobian(n: int, w: ArrayLike) -> Array:
    """5.2: of `a_i = sum_j h[i + j] w[j]` (valid, not flipped) by h: `J[i, m] = w[m - i]`, (n-k+1, n)."""
    w = np.asarray(w, dtype=np.float64)
    return shifted_rows(n - len(w) + 1, n, w, 0)


def valid_jacobian_transposed(n: int, w: ArrayLike) -> Array:
    """Mistake of 5.2: rows and columns exchanged."""
    return valid_jacobian(n, w).T


def valid_jacobian_flipped(n: int, w: ArrayLike) -> Array:
    """Mistake of 5.2: the kernel turned round."""
    return valid_jacobian(n, np.asarray(w)[::-1])


def valid_jacobian_flipped_transposed(n: int, w: ArrayLike) -> Array:
    """Both mistakes of 5.2 at once."""
    return valid_jacobian_flipped(n, w).T


def valid_backward(grad_a: ArrayLike, w: ArrayLike) -> Array:
    """5.3: `J^T grad_a`, which is the full convolution, not flipped, of grad_a with the flipped kernel.

    Args:
        grad_a: gradient by the output, (n-k+1,).
        w: kernel, (k,).

    Returns:
        The gradient by the input, (n,).
    """
    grad_a, w = np.asarray(grad_a, dtype=np.float64), np.asarray(w, dtype=np.float64)
    return valid_jacobian(len(grad_a) + len(w) - 1, w).T @ grad_a


def valid_backward_not_flipped(grad_a: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of 5.3: the full convolution, not flipped, with the kernel as it is."""
    return valid_backward(grad_a, np.asarray(w)[::-1])


def full_jacobian(n: int, w: ArrayLike) -> Array:
    """5.5: of `a_i = sum_j h[i + j - k + 1] w[j]` (full, not flipped) by h: `J[i, m] = w[m - i + k - 1]`.

    Shape (n+k-1, n).
    """
    w = np.asarray(w, dtype=np.float64)
    return shifted_rows(n + len(w) - 1, n, w, len(w) - 1)


def full_jacobian_transposed(n: int, w: ArrayLike) -> Array:
    """Mistake of 5.5: rows and columns exchanged."""
    return full_jacobian(n, w).T


def full_jacobian_flipped(n: int, w: ArrayLike) -> Array:
    """Mistake of 5.5: the kernel turned round."""
    return full_jacobian(n, np.asarray(w)[::-1])


def full_jacobian_flipped_transposed(n: int, w: ArrayLike) -> Array:
    """Both mistakes of 5.5 at once."""
    return full_jacobian_flipped(n, w).T


def full_backward(grad_a: ArrayLike, w: ArrayLike) -> Array:
    """5.6: `J^T grad_a`, which is the valid convolution, not flipped, of grad_a with the flipped kernel.

    Args:
        grad_a: gradient by the output, (n+k-1,).
        w: kernel, (k,).

    Returns:
        The gradient by the input, (n,).
    """
    grad_a, w = np.asarray(grad_a, dtype=np.float64), np.asarray(w, dtype=np.float64)
    return full_jacobian(len(grad_a) - len(w) + 1, w).T @ grad_a


def full_backward_not_flipped(grad_a: ArrayLike, w: ArrayLike) -> Array:
    """Mistake of 5.6: the valid convolution, not flipped, with the kernel as it is."""
    return full_backward(grad_a, np.asarray(w)[::-1])
