"""The filter of system calls, run in an interpreter of its own: both machines, also the one we are not on."""

from __future__ import annotations

import os
import struct

import pytest

from grader.sandbox.walls import seccomp, syscalls

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, NOT_PERMITTED, NO_SUCH_CALL, PRETEND = 0x7FFF0000, 0x80000000, 0x50001, 0x50026, 0x50000
OWN_PID = 0xFFFFFF01
THREAD = 0x3D0F00  # what the C library's pthread_create asks for


def decide(machine: str, number: int, *args: int, architecture: int | None = None) -> int:
    """What the filter of a machine answers to a call."""
    data = struct.pack(
        "<IIQ6Q", number, architecture or ARCHITECTURES[machine], 0, *(*args, 0, 0, 0, 0, 0, 0)[:6]
    )
    rows = list(struct.iter_unpack("<HBBI", seccomp.assembled(machine)))
    at = accumulator = 0
    while True:
        code, yes, no, value = rows[at]
        at += 1
        match code:
            case 0x20:
                accumulator = struct.unpack_from("<I", data, value)[0]
            case 0x54:
                accumulator &= value
            case 0x15:
                at += yes if accumulator == value else no
            case 0x35:
                at += yes if accumulator >= value else no
            case 0x45:
                at += yes if accumulator & value else no
            case 0x06:
                return value
            case _:
                raise AssertionError(code)


def number(machine: str, name: str) -> int:
    """The number of a call of any table."""
    tables = (syscalls.FREE, syscalls.PRETENDED, syscalls.UNKNOWN, syscalls.JUDGED)
    return next(found[name] for table in tables if name in (found := syscalls.numbers(table, machine)))


CALLS = [
    ("read", (), ALLOW),
    ("mmap", (), ALLOW),
    ("fchmod", (), PRETEND),
    ("utimensat", (), PRETEND),
    ("clone3", (), NO_SUCH_CALL),
    ("openat2", (), NO_SUCH_CALL),
    ("clone", (THREAD,), ALLOW),
    ("clone", (17,), NOT_PERMITTED),
    ("clone", (0x4000 | 0x100,), NOT_PERMITTED),
    ("kill", (OWN_PID, 9), ALLOW),
    ("kill", (1, 9), NOT_PERMITTED),
    ("kill", (0xFFFFFFFFFFFFFFFF, 9), NOT_PERMITTED),
    ("tgkill", (OWN_PID, 5, 6), ALLOW),
    ("tgkill", (1, 1, 9), NOT_PERMITTED),
    ("prctl", (15,), ALLOW),
    ("prctl", (4, 1), NOT_PERMITTED),
    ("prctl", (22, 1), NOT_PERMITTED),
    ("ioctl", (0, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), 0x50019),
    ("ioctl", (0, 0x100005412), 0x50019),
    ("fcntl", (3, 1), ALLOW),
    ("fcntl", (3, 8), NOT_PERMITTED),
    ("fcntl", (3, 1031), NOT_PERMITTED),
    ("prlimit64", (0, 9, 0), ALLOW),
    ("prlimit64", (0, 9, 0x1000), NOT_PERMITTED),
    ("prlimit64", (0, 9, 0x100000000), NOT_PERMITTED),
    ("socketpair", (1, 1), ALLOW),
    ("socketpair", (1, 0x80801), ALLOW),
    ("socketpair", (1, 2), NOT_PERMITTED),
    ("socketpair", (16, 1), NOT_PERMITTED),
    ("openat", (0, 0, os.O_RDONLY), ALLOW),
    ("openat", (0, 0, os.O_WRONLY | os.O_TRUNC | os.O_CREAT), ALLOW),
    ("openat", (0, 0, os.O_RDONLY | os.O_TRUNC), NOT_PERMITTED),
]


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(("name", "args", "answer"), CALLS)
def test_calls_are_judged_by_their_arguments(machine, name, args, answer):
    """Each call gets the answer of the table, on every machine."""
    assert decide(machine, number(machine, name), *args) == answer


@pytest.mark.parametrize(
    ("machine", "refused"),
    [
        (
            "x86_64",
            {"ptrace": 101, "socket": 41, "execve": 59, "fork": 57, "bpf": 321, "io_uring_setup": 425},
        ),
        ("aarch64", {"ptrace": 117, "socket": 198, "execve": 221, "bpf": 280, "mount": 40, "keyctl": 219}),
    ],
)
def test_what_no_table_names_is_refused(machine, refused):
    """Known dangers and numbers that no kernel has yet are not permitted."""
    for call in (*refused.values(), 999):
        assert decide(machine, call) == NOT_PERMITTED


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_another_architecture_ends_the_process(machine):
    """Calls by another architecture's numbers, and x32's, kill."""
    other = next(value for name, value in ARCHITECTURES.items() if name != machine)
    assert decide(machine, number(machine, "read"), architecture=other) == KILL
    assert decide(machine, number(machine, "read"), architecture=0x40000003) == KILL
    assert decide(machine, 0x40000000 | number(machine, "read")) == KILL


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_no_call_stands_in_two_tables(machine):
    """A number has one answer."""
    tables = (syscalls.FREE, syscalls.PRETENDED, syscalls.UNKNOWN, syscalls.JUDGED)
    numbers = [value for table in tables for value in syscalls.numbers(table, machine).values()]
    assert len(numbers) == len(set(numbers))
