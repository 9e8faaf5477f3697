# value: [0.0]
import numpy as np


def f(x):
    return np.ma.masked_array([0.0], [True])
