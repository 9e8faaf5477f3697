# Shows: other readings of the known mistakes, and two of them at once.
import numpy as np

I = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def conv(c, p):
    return sigmoid(p[I] @ c)


def unit(t):
    h = sigmoid(t)
    return h * (1 - h)


def root(w, s, u, v, x, y):
    return abs(w[0] * sigmoid(s @ x) + w[1] * sigmoid(u @ x) + w[2] * sigmoid(v @ x) - y)


# the root of the loss and no derivative of the sigmoid
def df_ds(w, s, u, v, x, y):
    return 2 * root(w, s, u, v, x, y) * w[0] * x


def df_du(w, s, u, v, x, y):
    return 2 * root(w, s, u, v, x, y) * w[1] * x


# right
def df_dv(w, s, u, v, x, y):
    r = w[0] * sigmoid(s @ x) + w[1] * sigmoid(u @ x) + w[2] * sigmoid(v @ x) - y
    return 2 * r * w[2] * unit(v @ x) * x


# no earlier function is used here, and the root is in all four
def regularised_gradients(w, s, u, v, x, y, lam):
    r = root(w, s, u, v, x, y)
    z = np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])
    return (
        2 * r * z + 2 * lam * w,
        2 * r * w[0] * unit(s @ x) * x + 2 * lam * s,
        2 * r * w[1] * unit(u @ x) * x + 2 * lam * u,
        2 * r * w[2] * unit(v @ x) * x + 2 * lam * v,
    )


# nor is any here, and the derivative of the sigmoid is missing
def gradient_step(w, s, u, v, x, y, lr):
    z = np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])
    step = 2 * lr * (w @ z - y)
    return w - step * z, s - step * w[0] * x, u - step * w[1] * x, v - step * w[2] * x


# the windows turned in the derivative alone
def flat_dc(c, w, p, y):
    z = conv(c, p)
    return 2 * (w @ z - y) * (w * z * (1 - z)) @ p[I][:, ::-1]


# the root of the loss and no pooling factor in the derivative
def avgpool_dc(c, p, y):
    z = conv(c, p)
    return 2 * abs(z.mean() - y) * (z * (1 - z)) @ p[I]


# the factor of the two filters missing in the derivative alone
def two_filter_dc(c, p, y):
    z = [conv(c[:4], p), conv(c[4:], p)]
    r = (z[0].mean() + z[1].mean()) / 2 - y
    return np.concatenate([r / 2 * (one * (1 - one)) @ p[I] for one in z])


# neither factor in the loss: a plain sum of eight outputs
def two_filter_loss(c, p, y):
    return (conv(c[:4], p).sum() + conv(c[4:], p).sum() - y) ** 2


# no derivative of the sigmoid, and the filter turned throughout
def two_filter_linear_dc(c, w, p, y):
    seen = p[I][:, ::-1]
    means = [sigmoid(seen @ c[:4]).mean(), sigmoid(seen @ c[4:]).mean()]
    r = w[0] * means[0] + w[1] * means[1] - y
    return np.concatenate([r / 2 * w[0] * seen.sum(axis=0), r / 2 * w[1] * seen.sum(axis=0)])


# the root of the loss
def two_filter_linear_dw(c, w, p, y):
    means = np.array([conv(c[:4], p).mean(), conv(c[4:], p).mean()])
    return 2 * np.sqrt((w @ means - y) ** 2) * means
