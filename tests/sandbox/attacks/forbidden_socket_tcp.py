import socket


def f(x):
    socket.create_connection(("1.1.1.1", 80), timeout=0.2)
