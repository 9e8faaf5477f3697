import mmap


def f(x):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 26, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        kept[-1].write(bytes(1 << 26))
