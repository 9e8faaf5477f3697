# Shows: the chain rule stops at the sigmoid: its factor z (1 - z) is missing everywhere, and the two gradients
# that are built on the earlier ones are right given those.
import numpy as np

I = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def z(s, u, v, x):
    return np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])


def loss(w, s, u, v, x, y):
    return (w @ z(s, u, v, x) - y) ** 2


def df_dw(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * z(s, u, v, x)


def df_ds(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * w[0] * x


def df_du(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * w[1] * x


def df_dv(w, s, u, v, x, y):
    return 2 * (w @ z(s, u, v, x) - y) * w[2] * x


def regularised_loss(w, s, u, v, x, y, lam):
    return loss(w, s, u, v, x, y) + lam * ((w**2).sum() + (s**2).sum() + (u**2).sum() + (v**2).sum())


def regularised_gradients(w, s, u, v, x, y, lam):
    a = (w, s, u, v, x, y)
    return df_dw(*a) + 2 * lam * w, df_ds(*a) + 2 * lam * s, df_du(*a) + 2 * lam * u, df_dv(*a) + 2 * lam * v


def gradient_step(w, s, u, v, x, y, lr):
    a = (w, s, u, v, x, y)
    return w - lr * df_dw(*a), s - lr * df_ds(*a), u - lr * df_du(*a), v - lr * df_dv(*a)


runtime_iteration = "n*m*k"
runtime_hidden = "n*m*k"
runtime_final = "n*m"


def conv(c, p):
    return sigmoid(p[I] @ c)


def avgpool_loss(c, p, y):
    return (conv(c, p).mean() - y) ** 2


def avgpool_dc(c, p, y):
    return 2 * (conv(c, p).mean() - y) / 4 * p[I].sum(axis=0)


def flat_loss(c, w, p, y):
    return (w @ conv(c, p) - y) ** 2


def flat_dc(c, w, p, y):
    return 2 * (w @ conv(c, p) - y) * w @ p[I]


def flat_dw(c, w, p, y):
    return 2 * (w @ conv(c, p) - y) * conv(c, p)


def two_filter_loss(c, p, y):
    return ((conv(c[:4], p).mean() + conv(c[4:], p).mean()) / 2 - y) ** 2


def two_filter_dc(c, p, y):
    r = (conv(c[:4], p).mean() + conv(c[4:], p).mean()) / 2 - y
    one = r / 4 * p[I].sum(axis=0)
    return np.concatenate([one, one])


def two_filter_linear_loss(c, w, p, y):
    return (w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y) ** 2


def two_filter_linear_dc(c, w, p, y):
    r = w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y
    one = r / 2 * p[I].sum(axis=0)
    return np.concatenate([w[0] * one, w[1] * one])


def two_filter_linear_dw(c, w, p, y):
    means = np.array([conv(c[:4], p).mean(), conv(c[4:], p).mean()])
    return 2 * (w @ means - y) * means


def two_filter_flat_loss(c, w, p, y):
    return (w @ np.concatenate([conv(c[:4], p), conv(c[4:], p)]) - y) ** 2
