import threading


def f(x):
    thread = threading.Thread(target=threading.Event().wait)
    thread.start()
    thread.join()
