# Wrong: the sign of the gradient (the update is right given it), two entries of the table, the sign of x2 in the
# forward values (the partial derivatives are right given them), and the ReLU's gate.
import numpy as np


def s(z):
    return 1 / (1 + np.exp(-z))


def dL_dw(w, x, y):
    return x * (y - s(w @ x))


def sgd_update(w, x, y, eta):
    return w - eta * dL_dw(w, x, y)


forward_table = [2, 3, 4, 6, 4, 4, 5]

r1, r2 = 4 + 2, 1 + 2
s1, s2 = s(r1), s(r2)
forward_values = (r1, r2, s1, s2, s1 + s2)
backprop_partials = (
    r1 * s1 * (1 - s1),
    r2 * s2 * (1 - s2),
    s1 * (1 - s1),
    s2 * (1 - s2),
    -s1 * (1 - s1),
    -s2 * (1 - s2),
)


def network_partials(x1, x2, a, b, c, d, e, f):
    r1, r2 = max(c * x1 + e * x2, 0), max(d * x1 + f * x2, 0)
    k1, k2 = s(a * r1) * (1 - s(a * r1)), s(b * r2) * (1 - s(b * r2))
    return np.array([r1 * k1, r2 * k2, a * k1 * x1, b * k2 * x1, a * k1 * x2, b * k2 * x2])
