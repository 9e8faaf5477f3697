import os


def f(x):
    return os.fork()
