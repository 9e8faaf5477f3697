# Wrong: tanh for the sigmoid, and a softmax that is not normalised.
import numpy as np


def sigmoid(x):
    return np.tanh(x)


def softmax(x):
    return np.exp(x)
