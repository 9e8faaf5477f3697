import os


def f(x):
    return open(f"/proc/{os.getppid()}/maps", "rb").read()
