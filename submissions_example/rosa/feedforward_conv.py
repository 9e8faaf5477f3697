# Wrong: base 2 and only half of the cross-entropy; an error to the fourth power, whose derivative is right given it; rounding by hand.
import numpy as np


def output_activation(a):
    return 1 / (1 + np.exp(-a))


output_meaning = "P(y=1|x)"
cross_entropy = "-y*log(f, 2)"
dce_da = "f*(1-y) - y*(1-f)"
mse = "(f-y)^4"
dmse_da = "4*(f-y)^3*f*(1-f)"
better_loss = "cross-entropy"
better_loss_reason = "See the lecture."


def sigmoid_logit(x):
    return round(float(x[0] - x[1]), 2)


conv_output_size = "(i + 2*p - k)/s + 1"
last_layer_outputs = (64, 32, 32)
last_layer_weights = 64 * 3 * 3 * 3
valid_size = "d - k1 - k2"
full_size = "d + k1 + k2 - 2 + 0*d"
