# Right: plain Python, loops and lists, no NumPy at all.
import math


def sigmoid(x):
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, list):
        return [sigmoid(entry) for entry in x]
    if x < 0:
        return math.exp(x) / (1 + math.exp(x))
    return 1 / (1 + math.exp(-x))


def softmax(x):
    top = max(x)
    weights = []
    for entry in x:
        weights.append(math.exp(entry - top))
    total = sum(weights)
    return [weight / total for weight in weights]
