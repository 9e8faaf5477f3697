from multiprocessing import shared_memory


def f(x):
    return bytes(shared_memory.SharedMemory("left", create=True, size=1 << 20).buf[:1])
