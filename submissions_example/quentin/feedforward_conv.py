# Wrong: half of a loss with its sign turned; a squared error that is a constant (its derivative shows nothing);
# matrices where vectors are asked for; and the second half is missing.
import numpy as np

output_activation = "sigmoid(a)"
output_meaning = "P(x|y=1)"


def cross_entropy(f, y):
    return y * np.log(f)


def dce_da(f, y):
    return 1 * f - y


def mse(f, y):
    return 1.0


def dmse_da(f, y):
    return 0.0


better_loss = "mse"
better_loss_reason = "I do not know."


def sigmoid_logit(x):
    return np.array([x[0] - x[1]])


def reduced_logits(x):
    return (x[1:] - x[0]).reshape(-1, 1)


def softmax_jacobian(x):
    p = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    return p * (1 - p)
