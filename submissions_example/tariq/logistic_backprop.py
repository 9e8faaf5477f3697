# Incomplete: two parts only.
import numpy as np


def dL_dw(w, x, y):
    h = 1 / (1 + np.exp(-(w @ x)))
    return -x * (y - h)


forward_table = [2, 3, 4, 5, 4, 3, 5]
