def f(x):
    value = []
    for _ in range(10_000):
        value = [value]
    return value
