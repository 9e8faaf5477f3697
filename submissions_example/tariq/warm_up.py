# Incomplete: one function is missing, under a name that is almost right.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def soft_max(x):
    return np.exp(x) / np.sum(np.exp(x))
