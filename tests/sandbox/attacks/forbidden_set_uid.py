import os


def f(x):
    os.setuid(0)
