# Shows: a sum where the average is meant, in every network that pools, in the loss as in the derivative; the
# loss of the first network halved, which its own regularised loss then inherits.
import numpy as np

I = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def z(s, u, v, x):
    return np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])


def loss(w, s, u, v, x, y):
    return 0.5 * (w @ z(s, u, v, x) - y) ** 2


def df_dw(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * z(s, u, v, x)


def df_dunit(i, w, s, u, v, x, y):
    h = z(s, u, v, x)
    return 2 * (w @ h - y) * w[i] * h[i] * (1 - h[i]) * x


def df_ds(*a):
    return df_dunit(0, *a)


def df_du(*a):
    return df_dunit(1, *a)


def df_dv(*a):
    return df_dunit(2, *a)


def regularised_loss(w, s, u, v, x, y, lam):
    return loss(w, s, u, v, x, y) + lam * ((w**2).sum() + (s**2).sum() + (u**2).sum() + (v**2).sum())


def regularised_gradients(w, s, u, v, x, y, lam):
    a = (w, s, u, v, x, y)
    # the factor 2 of the penalty is forgotten for w alone
    return df_dw(*a) + lam * w, df_ds(*a) + 2 * lam * s, df_du(*a) + 2 * lam * u, df_dv(*a) + 2 * lam * v


def gradient_step(w, s, u, v, x, y, lr):
    # every line already uses what the lines above have changed
    w = w - lr * df_dw(w, s, u, v, x, y)
    s = s - lr * df_ds(w, s, u, v, x, y)
    u = u - lr * df_du(w, s, u, v, x, y)
    v = v - lr * df_dv(w, s, u, v, x, y)
    return w, s, u, v


runtime_iteration = "O(n m)"
runtime_hidden = "O(n k)"
runtime_final = "O(n k)"


def conv(c, p):
    return sigmoid(p[I] @ c)


def back(c, p):
    return (conv(c, p) * (1 - conv(c, p))) @ p[I]


def avgpool_loss(c, p, y):
    return (conv(c, p).sum() - y) ** 2


def avgpool_dc(c, p, y):
    return 2 * (conv(c, p).sum() - y) * back(c, p)


def flat_loss(c, w, p, y):
    return (w @ conv(c, p) - y) ** 2


def flat_dc(c, w, p, y):
    return 2 * (w @ conv(c, p) - y) * (w * conv(c, p) * (1 - conv(c, p))) @ p[I]


def flat_dw(c, w, p, y):
    return 2 * (w @ conv(c, p) - y) * conv(c, p)


def two_filter_loss(c, p, y):
    return ((conv(c[:4], p).sum() + conv(c[4:], p).sum()) / 2 - y) ** 2


def two_filter_dc(c, p, y):
    r = (conv(c[:4], p).sum() + conv(c[4:], p).sum()) / 2 - y
    return np.concatenate([r * back(c[:4], p), r * back(c[4:], p)])


def two_filter_linear_loss(c, w, p, y):
    return (w[0] * conv(c[:4], p).sum() + w[1] * conv(c[4:], p).sum() - y) ** 2


def two_filter_linear_dc(c, w, p, y):
    r = w[0] * conv(c[:4], p).sum() + w[1] * conv(c[4:], p).sum() - y
    return np.concatenate([2 * r * w[0] * back(c[:4], p), 2 * r * w[1] * back(c[4:], p)])


def two_filter_linear_dw(c, w, p, y):
    sums = np.array([conv(c[:4], p).sum(), conv(c[4:], p).sum()])
    return 2 * (w @ sums - y) * sums


def two_filter_flat_loss(c, w, p, y):
    return (w @ np.concatenate([conv(c[:4], p), conv(c[4:], p)]) - y) ** 2
