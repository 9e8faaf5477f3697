def F(x):
    return x * x
