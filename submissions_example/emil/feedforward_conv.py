# Wrong: a known mistake in almost every part; the derivative of his own loss is right given that loss.
import numpy as np


def output_activation(a):
    return np.tanh(a)


output_meaning = "P(y=1|x)"


def cross_entropy(f, y):
    return y * np.log(f) + (1 - y) * np.log(1 - f)


def dce_da(f, y):
    return y - f


def mse(f, y):
    return abs(f - y)


def dmse_da(f, y):
    return np.sign(f - y) * f * (1 - f)


better_loss = "mse"
better_loss_reason = "It is smooth and easy to compute."


def softmax_shift_steps(x, c):
    plus = " + ".join(f"(exp({v}) + exp({c}))" for v in x)
    return [
        [f"exp({u} + {c})/(" + " + ".join(f"exp({v} + {c})" for v in x) + ")" for u in x],
        [f"(exp({u}) + exp({c}))/({plus})" for u in x],
        [f"exp({u})/(" + " + ".join(f"exp({v})" for v in x) + ")" for u in x],
    ]


def sigmoid_logit(x):
    return x[1] - x[0]


def reduced_logits(x):
    return x[0] - x[1:]


def softmax_jacobian(x):
    e = np.exp(x - x.max())
    return np.diag(e / e.sum())


def tanh_parameters(W1, b1, W2, b2):
    return W1 / 2, b1 / 2, W2 / 2, b2


def conv_output_size(i, k, p, s):
    return (i + 2 * p - k) // s


last_layer_outputs = 32 * 32
last_layer_weights = 64 * 32 * 3 * 3 + 64


def convolve(x, w, mode):
    return np.correlate(x, w, mode)


def valid_size(d, k1, k2):
    return d - k1 - k2 + 1


def valid_jacobian(n, w):
    k = len(w)
    J = np.zeros((n, n - k + 1))
    for i in range(n - k + 1):
        J[i : i + k, i] = w
    return J


def valid_backward(grad_a, w):
    return np.convolve(grad_a, w[::-1])


def full_size(d, k1, k2):
    return d + k1 + k2 - 1


def full_jacobian(n, w):
    k = len(w)
    J = np.zeros((n, n + k - 1))
    for i in range(n):
        J[i, i : i + k] = w[::-1]
    return J


def full_backward(grad_a, w):
    return np.convolve(grad_a, w[::-1], "valid")
