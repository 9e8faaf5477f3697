# Wrong: a filter turned round, no minus sign in the loss, a squared error's gradient, sums for averages, and
# a step that goes up. The step is on top of the batch gradient, which is on top of the gradient.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    u = x[WINDOWS] @ theta[::-1]
    h = 1 / (1 + np.exp(-(w @ u)))
    return h * (1 - h) * (w @ x[WINDOWS])[::-1]


def dh_dw(x, theta, w):
    u, h = forward(x, theta, w)
    return h * (1 - h) * u


def nll(X, y, theta, w):
    h = np.array([forward(x, theta, w)[1] for x in X])
    return np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))


def sample_batch(n, size, rng):
    return rng.permutation(n)[:size]


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    return (h - y) * h * (1 - h) * (w @ x[WINDOWS]), (h - y) * h * (1 - h) * u


def batch_gradient(X, y, theta, w, batch):
    g_theta, g_w = np.zeros(4), np.zeros(4)
    for i in batch:
        a, b = sample_gradient(X[i], y[i], theta, w)
        g_theta += a
        g_w += b
    return g_theta, g_w


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta + lr * g_theta, w + lr * g_w
