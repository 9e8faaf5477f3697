import os


def f(x):
    number = 0
    while True:
        os.mkdir(str(number))
        number += 1
