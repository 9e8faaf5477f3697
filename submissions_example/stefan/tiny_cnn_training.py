# Shows: only what combines several gradients is written, all of it in place of calling earlier functions.
import numpy as np

I = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


# the derivative of the sigmoid is missing
def regularised_gradients(w, s, u, v, x, y, lam):
    z = sigmoid(np.array([s @ x, u @ x, v @ x]))
    r = w @ z - y
    return (
        2 * (r * z + lam * w),
        2 * (r * w[0] * x + lam * s),
        2 * (r * w[1] * x + lam * u),
        2 * (r * w[2] * x + lam * v),
    )


# the root of the loss
def gradient_step(w, s, u, v, x, y, lr):
    z = sigmoid(np.array([s @ x, u @ x, v @ x]))
    root = np.sqrt((w @ z - y) ** 2)
    d = z * (1 - z) * w
    return (
        w - lr * 2 * root * z,
        s - lr * 2 * root * d[0] * x,
        u - lr * 2 * root * d[1] * x,
        v - lr * 2 * root * d[2] * x,
    )


# the root of the loss
def two_filter_linear_dc(c, w, p, y):
    z = [sigmoid(p[I] @ c[:4]), sigmoid(p[I] @ c[4:])]
    root = np.sqrt((w[0] * z[0].mean() + w[1] * z[1].mean() - y) ** 2)
    return np.concatenate([root / 2 * w[i] * (z[i] * (1 - z[i])) @ p[I] for i in (0, 1)])
