# value: 0.0
def f(x):
    x = 4.0
    return 0.0
