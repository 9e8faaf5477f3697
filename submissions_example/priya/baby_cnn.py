# Wrong: two mistakes at once in the derivative, the loss and the gradient; what follows is right, given those.
import numpy as np

WINDOWS = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def forward(x, theta, w):
    u = x[WINDOWS] @ theta
    return u, 1 / (1 + np.exp(-(w @ u)))


def dh_dtheta(x, theta, w):
    return (w @ x[WINDOWS])[::-1]


def dh_dw(x, theta, w):
    u, h = forward(x, theta, w)
    return u * h - u * h**2


def nll(X, y, theta, w):
    h = np.array([forward(x, theta, w)[1] for x in X])
    return -np.mean(y * np.log2(h) + (1 - y) * np.log2(1 - h))


def sample_batch(n, size, rng):
    return rng.choice(np.arange(n), size, replace=False)


def sample_gradient(x, y, theta, w):
    u, h = forward(x, theta, w)
    slope = h * (1 - h)
    return (y - h) * slope * (w @ x[WINDOWS]), (y - h) * slope * u


def batch_gradient(X, y, theta, w, batch):
    pairs = [sample_gradient(X[i], y[i], theta, w) for i in batch]
    return np.mean([p[0] for p in pairs], axis=0), np.mean([p[1] for p in pairs], axis=0)


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g_theta, w - lr * g_w
