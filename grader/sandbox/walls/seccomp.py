"""Seccomp: a filter in the kernel that lets through the system calls of a table and refuses the rest.

No new processes (threads only), no programs, no sockets but pairs, no ptrace, mounts, keys, io_uring and so
on; another architecture's calls and x32 end the process. The filter is classic BPF, assembled here. Source:
the kernel's `Documentation/userspace-api/seccomp_filter.rst` and `include/uapi/linux/{bpf_common,seccomp}.h`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Sequence
from functools import cache

from grader.sandbox.walls import syscalls
from grader.sandbox.walls.libc import call

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_OWN_PID = 0xFFFFFF01
"""Stands for the process's own id until the filter is installed."""
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

_CLONE_THREAD = 0x00010000
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE = 1, 1, 0xF
_PRCTLS = (3, 15, 16, 23, 39, 0x53564D41)  # get dumpable; set, get name; read caps, no_new_privs; name memory
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, its size; bytes ready; flags
_FCNTLS_REFUSED = (8, 10, 15, 1024, 1026, 1031)  # signals to others, leases, notes, the size of a pipe

Instruction = tuple[int, int, int, int]


def machine() -> str:
    """This machine's architecture, if there is a table for it, else an empty string."""
    name = os.uname().machine
    return name if name in syscalls.COLUMNS and struct.calcsize("P") == 8 else ""


def install() -> None:
    """Put the filter on this process, for good; no_new_privs must be set.

    Raises:
        OSError: the kernel has no seccomp, or there is no table for this machine.
    """
    name = machine()
    if not name:
        raise OSError(f"there is no table of system calls for {os.uname().machine}")
    code = assembled(name).replace(struct.pack("<I", _OWN_PID), struct.pack("<I", os.getpid()))
    body = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(body))
    call("prctl", _PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(program), 0, 0)


@cache
def assembled(machine_name: str) -> bytes:
    """The filter for a machine, with a place for the process's own id."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine_name]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    answers = (
        (syscalls.FREE, _ALLOW),
        (syscalls.PRETENDED, _ERRNO),
        (syscalls.UNKNOWN, _ERRNO | errno.ENOSYS),
    )
    for table, answer in answers:
        for first, last in _runs(syscalls.numbers(table, machine_name).values()):
            program += [(_AT_LEAST, 0, 2, first), (_AT_LEAST, 1, 0, last + 1), (_RETURN, 0, 0, answer)]
    for name, number in syscalls.numbers(syscalls.JUDGED, machine_name).items():
        block = _judgement(name)
        program += [(_EQUAL, 0, len(block), number), *block]
    program.append((_RETURN, 0, 0, _ERRNO | errno.EPERM))
    return b"".join(struct.pack("<HBBI", code, yes, no, value) for code, yes, no, value in program)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as first and last: the kernel tries the whole filter on every number there is."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _low(argument: int) -> int:
    return _FIRST_ARGUMENT + 8 * argument


def _only(argument: int, values: Sequence[int], otherwise: int = errno.EPERM) -> list[Instruction]:
    """Allow a call whose argument is one of these 32-bit values."""
    block: list[Instruction] = [(_LOAD, 0, 0, _low(argument))]
    for value in values:
        block += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*block, (_RETURN, 0, 0, _ERRNO | otherwise)]


def _judgement(name: str) -> list[Instruction]:
    """What is allowed of a call, from its arguments."""
    allow, refuse = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    match name:
        case "open" | "openat":  # reading with truncation would need no right to write before Landlock 3
            flags = _low(1 if name == "open" else 2)
            truncates, writes = (_ANY_BIT, 1, 0, os.O_TRUNC), (_ANY_BIT, 0, 1, os.O_WRONLY | os.O_RDWR)
            return [(_LOAD, 0, 0, flags), truncates, allow, writes, allow, refuse]
        case "clone":
            return [(_LOAD, 0, 0, _low(0)), (_ANY_BIT, 0, 1, _CLONE_THREAD), allow, refuse]
        case "kill" | "tgkill":
            return _only(0, [_OWN_PID])
        case "prctl":
            return _only(0, _PRCTLS)
        case "ioctl":
            return _only(1, _IOCTLS, errno.ENOTTY)
        case "fcntl":
            tests: list[Instruction] = []
            for value in _FCNTLS_REFUSED:
                tests += [(_EQUAL, 0, 1, value), refuse]
            return [(_LOAD, 0, 0, _low(1)), *tests, allow]
        case "prlimit64":  # reading limits: the pointer to new ones is null
            null = [(_LOAD, 0, 0, _low(2)), (_EQUAL, 1, 0, 0), refuse]
            return [*null, (_LOAD, 0, 0, _low(2) + 4), (_EQUAL, 0, 1, 0), allow, refuse]
        case "socketpair":  # a stream pair can't be aimed at another address
            unix = [(_LOAD, 0, 0, _low(0)), (_EQUAL, 1, 0, _AF_UNIX), refuse]
            return [
                *unix,
                (_LOAD, 0, 0, _low(1)),
                (_AND, 0, 0, _SOCK_TYPE),
                (_EQUAL, 0, 1, _SOCK_STREAM),
                allow,
                refuse,
            ]
    raise AssertionError(name)
