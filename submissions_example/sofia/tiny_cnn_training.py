# Shows: everything right by SymPy, which differentiates the losses; running times as expressions and LaTeX.
from functools import lru_cache

import numpy as np
import sympy as sp

n, m, k = sp.symbols("n m k", positive=True)
runtime_iteration = 3 * n * m
runtime_hidden = n * m * k
runtime_final = r"\mathcal{O}(n k)"

w1, w2, w3 = sp.symbols("w1:4")
S, U, V, X = (sp.symbols(f"{name}1:3") for name in "suvx")
C, W, P = sp.symbols("c1:9"), sp.symbols("a1:9"), sp.symbols("p1:10")
Y = sp.Symbol("y")


def sigma(t):
    return 1 / (1 + sp.exp(-t))


def dot(a, b):
    return sum(i * j for i, j in zip(a, b))


def outputs(c):
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = P
    windows = [(p1, p2, p4, p5), (p2, p3, p5, p6), (p4, p5, p7, p8), (p5, p6, p8, p9)]
    return [sigma(dot(c, window)) for window in windows]


first, second = outputs(C[:4]), outputs(C[4:])
F = {
    "single": (dot((w1, w2, w3), (sigma(dot(S, X)), sigma(dot(U, X)), sigma(dot(V, X)))) - Y) ** 2,
    "avgpool": (sum(first) / 4 - Y) ** 2,
    "flat": (dot(W, first) - Y) ** 2,
    "two": ((sum(first) / 4 + sum(second) / 4) / 2 - Y) ** 2,
    "linear": (W[0] * sum(first) / 4 + W[1] * sum(second) / 4 - Y) ** 2,
    "twoflat": (dot(W, first + second) - Y) ** 2,
}
ARGS = {
    "single": [*(w1, w2, w3), *S, *U, *V, *X, Y],
    "avgpool": [*C[:4], *P, Y],
    "flat": [*C[:4], *W[:4], *P, Y],
    "two": [*C, *P, Y],
    "linear": [*C, *W[:2], *P, Y],
    "twoflat": [*C, *W, *P, Y],
}


@lru_cache(None)
def compiled(network, by):
    f = F[network]
    return sp.lambdify(ARGS[network], [sp.diff(f, name) for name in by] if by else f, "math")


def number(network, *args):
    return compiled(network, ())(*np.concatenate([np.ravel(a) for a in args]))


def gradient(network, by, *args):
    return np.array(compiled(network, tuple(by))(*np.concatenate([np.ravel(a) for a in args])))


def loss(w, s, u, v, x, y):
    return number("single", w, s, u, v, x, y)


def df_dw(*args):
    return gradient("single", (w1, w2, w3), *args)


def df_ds(*args):
    return gradient("single", S, *args)


def df_du(*args):
    return gradient("single", U, *args)


def df_dv(*args):
    return gradient("single", V, *args)


def regularised_loss(w, s, u, v, x, y, lam):
    return loss(w, s, u, v, x, y) + lam * sum(np.linalg.norm(part) ** 2 for part in (w, s, u, v))


def regularised_gradients(w, s, u, v, x, y, lam):
    at = (w, s, u, v, x, y)
    return [
        df_dw(*at) + 2 * lam * w,
        df_ds(*at) + 2 * lam * s,
        df_du(*at) + 2 * lam * u,
        df_dv(*at) + 2 * lam * v,
    ]


def gradient_step(w, s, u, v, x, y, lr):
    at = (w, s, u, v, x, y)
    return w - lr * df_dw(*at), s - lr * df_ds(*at), u - lr * df_du(*at), v - lr * df_dv(*at)


def avgpool_loss(c, p, y):
    return number("avgpool", c, p, y)


def avgpool_dc(c, p, y):
    return gradient("avgpool", C[:4], c, p, y)


def flat_loss(c, w, p, y):
    return number("flat", c, w, p, y)


def flat_dc(c, w, p, y):
    return gradient("flat", C[:4], c, w, p, y)


def flat_dw(c, w, p, y):
    return gradient("flat", W[:4], c, w, p, y)


def two_filter_loss(c, p, y):
    return number("two", c, p, y)


def two_filter_dc(c, p, y):
    return gradient("two", C, c, p, y)


def two_filter_linear_loss(c, w, p, y):
    return number("linear", c, w, p, y)


def two_filter_linear_dc(c, w, p, y):
    return gradient("linear", C, c, w, p, y)


def two_filter_linear_dw(c, w, p, y):
    return gradient("linear", W[:2], c, w, p, y)


def two_filter_flat_loss(c, w, p, y):
    return number("twoflat", c, w, p, y)
