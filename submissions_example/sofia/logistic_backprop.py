# Right: tanh in the place of the exponential, single precision, functions without arguments for the constants.
import numpy as np

F = np.float32


def sigma(z):
    return (1 + np.tanh(np.asarray(z, F) / 2)) / 2


def dL_dw(w, x, y):
    w, x = np.asarray(w, F), np.asarray(x, F)
    return -x * (F(y) - sigma(np.dot(w, x)))


def sgd_update(w, x, y, eta):
    return np.add(w, -eta * dL_dw(w, x, y))


def forward_table():
    return np.array([2.0, 3.0, 4.0, 5.0, 4.0, 3.0, 5.0])


def forward_values():
    return [2.0, 0.0, 0.881, 0.5, 1.381]


def backprop_partials():
    r1, r2, s1, s2, _ = forward_values()
    return [r1 * s1 * (1 - s1), 0, s1 * (1 - s1), 0, -s1 * (1 - s1), 0]


def network_partials(x1, x2, a, b, c, d, e, f):
    r = np.maximum(np.array([[c, e], [d, f]], F) @ np.array([x1, x2], F), 0)
    t = np.tanh(np.array([a, b], F) * r / 2)
    slope = (1 - t**2) / 4
    inner = np.array([a, b], F) * slope * np.heaviside(r, 0)
    return np.r_[slope * r, np.outer([x1, x2], inner).ravel()]
