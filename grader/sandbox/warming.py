"""Makes a process worth forking: what boxes want is loaded, and a fork of it costs little.

A fork copies the table of pages, and later each page that is written to. So the collector, which writes to
what it looks at, is told to leave alone what is there; and memory is gathered in large pages, which take one
entry of the table instead of 512.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import random
import re
import sys
from collections.abc import Iterable

from grader.sandbox.walls.libc import call

_PRELOADED = ("numpy", "numpy.random", "numpy.linalg", "sympy")
_LARGE = 2 << 20
_COLLAPSE = 25
"""MADV_COLLAPSE, of Linux 6.1: older kernels refuse it, and all stays as it was."""
_OWN_MEMORY = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) rw\S* \S+ \S+ 0\s*(?:\[heap\])?$", re.MULTILINE)


def load(names: Iterable[str]) -> None:
    """Import NumPy, SymPy and these modules, as far as they are there, and seed their generators."""
    for name in (*_PRELOADED, *names):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    random.seed(0)
    sys.modules["numpy"].random.seed(0)


def settle(proc: int) -> None:
    """Leave memory as it is best forked; `proc` is a descriptor of /proc."""
    gc.collect()
    gc.freeze()
    with os.fdopen(os.open("self/maps", os.O_RDONLY, dir_fd=proc), "rb") as maps:
        found = _OWN_MEMORY.findall(maps.read())
    for first, last in found:
        start, end = -(-int(first, 16) // _LARGE) * _LARGE, int(last, 16) // _LARGE * _LARGE
        if start < end:
            with contextlib.suppress(OSError):
                call("madvise", ctypes.c_void_p(start), ctypes.c_size_t(end - start), _COLLAPSE)
