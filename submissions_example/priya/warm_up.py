# Wrong: two mistakes in the sigmoid at once; the softmax subtracts the maximum and stops there.
import numpy as np


def sigmoid(x):
    return np.tanh(-np.asarray(x))


def softmax(x):
    return np.exp(x - np.max(x))
