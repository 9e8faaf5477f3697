# value: []
import gc
import sys


def f(x):
    found = []
    frame = sys._getframe()
    while frame is not None:
        found += [name for name, value in frame.f_locals.items() if type(value) is float and value == 4.0]
        frame = frame.f_back
    found += [one for one in gc.get_objects() if type(one) is dict and one.get("f") == 4.0]
    return [str(one) for one in found]
