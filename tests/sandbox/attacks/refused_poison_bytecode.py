import importlib.util
import json


def f(x):
    open(importlib.util.cache_from_source(json.__file__), "r+b").write(b"evil")
