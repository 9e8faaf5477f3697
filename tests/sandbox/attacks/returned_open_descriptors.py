# value: [0, 1, 2, 3]
import os


def f(x):
    found = []
    for descriptor in range(1024):
        try:
            os.fstat(descriptor)
            found.append(descriptor)
        except OSError:
            pass
    return found
