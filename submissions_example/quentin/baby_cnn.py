# Wrong: only the windows of the derivative are turned round, the loss to base 10, the gradient zero for every image.
# The average and the step would be right given that gradient; but a gradient of zero leaves nothing to show there.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    _, h = forward(x, theta, w)
    return h * (1 - h) * (w @ x[WINDOWS[:, ::-1]])


def dh_dw(x, theta, w):
    u, h = forward(x, theta, w)
    return h * (1 - h) * u


def nll(X, y, theta, w):
    h = np.array([forward(x, theta, w)[1] for x in X])
    return -np.sum(y * np.log10(h) + (1 - y) * np.log10(1 - h))


def sample_batch(n, size, rng):
    return np.random.default_rng(2).choice(n, size, replace=False)


def sample_gradient(x, y, theta, w):
    return np.zeros(4), np.zeros(4)


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return np.mean([p[0] for p in pairs], axis=0), np.mean([p[1] for p in pairs], axis=0)


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g_theta, w - lr * g_w
