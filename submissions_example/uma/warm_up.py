# One function raises, and so does the last line of the file; what stands before it is there all the same.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def softmax(x):
    powers = np.exp(x - x.max())
    return powers / powers.total()


print("my test:", softmax(np.array([1.0, 2.0])))
