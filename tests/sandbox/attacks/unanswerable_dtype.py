import numpy as np


def f(x):
    return np.array([(4.0, 1)], dtype=[("a", "f8"), ("b", "i4")])
