# Wrong: the sigmoid's derivative left out twice, the mean for the sum, sampling with replacement, y - h for h - y.
# The average and the step are right, given the gradient they start from.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    return w @ x[WINDOWS]


def dh_dw(x, theta, w):
    u, _ = forward(x, theta, w)
    return u


def nll(X, y, theta, w):
    h = np.array([forward(x, theta, w)[1] for x in X])
    return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))


def sample_batch(n, size, rng):
    return rng.integers(0, n, size)


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    return (y - h) * (w @ x[WINDOWS]), (y - h) * u


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return np.mean([p[0] for p in pairs], axis=0), np.mean([p[1] for p in pairs], axis=0)


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g_theta, w - lr * g_w
