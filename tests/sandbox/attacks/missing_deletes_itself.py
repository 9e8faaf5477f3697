def f(x):
    return 4.0


globals().pop("f")
