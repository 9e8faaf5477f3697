"""Shows: everything right in another style, with loops, lists and the math module."""

from math import exp


def sig(t):
    if t < -700:
        return 0.0
    return 1.0 / (1.0 + exp(-t))


def dot(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def zs(s, u, v, x):
    return [sig(dot(s, x)), sig(dot(u, x)), sig(dot(v, x))]


def loss(w, s, u, v, x, y):
    return (dot(w, zs(s, u, v, x)) - y) ** 2


def df_dw(w, s, u, v, x, y):
    z = zs(s, u, v, x)
    r = dot(w, z) - y
    return [2 * r * z[0], 2 * r * z[1], 2 * r * z[2]]


def unit(k, w, s, u, v, x, y):
    z = zs(s, u, v, x)
    r = dot(w, z) - y
    out = []
    for i in range(2):
        out.append(2 * r * w[k] * z[k] * (1 - z[k]) * x[i])
    return out


def df_ds(w, s, u, v, x, y):
    return unit(0, w, s, u, v, x, y)


def df_du(w, s, u, v, x, y):
    return unit(1, w, s, u, v, x, y)


def df_dv(w, s, u, v, x, y):
    return unit(2, w, s, u, v, x, y)


def regularised_loss(w, s, u, v, x, y, lam):
    penalty = 0
    for vector in [w, s, u, v]:
        for entry in vector:
            penalty += entry**2
    return loss(w, s, u, v, x, y) + lam * penalty


def regularised_gradients(w, s, u, v, x, y, lam):
    answer = []
    for vector, gradient in [(w, df_dw), (s, df_ds), (u, df_du), (v, df_dv)]:
        g = gradient(w, s, u, v, x, y)
        answer.append([g[i] + 2 * lam * vector[i] for i in range(len(g))])
    return answer


def gradient_step(w, s, u, v, x, y, lr):
    new = []
    for vector, gradient in [(w, df_dw), (s, df_ds), (u, df_du), (v, df_dv)]:
        g = gradient(w, s, u, v, x, y)
        new.append([vector[i] - lr * g[i] for i in range(len(g))])
    return new[0], new[1], new[2], new[3]


def runtime_iteration():
    return "O(3*m*n + 7)"


def runtime_hidden():
    return "n*m*k + n*k"


def runtime_final():
    return "2 n k"


def window(p, i):
    start = [0, 1, 3, 4][i]
    return [p[start], p[start + 1], p[start + 3], p[start + 4]]


def conv(c, p):
    return [sig(dot(window(p, i), c)) for i in range(4)]


def slopes(c, p, weights):
    z = conv(c, p)
    grad = [0.0, 0.0, 0.0, 0.0]
    for i in range(4):
        for j in range(4):
            grad[j] += weights[i] * z[i] * (1 - z[i]) * window(p, i)[j]
    return grad


def mean(values):
    return sum(values) / len(values)


def avgpool_loss(c, p, y):
    return (mean(conv(c, p)) - y) ** 2


def avgpool_dc(c, p, y):
    r = mean(conv(c, p)) - y
    return [r / 2 * g for g in slopes(c, p, [1, 1, 1, 1])]


def flat_loss(c, w, p, y):
    return (dot(w, conv(c, p)) - y) ** 2


def flat_dc(c, w, p, y):
    r = dot(w, conv(c, p)) - y
    return [2 * r * g for g in slopes(c, p, w)]


def flat_dw(c, w, p, y):
    z = conv(c, p)
    r = dot(w, z) - y
    return [2 * r * value for value in z]


def two_filter_loss(c, p, y):
    return ((mean(conv(c[:4], p)) + mean(conv(c[4:], p))) / 2 - y) ** 2


def two_filter_dc(c, p, y):
    r = (mean(conv(c[:4], p)) + mean(conv(c[4:], p))) / 2 - y
    return [r / 4 * g for g in slopes(c[:4], p, [1] * 4) + slopes(c[4:], p, [1] * 4)]


def two_filter_linear_loss(c, w, p, y):
    return (w[0] * mean(conv(c[:4], p)) + w[1] * mean(conv(c[4:], p)) - y) ** 2


def two_filter_linear_dc(c, w, p, y):
    r = w[0] * mean(conv(c[:4], p)) + w[1] * mean(conv(c[4:], p)) - y
    first = [r / 2 * w[0] * g for g in slopes(c[:4], p, [1] * 4)]
    second = [r / 2 * w[1] * g for g in slopes(c[4:], p, [1] * 4)]
    return first + second


def two_filter_linear_dw(c, w, p, y):
    means = [mean(conv(c[:4], p)), mean(conv(c[4:], p))]
    r = w[0] * means[0] + w[1] * means[1] - y
    return [2 * r * means[0], 2 * r * means[1]]


def two_filter_flat_loss(c, w, p, y):
    return (dot(w, conv(c[:4], p) + conv(c[4:], p)) - y) ** 2
