# Right: plain Python, loops and lists; formulas as strings in Python's syntax.
import math

output_activation = "1/(1 + exp(-a))"
output_meaning = "P(y=1|x)"
cross_entropy = "-y*log(f) - (1 - y)*log(1 - f)"
dce_da = "f - y"
mse = "(f - y)**2 / 2"
dmse_da = "(f - y)*f*(1 - f)"
better_loss = "cross-entropy"
better_loss_reason = "Squared error learns too slowly when the sigmoid is saturated at the wrong label."


def softmax_shift_steps(x, c):
    names = [str(s) for s in x]
    line1, line2, line3, line4 = [], [], [], []
    for a in names:
        line1.append(f"exp({a}+{c})/(" + "+".join(f"exp({b}+{c})" for b in names) + ")")
        line2.append(f"exp({a})*exp({c})/(" + "+".join(f"exp({b})*exp({c})" for b in names) + ")")
        line3.append(f"exp({c})*exp({a})/(exp({c})*(" + "+".join(f"exp({b})" for b in names) + "))")
        line4.append(f"exp({a})/(" + "+".join(f"exp({b})" for b in names) + ")")
    return [line1, line2, line3, line4]


def sigmoid_logit(x):
    return float(x[0]) - float(x[1])


def reduced_logits(x):
    y = []
    for i in range(1, len(x)):
        y.append(x[i] - x[0])
    return y


def softmax_jacobian(x):
    top = max(x)
    e = [math.exp(v - top) for v in x]
    p = [v / sum(e) for v in e]
    J = []
    for i in range(len(p)):
        row = []
        for j in range(len(p)):
            row.append(p[i] * ((1 if i == j else 0) - p[j]))
        J.append(row)
    return J


def tanh_parameters(W1, b1, W2, b2):
    half1 = [[v / 2 for v in row] for row in W1]
    half2 = [[v / 2 for v in row] for row in W2]
    bias = [b + sum(row) / 2 for b, row in zip(b2, W2)]
    return [half1, [v / 2 for v in b1], half2, bias]


conv_output_size = "floor((i + 2*p - k)/s) + 1"
last_layer_outputs = 65536
last_layer_weights = 18432


def convolve(x, w, mode):
    n, k = len(x), len(w)
    full = []
    for m in range(n + k - 1):
        total = 0.0
        for j in range(k):
            if 0 <= m - j < n:
                total += x[m - j] * w[j]
        full.append(total)
    if mode == "full":
        return full
    if mode == "valid":
        return full[k - 1 : n]
    start = k // 2
    return full[start : start + n]


valid_size = "d - k1 - k2 + 2"


def valid_jacobian(n, w):
    k = len(w)
    return [[w[m - i] if 0 <= m - i < k else 0 for m in range(n)] for i in range(n - k + 1)]


def valid_backward(grad_a, w):
    n = len(grad_a) + len(w) - 1
    out = [0.0] * n
    for i in range(len(grad_a)):
        for j in range(len(w)):
            out[i + j] += grad_a[i] * w[j]
    return out


full_size = "d + k1 + k2 - 2"


def full_jacobian(n, w):
    k = len(w)
    return [[w[m - i + k - 1] if 0 <= m - i + k - 1 < k else 0 for m in range(n)] for i in range(n + k - 1)]


def full_backward(grad_a, w):
    k = len(w)
    return [sum(grad_a[m + k - 1 - j] * w[j] for j in range(k)) for m in range(len(grad_a) - k + 1)]
