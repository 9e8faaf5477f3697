print "hello"


def f(x):
    return x * x
