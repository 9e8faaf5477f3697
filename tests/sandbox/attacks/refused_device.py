def f(x):
    return open("/dev/mem", "rb").read(16) + open("/dev/vda", "rb").read(16)
