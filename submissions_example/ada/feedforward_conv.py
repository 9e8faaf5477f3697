# Right: functions that work with numbers, arrays and symbols alike, and vectorised matrices.
import numpy as np


def output_activation(a):
    return 1 / (1 + np.e ** (-a))


output_meaning = "P(y=1|x)"


def cross_entropy(f, y):
    return -(y * np.log(f) + (1 - y) * np.log(1 - f))


def dce_da(f, y):
    return f - y


def mse(f, y):
    return (f - y) ** 2


def dmse_da(f, y):
    return 2 * (f - y) * f * (1 - f)


better_loss = "cross-entropy"
better_loss_reason = (
    "The gradient of the squared error has the factor f(1-f), so a confident but wrong output hardly learns; "
    "with cross-entropy this factor cancels."
)


def softmax_shift_steps(x, c):
    n = len(x)
    def over(tops, bottom):
        return [f"({top}) / ({bottom})" for top in tops]
    return [
        over([f"exp({x[i]} + {c})" for i in range(n)], " + ".join(f"exp({x[j]} + {c})" for j in range(n))),
        over([f"exp({x[i]})*exp({c})" for i in range(n)], " + ".join(f"exp({x[j]})*exp({c})" for j in range(n))),
        over([f"exp({c})*exp({x[i]})" for i in range(n)], f"exp({c})*(" + " + ".join(f"exp({s})" for s in x) + ")"),
        over([f"exp({x[i]})" for i in range(n)], " + ".join(f"exp({s})" for s in x)),
    ]


def sigmoid_logit(x):
    return x[0] - x[1]


def reduced_logits(x):
    return x[1:] - x[0]


def softmax_jacobian(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    return np.diag(p) - np.outer(p, p)


def tanh_parameters(W1, b1, W2, b2):
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1) / 2


def conv_output_size(i, k, p, s):
    return (i + 2 * p - k) // s + 1


last_layer_outputs = 64 * 32 * 32
last_layer_weights = 64 * 32 * 3 * 3


def convolve(x, w, mode):
    return np.convolve(x, w, mode)


def valid_size(d, k1, k2):
    return d - k1 - k2 + 2


def valid_jacobian(n, w):
    k = len(w)
    J = np.zeros((n - k + 1, n))
    for i in range(n - k + 1):
        J[i, i : i + k] = w
    return J


def valid_backward(grad_a, w):
    return np.convolve(grad_a, w)


def full_size(d, k1, k2):
    return d + k1 + k2 - 2


def full_jacobian(n, w):
    k = len(w)
    padded = np.zeros((n + k - 1, n + 2 * (k - 1)))
    for i in range(n + k - 1):
        padded[i, i : i + k] = w
    return padded[:, k - 1 : k - 1 + n]


def full_backward(grad_a, w):
    return np.convolve(grad_a, w, "valid")
