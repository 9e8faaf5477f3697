def f(x):
    return float(input("the right answer, please: "))
