# Shows: the known mistakes, one a part, where a part has one.
import numpy as np


def relu_grad(x):  # right
    return np.where(x > 0, 1, 0)


sigmoid_grad = "x*(1 - x)"  # in terms of the sigmoid's value
sigmoid_from_tanh = "1/(1 + exp(-x))"  # right value, but with the exponential
log_sigmoid_from_softplus = "softplus(-x)"  # the sign in front


def softplus_difference_steps(x):  # a quotient of logarithms, after one right link
    return [
        "log(1 + exp(x)) - log(1 + exp(-x))",
        "log(1 + exp(x)) - log((exp(x) + 1)/exp(x))",
        "log(1 + exp(x)) / log((exp(x) + 1)/exp(x))",
        "x",
    ]


def sign_from_indicators(x):  # right
    return np.sign(x)


def grad_squared_norm(x):  # the factor 2
    return x


def grad_l1_norm(x):  # right
    return np.sign(x)


softmax_is_scale_invariant = False  # right, but the next one says otherwise


def softmax_scaled(p, c):
    return p


def softmax_shift_steps(x, c):  # the first line and the last with nothing in between
    top, bottom = [f"exp({v}+{c})" for v in x], [f"exp({v})" for v in x]
    return [
        [f"{one}/({'+'.join(top)})" for one in top],
        [f"{one}/({'+'.join(bottom)})" for one in bottom],
    ]


def softmax(o_a):  # overflows
    return np.exp(o_a) / np.exp(o_a).sum()


def dsoftmax_dxj(x, i, j):  # no indicator
    s = softmax(x)
    return -s[i] * s[j]


def softmax_jacobian(x):  # right
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def sigmoid_vjp(x, g):  # by way of the Jacobian
    s = 1 / (1 + np.exp(-x))
    return np.diag(s * (1 - s)) @ g


def softmax_vjp(x, g):  # likewise
    return softmax_jacobian(x).T @ g


def hidden(W1, b1, x):  # the source's transpose
    h_a = W1.T @ x + b1
    return h_a, np.maximum(h_a, 0)


def output_preactivation(W2, b2, h_s):  # right
    return W2 @ h_s + b2


def loss(o_a, y):  # overflows
    return -np.log(softmax(o_a)[y])


parameter_count = "d*d_h + d_h*m"  # no biases


def gradient_descent_step(params, grads, lr):  # ascent
    return [p + lr * g for p, g in zip(params, grads)]


def grad_output(o_s, y):  # the 1 in every entry
    return o_s - 1


def grad_W2_kj(grad_o, h_s, k, j):  # the indices swapped
    return grad_o[j] * h_s[k]


def grad_W2(grad_o, h_s):  # transposed
    return np.outer(h_s, grad_o)


def grad_b2(grad_o):  # right
    return grad_o


def grad_hidden_j(grad_o, W2, j):  # right
    return W2[:, j] @ grad_o


def grad_hidden(grad_o, W2):  # right
    return W2.T @ grad_o


def grad_preactivation(grad_h, h_a):  # right
    return np.where(h_a > 0, grad_h, 0)


def relu_jacobian(h_a):  # a vector
    return np.where(h_a > 0, 1, 0)


def grad_W1_ji(grad_ha, x, j, i):  # the indices swapped
    return grad_ha[i] * x[j]


def grad_W1(grad_ha, x):  # transposed
    return np.outer(x, grad_ha)


def grad_b1(grad_ha):  # right
    return grad_ha


def grad_input(grad_ha, W1):  # right
    return grad_ha @ W1


layer_shapes = ((6, 28, 28), (6, 14, 14), (16, 10, 10))
parameter_counts = (0, 156, 2416)  # biases counted
kernel_and_stride = [(59, 1), (54, 2), (52, 1)]  # one wrong pair
kernel_and_stride_dilated = (51, 3)  # the dilation forgotten
kernel_and_stride_padded = [(61, 1), (60, 1), (55, 2), (54, 2)]  # two wrong pairs
