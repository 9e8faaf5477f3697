import os


def f(x):
    os.chroot("/")
