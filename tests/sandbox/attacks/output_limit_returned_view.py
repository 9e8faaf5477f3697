import numpy as np


def f(x):
    return np.broadcast_to(4.0, (10**9,))
