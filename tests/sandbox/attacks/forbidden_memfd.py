import os


def f(x):
    file = os.memfd_create("hidden")
    while True:
        os.write(file, bytes(1 << 20))
