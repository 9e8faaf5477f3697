"""Puts up the walls around one process, and tries each on a throw-away child before it is relied on."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.sandbox.places import DEVICES
from grader.sandbox.walls import landlock, namespaces, privileges, rlimits, seccomp

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Lock:
    """The walls around one child.

    Attributes:
        landlock: confine files, TCP, signals.
        seccomp: confine system calls.
        rlimits: confine resources.
        own_scratch: give it a mount namespace and a scratch folder in memory.
        own_user: threads are counted for this box alone.
        readable: what may be read.
        folder: the scratch folder.
        proc: a descriptor of /proc.
        statm: a descriptor of this process's /proc/self/statm.
        memory_mb: memory on top of what is mapped already.
        file_mb: what may be written to the scratch folder.
        cpu_seconds: CPU time of the whole process.
        processes: threads at once.
    """

    landlock: bool
    seccomp: bool
    rlimits: bool
    own_scratch: bool
    own_user: bool
    readable: tuple[str, ...]
    folder: str
    proc: int
    statm: int
    memory_mb: int = 1024
    file_mb: int = 16
    cpu_seconds: int = 100
    processes: int = 32

    def close(self) -> None:
        """Put up the walls around this process, for good, and go to the scratch folder.

        Raises:
            OSError: a wall did not stand.
        """
        address = rlimits.address_space(self.statm) + self.memory_mb * MIB
        if self.own_scratch:
            namespaces.own_scratch(self.proc, self.folder, self.file_mb)
        os.chdir(self.folder)
        os.closerange(4, 1024)
        privileges.set_dumpable(dumpable=False)
        privileges.no_new_privileges()
        privileges.drop_capabilities()
        privileges.die_with_parent()  # changes of user and capabilities cleared it
        if self.rlimits:
            rlimits.apply(
                address_bytes=address,
                cpu_seconds=self.cpu_seconds,
                file_mb=self.file_mb,
                processes=self.processes if self.own_scratch or self.own_user else None,
            )
        if self.landlock:
            landlock.restrict(self.readable, [self.folder], DEVICES)
        if self.seccomp:
            seccomp.install()


def attempt(action: Callable[[], object]) -> str:
    """Do something in a throw-away child; an empty string where it went well, else what went wrong."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 3)
        try:
            action()
            said = b"+"
        except BaseException as error:  # noqa: BLE001 - the guard of a child that ends here
            said = f"{type(error).__name__}: {error}".encode()
        os.write(3, said)
        os._exit(0)
    os.close(write)
    said = os.read(read, 1000)
    os.close(read)
    os.waitpid(child, 0)
    return "" if said == b"+" else said.decode("utf-8", "replace") or "the trial ended without a word"


def examine(lock: Lock) -> Mapping[str, str]:
    """Which walls stand around a child: names with an empty string, or with what went wrong."""
    bare = replace(lock, landlock=False, seccomp=False, rlimits=False, own_scratch=False)
    trials: dict[str, tuple[bool, Lock, Callable[[], None]]] = {
        "landlock": (lock.landlock, replace(bare, landlock=True), _files_are_closed),
        "seccomp": (lock.seccomp, replace(bare, seccomp=True), _calls_are_closed),
        "rlimits": (lock.rlimits, replace(bare, rlimits=True, memory_mb=64), _memory_is_bounded),
        "own_scratch": (lock.own_scratch, replace(bare, own_scratch=True, file_mb=1), _scratch_is_bounded),
    }
    return {
        name: attempt(_locked(trial, test)) if wanted else "switched off"
        for name, (wanted, trial, test) in trials.items()
    }


def _locked(lock: Lock, test: Callable[[], None]) -> Callable[[], None]:
    def action() -> None:
        lock.close()
        test()

    return action


def _must_fail(errors: type[BaseException] | tuple[type[BaseException], ...], what: Any, *args: Any) -> None:
    try:
        what(*args)
    except errors:
        return
    raise OSError(f"the wall is silent: {getattr(what, '__name__', what)} went through")


def _files_are_closed() -> None:
    Path("probe").write_bytes(b"x")
    Path(os.__file__).read_bytes()
    _must_fail(PermissionError, os.listdir, "/")
    _must_fail(PermissionError, os.mkdir, "/grader-probe")


def _calls_are_closed() -> None:
    Path(os.__file__).read_bytes()
    _must_fail(PermissionError, socket.socket)
    _must_fail(PermissionError, os.fork)
    _must_fail(PermissionError, os.kill, 1, 0)


def _memory_is_bounded() -> None:
    _must_fail(MemoryError, bytearray, 256 * MIB)


def _scratch_is_bounded() -> None:
    _must_fail(OSError, Path("probe").write_bytes, bytes(8 * MIB))
