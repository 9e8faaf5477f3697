# The loss raises, since it mixes shapes; and the file stops at a forgotten name before the last two functions.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    _, h = forward(x, theta, w)
    return h * (1 - h) * (w @ x[WINDOWS])


def dh_dw(x, theta, w):
    u, h = forward(x, theta, w)
    return h * (1 - h) * u


def nll(X, y, theta, w):
    z = X[WINDOWS] @ theta @ w
    return np.sum(np.logaddexp(0, z) - y * z)


def sample_batch(n, size, rng):
    return rng.permutation(n)[:size]


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    return (h - y) * (w @ x[WINDOWS]), (h - y) * u


learning_rate = default_learning_rate


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return np.mean([p[0] for p in pairs], axis=0), np.mean([p[1] for p in pairs], axis=0)


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g_theta, w - lr * g_w
