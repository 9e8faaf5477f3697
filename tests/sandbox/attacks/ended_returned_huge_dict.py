def f(x):
    return dict.fromkeys(range(2 * 10**6))
