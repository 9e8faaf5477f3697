# value: 1
calls = 0


def f(x):
    global calls
    calls += 1
    return calls
