import warnings


def f(x):
    warnings.simplefilter("always")
    while True:
        warnings.warn("x" * 1000)
