"""Right answers and known wrong ones of `mlp_gradients` (source 002_b65a41abdc1c71c8).

1. Activations and softmax: derivatives, identities, Jacobians and vector-Jacobian products.
2. A network for m classes with one hidden layer of d_h units: `h_a = W1 x + b1`, `h_s = relu(h_a)`,
   `o_a = W2 h_s + b2`, `o_s = softmax(o_a)`, `L = -ln o_s[y]`, and its gradients by backpropagation.
   `W1` is `(d_h, d)`, `b1` `(d_h,)`, `W2` `(m, d_h)`, `b2` `(m,)`.
3. Sizes of convolutional layers.

The source writes `W1ᵀx` and `W2ᵀh` in places, against the shapes it states; the shapes above hold here.
"""

# ruff: noqa: N802  (the sheet's names)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.model import Accepted, Interval

Array = NDArray[np.float64]
Generator = np.random.Generator

# -------------------------------------------------------------------- 1. activations and softmax


def functions(x: Any) -> Any:
    """The library with `exp`, `log` and `tanh` for what `x` is: NumPy for numbers, SymPy for expressions."""
    if isinstance(x, int | float | list | np.generic | np.ndarray):
        return np
    import sympy

    return sympy


def sigmoid(x: Any) -> Any:
    """`1 / (1 + e^-x)` of numbers or an expression, by way of tanh so that nothing overflows."""
    return sigmoid_from_tanh(x)


def slopes_of_relu(x: ArrayLike) -> tuple[Array, Array]:
    """The least and the largest subgradient of `max(0, x)`, elementwise: they differ at 0 alone."""
    x = np.asarray(x)
    # lint: equivalent because at 0 either end is right
    return np.where(x > 0, 1.0, 0.0), np.where(x < 0, 0.0, 1.0)


def relu_grad(x: ArrayLike) -> Interval:
    """Derivative of `max(0, x)`, elementwise (1a): 1 for x > 0, 0 for x < 0, at 0 anything in [0, 1]."""
    return Interval(*slopes_of_relu(x))


def sigmoid_grad(x: Any) -> Any:
    """`σ(x) (1 - σ(x))` of a number, an array or a symbol (1b)."""
    return sigmoid(x) * (1 - sigmoid(x))


def sigmoid_grad_of_x(x: Any) -> Any:
    """Mistake of 1b: `x (1 - x)`, the formula for an argument that already is σ."""
    return x * (1 - x)


def sigmoid_from_tanh(x: Any) -> Any:
    """`σ(x) = (tanh(x/2) + 1) / 2` (1c)."""
    return (functions(x).tanh(x / 2) + 1) / 2


def log_sigmoid_from_softplus(x: Any) -> Any:
    """`ln σ(x) = -softplus(-x) = -ln(1 + e^-x)` (1d)."""
    return -softplus(-x)


def softplus(x: Any) -> Any:
    """`ln(1 + e^x)` of a number, an array or a symbol."""
    return functions(x).log(1 + functions(x).exp(x))


def softplus_of_minus_x(x: Any) -> Any:
    """Mistake of 1d: `softplus(-x)`, the sign in front lost."""
    return softplus(-x)


def minus_softplus(x: Any) -> Any:
    """Mistake of 1d: `-softplus(x)`, the sign inside lost."""
    return -softplus(x)


def softplus_difference_steps(x: Any) -> list[Any]:
    """`ln(1 + e^x) - ln(1 + e^-x) = x`, step by step (1e); `x` is a SymPy symbol.

    The difference of the logarithms is the logarithm of the quotient. The source writes the quotient of the
    logarithms instead, a step that does not hold although its last line is right.
    """
    import sympy

    quotient = sympy.Mul(1 + sympy.exp(x), sympy.Pow(1 + sympy.exp(-x), -1), evaluate=False)
    drawn_out = sympy.Mul(sympy.exp(x), 1 + sympy.exp(-x), evaluate=False)
    return [
        sympy.log(1 + sympy.exp(x)) - sympy.log(1 + sympy.exp(-x)),
        sympy.log(quotient),
        sympy.log(sympy.Mul(drawn_out, sympy.Pow(1 + sympy.exp(-x), -1), evaluate=False)),
        x,
    ]


def sign_from_indicators(x: ArrayLike) -> Array:
    """`sign(x) = 1_{x>0} - 1_{x<0}`, elementwise (1f); 0 at 0."""
    x = np.asarray(x)
    return (x > 0).astype(np.float64) - (x < 0)


def grad_squared_norm(x: ArrayLike) -> Array:
    """Gradient of `Σ x_i²`: `2x`, shape (n,) (1g)."""
    return 2.0 * np.asarray(x)


def grad_squared_norm_without_two(x: ArrayLike) -> Array:
    """Mistake of 1g: `x`."""
    return np.asarray(x, dtype=np.float64)


def grad_l1_norm(x: ArrayLike) -> Interval:
    """Gradient of `Σ |x_i|`: `sign(x)`, shape (n,) (1h); where x_i = 0 anything in [-1, 1]."""
    x = np.asarray(x)
    # lint: equivalent because at 0 either end is right
    return Interval(np.where(x > 0, 1.0, -1.0), np.where(x < 0, -1.0, 1.0))


softmax_is_scale_invariant = False
"""Whether softmax(cx) = softmax(x) for all c and x (1i). It is not: the source concludes that it is."""


def softmax_scaled(p: ArrayLike, c: float) -> Array:
    """softmax(cx) from `p = softmax(x)`: `p_i^c / Σ_j p_j^c`, shape (n,) (1i)."""
    logarithms = c * np.log(np.asarray(p))
    return softmax(logarithms)


def softmax_scaled_unchanged(p: ArrayLike, c: float) -> Array:
    """Mistake of 1i: `p` itself, as if softmax were scale invariant, which is what the source concludes."""
    return np.asarray(p, dtype=np.float64)


def softmax_shift_steps(x: tuple[Any, ...], c: Any) -> list[list[Any]]:
    """softmax(x + c) = softmax(x), step by step (1j); `x` holds K SymPy symbols, `c` is one."""
    import sympy

    powers = [sympy.exp(value) for value in x]
    # lint: equivalent because the softmax of x - c is the same vector, and c occurs as it should
    shifted = [sympy.exp(value + c, evaluate=False) for value in x]
    drawn_out = [sympy.Mul(sympy.exp(c), power, evaluate=False) for power in powers]
    total = sympy.Mul(sympy.exp(c), sympy.Add(*powers), evaluate=False)
    return [
        [value / sympy.Add(*shifted) for value in shifted],
        [value / sympy.Add(*drawn_out) for value in drawn_out],
        [sympy.Mul(value, sympy.Pow(total, -1), evaluate=False) for value in drawn_out],
        [value / sympy.Add(*powers) for value in powers],
    ]


def dsoftmax_dxj(x: ArrayLike, i: int, j: int) -> float:
    """`∂S_i/∂x_j = S_i (1_{i=j} - S_j)` for i and j counted from 0 (1k)."""
    s = softmax(x)
    return float(s[i] * ((i == j) - s[j]))


def dsoftmax_dxj_no_indicator(x: ArrayLike, i: int, j: int) -> float:
    """Mistake of 1k: `-S_i S_j` throughout, which is right off the diagonal."""
    s = softmax(x)
    return float(-s[i] * s[j])


def dsoftmax_dxj_always_one(x: ArrayLike, i: int, j: int) -> float:
    """The same mistake of 1k read otherwise: `S_i (1 - S_j)` throughout, which is right on the diagonal."""
    s = softmax(x)
    return float(s[i] * (1 - s[j]))


def softmax_jacobian(x: ArrayLike) -> Array:
    """`diag(S) - S Sᵀ`, shape (n, n) (1l)."""
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def sigmoid_vjp(x: ArrayLike, g: ArrayLike) -> Array:
    """Gradient by x from `g = ∇_y L` for y = σ(x): `σ (1 - σ) g`, shape (n,), in O(n) (1m)."""
    return sigmoid_grad(np.asarray(x)) * np.asarray(g)


def softmax_vjp(x: ArrayLike, g: ArrayLike) -> Array:
    """Gradient by x from `g = ∇_y L` for y = softmax(x): `S ⊙ g - S (S·g)`, shape (n,), in O(n) (1m)."""
    s = softmax(x)
    return s * (np.asarray(g) - s @ np.asarray(g))


# ---------------------------------------------------------------- 2. a network with a hidden layer


def hidden(W1: ArrayLike, b1: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    """`h_a = W1 x + b1` and `h_s = max(0, h_a)`, each of shape (d_h,) (2a)."""
    h_a = np.asarray(W1) @ np.asarray(x) + np.asarray(b1)
    return h_a, np.maximum(0.0, h_a)


def output_preactivation(W2: ArrayLike, b2: ArrayLike, h_s: ArrayLike) -> Array:
    """`o_a = W2 h_s + b2`, shape (m,) (2b)."""
    return np.asarray(W2) @ np.asarray(h_s) + np.asarray(b2)


def softmax(o_a: ArrayLike) -> Array:
    """`e^{o_k} / Σ_j e^{o_j}`, shape (m,) (2c); subtracting the largest entry keeps it finite."""
    o_a = np.asarray(o_a, dtype=np.float64)
    powers = np.exp(o_a - o_a.max())
    return powers / powers.sum()


def loss(o_a: ArrayLike, y: int) -> float:
    """`-ln softmax(o_a)[y] = ln Σ_k e^{o_k} - o_y` for a class index y (2d)."""
    o_a = np.asarray(o_a, dtype=np.float64)
    return float(np.logaddexp.reduce(o_a) - o_a[y])


def parameter_count(d: Any, d_h: Any, m: Any) -> Any:
    """`d_h (d + 1) + m (d_h + 1)`: two weight matrices and two biases (2e)."""
    return d_h * (d + 1) + m * (d_h + 1)


def parameter_count_without_biases(d: Any, d_h: Any, m: Any) -> Any:
    """Mistake of 2e: `d_h d + m d_h`, both biases forgotten."""
    return d_h * d + m * d_h


def parameter_count_without_b1(d: Any, d_h: Any, m: Any) -> Any:
    """Mistake of 2e: the hidden layer's biases forgotten."""
    return d_h * d + m * (d_h + 1)


def parameter_count_without_b2(d: Any, d_h: Any, m: Any) -> Any:
    """Mistake of 2e: the output layer's biases forgotten."""
    return d_h * (d + 1) + m * d_h


def gradient_descent_step(params: list[Array], grads: list[Array], lr: float) -> list[Array]:
    """`p - lr g` for each parameter, in new arrays (2f)."""
    return [np.asarray(p) - lr * np.asarray(g) for p, g in zip(params, grads, strict=True)]


def gradient_ascent_step(params: list[Array], grads: list[Array], lr: float) -> list[Array]:
    """Mistake of 2f: `p + lr g`, which climbs."""
    return [np.asarray(p) + lr * np.asarray(g) for p, g in zip(params, grads, strict=True)]


def grad_output(o_s: ArrayLike, y: int) -> Array:
    """`∂L/∂o_a = o_s - onehot(y)`, shape (m,) (2g)."""
    return np.asarray(o_s) - (np.arange(np.size(o_s)) == y)


def grad_output_minus_one(o_s: ArrayLike, y: int) -> Array:
    """Mistake of 2g: `o_s - 1` in every entry, which is right for the class y alone."""
    return np.asarray(o_s) - 1.0


def grad_output_flipped(o_s: ArrayLike, y: int) -> Array:
    """Mistake of 2g: `onehot(y) - o_s`."""
    return -grad_output(o_s, y)


def grad_output_one_minus(o_s: ArrayLike, y: int) -> Array:
    """Both mistakes of 2g at once: `1 - o_s`."""
    return -grad_output_minus_one(o_s, y)


def grad_W2_kj(grad_o: ArrayLike, h_s: ArrayLike, k: int, j: int) -> float:
    """`∂L/∂W2[k, j] = grad_o[k] h_s[j]`, indices counted from 0 (2h)."""
    return float(np.asarray(grad_o)[k] * np.asarray(h_s)[j])


def grad_W2_kj_swapped(grad_o: ArrayLike, h_s: ArrayLike, k: int, j: int) -> float:
    """Mistake of 2h: the entry at [j, k]; raises where there is none."""
    return float(np.asarray(grad_o)[j] * np.asarray(h_s)[k])


def grad_W2(grad_o: ArrayLike, h_s: ArrayLike) -> Array:
    """`∂L/∂W2 = grad_o h_sᵀ`, shape (m, d_h) (2i)."""
    return np.outer(np.asarray(grad_o), np.asarray(h_s))


def grad_W2_transposed(grad_o: ArrayLike, h_s: ArrayLike) -> Array:
    """Mistake of 2i: `h_s grad_oᵀ`, shape (d_h, m)."""
    return np.outer(np.asarray(h_s), np.asarray(grad_o))


def grad_b2(grad_o: ArrayLike) -> Array:
    """`∂L/∂b2 = grad_o`, shape (m,) (2i)."""
    return np.asarray(grad_o)


def grad_hidden_j(grad_o: ArrayLike, W2: ArrayLike, j: int) -> float:
    """`∂L/∂h_s[j] = Σ_k grad_o[k] W2[k, j]`, j counted from 0 (2j)."""
    return float(np.asarray(grad_o) @ np.asarray(W2)[:, j])


def grad_hidden(grad_o: ArrayLike, W2: ArrayLike) -> Array:
    """`∂L/∂h_s = W2ᵀ grad_o`, shape (d_h,) (2k)."""
    return np.asarray(W2).T @ np.asarray(grad_o)


def grad_preactivation(grad_h: ArrayLike, h_a: ArrayLike) -> Interval:
    """`∂L/∂h_a = grad_h ⊙ 1_{h_a>0}`, shape (d_h,) (2l); where h_a = 0 anything between 0 and grad_h."""
    closed, opened = (np.asarray(grad_h) * slope for slope in slopes_of_relu(h_a))
    # lint: equivalent because at 0 either end is right
    return Interval(np.minimum(closed, opened), np.maximum(closed, opened))


def relu_jacobian(h_a: ArrayLike) -> Interval:
    """`∂h_s/∂h_a = diag(1_{h_a>0})`, shape (d_h, d_h) (2m); in [0, 1] on the diagonal where h_a = 0."""
    low, high = slopes_of_relu(h_a)
    return Interval(np.diag(low), np.diag(high))


def grad_W1_ji(grad_ha: ArrayLike, x: ArrayLike, j: int, i: int) -> float:
    """`∂L/∂W1[j, i] = grad_ha[j] x[i]`, indices counted from 0 (2n)."""
    return float(np.asarray(grad_ha)[j] * np.asarray(x)[i])


def grad_W1_ji_swapped(grad_ha: ArrayLike, x: ArrayLike, j: int, i: int) -> float:
    """Mistake of 2n: the entry at [i, j]; raises where there is none."""
    return float(np.asarray(grad_ha)[i] * np.asarray(x)[j])


def grad_W1(grad_ha: ArrayLike, x: ArrayLike) -> Array:
    """`∂L/∂W1 = grad_ha xᵀ`, shape (d_h, d) (2o)."""
    return np.outer(np.asarray(grad_ha), np.asarray(x))


def grad_W1_transposed(grad_ha: ArrayLike, x: ArrayLike) -> Array:
    """Mistake of 2o: `x grad_haᵀ`, shape (d, d_h)."""
    return np.outer(np.asarray(x), np.asarray(grad_ha))


def grad_b1(grad_ha: ArrayLike) -> Array:
    """`∂L/∂b1 = grad_ha`, shape (d_h,) (2o)."""
    return np.asarray(grad_ha)


def grad_input(grad_ha: ArrayLike, W1: ArrayLike) -> Array:
    """`∂L/∂x = W1ᵀ grad_ha`, shape (d,) (2p)."""
    return np.asarray(W1).T @ np.asarray(grad_ha)


def draw_hidden(rng: Generator) -> dict[str, object]:
    """Arguments of `hidden` whose units are surely off and on by turns, each at least 0.2 from its kink."""
    d, d_h = int(rng.integers(1, 5)), int(rng.integers(2, 6))
    W1, x = rng.normal(size=(d_h, d)), rng.normal(size=d)
    signs = np.where((np.arange(d_h) + rng.integers(2)) % 2 == 0, 1.0, -1.0)
    return {"W1": W1, "b1": signs * rng.uniform(0.2, 2.0, d_h) - W1 @ x, "x": x}


def draw_scaled(rng: Generator) -> dict[str, object]:
    """Arguments of `softmax_scaled`: a softmax of 2 to 5 numbers, and a c of either sign, not near 0 or 1."""
    c = float(rng.choice([rng.uniform(-3.0, -0.5), rng.uniform(0.2, 0.8), rng.uniform(1.3, 3.0)]))
    return {"p": softmax(rng.normal(size=int(rng.integers(2, 6)))), "c": c}


def draw_step(rng: Generator) -> dict[str, object]:
    """Arguments of `gradient_descent_step`: the four parameters of a network, their gradients and a rate."""
    d, d_h, m = (int(size) for size in rng.integers(1, 5, 3))
    shapes = ((d_h, d), (d_h,), (m, d_h), (m,))
    params, grads = ([rng.normal(size=shape) for shape in shapes] for _ in range(2))
    return {"params": params, "grads": grads, "lr": float(rng.uniform(0.01, 1.0))}


def draw_output(rng: Generator) -> dict[str, object]:
    """Arguments of `grad_output`: probabilities of 2 to 5 classes, and one of the classes."""
    m = int(rng.integers(2, 6))
    return {"o_s": softmax(rng.normal(size=m)), "y": int(rng.integers(m))}


# --------------------------------------------------------------------------------------- 3. sizes

layer_shapes = ((6, 28, 28), (6, 14, 14), (16, 10, 10))
"""Channels, height, width after each layer (3a): 32 - 5 + 1 = 28, 28 / 2 = 14, 14 - 5 + 1 = 10."""

parameter_counts = (0, 150, 2400)
"""Weights of the input, the first and the last layer (3b): none, 6 · 5 · 5 · 1, 16 · 5 · 5 · 6."""

parameter_counts_with_biases = (0, 156, 2416)
"""Misreading of 3b, carried through: one bias more for each filter."""

kernel_and_stride = (44, 4)
"""One of many answers of 3c: (64 - 44)/4 + 1 = 6."""

kernel_and_stride_dilated = (26, 3)
"""One of many answers of 3d: (64 + 2 - 2·25 - 1)/3 + 1 = 6."""

kernel_and_stride_padded = (51, 3)
"""One of many answers of 3e: (66 - 51)/3 + 1 = 6."""


def output_size(i: int, k: int, s: int, p: int, d: int) -> int:
    """`floor((i + 2p - d(k-1) - 1)/s) + 1` for an input i, kernel k, stride s, padding p and dilation d."""
    return (i + 2 * p - d * (k - 1) - 1) // s + 1


def kernel_and_stride_fits(answer: object) -> Accepted:
    """Whether 64 becomes 6 with padding 0 and dilation 1 (3c); the source's (52, 1) gives 13."""
    return _judged(answer, padding=0, dilation=1)


def kernel_and_stride_dilated_fits(answer: object) -> Accepted:
    """Whether 64 becomes 6 with padding 1 and dilation 2 (3d)."""
    return _judged(answer, padding=1, dilation=2)


def kernel_and_stride_padded_fits(answer: object) -> Accepted:
    """Whether 64 becomes 6 with padding 1 and dilation 1 (3e)."""
    return _judged(answer, padding=1, dilation=1)


def _judged(answer: object, padding: int, dilation: int) -> Accepted:
    """Full credit if every pair fits, half for one wrong pair among right ones, else none."""
    pairs = list(dict.fromkeys(pairs_of(answer)))
    if not pairs:
        return Accepted(0, "This is no pair (k, s), no list of pairs and no table {stride: kernel}.")
    faults = [(pair, fault) for pair in pairs if (fault := _fault(*pair, padding, dilation))]
    if not faults:
        return Accepted(1, "Every pair fits.")
    named = "; ".join(f"(k, s) = ({k}, {s}) {fault}" for (k, s), fault in faults[:3])
    others = " The other pairs fit." if len(pairs) > len(faults) else ""
    turned = any(not _fault(s, k, padding, dilation) for (k, s), _ in faults)
    hint = " The kernel comes first, then the stride." if turned else ""
    return Accepted(0.5 if len(faults) == 1 and others else 0, f"{named}.{others}{hint}")


def _fault(k: int | str, s: int | str, padding: int, dilation: int) -> str:
    """What is wrong with a pair, or an empty string."""
    if isinstance(k, str) or isinstance(s, str):
        return "is not a pair of integers"
    if k < 1 or s < 1:
        return "is not a kernel and a stride: both are at least 1"
    if dilation * (k - 1) + 1 > 64 + 2 * padding:
        return "is a kernel larger than the input"
    size = output_size(64, k, s, padding, dilation)
    return "" if size == 6 else f"gives an output of {size}, not 6"


def pairs_of(answer: object) -> list[tuple[int | str, int | str]]:
    """The (kernel, stride) pairs in an answer: one pair, several, or a table from stride to kernel."""
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if isinstance(answer, Mapping):
        named = _named_pair(answer)
        return [named] if named else [(_whole(kernel), _whole(stride)) for stride, kernel in answer.items()]
    if not isinstance(answer, list | tuple):
        return []
    answer = [(_named_pair(one) or one) if isinstance(one, Mapping) else one for one in answer]
    several = all(isinstance(one, list | tuple) or np.ndim(cast("ArrayLike", one)) for one in answer)
    pairs = [tuple(one) for one in answer] if several else [tuple(answer)]
    if any(len(pair) != 2 for pair in pairs):
        return []
    return [(_whole(pair[0]), _whole(pair[1])) for pair in pairs]


def _named_pair(answer: Mapping[Any, object]) -> tuple[int | str, int | str] | None:
    """A pair written with names, `{"k": 44, "s": 4}`; None where it is none."""
    for kernel, stride in (("k", "s"), ("kernel", "stride")):
        if set(answer) == {kernel, stride}:
            return _whole(answer[kernel]), _whole(answer[stride])
    return None


def _whole(value: object) -> int | str:
    """An integer, also where it is written otherwise (44.0, "44"); the text of anything else."""
    if isinstance(value, np.ndarray | np.generic) and value.size == 1:
        value = value.item()
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if getattr(value, "is_Integer", False) or (isinstance(value, float) and value.is_integer()):
        return int(cast("float", value))
    text = str(value).strip()[:40]
    return int(text) if isinstance(value, str) and text.isdecimal() else text
