# Shows: answers that are wrong in ways nobody has named: a sign, a shape, one entry, a rounding, a tuple turned.
import numpy as np

I = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def z(s, u, v, x):
    return sigmoid(np.array([s, u, v]) @ x)


def conv(c, p):
    return sigmoid(p[I] @ c)


def loss(w, s, u, v, x, y):  # no square
    return w @ z(s, u, v, x) - y


def df_dw(w, s, u, v, x, y):  # target minus prediction
    return 2 * (y - w @ z(s, u, v, x)) * z(s, u, v, x)


def df_ds(w, s, u, v, x, y):  # a column
    h = z(s, u, v, x)
    return (2 * (w @ h - y) * w[0] * h[0] * (1 - h[0]) * x).reshape(2, 1)


def df_du(w, s, u, v, x, y):  # the weight of another unit
    h = z(s, u, v, x)
    return 2 * (w @ h - y) * w[0] * h[1] * (1 - h[1]) * x


def df_dv(w, s, u, v, x, y):  # the factor 2 is missing
    h = z(s, u, v, x)
    return (w @ h - y) * w[2] * h[2] * (1 - h[2]) * x


def gradient_step(w, s, u, v, x, y, lr):  # in another order than asked
    a = (w, s, u, v, x, y)
    return s - lr * df_ds(*a).ravel(), u - lr * df_du(*a), v - lr * df_dv(*a), w - lr * df_dw(*a)


runtime_iteration = "n*m*log(n)"
runtime_hidden = "m*n"
runtime_final = "n^k"


def avgpool_loss(c, p, y):  # the target is never used
    return conv(c, p).mean() ** 2


def avgpool_dc(c, p, y):  # rounded to one digit
    h = conv(c, p)
    return np.round((h.mean() - y) / 2 * (h * (1 - h)) @ p[I], 1)


def flat_loss(c, w, p, y):  # one number too many
    return (w @ conv(c, p) - y) ** 2, w @ conv(c, p) - y


def flat_dw(c, w, p, y):  # in the wrong order
    h = conv(c, p)
    return (2 * (w @ h - y) * h)[::-1]


def two_filter_dc(c, p, y):  # the first filter's derivatives alone
    h, g = conv(c[:4], p), conv(c[4:], p)
    r = (h.mean() + g.mean()) / 2 - y
    return r / 4 * (h * (1 - h)) @ p[I]


def two_filter_linear_dw(c, w, p, y):  # always nothing
    return np.zeros(2)
