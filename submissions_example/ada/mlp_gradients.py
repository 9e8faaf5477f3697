# Shows: everything right, with NumPy and without a loop; formulas and steps as strings.
import numpy as np


def relu_grad(x):
    return (np.asarray(x) > 0).astype(float)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_grad(x):
    return sigmoid(x) * (1 - sigmoid(x))


sigmoid_from_tanh = "(tanh(x/2) + 1)/2"
log_sigmoid_from_softplus = "-softplus(-x)"


def softplus_difference_steps(x):
    return [
        "log(1 + exp(x)) - log(1 + exp(-x))",
        "log((1 + exp(x)) / (1 + exp(-x)))",
        "log(exp(x) * (1 + exp(-x)) / (1 + exp(-x)))",
        "log(exp(x))",
        "x",
    ]


def sign_from_indicators(x):
    return 1.0 * (x > 0) - 1.0 * (x < 0)


def grad_squared_norm(x):
    return 2 * x


def grad_l1_norm(x):
    return np.sign(x)


softmax_is_scale_invariant = False


def softmax_scaled(p, c):
    return p**c / (p**c).sum()


def softmax_shift_steps(x, c):
    def line(top, bottom):
        return [f"{t} / ({' + '.join(bottom)})" for t in top]

    shifted = [f"exp({v} + {c})" for v in x]
    split = [f"exp({c})*exp({v})" for v in x]
    plain = [f"exp({v})" for v in x]
    drawn_out = f"exp({c})*({' + '.join(plain)})"
    return [
        line(shifted, shifted),
        line(split, split),
        [f"{t} / ({drawn_out})" for t in split],
        line(plain, plain),
    ]


def softmax(o_a):
    e = np.exp(o_a - np.max(o_a))
    return e / e.sum()


def dsoftmax_dxj(x, i, j):
    s = softmax(x)
    return s[i] * ((i == j) - s[j])


def softmax_jacobian(x):
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def sigmoid_vjp(x, g):
    return sigmoid_grad(x) * g


def softmax_vjp(x, g):
    s = softmax(x)
    return s * g - s * (s @ g)


def hidden(W1, b1, x):
    h_a = W1 @ x + b1
    return h_a, np.maximum(h_a, 0)


def output_preactivation(W2, b2, h_s):
    return W2 @ h_s + b2


def loss(o_a, y):
    top = np.max(o_a)
    return top + np.log(np.sum(np.exp(o_a - top))) - o_a[y]


def parameter_count(d, d_h, m):
    return d_h * (d + 1) + m * (d_h + 1)


def gradient_descent_step(params, grads, lr):
    return [p - lr * g for p, g in zip(params, grads)]


def grad_output(o_s, y):
    return o_s - np.eye(len(o_s))[y]


def grad_W2_kj(grad_o, h_s, k, j):
    return grad_o[k] * h_s[j]


def grad_W2(grad_o, h_s):
    return np.outer(grad_o, h_s)


def grad_b2(grad_o):
    return grad_o


def grad_hidden_j(grad_o, W2, j):
    return grad_o @ W2[:, j]


def grad_hidden(grad_o, W2):
    return W2.T @ grad_o


def grad_preactivation(grad_h, h_a):
    return grad_h * (h_a > 0)


def relu_jacobian(h_a):
    return np.diag((h_a > 0).astype(float))


def grad_W1_ji(grad_ha, x, j, i):
    return grad_ha[j] * x[i]


def grad_W1(grad_ha, x):
    return np.outer(grad_ha, x)


def grad_b1(grad_ha):
    return grad_ha


def grad_input(grad_ha, W1):
    return W1.T @ grad_ha


layer_shapes = ((6, 28, 28), (6, 14, 14), (16, 10, 10))
parameter_counts = (0, 150, 2400)
kernel_and_stride = (59, 1)
kernel_and_stride_dilated = (26, 3)
kernel_and_stride_padded = (61, 1)
