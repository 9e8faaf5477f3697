"""Landlock: which parts of the file system may be read, and the one folder that may be written.

Also no TCP, no signals and no abstract sockets to anything outside, where the kernel has them. Source of
numbers and structures: the kernel's `include/uapi/linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from grader.sandbox.walls.libc import syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ALL_OF_ABI_1 = (1 << 13) - 1
_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_RULE_PATH_BENEATH = 1


def abi() -> int:
    """The version of Landlock in this kernel; 0 where there is none or it is switched off."""
    try:
        return syscall(_CREATE, None, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str] = ()) -> None:
    """Confine this thread and what it starts, for good; nothing may be executed.

    Args:
        readable: folders and files that may be read.
        writable: folders in which anything may be done.
        devices: files that may be read and written, such as /dev/null.

    Raises:
        OSError: the kernel has no Landlock, or refused.
    """
    version = abi()
    if version < 1:
        raise OSError("this kernel has no Landlock")
    files = _ALL_OF_ABI_1
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        files |= right if version >= since else 0
    attributes = struct.pack("<Q", files)
    if version >= 4:
        attributes += struct.pack("<Q", _TCP_BIND_AND_CONNECT)
    if version >= 6:
        attributes += struct.pack("<Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    rules = syscall(_CREATE, ctypes.c_char_p(attributes), len(attributes), 0)
    try:
        for path in readable:
            _allow(rules, path, _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(rules, path, files & ~(_EXECUTE | _IOCTL_DEV))
        for path in devices:
            _allow(rules, path, _READ_FILE | _WRITE_FILE)
        syscall(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(where).st_mode):
            rights &= _READ_FILE | _WRITE_FILE
        syscall(_ADD, rules, _RULE_PATH_BENEATH, ctypes.c_char_p(struct.pack("<Qi", rights, where)), 0)
    finally:
        os.close(where)
