# Shows: a true convolution, the filter turned by 180 degrees, in every network with a filter.
import numpy as np


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def windows(p):
    p = np.asarray(p).reshape(3, 3)
    return np.array([p[i : i + 2, j : j + 2].ravel()[::-1] for i in (0, 1) for j in (0, 1)])


def conv(c, p):
    return sigmoid(windows(p) @ c)


def z(s, u, v, x):
    return sigmoid(np.array([s, u, v]) @ x)


def loss(w, s, u, v, x, y):
    return (w @ z(s, u, v, x) - y) ** 2


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
    return df_dw(*a) + 2 * lam * w, df_ds(*a) + 2 * lam * s, df_du(*a) + 2 * lam * u, df_dv(*a) + 2 * lam * v


def gradient_step(w, s, u, v, x, y, lr):
    a = (w, s, u, v, x, y)
    return w - lr * df_dw(*a), s - lr * df_ds(*a), u - lr * df_du(*a), v - lr * df_dv(*a)


runtime_iteration = "Theta(m n)"
runtime_hidden = "m n k + k^2"
runtime_final = "n*k + n"


def avgpool_loss(c, p, y):
    return (conv(c, p).mean() - y) ** 2


def avgpool_dc(c, p, y):
    h = conv(c, p)
    return (h.mean() - y) / 2 * (h * (1 - h)) @ windows(p)


def flat_loss(c, w, p, y):
    return (w @ conv(c, p) - y) ** 2


def flat_dc(c, w, p, y):
    h = conv(c, p)
    return 2 * (w @ h - y) * (w * h * (1 - h)) @ windows(p)


def flat_dw(c, w, p, y):
    h = conv(c, p)
    return 2 * (w @ h - y) * h


def two_filter_loss(c, p, y):
    return ((conv(c[:4], p).mean() + conv(c[4:], p).mean()) / 2 - y) ** 2


def two_filter_dc(c, p, y):
    h = [conv(c[:4], p), conv(c[4:], p)]
    r = (h[0].mean() + h[1].mean()) / 2 - y
    return np.concatenate([r / 4 * (one * (1 - one)) @ windows(p) for one in h])


def two_filter_linear_loss(c, w, p, y):
    return (w[0] * conv(c[:4], p).mean() + w[1] * conv(c[4:], p).mean() - y) ** 2


def two_filter_linear_dc(c, w, p, y):
    h = [conv(c[:4], p), conv(c[4:], p)]
    r = w[0] * h[0].mean() + w[1] * h[1].mean() - y
    return np.concatenate([r / 2 * a * (one * (1 - one)) @ windows(p) for a, one in zip(w, h)])


def two_filter_linear_dw(c, w, p, y):
    means = np.array([conv(c[:4], p).mean(), conv(c[4:], p).mean()])
    return 2 * (w @ means - y) * means


def two_filter_flat_loss(c, w, p, y):
    return (w @ np.concatenate([conv(c[:4], p), conv(c[4:], p)]) - y) ** 2
