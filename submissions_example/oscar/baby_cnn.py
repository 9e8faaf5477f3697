# Wrong: h for h(1-h), only half of the loss, the batch's sum over all images, and one update after the other.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    _, h = forward(x, theta, w)
    return h * (w @ x[WINDOWS])


def dh_dw(x, theta, w):
    u, h = forward(x, theta, w)
    return h * (1 - h) * u


def nll(X, y, theta, w):
    h = np.array([forward(x, theta, w)[1] for x in X])
    return -np.sum(y * np.log(h))


def sample_batch(n, size, rng):
    return list(range(size))


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    return (h - y) * (w @ x[WINDOWS]), (h - y) * u


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return sum(p[0] for p in pairs) / len(X), sum(p[1] for p in pairs) / len(X)


def sgd_step(X, y, theta, w, batch, lr):
    theta = theta - lr * np.mean([sample_gradient(X[i], y[i], theta, w)[0] for i in batch], axis=0)
    w = w - lr * np.mean([sample_gradient(X[i], y[i], theta, w)[1] for i in batch], axis=0)
    return theta, w
