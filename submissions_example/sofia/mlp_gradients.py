# Shows: everything right, symbolic where that is allowed: SymPy expressions, LaTeX, and functions that take
# symbols; kernels and strides as tables.
import numpy as np
import sympy as sp

t = sp.Symbol("x", real=True)
d, d_h, m = sp.symbols("d d_h m", positive=True, integer=True)


def relu_grad(x):
    return np.heaviside(x, 0.3)


sigmoid_grad = r"\sigma(x)\left(1 - \sigma(x)\right)"
sigmoid_from_tanh = sp.Rational(1, 2) * (sp.tanh(t / 2) + 1)
log_sigmoid_from_softplus = r"-\ln\left(1 + e^{-x}\right)"


def softplus_difference_steps(x):
    return [
        r"\ln(1 + e^x) - \ln(1 + e^{-x})",
        r"\ln\frac{1 + e^x}{1 + e^{-x}}",
        r"\ln\left(e^x \frac{1 + e^{-x}}{1 + e^{-x}}\right) = \ln e^x",
        r"x",
    ]


def sign_from_indicators(x):
    return np.where(x > 0, 1, 0) - np.where(x < 0, 1, 0)


def grad_squared_norm(x):
    v = sp.symbols(f"v:{len(x)}")
    f = sum(value**2 for value in v)
    return [float(sp.diff(f, name).subs(name, value)) for name, value in zip(v, x)]


def grad_l1_norm(x):
    return [float(sp.sign(value)) for value in x]


softmax_is_scale_invariant = False


def softmax_scaled(p, c):
    logs = c * np.log(p)
    return np.exp(logs - np.logaddexp.reduce(logs))


def softmax_shift_steps(x, c):
    def fractions(tops, bottom):
        return [rf"\frac{{{top}}}{{{bottom}}}" for top in tops]

    shifted = [rf"e^{{{v} + {c}}}" for v in x]
    split = [rf"e^{{{c}}} e^{{{v}}}" for v in x]
    plain = [rf"e^{{{v}}}" for v in x]
    return [
        fractions(shifted, " + ".join(shifted)),
        fractions(split, " + ".join(split)),
        fractions(split, rf"e^{{{c}}} \left({' + '.join(plain)}\right)"),
        fractions(plain, " + ".join(plain)),
    ]


def softmax(o_a):
    o_a = np.asarray(o_a, dtype=float)
    return np.exp(o_a - np.logaddexp.reduce(o_a))


def dsoftmax_dxj(x, i, j):
    v = sp.symbols(f"v:{len(x)}")
    S = sp.exp(v[i]) / sum(sp.exp(name) for name in v)
    return float(sp.diff(S, v[j]).subs(dict(zip(v, x))))


def softmax_jacobian(x):
    v = sp.Matrix(sp.symbols(f"v:{len(x)}"))
    S = v.applyfunc(sp.exp) / sum(v.applyfunc(sp.exp))
    return np.array(S.jacobian(v).subs(dict(zip(v, x))).evalf(), dtype=float)


def sigmoid_vjp(x, g):
    y = 1 / (1 + np.exp(-x))
    return y * (1 - y) * g


def softmax_vjp(x, g):
    y = softmax(x)
    return y * (g - np.dot(y, g))


def hidden(W1, b1, x):
    h_a = np.einsum("ji,i->j", W1, x) + b1
    return h_a, h_a * (h_a > 0)


def output_preactivation(W2, b2, h_s):
    return np.einsum("kj,j->k", W2, h_s) + b2


def loss(o_a, y):
    return np.logaddexp.reduce(o_a) - o_a[y]


parameter_count = r"d_h (d + 1) + m (d_h + 1)"


def gradient_descent_step(params, grads, lr):
    return [np.subtract(p, np.multiply(lr, g)) for p, g in zip(params, grads)]


def grad_output(o_s, y):
    g = np.array(o_s, dtype=float)
    g[y] -= 1
    return g


def grad_W2_kj(grad_o, h_s, k, j):
    return grad_W2(grad_o, h_s)[k, j]


def grad_W2(grad_o, h_s):
    return grad_o[:, None] * h_s[None, :]


def grad_b2(grad_o):
    return np.ones(1) * grad_o


def grad_hidden_j(grad_o, W2, j):
    return grad_hidden(grad_o, W2)[j]


def grad_hidden(grad_o, W2):
    return grad_o @ W2


def grad_preactivation(grad_h, h_a):
    return relu_jacobian(h_a) @ grad_h


def relu_jacobian(h_a):
    return np.diag(np.heaviside(h_a, 1.0))


def grad_W1_ji(grad_ha, x, j, i):
    return grad_W1(grad_ha, x)[j, i]


def grad_W1(grad_ha, x):
    return np.einsum("j,i->ji", grad_ha, x)


def grad_b1(grad_ha):
    return grad_ha + 0


def grad_input(grad_ha, W1):
    return np.einsum("j,ji->i", grad_ha, W1)


layer_shapes = np.array([[6, 28, 28], [6, 14, 14], [16, 10, 10]])
parameter_counts = np.array([0, 150, 2400])
kernel_and_stride = {1: 59, 2: 54, 3: 49, 4: 44}
kernel_and_stride_dilated = {1: 31, 3: 26, 5: 21}
kernel_and_stride_padded = np.array([[61, 1], [56, 2]])
