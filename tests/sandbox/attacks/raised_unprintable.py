class Unprintable(BaseException):
    def __str__(self):
        raise self

    __repr__ = __str__


def f(x):
    raise Unprintable
