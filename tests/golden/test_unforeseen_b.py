"""Answers to mlp_gradients and tiny_cnn_training that the question sheet does not foresee.

Right ones in other forms earn everything; wrong ones, most of them near misses, never do, and earn no more than
what stands beside them.
"""

from fractions import Fraction

import pytest

NUMPY = "import numpy as np\n"
SYMPY = "import sympy as sp\nx = sp.Symbol('x')\n"
CNN = (
    NUMPY
    + """
I = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])
def sig(t): return 1 / (1 + np.exp(-t))
def conv(c, p): return sig(p[I] @ c)
def z(s, u, v, x): return sig(np.array([s, u, v]) @ x)
"""
)

RIGHT_TINY = {
    "the square multiplied out": (
        "1.loss",
        "def loss(w, s, u, v, x, y):\n a = w @ z(s, u, v, x)\n return a * a - 2 * a * y + y * y",
    ),
    "a bound method": (
        "1.loss",
        "class Net:\n def loss(self, w, s, u, v, x, y): return (w @ z(s, u, v, x) - y) ** 2\nloss = Net().loss",
    ),
    "a lambda, and a zero-dimensional array": (
        "1.loss",
        "loss = lambda *a: np.array((a[0] @ z(*a[1:5]) - a[5]) ** 2)",
    ),
    "single precision": (
        "1.w",
        """
def df_dw(w, s, u, v, x, y):
    w, s, u, v, x = (np.asarray(a, dtype=np.float32) for a in (w, s, u, v, x))
    h = z(s, u, v, x)
    return 2 * (w @ h - np.float32(y)) * h""",
    ),
    "central differences": (
        "1.w",
        """
def df_dw(w, s, u, v, x, y):
    def f(w): return (w @ z(s, u, v, x) - y) ** 2
    h = 1e-5
    return [(f(w + h * e) - f(w - h * e)) / (2 * h) for e in np.eye(3)]""",
    ),
    "a complex step": (
        "1.s",
        """
def df_ds(w, s, u, v, x, y):
    def f(s): return (w @ z(s, u, v, x) - y) ** 2
    return np.array([np.imag(f(s + 1e-30j * e)) / 1e-30 for e in np.eye(2)])""",
    ),
    "the slope by way of cosh": (
        "1.s",
        """
def df_ds(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * w[0] * x / (4 * np.cosh(s @ x / 2) ** 2)""",
    ),
    "tuples, and one function for both": (
        "1.uv",
        """
def make(i):
    def gradient(w, s, u, v, x, y):
        h = z(s, u, v, x)
        d = 2 * (w @ h - y) * w[i] * h[i] * (1 - h[i])
        return d * x[0], d * x[1]
    return gradient
df_du, df_dv = make(1), make(2)""",
    ),
    "the penalty as one long vector": (
        "1.reg",
        """
def regularised_loss(w, s, u, v, x, y, lam):
    return (w @ z(s, u, v, x) - y) ** 2 + lam * np.linalg.norm(np.concatenate([w, s, u, v])) ** 2
def regularised_gradients(w, s, u, v, x, y, lam):
    h = z(s, u, v, x)
    r = w @ h - y
    G = np.outer(2 * r * w * h * (1 - h), x) + 2 * lam * np.array([s, u, v])
    return [2 * r * h + 2 * lam * w, *G]""",
    ),
    "a step that changes copies": (
        "1.step",
        """
def gradient_step(w, s, u, v, x, y, lr):
    h = z(s, u, v, x)
    r = w @ h - y
    new = [a.copy() for a in (w, s, u, v)]
    new[0] -= lr * 2 * r * h
    for i in range(3):
        new[i + 1] -= lr * 2 * r * w[i] * h[i] * (1 - h[i]) * x
    return new""",
    ),
    "a step that changes its arguments": (
        "1.step",
        """
def gradient_step(w, s, u, v, x, y, lr):
    h = z(s, u, v, x)
    r = w @ h - y
    d = 2 * lr * r * w * h * (1 - h)
    w -= 2 * lr * r * h
    s -= d[0] * x
    u -= d[1] * x
    v -= d[2] * x
    return w, s, u, v""",
    ),
    "growth in LaTeX and with constants": (
        "1.runtime",
        (
            "runtime_iteration = r'$O(12 m n + 5 n)$'\n"
            "runtime_hidden = r'\\Theta(k\\,m\\,n)'\nruntime_final = 'O(k*n + n + k)'"
        ),
    ),
    "growth as functions of the sizes that matter": (
        "1.runtime",
        """
def runtime_iteration(n, m): return 2 * n * m
def runtime_hidden(m, n, k): return n * m * k
def runtime_final(k, n): return n * k""",
    ),
    "growth as functions and SymPy": (
        "1.runtime",
        (
            "import sympy as sp\nn, m, k = sp.symbols('n m k')\nruntime_iteration = 7*n*m + 3*n\n"
            "def runtime_hidden(n, m, k): return k * (m * n + n)\nruntime_final = sp.Integer(2) * n * k"
        ),
    ),
    "windows by sliding": (
        "2.dc",
        """
from numpy.lib.stride_tricks import sliding_window_view
def avgpool_dc(c, p, y):
    W = sliding_window_view(p.reshape(3, 3), (2, 2)).reshape(4, 4)
    h = sig(W @ c)
    return (h.mean() - y) / 2 * W.T @ (h - h * h)""",
    ),
    "a matrix of the convolution": (
        "2.loss",
        """
def avgpool_loss(c, p, y):
    T = np.zeros((4, 9))
    for row, start in enumerate((0, 1, 3, 4)):
        T[row, [start, start + 1, start + 3, start + 4]] = c
    return np.square(np.mean(sig(T @ p)) - y)""",
    ),
    "einsum": (
        "3.dc",
        """
def flat_dc(c, w, p, y):
    h = conv(c, p)
    return np.einsum(',i,i,ij->j', 2 * (w @ h - y), w, h * (1 - h), p[I])""",
    ),
    "a complex step by w": (
        "3.dw",
        (
            "def flat_dw(c, w, p, y):\n"
            " return [np.imag((((w + 1e-20j * e) @ conv(c, p)) - y) ** 2) / 1e-20 for e in np.eye(4)]"
        ),
    ),
    "eight numbers averaged at once": (
        "4.loss",
        (
            "def two_filter_loss(c, p, y):\n"
            " return (sum(conv(c[:4], p).tolist() + conv(c[4:], p).tolist()) / 8 - y) ** 2"
        ),
    ),
    "each filter by the other question's derivative": (
        "4.dc",
        """
def two_filter_dc(c, p, y):
    def one(f):
        h = conv(f, p)
        return (h * (1 - h)) @ p[I] / 4
    r = (conv(c[:4], p).mean() + conv(c[4:], p).mean()) / 2 - y
    return list(r * one(c[:4])) + list(r * one(c[4:]))""",
    ),
    "weights repeated": (
        "5.dc",
        """
def two_filter_linear_dc(c, w, p, y):
    h = sig(c.reshape(2, 4) @ p[I].T)
    a = np.repeat(w, 4) / 4
    return 2 * (a @ h.ravel() - y) * np.kron(w, [1, 1, 1, 1]) / 4 * ((h * (1 - h)) @ p[I]).ravel()""",
    ),
    "the loss as a power": (
        "5.loss",
        (
            "def two_filter_linear_loss(c, w, p, y):\n"
            " return pow(y - w[1] * conv(c[4:], p).mean() - w[0] * conv(c[:4], p).mean(), 2)"
        ),
    ),
    "a column flattened": (
        "5.dw",
        """
def two_filter_linear_dw(c, w, p, y):
    M = np.array([[conv(c[:4], p).mean()], [conv(c[4:], p).mean()]])
    return (2 * M @ (w @ M - y)).ravel()""",
    ),
    "reshaped weights": (
        "6.loss",
        (
            "def two_filter_flat_loss(c, w, p, y):\n"
            " return (np.sum(w.reshape(2, 4) * sig(c.reshape(2, 4) @ p[I].T)) - y) ** 2"
        ),
    ),
}

WRONG_TINY = {
    "half the loss": ("1.loss", 0, "def loss(w, s, u, v, x, y): return (w @ z(s, u, v, x) - y) ** 2 / 2"),
    "the distance, not squared": (
        "1.loss",
        0,
        "def loss(w, s, u, v, x, y): return abs(w @ z(s, u, v, x) - y)",
    ),
    "the public answers by heart": (
        "1.loss",
        0,
        "def loss(w, s, u, v, x, y): return {-2.0: 0.470685, 1.0: 5.354294}.get(y, 0.0)",
    ),
    "tanh for the sigmoid": (
        "1.w",
        0,
        "def df_dw(w, s, u, v, x, y):\n h = np.tanh([s @ x, u @ x, v @ x])\n return 2 * (w @ h - y) * h",
    ),
    "right above the target, nothing below": (
        "1.w",
        0,
        "def df_dw(w, s, u, v, x, y):\n h = z(s, u, v, x)\n return 2 * max(w @ h - y, 0) * h",
    ),
    "the slope is z alone": (
        "1.s",
        0,
        "def df_ds(w, s, u, v, x, y):\n h = z(s, u, v, x)\n return 2 * (w @ h - y) * w[0] * h[0] * x",
    ),
    "the derivative by x": (
        "1.s",
        0,
        "def df_ds(w, s, u, v, x, y):\n h = z(s, u, v, x)\n return 2 * (w @ h - y) * w[0] * h[0] * (1-h[0]) * s",
    ),
    "u and v changed over": (
        "1.uv",
        0,
        """
def one(i, w, s, u, v, x, y):
    h = z(s, u, v, x)
    return 2 * (w @ h - y) * w[i] * h[i] * (1 - h[i]) * x
def df_du(*a): return one(2, *a)
def df_dv(*a): return one(1, *a)""",
    ),
    "the penalty without squares": (
        "1.reg",
        0,
        """
def regularised_loss(w, s, u, v, x, y, lam):
    return (w @ z(s, u, v, x) - y) ** 2 + lam * sum(np.linalg.norm(a) for a in (w, s, u, v))
def regularised_gradients(w, s, u, v, x, y, lam):
    return lam * w, lam * s, lam * u, lam * v""",
    ),
    "a step upwards": (
        "1.step",
        0,
        """
def gradient_step(w, s, u, v, x, y, lr):
    h = z(s, u, v, x)
    d = 2 * lr * (w @ h - y)
    g = d * w * h * (1 - h)
    return w + d * h, s + g[0] * x, u + g[1] * x, v + g[2] * x""",
    ),
    "one vector for a tuple of four": (
        "1.step",
        0,
        """
def gradient_step(w, s, u, v, x, y, lr):
    h = z(s, u, v, x)
    d = 2 * lr * (w @ h - y)
    g = d * w * h * (1 - h)
    return np.concatenate([w - d * h, s - g[0] * x, u - g[1] * x, v - g[2] * x])""",
    ),
    "growth that is a little too large": (
        "1.runtime",
        1,
        "runtime_iteration = 'm*n**1.01'\nruntime_hidden = 'm*n*k + m**2'\nruntime_final = '5*n*k'",
    ),
    "growth that is too small": (
        "1.runtime",
        0,
        "runtime_iteration = 'O(n)'\nruntime_hidden = 'm*n + k'\nruntime_final = 'O(1)'",
    ),
    "the largest output for the average": (
        "2.loss",
        0,
        "def avgpool_loss(c, p, y): return (conv(c, p).max() - y) ** 2",
    ),
    "the image read column by column": (
        "2.loss",
        0,
        "def avgpool_loss(c, p, y): return (conv(c, p.reshape(3, 3).T.ravel()).mean() - y) ** 2",
    ),
    "average before the sigmoid": (
        "2.dc",
        0,
        "def avgpool_dc(c, p, y):\n m = p[I].mean(axis=0)\n h = sig(m @ c)\n return 2 * (h - y) * h * (1 - h) * m",
    ),
    "the derivative of the half loss": (
        "2.dc",
        0,
        "def avgpool_dc(c, p, y):\n h = conv(c, p)\n return (h.mean() - y) / 4 * (h * (1 - h)) @ p[I]",
    ),
    "the last window forgotten": (
        "2.dc",
        0,
        (
            "def avgpool_dc(c, p, y):\n"
            " h = conv(c, p)\n return (h.mean() - y) / 2 * (h * (1 - h))[:3] @ p[I[:3]]"
        ),
    ),
    "a bias that nobody asked for": (
        "3.loss",
        0,
        "def flat_loss(c, w, p, y): return (w @ conv(c, p) + 1 - y) ** 2",
    ),
    "the weights forgotten": (
        "3.dc",
        0,
        "def flat_dc(c, w, p, y):\n h = conv(c, p)\n return 2 * (w @ h - y) * (h * (1 - h)) @ p[I]",
    ),
    "a row for a vector": (
        "3.dw",
        0,
        "def flat_dw(c, w, p, y):\n h = conv(c, p)\n return (2 * (w @ h - y) * h)[None, :]",
    ),
    "filters interleaved": (
        "4.dc",
        0,
        """
def two_filter_dc(c, p, y):
    h = sig(c.reshape(2, 4) @ p[I].T)
    return ((h.mean() - y) / 4 * ((h * (1 - h)) @ p[I])).T.ravel()""",
    ),
    "the second filter first": (
        "4.dc",
        0,
        """
def two_filter_dc(c, p, y):
    h = sig(c.reshape(2, 4) @ p[I].T)
    return ((h.mean() - y) / 4 * ((h * (1 - h)) @ p[I]))[::-1].ravel()""",
    ),
    "the weights of the filters changed over": (
        "5.dc",
        0,
        """
def two_filter_linear_dc(c, w, p, y):
    h = sig(c.reshape(2, 4) @ p[I].T)
    r = w @ h.mean(axis=1) - y
    return (r / 2 * w[::-1, None] * ((h * (1 - h)) @ p[I])).ravel()""",
    ),
    "not a number": (
        "5.dw",
        0,
        "def two_filter_linear_dw(c, w, p, y): return np.array([np.nan, np.nan])",
    ),
    "the weights interleaved": (
        "6.loss",
        0,
        (
            "def two_filter_flat_loss(c, w, p, y):\n"
            " return (np.sum(w.reshape(4, 2).T * sig(c.reshape(2, 4) @ p[I].T)) - y) ** 2"
        ),
    ),
}

RIGHT_MLP = {
    "a boolean array": ("1a", "def relu_grad(x): return x > 0"),
    "half at zero": ("1a", "def relu_grad(x): return (np.sign(x) + 1) / 2"),
    "exponentials over their sum squared": ("1b", r"sigmoid_grad = r'\frac{1}{e^{x} + 2 + e^{-x}}'"),
    "a square of the hyperbolic secant": ("1b", "sigmoid_grad = '1/(4*cosh(x/2)^2)'"),
    "a derivative's own left side": (
        "1b",
        'sigmoid_grad = r"\\sigma\'(x) = \\sigma(x) - \\sigma^2(x)"',
    ),
    "a product of two sigmoids": ("1b", r"sigmoid_grad = r'\sigma(x)\,\sigma(-x)'"),
    "SymPy's own derivative": ("1b", SYMPY + "sigmoid_grad = sp.diff(1/(1 + sp.exp(-x)), x)"),
    "a function of tanh": ("1b", "def sigmoid_grad(x): return (1 - np.tanh(x / 2) ** 2) / 4"),
    "the odd function's other sign": ("1c", "sigmoid_from_tanh = '(1 - tanh(-x/2))/2'"),
    "tanh without brackets": ("1c", r"sigmoid_from_tanh = r'\frac{1 + \tanh \frac{x}{2}}{2}'"),
    "decimals": ("1c", "sigmoid_from_tanh = '0.5 + 0.5*tanh(0.5*x)'"),
    "SymPy by way of a double angle": (
        "1c",
        SYMPY + "sigmoid_from_tanh = sp.tanh(x/4)/(1 + sp.tanh(x/4)**2) + sp.Rational(1, 2)",
    ),
    "x less a softplus": ("1d", "log_sigmoid_from_softplus = 'x - softplus(x)'"),
    "log1p": ("1d", "def log_sigmoid_from_softplus(x): return -np.log1p(np.exp(-x))"),
    "an equation chain by another way": (
        "1e",
        r"""def softplus_difference_steps(x):
    return [r'\ln(1+e^x) - \ln(1+e^{-x}) = \ln(1+e^x) - \ln\frac{e^x+1}{e^x}',
            r'\ln(1+e^x) - \ln(e^x+1) + \ln e^x', 'x']""",
    ),
    "an aligned block in one text": (
        "1e",
        r"""def softplus_difference_steps(x):
    return r'\ln(1+e^x) - \ln(1+e^{-x}) &= \ln\frac{1+e^x}{1+e^{-x}} \\ &= \ln e^x \\ &= x'""",
    ),
    "from the definition of softplus on": (
        "1e",
        """def softplus_difference_steps(x):
    return ['softplus(x) - softplus(-x)', 'log(1+exp(x)) - log(1+exp(-x))',
            'log(exp(x)) + log(exp(-x)+1) - log(1+exp(-x))', 'x']""",
    ),
    "one fraction inside": (
        "1e",
        (
            "def softplus_difference_steps(x):\n"
            " return ['log(1+exp(x)) - log(1+exp(-x))', 'log(exp(x)*(1+exp(x))/(exp(x)+1))', 'x']"
        ),
    ),
    "one indicator less the other, as a list": (
        "1f",
        "def sign_from_indicators(x): return [int(v > 0) - int(v < 0) for v in x]",
    ),
    "x twice": ("1g", "def grad_squared_norm(x): return np.add(x, x)"),
    "another subgradient": ("1h", "def grad_l1_norm(x): return np.where(x == 0, 0.7, np.sign(x))"),
    "NumPy's False, and logarithms": (
        "1i",
        (
            "softmax_is_scale_invariant = np.bool_(False)\n"
            "def softmax_scaled(p, c):\n a = np.exp(c * (np.log(p) - np.log(p).max()))\n return a / a.sum()"
        ),
    ),
    "numerator and denominator times e^-c": (
        "1j",
        """
def softmax_shift_steps(x, c):
    tops = [f'exp({v} + {c})' for v in x]
    shifted = '(' + ' + '.join(tops) + ')'
    back = '(' + ' + '.join(f'exp({v} + {c} - {c})' for v in x) + ')'
    plain = '(' + ' + '.join(f'exp({v})' for v in x) + ')'
    return [[f'{t}/{shifted}' for t in tops], [f'{t}*exp(-{c})/({shifted}*exp(-{c}))' for t in tops],
            [f'exp({v})/{plain}' for v in x]]""",
    ),
    "a zero-dimensional array": (
        "1k",
        (
            "def dsoftmax_dxj(x, i, j):\n"
            " s = np.exp(x) / np.exp(x).sum()\n return np.array((s[i] if i == j else 0) - s[i] * s[j])"
        ),
    ),
    "the identity less a row": (
        "1l",
        (
            "def softmax_jacobian(x):\n"
            " s = np.exp(x) / np.exp(x).sum()\n return s[:, None] * (np.eye(len(s)) - s[None, :])"
        ),
    ),
    "centred gradients, single entries": (
        "1m",
        """
def sigmoid_vjp(x, g): return g / (2 + 2 * np.cosh(x))
def softmax_vjp(x, g):
    s = np.exp(x - x.max())
    s /= s.sum()
    return np.fromiter((a * (b - s.dot(g)) for a, b in zip(s, g)), float)""",
    ),
    "numbers counted layer by layer": ("2e", "parameter_count = 'm + d_h + d_h*d + m*d_h'"),
    "counted in LaTeX, factored": ("2e", r"parameter_count = r'd_{h}(d + m + 1) + m'"),
    "a tuple for a list": (
        "2f",
        "def gradient_descent_step(params, grads, lr): return tuple(p + (-lr) * g for p, g in zip(params, grads))",
    ),
    "powers of two": (
        "2c",
        "def softmax(o_a):\n a = np.exp2((o_a - o_a.max()) / np.log(2))\n return a / a.sum()",
    ),
    "differences first": ("2d", "def loss(o_a, y): return np.logaddexp.reduce(o_a - o_a[y])"),
    "a one taken off a copy": ("2g", "def grad_output(o_s, y):\n g = o_s.copy()\n g[y] -= 1\n return g"),
    "an outer product by kron": (
        "2i",
        "def grad_W2(grad_o, h_s): return np.kron(grad_o[:, None], h_s)\ndef grad_b2(grad_o): return tuple(grad_o)",
    ),
    "a third of the way at the kink": (
        "2l",
        "def grad_preactivation(grad_h, h_a): return np.where(h_a == 0, grad_h / 3, grad_h * (h_a > 0))",
    ),
    "a matrix of booleans": ("2m", "def relu_jacobian(h_a): return np.diag(h_a > 0)"),
    "a dot with the transpose": (
        "2p",
        "def grad_input(grad_ha, W1): return np.tensordot(W1, grad_ha, (0, 0))",
    ),
    "an array of shapes": ("3a", "layer_shapes = [(6, 28, 28), [6, 14, 14], np.array([16, 10, 10])]"),
    "counted by a function": ("3b", "def parameter_counts(): return [0, 6 * 25, 16 * 25 * 6]"),
    "a floor that matters": ("3c", "kernel_and_stride = np.array([14, 10])"),
    "a stride that does not divide": ("3d", "kernel_and_stride_dilated = [(28, 2), (1, 13), (1, 12)]"),
    "the largest stride": ("3e", "kernel_and_stride_padded = (1, 13)"),
}

WRONG_MLP = {
    "relu, not its derivative": ("1a", 0, "def relu_grad(x): return np.maximum(0, x)"),
    "a smooth step": ("1a", 0, "def relu_grad(x): return 1 / (1 + np.exp(-1e6 * np.clip(x, -1e-4, 1e-4)))"),
    "the square of the sigmoid": ("1b", 0, r"sigmoid_grad = r'\sigma(x)(1 - \sigma(-x))'"),
    "almost the derivative": ("1b", 0, "sigmoid_grad = 'sigmoid(x)*(1 - sigmoid(x)) + 1e-9'"),
    "the argument not halved": ("1c", 0, "sigmoid_from_tanh = '(tanh(x) + 1)/2'"),
    "exp hidden behind a power of e": ("1c", 1, "sigmoid_from_tanh = 'tanh(x/2)/2 + 1/2 + e^x - e^x'"),
    "tanh that does nothing": ("1c", 1, "sigmoid_from_tanh = '1/(1 + exp(-x)) + 0*tanh(x)'"),
    "one over": ("1d", 0, "log_sigmoid_from_softplus = '1/softplus(x)'"),
    "steps that are true, to another end": (
        "1e",
        Fraction(1, 2),
        (
            "def softplus_difference_steps(x):\n"
            " return ['log(1+exp(x)) - log(1+exp(-x))', 'log((1+exp(x))/(1+exp(-x)))', 'log(exp(x))']"
        ),
    ),
    "two faults that cancel": (
        "1e",
        0,
        (
            "def softplus_difference_steps(x):\n"
            " return ['log(1+exp(x)) - log(1+exp(-x))', 'log(1+exp(x)) + log(1+exp(-x))', 'x']"
        ),
    ),
    "ends alone": (
        "1e",
        1,
        "def softplus_difference_steps(x): return ['log(1+exp(x)) - log(1+exp(-x))', 'x']",
    ),
    "a definition, and no step": (
        "1e",
        1,
        """def softplus_difference_steps(x):
    return ['softplus(x) - softplus(-x)', 'ln(1+e^x) - ln(1+e^-x)', 'x']""",
    ),
    "a sign of nothing": ("1f", 0, "def sign_from_indicators(x): return np.where(x > 0, 1, -1)"),
    "the norm not squared": ("1g", 0, "def grad_squared_norm(x): return x / np.linalg.norm(x)"),
    "not a number at zero": ("1h", 0, "def grad_l1_norm(x): return x / np.abs(x)"),
    "times c": (
        "1i",
        1,
        "softmax_is_scale_invariant = False\ndef softmax_scaled(p, c): return c * p / np.sum(c * p)",
    ),
    "one class wrong": (
        "1j",
        1,
        """
def softmax_shift_steps(x, c):
    def over(tops): return [f'{t}/({"+".join(tops)})' for t in tops]
    last = over([f'exp({v})' for v in x])
    middle = [f'exp({c})*exp({v})/(exp({c})*({"+".join(f"exp({u})" for u in x)}))' for v in x]
    return [over([f'exp({v}+{c})' for v in x]), middle, [*last[:-1], last[0]]]""",
    ),
    "the derivative turned": (
        "1k",
        0,
        "def dsoftmax_dxj(x, i, j):\n s = np.exp(x) / np.exp(x).sum()\n return s[i] * (s[j] - (i == j))",
    ),
    "a sign off the diagonal": (
        "1l",
        0,
        (
            "def softmax_jacobian(x):\n"
            " s = np.exp(x) / np.exp(x).sum()\n return np.outer(s, s) + np.diag(s - 2 * s**2)"
        ),
    ),
    "a matrix of n by n, quickly thrown away": (
        "1m",
        2,
        """
def sigmoid_vjp(x, g): return g / (2 + 2 * np.cosh(x))
def softmax_vjp(x, g):
    s = np.exp(x) / np.exp(x).sum()
    return (np.diag(s) - np.outer(s, s)) @ g""",
    ),
    "a leak": (
        "2a",
        0,
        "def hidden(W1, b1, x):\n a = W1 @ x + b1\n return a, np.where(a > 0, a, 0.01 * a)",
    ),
    "added twice": ("2b", 0, "def output_preactivation(W2, b2, h_s): return W2 @ (h_s) + 2 * b2"),
    "clipped at 500": (
        "2c",
        Fraction(7, 4),
        "def softmax(o_a):\n a = np.exp(np.clip(o_a, -500, 500))\n return a / a.sum()",
    ),
    "the logarithm to the base 2": (
        "2d",
        0,
        "def loss(o_a, y): return np.logaddexp2.reduce(o_a / np.log(2)) - o_a[y] / np.log(2)",
    ),
    "a bias of the input": ("2e", 0, "parameter_count = 'd_h*(d+1) + m*(d_h+1) + d'"),
    "the rate on the parameters": (
        "2f",
        0,
        "def gradient_descent_step(params, grads, lr): return [(1 - lr) * p - g for p, g in zip(params, grads)]",
    ),
    "one less at the class before": (
        "2g",
        0,
        "def grad_output(o_s, y): return o_s - np.eye(len(o_s))[y - 1]",
    ),
    "a sum for a product": ("2h", 0, "def grad_W2_kj(grad_o, h_s, k, j): return grad_o[k] + h_s[j]"),
    "the gate open where the gradient is positive": (
        "2l",
        0,
        "def grad_preactivation(grad_h, h_a): return np.maximum(grad_h, 0) * (h_a > 0)",
    ),
    "more than a subgradient at the kink": (
        "2l",
        0,
        "def grad_preactivation(grad_h, h_a): return np.where(h_a == 0, 2 * grad_h, grad_h * (h_a > 0))",
    ),
    "the preactivations on the diagonal": (
        "2m",
        0,
        "def relu_jacobian(h_a): return np.diag(np.maximum(h_a, 0))",
    ),
    "the largest column": (
        "2p",
        0,
        "def grad_input(grad_ha, W1): return (W1 * grad_ha[:, None]).max(axis=0)",
    ),
    "the counts turned round": ("3b", 1, "parameter_counts = (2400, 150, 0)"),
    "one more than fits": ("3c", 0, "kernel_and_stride = (60, 1)"),
    "the dilation forgotten": ("3d", 0, "kernel_and_stride_dilated = [(61, 1), (56, 2)]"),
    "the table turned round": ("3e", 0, "kernel_and_stride_padded = {61: 1, 56: 2}"),
}


def mark_of(graded, part):
    """The mark of one part."""
    return next(mark for mark in graded.marks if mark.part == part)


RIGHT = [("tiny_cnn_training", CNN, name, *RIGHT_TINY[name]) for name in RIGHT_TINY]
RIGHT += [("mlp_gradients", NUMPY, name, *RIGHT_MLP[name]) for name in RIGHT_MLP]
WRONG = [("tiny_cnn_training", CNN, name, *WRONG_TINY[name]) for name in WRONG_TINY]
WRONG += [("mlp_gradients", NUMPY, name, *WRONG_MLP[name]) for name in WRONG_MLP]


@pytest.mark.parametrize(("assignment", "head", "name", "part", "answer"), RIGHT, ids=lambda v: str(v)[:40])
def test_right_in_another_form_earns_everything(assignment, head, name, part, answer, grade_text):
    """A right answer gets all of its marks, in whatever form it comes."""
    mark = mark_of(grade_text(assignment, head + answer), part)
    assert mark.marks == mark.available, f"{name}: {mark.staff}"


@pytest.mark.parametrize(
    ("assignment", "head", "name", "part", "most", "answer"), WRONG, ids=lambda v: str(v)[:40]
)
def test_wrong_in_a_new_way_never_earns_everything(assignment, head, name, part, most, answer, grade_text):
    """A wrong answer that nobody foresaw gets at most what is right in it."""
    mark = mark_of(grade_text(assignment, head + answer), part)
    assert mark.marks is not None, mark.staff
    assert mark.marks <= most < mark.available, f"{name}: {mark.staff}"
