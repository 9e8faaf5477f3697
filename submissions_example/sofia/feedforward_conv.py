# Right: SymPy expressions and LaTeX wherever a formula may be given; equal but unusual forms elsewhere.
import numpy as np
import sympy as sp
from sympy import Rational, symbols

a, f, y, d, k1, k2 = symbols("a f y d k1 k2")
i, k, p, s = symbols("i k p s", integer=True, positive=True)

output_activation = Rational(1, 2) + sp.tanh(a / 2) / 2
output_meaning = " P(y = 1 | x) "
cross_entropy = r"-y \ln f - (1-y) \ln(1-f)"
dce_da = r"-y(1-f) + (1-y) f"
mse = (y - f) ** 2 * 3
dmse_da = r"f\left(1-f\right)\cdot\left(f-y\right)"
better_loss = "Cross-Entropy"
better_loss_reason = "The derivative of the cross-entropy does not vanish when f is near 0 or 1 and wrong."


def softmax_shift_steps(x, c):
    total = r" + ".join(rf"e^{{{v}}}" for v in x)
    shifted = r" + ".join(rf"e^{{{v} + {c}}}" for v in x)
    return [
        [rf"\frac{{e^{{{v} + {c}}}}}{{{shifted}}}" for v in x],
        [rf"\frac{{e^{{{c}}} e^{{{v}}}}}{{e^{{{c}}} \left({total}\right)}}" for v in x],
        [rf"\frac{{e^{{{v}}}}}{{{total}}}" for v in x],
    ]


def sigmoid_logit(x):
    return np.float32(x @ np.array([1, -1]))


def reduced_logits(x):
    return np.subtract(x, x[0])[1:].astype(np.float32)


def softmax_jacobian(x):
    x = np.asarray(x, dtype=np.float32)
    x = x - x.max()
    p = np.exp(x - np.log(np.exp(x).sum()))
    return p[:, None] * (np.eye(len(p), dtype=np.float32) - p[None, :])


def tanh_parameters(W1, b1, W2, b2):
    return -W1[::-1] / 2, -b1[::-1] / 2, -W2[:, ::-1] / 2, b2 + W2 @ np.full(W2.shape[1], 0.5)


conv_output_size = sp.floor((i - k + 2 * p + s) / s)


def last_layer_outputs():
    size = (128 + 2 * 3 - 8) // 2 + 1
    size = size // 2
    size = size + 2 - 3 + 1
    return 64 * size * size


last_layer_weights = 2**11 * 9


def convolve(x, w, mode):
    turned = np.flip(w)
    return np.correlate(x, turned, mode)


valid_size = (d - k1 + 1) - k2 + 1


def valid_jacobian(n, w):
    rows = n - len(w) + 1
    return sum(w[j] * np.eye(rows, n, j) for j in range(len(w)))


def valid_backward(grad_a, w):
    return valid_jacobian(len(grad_a) + len(w) - 1, w).T @ grad_a


full_size = (d + k1 - 1) + k2 - 1


def full_jacobian(n, w):
    k = len(w)
    return sum(w[j] * np.eye(n + k - 1, n, j - k + 1) for j in range(k))


def full_backward(grad_a, w):
    return full_jacobian(len(grad_a) - len(w) + 1, w).transpose() @ grad_a
