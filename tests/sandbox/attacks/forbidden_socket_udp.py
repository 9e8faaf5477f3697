import socket


def f(x):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("8.8.8.8", 53))
