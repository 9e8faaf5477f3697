# Wrong: a gradient of zeros (the update is right given it, but shows nothing), and most of the rest is missing.
import numpy as np


def dL_dw(w, x, y):
    return np.zeros(len(w))


def sgd_update(w, x, y, eta):
    return w - eta * dL_dw(w, x, y)


backprop_partials = (0.21, 0.0, 0.105, 0.0, -0.105, 0.0)
