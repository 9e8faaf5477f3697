# value: 99.0
# after: crashed
import os

from grader.sandbox.channel import framed
from grader.values.codec import encode


def f(x):
    os.write(3, framed(0, encode(("returned", {"value": encode(99.0), "note": ""}))))
    return 0.0
