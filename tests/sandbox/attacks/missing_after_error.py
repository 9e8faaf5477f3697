value = undefined_name


def f(x):
    return 4.0
