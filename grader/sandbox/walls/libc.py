"""Calls of the C library and of the kernel that Python's `os` does not have."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *args: Any) -> int:
    """Call a function of the C library that answers -1 for a failure.

    Raises:
        OSError: it failed.
    """
    result = int(getattr(_libc(), name)(*args))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def syscall(number: int, *args: Any) -> int:
    """Make a system call by its number; integers are passed as 64 bits.

    Raises:
        OSError: it failed.
    """
    wide = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return call("syscall", ctypes.c_long(number), *wide)
