# Wrong: two mistakes at once in the losses; a softmax that overflows; the last logit subtracted from itself too.
# Right, in other forms: a tanh network with its units permuted and turned, and convolutions by SciPy's definition.
import numpy as np

output_activation = r"\frac{1}{1+e^{-a}}"
output_meaning = "P(y=0|x)"


def cross_entropy(f, y):
    return (y * np.log(f) + (1 - y) * np.log(1 - f)) / np.log(2)


dce_da = "f-y"


def mse(f, y):
    return np.mean((f - y) ** 2)


dmse_da = "y - f"
better_loss = "cross entropy"
better_loss_reason = "For saturated wrong outputs only the cross-entropy has a gradient that is not nearly 0."


def softmax_shift_steps(x, c):
    shifted = " + ".join(f"exp({v} + {c})" for v in x)
    split = " + ".join(f"exp({v})*exp({c})" for v in x)
    total = " + ".join(f"exp({v})" for v in x)
    return [
        [f"exp({u} + {c})/({shifted})" for u in x],
        [f"exp({u} + {c})/({shifted})" for u in x],
        [f"exp({u})*exp({c})/({split})" for u in x],
        [f"exp({u})/({total})" for u in x],
    ]


def sigmoid_logit(x):
    return np.array(x[0] - x[1])


def reduced_logits(x):
    return x[1:] - x[-1]


def softmax_jacobian(x):
    p = np.exp(x) / np.exp(x).sum()
    return np.diag(p) - np.outer(p, p)


def tanh_parameters(W1, b1, W2, b2):
    order = np.arange(len(b1))[::-1]
    sign = np.where(np.arange(len(b1)) % 2 == 0, 1, -1)
    bias = b2 + 0.5 * W2.sum(axis=1)
    return (sign[:, None] * W1[order]) / 2, sign * b1[order] / 2, W2[:, order] * sign / 2, bias


conv_output_size = r"\left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1"
last_layer_outputs = 65536.0
last_layer_weights = np.int64(18432)


def convolve(x, w, mode):
    full = np.array([sum(x[m - j] * w[j] for j in range(len(w)) if 0 <= m - j < len(x)) for m in range(len(x) + len(w) - 1)])
    if mode == "full":
        return full
    if mode == "valid":
        return full[len(w) - 1 : len(x)]
    start = len(w) // 2
    return full[start : start + len(x)]


valid_size = "d - (k1 + k2 - 2)"


def valid_jacobian(n, w):
    return np.array([np.r_[np.zeros(i), w, np.zeros(n - len(w) - i)] for i in range(n - len(w) + 1)])


def valid_backward(grad_a, w):
    return valid_jacobian(len(grad_a) + len(w) - 1, w).T.dot(grad_a)


full_size = "d + (k1 + k2 - 2)"


def full_jacobian(n, w):
    k = len(w)
    wide = np.array([np.r_[np.zeros(i), w, np.zeros(n + k - 2 - i)] for i in range(n + k - 1)])
    return wide[:, k - 1 : k - 1 + n]


def full_backward(grad_a, w):
    return full_jacobian(len(grad_a) - len(w) + 1, w).T.dot(grad_a)
