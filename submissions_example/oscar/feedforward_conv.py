# Wrong: two mistakes at once wherever a part has two; a derivation that leaves out its middle.
import numpy as np


def output_activation(a):
    return 1 / (1 + np.exp(-a))


output_meaning = "P(y=1|x)"


def cross_entropy(f, y):
    return -(y * np.log2(f) + (1 - y) * np.log2(1 - f))


def dce_da(f, y):
    return (y - f) / (f * (1 - f))


def mse(f, y):
    return 0.5 * (f - y) ** 2


def dmse_da(f, y):
    return (y - f) * f * (1 - f)


better_loss = "cross-entropy"
better_loss_reason = "mse is for regression"


def softmax_shift_steps(x, c):
    return [
        [f"exp({u} + {c})/(" + " + ".join(f"exp({v} + {c})" for v in x) + ")" for u in x],
        [f"exp({u})/(" + " + ".join(f"exp({v})" for v in x) + ")" for u in x],
    ]


def sigmoid_logit(x):
    return x[0] - x[1]


def reduced_logits(x):
    return x[-1] - x[:-1]


def softmax_jacobian(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    return np.diag(p) + np.outer(p, p)


def tanh_parameters(W1, b1, W2, b2):
    return W1, b1, W2 / 2, b2


def conv_output_size(i, k, p, s):
    return int(np.ceil((i + 2 * p - k) / s))


last_layer_outputs = 30 * 30
last_layer_weights = 64 * 3 * 3 + 64


def convolve(x, w, mode):
    if mode == "full":
        return np.convolve(x, w)
    return np.correlate(x, w, mode)


def valid_size(d, k1, k2):
    return d - (k1 - 1) - (k2 - 1) + 1


def valid_jacobian(n, w):
    k = len(w)
    J = np.zeros((n, n - k + 1))
    for i in range(n - k + 1):
        J[i : i + k, i] = w[::-1]
    return J


def full_size(d, k1, k2):
    return d + k1 + k2 - 2


def full_jacobian(n, w):
    k = len(w)
    J = np.zeros((n, n + k - 1))
    for i in range(n):
        J[i, i : i + k] = w
    return J


def full_backward(grad_a, w):
    k = len(w)
    return np.array([grad_a[m : m + k] @ w for m in range(len(grad_a) - k + 1)])
