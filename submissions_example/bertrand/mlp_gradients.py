"""Shows: everything right in another style, with loops, lists and the math module; subgradients of its own."""

import math


def relu_grad(x):
    return [1 if value > 0 else 0.5 if value == 0 else 0 for value in x]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def sigmoid_grad(x):
    return math.exp(-x) / (1 + math.exp(-x)) ** 2


sigmoid_from_tanh = "1/2*tanh(x/2) + 1/2"


def log_sigmoid_from_softplus(x):
    return -math.log(1 + math.exp(-x))


def softplus_difference_steps(x):
    return [
        "ln(1 + e^x) - ln(1 + e^(-x))",
        "ln(e^x*(e^(-x) + 1)) - ln(1 + e^(-x))",
        "ln(e^x) + ln(e^(-x) + 1) - ln(1 + e^(-x))",
        "x",
    ]


def sign_from_indicators(x):
    signs = []
    for value in x:
        signs.append(int(value > 0) - int(value < 0))
    return signs


def grad_squared_norm(x):
    return [value + value for value in x]


def grad_l1_norm(x):
    return [1 if value >= 0 else -1 for value in x]


def softmax_is_scale_invariant():
    return False


def softmax_scaled(p, c):
    powers = [entry**c for entry in p]
    return [power / sum(powers) for power in powers]


def softmax_shift_steps(x, c):
    names = [str(value) for value in x]
    total_shifted = "(" + " + ".join(f"e^({name} + {c})" for name in names) + ")"
    total = "(" + " + ".join(f"e^{name}" for name in names) + ")"
    return [
        [f"e^({name} + {c})/{total_shifted}" for name in names],
        [f"e^{name}*e^{c}/(e^{c}*{total})" for name in names],
        [f"e^{name}/{total}" for name in names],
    ]


def softmax(o_a):
    biggest = max(o_a)
    powers = [math.exp(value - biggest) for value in o_a]
    return [power / sum(powers) for power in powers]


def dsoftmax_dxj(x, i, j):
    s = softmax(x)
    if i == j:
        return s[i] * (1 - s[i])
    return -s[i] * s[j]


def softmax_jacobian(x):
    n = len(x)
    return [[dsoftmax_dxj(x, i, j) for j in range(n)] for i in range(n)]


def sigmoid_vjp(x, g):
    return [sigmoid(x[i]) * (1 - sigmoid(x[i])) * g[i] for i in range(len(x))]


def softmax_vjp(x, g):
    s = softmax(x)
    average = 0.0
    for i in range(len(x)):
        average += s[i] * g[i]
    return [s[i] * (g[i] - average) for i in range(len(x))]


def dot(a, b):
    return sum(a[i] * b[i] for i in range(len(a)))


def hidden(W1, b1, x):
    h_a = [dot(W1[j], x) + b1[j] for j in range(len(b1))]
    h_s = [value if value > 0 else 0.0 for value in h_a]
    return [h_a, h_s]


def output_preactivation(W2, b2, h_s):
    return [dot(W2[k], h_s) + b2[k] for k in range(len(b2))]


def loss(o_a, y):
    biggest = max(o_a)
    total = 0.0
    for value in o_a:
        total += math.exp(value - biggest)
    return biggest + math.log(total) - o_a[y]


def parameter_count(d, d_h, m):
    count = 0
    for inputs, outputs in [(d, d_h), (d_h, m)]:
        count += inputs * outputs + outputs
    return count


def gradient_descent_step(params, grads, lr):
    new = []
    for i in range(len(params)):
        fresh = params[i].copy()
        fresh -= lr * grads[i]
        new.append(fresh)
    return new


def grad_output(o_s, y):
    return [o_s[k] - 1 if k == y else o_s[k] for k in range(len(o_s))]


def grad_W2_kj(grad_o, h_s, k, j):
    return h_s[j] * grad_o[k]


def grad_W2(grad_o, h_s):
    return [[grad_o[k] * h_s[j] for j in range(len(h_s))] for k in range(len(grad_o))]


def grad_b2(grad_o):
    return list(grad_o)


def grad_hidden_j(grad_o, W2, j):
    return sum(grad_o[k] * W2[k][j] for k in range(len(grad_o)))


def grad_hidden(grad_o, W2):
    return [grad_hidden_j(grad_o, W2, j) for j in range(len(W2[0]))]


def grad_preactivation(grad_h, h_a):
    return [grad_h[j] if h_a[j] >= 0 else 0 for j in range(len(h_a))]


def relu_jacobian(h_a):
    n = len(h_a)
    return [[1 if i == j and h_a[i] >= 0 else 0 for j in range(n)] for i in range(n)]


def grad_W1_ji(grad_ha, x, j, i):
    return x[i] * grad_ha[j]


def grad_W1(grad_ha, x):
    return [[grad_ha[j] * x[i] for i in range(len(x))] for j in range(len(grad_ha))]


def grad_b1(grad_ha):
    return list(grad_ha)


def grad_input(grad_ha, W1):
    return [sum(W1[j][i] * grad_ha[j] for j in range(len(grad_ha))) for i in range(len(W1[0]))]


def layer_shapes():
    first = 32 - 5 + 1
    pooled = first // 2
    last = pooled - 5 + 1
    return [[6, first, first], [6, pooled, pooled], [16, last, last]]


def parameter_counts():
    return [0, 6 * 5 * 5 * 1, 16 * 5 * 5 * 6]


kernel_and_stride = [(k, s) for s in range(1, 12) for k in range(1, 65) if (64 - k) // s + 1 == 6]
kernel_and_stride_dilated = [(k, s) for s in range(1, 12) for k in range(1, 34) if (67 - 2 * k) // s + 1 == 6]
kernel_and_stride_padded = [(k, s) for s in range(1, 12) for k in range(1, 67) if (66 - k) // s + 1 == 6]
