class Endless:
    def __array__(self, dtype=None, copy=None):
        while True:
            pass


def f(x):
    return Endless()
