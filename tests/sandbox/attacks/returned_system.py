# value: True
import os


def f(x):
    return os.system("true") != 0
