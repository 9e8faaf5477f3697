# Right: loops, the chain rule written out, and the rounded numbers that one gets by hand.
from math import exp


def h(w, x):
    z = 0
    for i in range(len(w)):
        z += w[i] * x[i]
    return 1 / (1 + exp(-z))


def dL_dw(w, x, y):
    p = h(w, x)
    slope = p * (1 - p)
    gradient = []
    for j in range(len(w)):
        if y == 1:
            gradient.append(-1 / p * slope * x[j])
        else:
            gradient.append(1 / (1 - p) * slope * x[j])
    return gradient


def sgd_update(w, x, y, eta):
    new = []
    for j in range(len(w)):
        new.append(w[j] + eta * x[j] * (y - h(w, x)))
    return new


forward_table = (2, 3, 4, 5, 4, 3, 5)
forward_values = (2, 0, 0.9, 0.5, 1.4)
backprop_partials = (0.18, 0, 0.09, 0, -0.09, 0)


def network_partials(x1, x2, a, b, c, d, e, f):
    z1 = c * x1 + e * x2
    z2 = d * x1 + f * x2
    r1 = z1 if z1 > 0 else 0
    r2 = z2 if z2 > 0 else 0
    s1 = 1 / (1 + exp(-a * r1))
    s2 = 1 / (1 + exp(-b * r2))
    dr1 = a * s1 * (1 - s1) if z1 > 0 else 0
    dr2 = b * s2 * (1 - s2) if z2 > 0 else 0
    return [r1 * s1 * (1 - s1), r2 * s2 * (1 - s2), dr1 * x1, dr2 * x1, dr1 * x2, dr2 * x2]
