import threading


def f(x):
    event = threading.Event()
    while True:
        threading.Thread(target=event.wait, daemon=True).start()
