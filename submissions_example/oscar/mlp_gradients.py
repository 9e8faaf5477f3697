# Shows: two known mistakes in one part, and answers that can't be read or are none.
import numpy as np

sigmoid_grad = "sigma(x)(1 - sigma(x)"  # a bracket is missing
sigmoid_from_tanh = "sigmoid(x)"  # right value, no tanh
log_sigmoid_from_softplus = "-log(1 + exp(-x), 2)/log(e, 2)"  # right, if roundabout
parameter_count = "d_h*d + m*(d_h + 1)"  # the first bias


def softplus_difference_steps(x):  # starts a line too late
    return ["log((1+exp(x))/(1+exp(-x)))", "log(exp(x)*(exp(-x)+1)/(1+exp(-x)))", "x"]


def softmax_shift_steps(x, c):
    return "exp(c) cancels"


softmax_is_scale_invariant = "no"


def gradient_descent_step(params, grads, lr):  # in place, and up instead of down
    for p, g in zip(params, grads):
        p += lr * g
    return params


def grad_output(o_s, y):  # the sign, and the 1 in every entry
    return 1 - o_s


def softmax(o_a):
    return softmax(o_a - np.max(o_a))


def loss(o_a, y):
    return np.log(np.exp(o_a).sum()) - o_a[int(np.argmax(o_a))]


def grad_hidden(grad_o, W2):
    return (W2.T @ grad_o)[:, None]


def relu_jacobian(h_a):
    raise NotImplementedError


layer_shapes = ((28, 28, 6), (14, 14, 6), (10, 10, 16))  # channels last
parameter_counts = [0, 156, 2400]
kernel_and_stride = "any k and s with (64 - k)/s = 5"
kernel_and_stride_dilated = {1: 31, 3: 26, 5: 15}
