import socket


def f(x):
    return socket.gethostbyname("leak.example.org")
