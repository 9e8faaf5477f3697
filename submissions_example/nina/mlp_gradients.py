# Shows: the other readings of the known mistakes, two of them at once, and changes in place.
import numpy as np


def relu_grad(x):  # 2 at zero is no subgradient
    return np.where(x > 0, 1, np.where(x < 0, 0, 2))


def sigmoid_grad(x):  # right
    s = 1 / (1 + np.exp(-x))
    return s - s**2


def sigmoid_from_tanh(x):  # right, but a function does not show its form
    return 0.5 * np.tanh(0.5 * x) + 0.5


log_sigmoid_from_softplus = "-softplus(x)"  # the sign inside


def softplus_difference_steps(x):  # the wrong step comes last
    return [
        "log(1+exp(x)) - log(1+exp(-x))",
        "log((1+exp(x))/(1+exp(-x)))",
        "log(exp(x))",
        "exp(x)",
    ]


def sign_from_indicators(x):  # 1 at zero
    return np.where(x >= 0, 1, -1)


def grad_squared_norm(x):  # right
    return 2 * x


def grad_l1_norm(x):  # right: -1 at zero
    return np.where(x > 0, 1, -1)


softmax_is_scale_invariant = True


def softmax_scaled(p, c):  # right
    return p**c / np.sum(p**c)


def softmax_shift_steps(x, c):  # the constant drops out too early
    shifted = [f"exp({v}+{c})" for v in x]
    plain = [f"exp({v})" for v in x]
    total = "+".join(plain)
    return [
        [f"{one}/({'+'.join(shifted)})" for one in shifted],
        [f"exp({c})*{one}/(exp({c})*({total}))" for one in plain],
        [f"{one}/(exp({c})*({total}))" for one in plain],
        [f"{one}/({total})" for one in plain],
    ]


def softmax(o_a):  # not normalised
    return np.exp(o_a - np.max(o_a))


def dsoftmax_dxj(x, i, j):  # the indicator is always 1
    s = np.exp(x) / np.exp(x).sum()
    return s[i] * (1 - s[j])


def softmax_jacobian(x):  # the diagonal alone
    s = np.exp(x) / np.exp(x).sum()
    return np.diag(s * (1 - s))


def sigmoid_vjp(x, g):  # the sigmoid's value is taken for its argument
    return x * (1 - x) * g


def softmax_vjp(x, g):  # right, a row of the Jacobian at a time
    s = np.exp(x) / np.exp(x).sum()
    out = np.empty(len(x))
    for j in range(len(x)):
        row = -s * s[j]
        row[j] += s[j]
        out[j] = row @ g
    return out


def hidden(W1, b1, x):  # in the wrong order
    h_a = W1 @ x + b1
    return np.maximum(h_a, 0), h_a


def output_preactivation(W2, b2, h_s):  # the bias is forgotten
    return W2 @ h_s


def loss(o_a, y):  # right up to where it overflows
    return np.log(np.exp(o_a).sum()) - o_a[y]


parameter_count = "d_h*(d + 1) + m*d_h"  # the second bias


def gradient_descent_step(params, grads, lr):  # in place
    for p, g in zip(params, grads):
        p -= lr * g
    return params


def grad_output(o_s, y):  # the sign
    g = -np.array(o_s)
    g[y] += 1
    return g


def grad_W2_kj(grad_o, h_s, k, j):  # the sum over the hidden units is of another question
    return grad_o[k] * h_s.sum()


def grad_W2(grad_o, h_s):  # right
    return np.outer(grad_o, h_s)


def grad_b2(grad_o):  # a column
    return grad_o.reshape(-1, 1)


def grad_hidden_j(grad_o, W2, j):  # a row of W2 where a column is meant
    return grad_o @ W2[j]


def grad_hidden(grad_o, W2):  # without the transpose
    return W2 @ grad_o


def grad_preactivation(grad_h, h_a):  # the derivative of the output's sign
    return grad_h * (grad_h > 0)


def relu_jacobian(h_a):  # right
    return np.eye(len(h_a)) * (h_a > 0)


def grad_W1_ji(grad_ha, x, j, i):  # right
    return grad_ha[j] * x[i]


def grad_W1(grad_ha, x):  # right
    return np.outer(grad_ha, x)


def grad_b1(grad_ha):  # a number
    return grad_ha.sum()


def grad_input(grad_ha, W1):  # the square of it
    return (W1.T @ grad_ha) ** 2


layer_shapes = ((6, 28, 28), (6, 14, 14), (16, 14, 14))
parameter_counts = (0, 150, 400)
kernel_and_stride = (4, 44)  # the other way round
kernel_and_stride_dilated = {1: 31, 2: 28}
kernel_and_stride_padded = 61
