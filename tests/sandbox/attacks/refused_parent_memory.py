def f(x):
    return open("/proc/1/mem", "rb").read(10)
