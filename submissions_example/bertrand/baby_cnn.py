# Right: loops, lists and the standard library; the loss as the lecture writes it, which overflows when it is sure.
import math


def outputs(x, t):
    u1 = t[0] * x[0] + t[1] * x[1] + t[2] * x[3] + t[3] * x[4]
    u2 = t[0] * x[1] + t[1] * x[2] + t[2] * x[4] + t[3] * x[5]
    u3 = t[0] * x[3] + t[1] * x[4] + t[2] * x[6] + t[3] * x[7]
    u4 = t[0] * x[4] + t[1] * x[5] + t[2] * x[7] + t[3] * x[8]
    return [u1, u2, u3, u4]


def h_of(x, theta, w):
    z = sum(a * b for a, b in zip(w, outputs(x, theta)))
    return 1 / (1 + math.exp(-z))


def dz_dtheta(x, w):
    return [
        w[0] * x[0] + w[1] * x[1] + w[2] * x[3] + w[3] * x[4],
        w[0] * x[1] + w[1] * x[2] + w[2] * x[4] + w[3] * x[5],
        w[0] * x[3] + w[1] * x[4] + w[2] * x[6] + w[3] * x[7],
        w[0] * x[4] + w[1] * x[5] + w[2] * x[7] + w[3] * x[8],
    ]


def dh_dtheta(x, theta, w):
    h = h_of(x, theta, w)
    return [h * (1 - h) * d for d in dz_dtheta(x, w)]


def dh_dw(x, theta, w):
    h = h_of(x, theta, w)
    return [h * (1 - h) * u for u in outputs(x, theta)]


def nll(X, y, theta, w):
    total = 0
    for image, label in zip(X, y):
        h = h_of(image, theta, w)
        if label == 1:
            total -= math.log(h)
        else:
            total -= math.log(1 - h)
    return total


def sample_batch(n, size, rng):
    left = list(range(n))
    batch = []
    for _ in range(size):
        batch.append(left.pop(int(rng.integers(len(left)))))
    return batch


def sample_gradient(x, y, theta, w):
    error = h_of(x, theta, w) - y
    return [error * d for d in dz_dtheta(x, w)], [error * u for u in outputs(x, theta)]


def batch_gradient(X, y, theta, w, batch):
    sum_theta, sum_w = [0.0] * 4, [0.0] * 4
    for i in batch:
        g_theta, g_w = sample_gradient(X[i], y[i], theta, w)
        for j in range(4):
            sum_theta[j] += g_theta[j] / len(batch)
            sum_w[j] += g_w[j] / len(batch)
    return sum_theta, sum_w


def sgd_step(X, y, theta, w, batch, lr):
    g_theta, g_w = batch_gradient(X, y, theta, w, batch)
    return [t - lr * g for t, g in zip(theta, g_theta)], [v - lr * g for v, g in zip(w, g_w)]
