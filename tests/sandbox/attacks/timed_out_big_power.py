def f(x):
    return 7 ** (10**9)
