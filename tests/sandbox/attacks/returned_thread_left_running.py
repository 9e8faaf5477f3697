# value: 1.0
import threading


def spin():
    while True:
        pass


def f(x):
    threading.Thread(target=spin, daemon=True).start()
    return 1.0
