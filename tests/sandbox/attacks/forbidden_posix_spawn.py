import os


def f(x):
    return os.posix_spawn("/bin/true", ["true"], {})
