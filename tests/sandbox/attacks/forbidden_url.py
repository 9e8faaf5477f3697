import urllib.request


def f(x):
    return urllib.request.urlopen("http://127.0.0.1:8000/", timeout=0.3).read()
