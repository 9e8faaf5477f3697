def f(x):
    error = first = ValueError("0")
    for number in range(10_000):
        error.__context__ = ValueError(str(number))
        error = error.__context__
    error.__context__ = first
    raise first
