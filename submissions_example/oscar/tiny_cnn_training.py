# Shows: factors of averages lost on the way: the 1/4 in the derivatives alone, the 1/2 of the two filters in
# the loss and the derivative; and the square root of the loss in the first network.
import numpy as np

I = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def z(s, u, v, x):
    return np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])


def loss(w, s, u, v, x, y):
    return (w @ z(s, u, v, x) - y) ** 2


def df_dw(w, s, u, v, x, y):
    return 2 * np.sqrt(loss(w, s, u, v, x, y)) * z(s, u, v, x)


def df_ds(w, s, u, v, x, y):
    h = sigmoid(s @ x)
    return 2 * np.sqrt(loss(w, s, u, v, x, y)) * w[0] * h * (1 - h) * x


def df_du(w, s, u, v, x, y):
    h = sigmoid(u @ x)
    return 2 * np.sqrt(loss(w, s, u, v, x, y)) * w[1] * h * (1 - h) * x


def df_dv(w, s, u, v, x, y):
    h = sigmoid(v @ x)
    return 2 * np.sqrt(loss(w, s, u, v, x, y)) * w[2] * h * (1 - h) * x


def regularised_loss(w, s, u, v, x, y, lam):
    return loss(w, s, u, v, x, y) + lam * ((w**2).sum() + (s**2).sum() + (u**2).sum() + (v**2).sum())


def regularised_gradients(w, s, u, v, x, y, lam):
    a = (w, s, u, v, x, y)
    return df_dw(*a) + 2 * lam * w, df_ds(*a) + 2 * lam * s, df_du(*a) + 2 * lam * u, df_dv(*a) + 2 * lam * v


def gradient_step(w, s, u, v, x, y, lr):
    a = (w, s, u, v, x, y)
    return w - lr * df_dw(*a), s - lr * df_ds(*a), u - lr * df_du(*a), v - lr * df_dv(*a)


runtime_iteration = "n + m"
runtime_hidden = "k*(m*n + n)"
runtime_final = "k*n"


def conv(c, p):
    return sigmoid(p[I] @ c)


def back(c, p):
    return (conv(c, p) * (1 - conv(c, p))) @ p[I]


def avgpool_loss(c, p, y):
    return (conv(c, p).mean() - y) ** 2


def avgpool_dc(c, p, y):
    return 2 * (conv(c, p).mean() - y) * back(c, p)


def flat_loss(c, w, p, y):
    return (w @ conv(c, p) - y) ** 2


def flat_dc(c, w, p, y):
    return 2 * np.sqrt(flat_loss(c, w, p, y)) * (w * conv(c, p) * (1 - conv(c, p))) @ p[I]


def flat_dw(c, w, p, y):
    return 2 * np.sqrt(flat_loss(c, w, p, y)) * conv(c, p)


def two_filter_loss(c, p, y):
    return (conv(c[:4], p).mean() + conv(c[4:], p).mean() - y) ** 2


def two_filter_dc(c, p, y):
    r = conv(c[:4], p).mean() + conv(c[4:], p).mean() - y
    return np.concatenate([r / 2 * back(c[:4], p), r / 2 * back(c[4:], p)])


def two_filter_linear_loss(c, w, p, y):
    return (w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y) ** 2


def two_filter_linear_dc(c, w, p, y):
    r = w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y
    return np.concatenate([2 * r * w[0] * back(c[:4], p), 2 * r * w[1] * back(c[4:], p)])


def two_filter_linear_dw(c, w, p, y):
    r = w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y
    return 2 * r * np.array([conv(c[:4], p).sum(), conv(c[4:], p).sum()])


def two_filter_flat_loss(c, w, p, y):
    return (w @ np.concatenate([conv(c[:4], p), conv(c[4:], p)]) - y) ** 2
