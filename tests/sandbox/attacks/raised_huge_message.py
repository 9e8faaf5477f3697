def f(x):
    raise ValueError("x" * 10**8)
