# Wrong: another known mistake in most parts, some of them given as formulas; a derivation with one wrong step.
import numpy as np


def output_activation(a):
    return np.exp(a) / np.exp(a)


output_meaning = "a class label"
cross_entropy = "-y*log(f)"
dce_da = "(f - y)/(f*(1 - f))"
mse = "(f-y)^2/2"
dmse_da = "f - y"
better_loss = "cross-entropy"
better_loss_reason = ""


def softmax_shift_steps(x, c):
    total = " + ".join(f"exp({v})" for v in x)
    return [
        [f"exp({u} + {c})/(" + " + ".join(f"exp({v} + {c})" for v in x) + ")" for u in x],
        [f"exp({u})*exp({c})/(" + " + ".join(f"exp({v})*exp({c})" for v in x) + ")" for u in x],
        [f"exp({u})*exp({c})/({total})" for u in x],
        [f"exp({u})/({total})" for u in x],
    ]


def sigmoid_logit(x):
    return x[0] - x[1]


def reduced_logits(x):
    return x[:-1] - x[-1]


def softmax_jacobian(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    return np.diag(p * (1 - p))


def tanh_parameters(W1, b1, W2, b2):
    return W1, b1, W2 / 2, b2 + W2.sum(axis=1) / 2


conv_output_size = "ceiling((i + 2*p - k)/s) + 1"
last_layer_outputs = 64 * 30 * 30
last_layer_weights = 64 * 3 * 3


def convolve(x, w, mode):
    full = np.array([sum(x[m - j] * w[j] for j in range(len(w)) if 0 <= m - j < len(x)) for m in range(len(x) + len(w) - 1)])
    if mode == "full":
        return full
    if mode == "valid":
        return full[len(w) - 1 : len(x)]
    start = (len(w) - 1) // 2
    return full[start : start + len(x)]


valid_size = "d-k1-k2+2"


def valid_jacobian(n, w):
    k = len(w)
    return np.array([[w[k - 1 - (m - i)] if 0 <= m - i < k else 0 for m in range(n)] for i in range(n - k + 1)])


def valid_backward(grad_a, w):
    return np.convolve(w, grad_a, "full")


full_size = "d+k1+k2-3"


def full_jacobian(n, w):
    k = len(w)
    return np.array([[w[i - m] if 0 <= i - m < k else 0 for m in range(n)] for i in range(n + k - 1)])


def full_backward(grad_a, w):
    return np.convolve(grad_a, w, "valid")
