# Incomplete: only the first question's choices and the sizes.
output_meaning = "P(y=1|x)"
better_loss = "cross-entropy"
last_layer_outputs = 65536


def valid_size(d, k1, k2):
    return d - k1 - k2 + 2
