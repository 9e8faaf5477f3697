# Shows: the lecture notes of source 003 as they stand, their derivatives with the square root of the loss.
# What the notes leave to the reader is missing here too: the gradients of the regularised loss, the running
# time of the first network, and exercises 3 and 4 (here 5.loss, 5.dc, 5.dw and 6.loss). For u and v the notes
# say "in the same way", so they are as s.
import numpy as np


def sigma(x):
    return 1 / (1 + np.exp(-x))


def z(s, u, v, x):
    return np.array([sigma(np.dot(s, x)), sigma(np.dot(u, x)), sigma(np.dot(v, x))])


def loss(w, s, u, v, x, y):
    return (np.dot(w, z(s, u, v, x)) - y) ** 2


def df_dw(w, s, u, v, x, y):
    # the notes end with the residual itself here
    return 2 * (np.dot(w, z(s, u, v, x)) - y) * z(s, u, v, x)


def df_ds(w, s, u, v, x, y):
    f = loss(w, s, u, v, x, y)
    return 2 * np.sqrt(f) * w[0] * sigma(np.dot(s, x)) * (1 - sigma(np.dot(s, x))) * np.array([x[0], x[1]])


def df_du(w, s, u, v, x, y):
    f = loss(w, s, u, v, x, y)
    return 2 * np.sqrt(f) * w[1] * sigma(np.dot(u, x)) * (1 - sigma(np.dot(u, x))) * np.array([x[0], x[1]])


def df_dv(w, s, u, v, x, y):
    f = loss(w, s, u, v, x, y)
    return 2 * np.sqrt(f) * w[2] * sigma(np.dot(v, x)) * (1 - sigma(np.dot(v, x))) * np.array([x[0], x[1]])


def regularised_loss(w, s, u, v, x, y, lam):
    squares = w[0] ** 2 + w[1] ** 2 + w[2] ** 2
    squares += s[0] ** 2 + s[1] ** 2 + u[0] ** 2 + u[1] ** 2 + v[0] ** 2 + v[1] ** 2
    return loss(w, s, u, v, x, y) + lam * squares


def gradient_step(w, s, u, v, x, y, lr):
    # "we then update each weight w with w = w - eta df/dw"
    return (
        w - lr * df_dw(w, s, u, v, x, y),
        s - lr * df_ds(w, s, u, v, x, y),
        u - lr * df_du(w, s, u, v, x, y),
        v - lr * df_dv(w, s, u, v, x, y),
    )


runtime_hidden = "O(mnk)"
runtime_final = "O(nk)"


def conv(c, p):
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = p
    c1, c2, c3, c4 = c
    return np.array(
        [
            sigma(c1 * p1 + c2 * p2 + c3 * p4 + c4 * p5),
            sigma(c1 * p2 + c2 * p3 + c3 * p5 + c4 * p6),
            sigma(c1 * p4 + c2 * p5 + c3 * p7 + c4 * p8),
            sigma(c1 * p5 + c2 * p6 + c3 * p8 + c4 * p9),
        ]
    )


def dz_dc(c, p):
    # row i: the derivatives of z_i by c1 ... c4
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = p
    pixels = np.array([[p1, p2, p4, p5], [p2, p3, p5, p6], [p4, p5, p7, p8], [p5, p6, p8, p9]])
    slope = conv(c, p) * (1 - conv(c, p))
    return slope[:, None] * pixels


def avgpool_loss(c, p, y):
    z1, z2, z3, z4 = conv(c, p)
    return ((z1 + z2 + z3 + z4) / 4 - y) ** 2


def avgpool_dc(c, p, y):
    dz1, dz2, dz3, dz4 = dz_dc(c, p)
    return 1 / 2 * np.sqrt(avgpool_loss(c, p, y)) * (dz1 + dz2 + dz3 + dz4)


def flat_loss(c, w, p, y):
    return (np.dot(conv(c, p), w) - y) ** 2


def flat_dc(c, w, p, y):
    dz1, dz2, dz3, dz4 = dz_dc(c, p)
    return 2 * np.sqrt(flat_loss(c, w, p, y)) * (w[0] * dz1 + w[1] * dz2 + w[2] * dz3 + w[3] * dz4)


def flat_dw(c, w, p, y):
    return 2 * np.sqrt(flat_loss(c, w, p, y)) * conv(c, p)


def two_filter_loss(c, p, y):
    z1, z2, z3, z4 = conv(c[:4], p)
    z5, z6, z7, z8 = conv(c[4:], p)
    return (((z1 + z2 + z3 + z4) / 4 + (z5 + z6 + z7 + z8) / 4) / 2 - y) ** 2


def two_filter_dc(c, p, y):
    root = np.sqrt(two_filter_loss(c, p, y))
    return np.concatenate([root / 4 * dz_dc(c[:4], p).sum(axis=0), root / 4 * dz_dc(c[4:], p).sum(axis=0)])
