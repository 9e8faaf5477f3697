import mmap


def f(x):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 27))
