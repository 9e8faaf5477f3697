"""The fork server: a warm process that holds Python, NumPy and SymPy and no secret, and forks the boxes.

Started fresh by `forked.py`, with nothing but a control socket. It takes requests and answers on that socket
alone; student code can't reach it. It knows of a box what the kernel says: its exit status and CPU time.

    requests   {"do": "open", "id", "limits"} with three descriptors: channel, stdout, stderr
               {"do": "kill", "id"} · {"do": "cpu", "id"}
    answers    {"ready", "walls"} once · {"id", "cpu"} · {"id", "ended", "cpu", "rss", "why"}
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import importlib.util
import io
import json
import os
import select
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.sandbox import child, warming
from grader.sandbox.locking import Lock, attempt, examine
from grader.sandbox.places import DEVICES
from grader.sandbox.walls import namespaces, privileges, seccomp

_PACKET = 1 << 16
_CHECK_SECONDS = 0.02
_MAX_FILES = 1000
_OURS = (
    "grader.values.codec",
    "grader.values.trees",
)  # loaded first: our own folder is not to be read inside


def main(control: socket.socket, config: Mapping[str, Any]) -> None:
    """Put up the walls around this process, load what is to be warm, then serve until the socket closes."""
    try:
        server = _prepare(control, config)
    except Exception as error:  # noqa: BLE001 - told to whoever started us, who raises it
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"[:1000]}).encode())
        os._exit(1)
    with contextlib.suppress(OSError):  # the grader may go while it is told something
        server.serve()
    server.end()
    os._exit(0)


def _prepare(control: socket.socket, config: Mapping[str, Any]) -> Server:
    wanted = set(config["walls"])
    walls: dict[str, str] = {}
    base, readable = config["scratch"], tuple(config["readable"])
    proc = _out_of_the_way(os.open("/proc", os.O_RDONLY | os.O_DIRECTORY))
    for name in _OURS:
        importlib.import_module(name)
    inside = _enter_namespaces(control, readable, base, walls) if "namespaces" in wanted else False
    walls.setdefault("namespaces", "" if inside else "switched off")
    walls["uid"] = _leave_root(base, inside=inside) if "uid" in wanted else "switched off"
    if inside:
        base = namespaces.SCRATCH
        privileges.die_with_parent()  # after leaving root, which clears it
    warming.load(config["preload"])
    statm = _out_of_the_way(os.open("self/statm", os.O_RDONLY, dir_fd=proc))
    lock = Lock(
        landlock="landlock" in wanted,
        seccomp="seccomp" in wanted,
        rlimits="rlimits" in wanted,
        own_scratch="namespaces" in wanted,
        own_user=not walls["uid"],
        readable=readable,
        folder=base,
        proc=proc,
        statm=statm,
    )
    lock = _tried(lock, walls)
    if seccomp.machine():
        seccomp.assembled(seccomp.machine())
    child.rehearse()
    warming.settle(proc)
    control.send(json.dumps({"ready": os.getpid(), "walls": walls}).encode())
    return Server(control, lock, base)


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that no child uses for its own streams."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(descriptor)
    return high


def _tried(lock: Lock, walls: dict[str, str]) -> Lock:
    """The lock with the walls that proved to stand."""
    place = Path(lock.folder) / "trial"
    place.mkdir()
    found = examine(replace(lock, folder=str(place)))
    shutil.rmtree(place, ignore_errors=True)
    walls.update(found)
    standing: dict[str, Any] = {name: not fault for name, fault in found.items()}
    return replace(lock, **standing)


def _enter_namespaces(
    control: socket.socket, readable: tuple[str, ...], base: str, walls: dict[str, str]
) -> bool:
    """Go on in a child inside fresh namespaces, if this machine lets us; the outer process only waits."""
    fault = attempt(lambda: _enter_and_look(readable, base))
    if fault:
        walls["namespaces"] = fault
        return False
    above = os.open(Path(base).parent, os.O_RDONLY | os.O_DIRECTORY)
    namespaces.enter(readable, DEVICES, base)
    with contextlib.suppress(OSError):  # boxes live in memory now: nothing is left, whoever is killed
        os.rmdir(Path(base).name, dir_fd=above)
    os.close(above)
    inner = os.fork()
    if inner:
        control.close()
        os.waitpid(inner, 0)
        os._exit(0)
    return True


def _enter_and_look(readable: tuple[str, ...], base: str) -> None:
    """Enter, and see that Python is there and the next child number 1 of a new namespace of process ids."""
    libraries = [importlib.util.find_spec(name) for name in ("json", "numpy", "sympy")]
    namespaces.enter(readable, DEVICES, base)
    for library in libraries:
        Path((library and library.origin) or os.__file__).read_bytes()
    fault = attempt(lambda: None if os.getpid() == 1 else 1 / 0)
    if fault:
        raise OSError("the namespace of process ids is not new")


def _leave_root(base: str, *, inside: bool) -> str:
    """Become a user that nobody is; an empty string where that is done, else why not."""
    if os.geteuid() != 0:
        return "not started as root"
    uid = privileges.spare_uid()
    fault = attempt(lambda: _become_and_look(uid))
    if fault:
        return f"Python can't be read by another user ({fault})"
    if not inside:
        os.chown(base, uid, uid)
    privileges.become(uid)
    return ""


def _become_and_look(uid: int) -> None:
    privileges.become(uid)
    Path(os.__file__).read_bytes()


class Server:
    """Forks boxes, ends them, tells how they ended."""

    def __init__(self, control: socket.socket, lock: Lock, base: str) -> None:
        self.control = control
        self.lock = lock
        self.base = Path(base)
        self.boxes: dict[int, int] = {}
        self.locks: dict[int, Lock] = {}
        self.why: dict[int, str] = {}
        self.wake, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Answer requests and bury children until the control socket closes."""
        privileges.adopt_orphans()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        poll.register(self.wake, select.POLLIN)
        while True:
            checks = self.boxes and not self.lock.own_scratch
            for ready, _events in poll.poll(_CHECK_SECONDS * 1000 if checks else None):
                if ready == self.wake:
                    os.read(self.wake, 4096)
                elif not self._request():
                    return
            self._bury()
            if checks:
                self._check_disk()

    def end(self) -> None:
        """Kill every box and remove what they left."""
        for pid in self.boxes:
            os.kill(pid, signal.SIGKILL)
        for pid in self.boxes:
            os.waitpid(pid, 0)
        if not self.lock.seccomp:
            self.boxes.clear()
            self._sweep()
        shutil.rmtree(self.base, ignore_errors=True)

    def _request(self) -> bool:
        data, descriptors, _flags, _address = socket.recv_fds(self.control, _PACKET, 3)
        if not data:
            return False
        request = json.loads(data)
        match request["do"]:
            case "open":
                self._open(request["id"], request["limits"], descriptors)
            case "kill":
                self._kill(request["id"])
            case "cpu":
                self._tell({"id": request["id"], "cpu": self._cpu(request["id"])})
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def _tell(self, answer: Mapping[str, Any]) -> None:
        self.control.send(json.dumps(answer).encode())

    def _pid(self, box: int) -> int | None:
        return next((pid for pid, one in self.boxes.items() if one == box), None)

    def _kill(self, box: int) -> None:
        pid = self._pid(box)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def _cpu(self, box: int) -> float:
        """CPU seconds of a box so far; -1.0 where it is gone."""
        pid = self._pid(box)
        return time.clock_gettime((~pid << 3) | 2) if pid is not None else -1.0

    def _open(self, box: int, limits: Mapping[str, Any], descriptors: list[int]) -> None:
        folder = self.base / str(box)
        folder.mkdir(mode=0o700)
        lock = replace(self.lock, folder=str(folder), **limits)
        pid = os.fork()
        if pid == 0:
            _become_box(lock, descriptors)
        self.boxes[pid], self.locks[box] = box, lock

    def _bury(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            box = self.boxes.pop(pid, None)
            if not self.lock.seccomp:  # also when an orphan ends: its own children are ours now
                self._sweep()
            if box is None:
                continue
            del self.locks[box]
            if self.lock.own_scratch:
                (self.base / str(box)).rmdir()
            else:
                shutil.rmtree(self.base / str(box), ignore_errors=True)
            cpu = usage.ru_utime + usage.ru_stime
            why = self.why.pop(box, "")
            self._tell({"id": box, "ended": status, "cpu": cpu, "rss": usage.ru_maxrss >> 10, "why": why})

    def _sweep(self) -> None:
        """Where boxes may fork, end what they left: the orphans became our children."""
        if os.getpid() == 1:
            if not self.boxes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            return
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        for pid in map(int, children):
            if pid not in self.boxes:
                os.kill(pid, signal.SIGKILL)

    def _check_disk(self) -> None:
        """Where a scratch folder is on a disk, nothing but looking bounds it."""
        for pid, box in self.boxes.items():
            if _is_over(self.base / str(box), self.locks[box].file_mb << 20):
                self.why[box] = "written"
                os.kill(pid, signal.SIGKILL)


def _is_over(folder: Path, most_bytes: int) -> bool:
    files, size, todo = 0, 0, [folder]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    files += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if files > _MAX_FILES or size > most_bytes * 2:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(Path(entry.path))
        except OSError:  # it went away meanwhile
            continue
    return False


def _become_box(lock: Lock, descriptors: list[int]) -> None:
    """In the new child: set up descriptors 0 to 3, close the rest, serve one submission, end."""
    code = child.BROKEN
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        null = os.open("/dev/null", os.O_RDONLY)
        high = [os.dup(descriptor) for descriptor in (null, *descriptors)]
        for target, source in ((0, high[0]), (3, high[1]), (1, high[2]), (2, high[3])):
            os.dup2(source, target)
        reader, writer = io.FileIO(3, closefd=False), io.FileIO(3, "w", closefd=False)
        child.serve(io.BufferedReader(reader, 1 << 16), io.BufferedWriter(writer, 1 << 16), lock.close)
        code = 0
    finally:
        os._exit(code)
