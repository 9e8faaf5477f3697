"""Right answers in forms that nobody foresaw earn everything; wrong ones that no rubric names earn less.

Half of the table, over warm_up, baby_cnn, logistic_backprop and feedforward_conv; the other half is in
`test_unforeseen_b.py`. None of these answers was used to write a rubric, a check or the reader.
"""

import textwrap

import pytest

from grader.model import Verdict

NUMPY = "import numpy as np\nW9 = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])\n"

RIGHT = [
    ("warm_up", "1", "a lambda", "sigmoid = lambda x: .5 * (1 + np.tanh(.5 * np.asarray(x)))"),
    ("warm_up", "1", "vectorised by NumPy", "sigmoid = np.vectorize(lambda v: 1 / (1 + np.exp(-v)))"),
    (
        "warm_up",
        "1",
        "an object that can be called",
        """
        class Logistic:
            def __call__(self, x):
                return np.exp(-np.logaddexp(0, -x))
        sigmoid = Logistic()
        """,
    ),
    (
        "warm_up",
        "2",
        "in extended precision",
        "def softmax(x):\n    e = np.exp(np.longdouble(x) - max(x))\n    return e / sum(e)",
    ),
    (
        "warm_up",
        "2",
        "by the log of the sum",
        "def softmax(x, axis=None):\n    return np.exp(x - np.logaddexp.reduce(x))",
    ),
    (
        "warm_up",
        "2",
        "entry by entry, as a tuple",
        "def softmax(x):\n    return tuple(float(1 / np.exp(np.minimum(x - v, 700)).sum()) for v in x)",
    ),
    (
        "baby_cnn",
        "a.theta",
        "by the complex step",
        """
        def dh_dtheta(x, theta, w):
            def h(t):
                return 1 / (1 + np.exp(-(w @ (x[W9] @ t))))
            return [h(theta + 1e-30j * e).imag / 1e-30 for e in np.eye(4)]
        """,
    ),
    (
        "baby_cnn",
        "a.w",
        "by finite differences",
        """
        def dh_dw(x, theta, w):
            h = lambda v: 1 / (1 + np.exp(-(v @ (x[W9] @ theta))))
            return np.array([(h(w + 1e-5 * e) - h(w - 1e-5 * e)) / 2e-5 for e in np.eye(4)])
        """,
    ),
    (
        "baby_cnn",
        "a.theta",
        "by SymPy",
        """
        import sympy as sp
        def dh_dtheta(x, theta, w):
            t = sp.symbols("t1:5")
            z = sum(w[i] * sum(t[j] * x[W9[i, j]] for j in range(4)) for i in range(4))
            h = 1 / (1 + sp.exp(-z))
            return [float(sp.diff(h, s).subs(dict(zip(t, theta)))) for s in t]
        """,
    ),
    (
        "baby_cnn",
        "b",
        "the logarithm of a product",
        """
        def nll(X, y, theta, w):
            h = np.array([1 / (1 + np.exp(-(w @ (x[W9] @ theta)))) for x in X])
            return -np.log(np.prod(h**y * (1 - h) ** (1 - y)))
        """,
    ),
    (
        "baby_cnn",
        "b",
        "labels turned into signs, as an array of one number",
        """
        def nll(X, y, theta, w):
            return np.asarray(np.log1p(np.exp(-(2 * y - 1) * (X[:, W9] @ theta @ w))).sum())
        """,
    ),
    (
        "baby_cnn",
        "c.sample",
        "by ranks",
        "def sample_batch(n, size, rng):\n    return np.argsort(rng.random(n))[:size]",
    ),
    (
        "baby_cnn",
        "c.sample",
        "sorted, as small integers",
        "def sample_batch(n, size, rng):\n    return np.sort(rng.permutation(n)[:size]).astype(np.uint8)",
    ),
    (
        "baby_cnn",
        "c.sample",
        "drawn until they differ",
        """
        def sample_batch(n, size, rng):
            chosen = {}
            while len(chosen) < size:
                chosen[int(rng.integers(n))] = True
            return list(chosen)
        """,
    ),
    (
        "baby_cnn",
        "c.batch",
        "both gradients as the rows of one array",
        """
        def batch_gradient(X, y, theta, w, batch):
            V = X[batch][:, W9]
            e = 1 / (1 + np.exp(-(V @ theta @ w))) - y[batch]
            return np.array([np.einsum("b,i,bij->j", e, w, V), np.einsum("b,bij,j->i", e, V, theta)]) / len(batch)
        """,
    ),
    (
        "baby_cnn",
        "c.step",
        "in place",
        """
        def sgd_step(X, y, theta, w, batch, lr):
            V = X[batch][:, W9]
            e = 1 / (1 + np.exp(-(V @ theta @ w))) - y[batch]
            g, k = np.einsum("b,i,bij->j", e, w, V), np.einsum("b,bij,j->i", e, V, theta)
            theta -= lr / len(batch) * g
            w -= lr / len(batch) * k
            return [theta, w]
        """,
    ),
    (
        "logistic_backprop",
        "1a",
        "by two cases",
        "def dL_dw(w, x, y):\n    z = w @ x\n    return x / (1 + np.exp(-z)) if y == 0 else -x / (1 + np.exp(z))",
    ),
    (
        "logistic_backprop",
        "1b",
        "in place",
        "def sgd_update(w, x, y, eta):\n    w += eta * (y - 1 / (1 + np.exp(-x.dot(w)))) * x\n    return w",
    ),
    (
        "logistic_backprop",
        "2b.forward",
        "a named tuple",
        """
        from collections import namedtuple
        Forward = namedtuple("Forward", "r1 r2 s1 s2 y")
        forward_values = Forward(2, 0, 0.88, 0.5, 1.38)
        """,
    ),
    (
        "logistic_backprop",
        "2b.partials",
        "fractions",
        "from fractions import Fraction as Q\nbackprop_partials = [Q(21, 100), Q(0), Q(21, 200), Q(0), Q(-21, 200), Q(0)]",
    ),
    (
        "logistic_backprop",
        "2b.general",
        "by central differences",
        """
        def network_partials(x1, x2, a, b, c, d, e, f):
            def y(p):
                r = max(p[2] * x1 + p[4] * x2, 0), max(p[3] * x1 + p[5] * x2, 0)
                return 1 / (1 + np.exp(-p[0] * r[0])) + 1 / (1 + np.exp(-p[1] * r[1]))
            p, h = np.array([a, b, c, d, e, f], dtype=float), 1e-5
            return [(y(p + h * u) - y(p - h * u)) / (2 * h) for u in np.eye(6)]
        """,
    ),
    (
        "feedforward_conv",
        "1.1",
        "LaTeX with a negative power",
        r'output_activation = r"\left(1+e^{-a}\right)^{-1}"',
    ),
    ("feedforward_conv", "1.1", "by its complement", 'output_activation = "1 - 1/(exp(a) + 1)"'),
    (
        "feedforward_conv",
        "1.3",
        "a function that knows numbers only",
        "def cross_entropy(f, y):\n    import math\n    return -math.log(f if y == 1 else 1 - f)",
    ),
    ("feedforward_conv", "1.3", "one logarithm of powers", 'cross_entropy = "-log(f^y * (1-f)^(1-y))"'),
    (
        "feedforward_conv",
        "1.3",
        "LaTeX with brackets",
        r'cross_entropy = r"-\left[ y\log(f) + (1-y)\log(1-f) \right]"',
    ),
    (
        "feedforward_conv",
        "1.4",
        "the chain rule left as it is",
        r'dce_da = r"\left(\frac{1-y}{1-f} - \frac{y}{f}\right) f (1-f)"',
    ),
    ("feedforward_conv", "1.5", "with y^2 = y used", 'mse = "f**2 - 2*f*y + y"'),
    (
        "feedforward_conv",
        "1.6",
        "a SymPy expression with a factor",
        "import sympy\nf, y = sympy.symbols('f y')\ndmse_da = sympy.expand(5 * (f - y) * (f - f**2))",
    ),
    (
        "feedforward_conv",
        "2.3",
        "sums of differences",
        "def reduced_logits(x):\n    return np.cumsum(np.diff(x))",
    ),
    (
        "feedforward_conv",
        "3",
        "a further hidden unit that carries the constant",
        """
        def tanh_parameters(W1, b1, W2, b2):
            extra = W2.sum(axis=1) / 2 / np.tanh(1)
            rows = np.vstack([W1 / 2, np.zeros(W1.shape[1])])
            return rows, np.append(b1 / 2, 1), np.column_stack([W2 / 2, extra]), b2
        """,
    ),
    (
        "feedforward_conv",
        "4.1a",
        "the length of a range",
        "def conv_output_size(i, k, p, s):\n    return len(range(0, i + 2 * p - k + 1, s))",
    ),
    ("feedforward_conv", "4.1a", "rounded up", 'conv_output_size = "ceiling((i + 2*p - k + 1)/s)"'),
    (
        "feedforward_conv",
        "4.2",
        "a SymPy integer",
        "import sympy\nlast_layer_weights = sympy.Integer(64) * 32 * 9",
    ),
    (
        "feedforward_conv",
        "4.3",
        "by the Fourier transform",
        """
        def convolve(x, w, mode):
            n, k = len(x), len(w)
            full = np.fft.irfft(np.fft.rfft(x, 2 * (n + k)) * np.fft.rfft(w, 2 * (n + k)))[: n + k - 1]
            start, length = {"full": (0, n + k - 1), "valid": (k - 1, n - k + 1), "same": (k // 2, n)}[mode]
            return full[start : start + length]
        """,
    ),
    (
        "feedforward_conv",
        "5.1",
        "counted",
        "def valid_size(d, k1, k2):\n    return len([i for i in range(d - k1 + 1) if i + k2 <= d - k1 + 1])",
    ),
    (
        "feedforward_conv",
        "5.5",
        "column by column",
        "def full_jacobian(n, w):\n    return np.array([np.correlate(e, w, 'full') for e in np.eye(n)]).T",
    ),
]

WRONG = [
    (
        "warm_up",
        "1",
        "the sigmoid's derivative",
        "def sigmoid(x):\n    s = 1 / (1 + np.exp(-x))\n    return s * (1 - s)",
    ),
    (
        "warm_up",
        "1",
        "a hard sigmoid",
        "def sigmoid(x):\n    return np.clip(0.25 * np.asarray(x) + 0.5, 0, 1)",
    ),
    ("warm_up", "1", "rounded", "def sigmoid(x):\n    return np.round(1 / (1 + np.exp(-np.asarray(x))), 3)"),
    ("warm_up", "1", "twice as steep", "def sigmoid(x):\n    return 1 / (1 + np.exp(-2 * np.asarray(x)))"),
    ("warm_up", "1", "flattened", "def sigmoid(x):\n    return (1 / (1 + np.exp(-np.asarray(x)))).ravel()"),
    ("warm_up", "2", "to base 2", "def softmax(x):\n    e = 2.0 ** (x - x.max())\n    return e / e.sum()"),
    (
        "warm_up",
        "2",
        "of the opposite",
        "def softmax(x):\n    e = np.exp(x.min() - x)\n    return e / e.sum()",
    ),
    (
        "warm_up",
        "2",
        "of unit length",
        "def softmax(x):\n    e = np.exp(x - x.max())\n    return e / np.linalg.norm(e)",
    ),
    ("warm_up", "2", "the index of the largest", "def softmax(x):\n    return np.eye(len(x))[np.argmax(x)]"),
    (
        "warm_up",
        "2",
        "a column",
        "def softmax(x):\n    e = np.exp(x - x.max())\n    return (e / e.sum())[:, None]",
    ),
    (
        "baby_cnn",
        "a.theta",
        "three of the four windows",
        """
        def dh_dtheta(x, theta, w):
            h = 1 / (1 + np.exp(-(w @ (x[W9] @ theta))))
            return h * (1 - h) * (w[:3] @ x[W9[:3]])
        """,
    ),
    (
        "baby_cnn",
        "a.w",
        "with the slope squared",
        """
        def dh_dw(x, theta, w):
            u = x[W9] @ theta
            h = 1 / (1 + np.exp(-(w @ u)))
            return (h * (1 - h)) ** 2 * u
        """,
    ),
    (
        "baby_cnn",
        "b",
        "with a penalty on the weights",
        """
        def nll(X, y, theta, w):
            z = X[:, W9] @ theta @ w
            return np.sum(np.logaddexp(0, z) - y * z) + 0.01 * (w @ w)
        """,
    ),
    (
        "baby_cnn",
        "b",
        "clipped where it should not be",
        """
        def nll(X, y, theta, w):
            h = np.clip(1 / (1 + np.exp(-(X[:, W9] @ theta @ w))), 0.1, 0.9)
            return -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))
        """,
    ),
    (
        "baby_cnn",
        "b",
        "one value for each image",
        "def nll(X, y, theta, w):\n    z = X[:, W9] @ theta @ w\n    return np.logaddexp(0, z) - y * z",
    ),
    (
        "baby_cnn",
        "c.sample",
        "counted from 1",
        "def sample_batch(n, size, rng):\n    return rng.permutation(n)[:size] + 1",
    ),
    (
        "baby_cnn",
        "c.sample",
        "never the last",
        "def sample_batch(n, size, rng):\n    return rng.permutation(max(n - 1, size))[:size]",
    ),
    (
        "baby_cnn",
        "c.sample",
        "a mask",
        "def sample_batch(n, size, rng):\n    return rng.permutation(n) < size",
    ),
    (
        "baby_cnn",
        "c.gradient",
        "the two exchanged",
        """
        def sample_gradient(x, y, theta, w):
            u = x[W9] @ theta
            e = 1 / (1 + np.exp(-(w @ u))) - y
            return e * u, e * (w @ x[W9])
        """,
    ),
    (
        "baby_cnn",
        "c.step",
        "a rate divided by the batch once more",
        """
        def sgd_step(X, y, theta, w, batch, lr):
            V = X[batch][:, W9]
            e = 1 / (1 + np.exp(-(V @ theta @ w))) - y[batch]
            lr = lr / len(batch) ** 2
            return theta - lr * np.einsum("b,i,bij->j", e, w, V), w - lr * np.einsum("b,bij,j->i", e, V, theta)
        """,
    ),
    (
        "logistic_backprop",
        "1a",
        "with the threshold for h",
        "def dL_dw(w, x, y):\n    return ((w @ x > 0) - y) * x",
    ),
    (
        "logistic_backprop",
        "1a",
        "times w",
        "def dL_dw(w, x, y):\n    return (1 / (1 + np.exp(-(w @ x))) - y) * w",
    ),
    (
        "logistic_backprop",
        "1b",
        "the step alone",
        "def sgd_update(w, x, y, eta):\n    return eta * (y - 1 / (1 + np.exp(-(w @ x)))) * x",
    ),
    ("logistic_backprop", "2a", "shifted by one", "forward_table = [3, 4, 5, 4, 3, 5, 2]"),
    ("logistic_backprop", "2b.forward", "without the ReLU", "forward_values = (2, -1, 0.88, 0.27, 1.15)"),
    (
        "logistic_backprop",
        "2b.general",
        "the outer weights left out",
        """
        def network_partials(x1, x2, a, b, c, d, e, f):
            z = np.array([c * x1 + e * x2, d * x1 + f * x2])
            r = np.maximum(z, 0)
            s = 1 / (1 + np.exp(-np.array([a, b]) * r))
            k = s * (1 - s) * (z > 0)
            return np.concatenate([s * (1 - s) * r, k * x1, k * x2])
        """,
    ),
    ("feedforward_conv", "1.1", "a sigmoid of another slope", r'output_activation = r"\frac{1}{1+e^{-2a}}"'),
    ("feedforward_conv", "1.3", "with y and f exchanged", 'cross_entropy = "-f*log(y) - (1-f)*log(1-y)"'),
    ("feedforward_conv", "1.3", "a little more", 'cross_entropy = "-y*log(f) - (1-y)*log(1-f) + 10^(-9)"'),
    ("feedforward_conv", "1.4", "half of it", 'dce_da = "(f - y)/2"'),
    ("feedforward_conv", "1.5", "negative", 'mse = "-(f - y)^2"'),
    ("feedforward_conv", "1.5", "with a constant added", 'mse = "(f - y)^2 + 1/2"'),
    ("feedforward_conv", "1.6", "half of the slope", 'dmse_da = "2*(f - y)*f"'),
    ("feedforward_conv", "2.3", "centred", "def reduced_logits(x):\n    return (x - x.mean())[1:]"),
    (
        "feedforward_conv",
        "2.4",
        "turned in sign",
        "def softmax_jacobian(x):\n    p = np.exp(x - x.max())\n    p = p / p.sum()\n    return np.outer(p, p) - np.diag(p)",
    ),
    (
        "feedforward_conv",
        "3",
        "only the outer weights halved and the bias",
        "def tanh_parameters(W1, b1, W2, b2):\n    return 2 * W1, 2 * b1, W2 / 2, b2 + W2.sum(axis=1) / 2",
    ),
    (
        "feedforward_conv",
        "4.1a",
        "the padding on one side only",
        'conv_output_size = "floor((i + p - k)/s) + 1"',
    ),
    (
        "feedforward_conv",
        "4.3",
        "same, cut at the front",
        "def convolve(x, w, mode):\n    full = np.convolve(x, w)\n    return {'full': full, 'valid': np.convolve(x, w, 'valid'), 'same': full[: len(x)]}[mode]",
    ),
    (
        "feedforward_conv",
        "5.3",
        "without the ends",
        "def valid_backward(grad_a, w):\n    return np.pad(np.convolve(grad_a, w)[1:-1], 1)",
    ),
    (
        "feedforward_conv",
        "5.5",
        "moved by one column",
        "def full_jacobian(n, w):\n    return np.roll([np.correlate(e, w, 'full') for e in np.eye(n)], 1, axis=0).T",
    ),
]


def named(table):
    """The rows of a table with readable names."""
    return [
        pytest.param(a, part, NUMPY + textwrap.dedent(code), id=f"{a}-{part}-{why}")
        for a, part, why, code in table
    ]


@pytest.mark.parametrize(("assignment", "part", "code"), named(RIGHT))
def test_right_in_an_unforeseen_form(assignment, part, code, grade_text):
    """A right answer earns all marks of its part, whatever it looks like."""
    mark = next(one for one in grade_text(assignment, code).marks if one.part == part)
    assert (mark.marks, mark.verdict) == (mark.available, Verdict.CORRECT), mark.staff


@pytest.mark.parametrize(("assignment", "part", "code"), named(WRONG))
def test_wrong_in_an_unforeseen_way(assignment, part, code, grade_text):
    """A wrong answer that no rubric names never earns all marks, and is judged rather than put off."""
    mark = next(one for one in grade_text(assignment, code).marks if one.part == part)
    assert mark.verdict not in (Verdict.UNGRADED, Verdict.PENDING), mark.staff
    assert mark.marks < mark.available
