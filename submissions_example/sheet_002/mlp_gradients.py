# Shows: the handed-in answers of source 002 as entries, with their errors: the quotient of logarithms in 1e,
# softmax called scale invariant in 1i, and the kernel 52 for the stride 1 in the table of 3c.
#
# Where the sheet's matrix notation has a transpose against its own shapes (W1ᵀx), its componentwise line is
# taken, which is right; its indicator matrix of 2m is read as a diagonal one. Its exponentials are evaluated
# after subtracting the largest entry, which its own answer to 1j allows.
import numpy as np


def relu_grad(x):
    return np.array([1.0 if value > 0 else 0.0 for value in x])


sigmoid_grad = r"\sigma(x) \cdot (1 - \sigma(x))"

sigmoid_from_tanh = r"\frac{1}{2} \left( \tanh\left( \frac{1}{2} x \right) + 1 \right)"

log_sigmoid_from_softplus = r"-\text{softplus}(-x)"


def softplus_difference_steps(x):
    return [
        r"\ln(1 + e^x) - \ln(1 + e^{-x})",
        r"\frac{\ln(1 + e^x)}{\ln(1 + e^{-x})}",
        r"\frac{\ln\left(e^x (1 + e^{-x})\right)}{\ln(1 + e^{-x})}",
        r"\ln e^x",
        r"x",
    ]


def sign_from_indicators(x):
    return np.array([float(value > 0) - float(value < 0) for value in x])


def grad_squared_norm(x):
    return 2 * np.asarray(x)


def grad_l1_norm(x):
    return np.sign(x)


# "S(cx)_i = e^{x_i} / sum_j e^{x_j}"
softmax_is_scale_invariant = True


def softmax_scaled(p, c):
    return p


def softmax_shift_steps(x, c):
    def over(tops, bottom):
        return [rf"\frac{{{top}}}{{{bottom}}}" for top in tops]

    shifted = [rf"e^{{({v} + {c})}}" for v in x]
    split = [rf"e^{{{c}}} e^{{{v}}}" for v in x]
    plain = [rf"e^{{{v}}}" for v in x]
    return [
        over(shifted, " + ".join(shifted)),
        over(split, " + ".join(split)),
        over(split, rf"e^{{{c}}} ({' + '.join(plain)})"),
        over(plain, " + ".join(plain)),
    ]


def softmax(o_a):
    shifted = np.exp(o_a - np.max(o_a))
    return shifted / np.sum(shifted)


def dsoftmax_dxj(x, i, j):
    S = softmax(x)
    return S[i] * (1 if i == j else 0) - S[i] * S[j]


def softmax_jacobian(x):
    S = softmax(x)
    return np.diag(S) - S[:, None] @ S[None, :]


def sigmoid_vjp(x, g):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s) * g


def softmax_vjp(x, g):
    S = softmax(x)
    return S * g - S * (S @ g)


def hidden(W1, b1, x):
    h_a = np.array([W1[j] @ x + b1[j] for j in range(len(b1))])
    return h_a, np.maximum(0, h_a)


def output_preactivation(W2, b2, h_s):
    return np.array([W2[k] @ h_s + b2[k] for k in range(len(b2))])


def loss(o_a, y):
    largest = np.max(o_a)
    return -o_a[y] + largest + np.log(np.sum(np.exp(o_a - largest)))


parameter_count = r"d_h \times (d + 1) + m \times (d_h + 1)"


def gradient_descent_step(params, grads, lr):
    return [theta - lr * gradient for theta, gradient in zip(params, grads)]


def grad_output(o_s, y):
    return np.array([o_s[k] - 1 if k == y else o_s[k] - 0 for k in range(len(o_s))])


def grad_W2_kj(grad_o, h_s, k, j):
    return grad_o[k] * h_s[j]


def grad_W2(grad_o, h_s):
    return grad_o[:, None] @ h_s[None, :]


def grad_b2(grad_o):
    return grad_o * np.ones(len(grad_o))


def grad_hidden_j(grad_o, W2, j):
    return sum(grad_o[k] * W2[k, j] for k in range(len(grad_o)))


def grad_hidden(grad_o, W2):
    return W2.T @ grad_o


def grad_preactivation(grad_h, h_a):
    return grad_h * (h_a > 0)


def relu_jacobian(h_a):
    return np.diag((h_a > 0) * 1.0)


def grad_W1_ji(grad_ha, x, j, i):
    return grad_ha[j] * x[i]


def grad_W1(grad_ha, x):
    return grad_ha[:, None] @ x[None, :]


def grad_b1(grad_ha):
    return grad_ha * np.ones(len(grad_ha))


def grad_input(grad_ha, W1):
    return np.array([sum(grad_ha[j] * W1[j, k] for j in range(len(grad_ha))) for k in range(W1.shape[1])])


layer_shapes = ((6, 28, 28), (6, 14, 14), (16, 10, 10))
parameter_counts = (0, 150, 2400)
kernel_and_stride = {1: 52, 2: 54, 3: 49, 4: 44}
kernel_and_stride_dilated = {1: 31, 3: 26, 5: 21}
kernel_and_stride_padded = {1: 61, 2: 56, 3: 51, 4: 46, 5: 41}
