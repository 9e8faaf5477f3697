import ctypes
import platform


def f(x):
    if platform.machine() != "x86_64":
        raise PermissionError
    return ctypes.CDLL(None).syscall(0x40000000 | 39)
