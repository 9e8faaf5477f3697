kept = [bytes(1 << 24) for _ in range(1 << 20)]


def f(x):
    return x
