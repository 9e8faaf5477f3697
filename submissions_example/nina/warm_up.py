# Wrong: the sign in the sigmoid's exponent, and a softmax divided by its largest entry.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(x))


def softmax(x):
    return np.exp(x) / np.exp(np.max(x))
