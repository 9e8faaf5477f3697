# value: []
import os
import sys


def f(x):
    return [text for text in [*os.environ.values(), *sys.argv, *sys.orig_argv] if "canary" in text]
