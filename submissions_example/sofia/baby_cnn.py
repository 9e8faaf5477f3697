# Right: the image as a 3x3 array, single precision, another generator, and a loss with clipped probabilities.
import random

import numpy as np

F = np.float32


def windows(x):
    image = np.asarray(x, dtype=F).reshape(3, 3)
    return np.lib.stride_tricks.sliding_window_view(image, (2, 2)).reshape(4, 4)


def h(x, theta, w):
    z = np.einsum("i,ij,j->", np.asarray(w, F), windows(x), np.asarray(theta, F))
    return (1 + np.tanh(z / 2)) / 2


def dh_dtheta(x, theta, w):
    p = h(x, theta, w)
    return (p - p**2) * np.einsum("i,ij->j", np.asarray(w, F), windows(x))


def dh_dw(x, theta, w):
    p = h(x, theta, w)
    return (p - p**2) * windows(x).dot(np.asarray(theta, F))


def nll(X, y, theta, w):
    p = np.array([h(x, theta, w) for x in X], dtype=float).clip(1e-12, 1 - 1e-12)
    return float(-np.log(np.where(np.asarray(y) == 1, p, 1 - p)).sum())


def sample_batch(n, size, rng):
    return random.sample(range(n), size)


def sample_gradient(x, y, theta, w):
    if y == 1:
        factor = -(1 - h(x, theta, w))
    else:
        factor = h(x, theta, w)
    return factor * windows(x).T.dot(np.asarray(w, F)), factor * windows(x).dot(np.asarray(theta, F))


def batch_gradient(X, y, theta, w, batch):
    gradients = np.array([sample_gradient(X[i], y[i], theta, w) for i in batch])
    return tuple(gradients.mean(axis=0))


def sgd_step(X, y, theta, w, batch, lr):
    both = np.array([theta, w]) - lr * np.array(batch_gradient(X, y, theta, w, batch))
    return both[0], both[1]
