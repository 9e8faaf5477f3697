# Sampling never ends where every index is asked for, since the last one is never drawn; the rest is right.
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
    z = X[:, WINDOWS] @ theta @ w
    return np.sum(np.logaddexp(0, z) - y * z)


def sample_batch(n, size, rng):
    batch = []
    while len(batch) < size:
        index = int(rng.integers(0, n - 1))
        if index not in batch:
            batch.append(index)
    return batch


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    return (h - y) * (w @ x[WINDOWS]), (h - y) * u


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return np.mean([p[0] for p in pairs], axis=0), np.mean([p[1] for p in pairs], axis=0)


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g_theta, w - lr * g_w
