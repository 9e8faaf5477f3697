# Shows: most functions missing, one misspelt, one that raises, one that is no function.
import numpy as np


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def loss(w, s, u, v, x, y):
    return (w[0] * sigmoid(s @ x) + w[1] * sigmoid(u @ x) + w[2] * sigmoid(v @ x) - y) ** 2


def df_dW(w, s, u, v, x, y):
    z = np.array([sigmoid(s @ x), sigmoid(u @ x), sigmoid(v @ x)])
    return 2 * (w @ z - y) * z


def df_ds(w, s, u, v, x, y):
    return 2 * (w @ z - y) * w[0] * x  # z is not defined


df_du = 0.0
runtime_final = "n*k"


def avgpool_dc(c, p, y):
    pass
