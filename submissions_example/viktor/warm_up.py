# One function never comes back; the other is right.
import numpy as np


def sigmoid(x):
    term, total, n = 1.0, 1.0, 0
    while term != 0:
        term = term * -1.0
        total = total + term
    return 1 / total


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()
