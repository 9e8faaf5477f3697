class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit

    __class__ = property(lambda cls: 1 / 0)


class Hostile(BaseException, metaclass=Meta):
    __cause__ = property(lambda self: self)
    __context__ = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)


def f(x):
    raise Hostile
