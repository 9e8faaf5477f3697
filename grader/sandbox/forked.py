"""Boxes on Linux: a warm fork server, a child a submission, every wall that this machine has."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.errors import SandboxError
from grader.model import Limits, Submission
from grader.sandbox.channel import Frames, Message
from grader.sandbox.link import Ending, Halt, Printed
from grader.sandbox.places import readable, refuse_readable
from grader.sandbox.replies import MESSAGE_LIMITS
from grader.sandbox.runner import Closing
from grader.sandbox.session import BoxSession
from grader.sandbox.walls import landlock

WALLS = ("landlock", "seccomp", "rlimits", "namespaces", "uid")
_START_SECONDS = 60.0
_PATIENCE = 30.0
_PACKET = 1 << 16
_CHUNK = 1 << 16
_QUICKEST = 3e-5
"""No question is answered sooner, in seconds."""
_BOOT = (
    "import json,socket,sys;"
    "c=socket.socket(fileno=int(sys.argv[1]));d=json.loads(c.recv(65536));"
    "sys.argv=[''];sys.path.insert(0,d['root']);"
    "from grader.sandbox.server import main;sys.path.remove(d['root']);main(c,d)"
)
_THREADS = ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        **{f"{name}_NUM_THREADS": "1" for name in _THREADS},
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }
)
"""All that a box finds in its environment, besides where its scratch folder is."""


class Keeper:
    """The fork server's trusted end: starts it, asks it for children, hears how they ended.

    Args:
        walls: which walls to put up where the machine allows.
        secrets: what must not be readable.
        preload: modules to load beforehand, besides NumPy and SymPy.

    Raises:
        SandboxError: it did not start.
    """

    def __init__(self, walls: Iterable[str], secrets: Iterable[Path | str], preload: Iterable[str]) -> None:
        allowed = readable()
        refuse_readable(secrets, allowed)
        self.scratch = tempfile.mkdtemp(prefix="grader-box-")
        Path(self.scratch).chmod(0o700)
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {
            "root": str(Path(__file__).parents[2]),
            "readable": allowed,
            "scratch": self.scratch,
            "walls": list(walls),
            "preload": list(preload),
        }
        self.process = _start(theirs)
        theirs.close()
        self._answers: dict[tuple[int, str], Mapping[str, Any]] = {}
        self._boxes = 0
        try:
            self.control.send(json.dumps(config).encode())
            hello = self._hear(_START_SECONDS)
            if "failed" in hello:
                raise SandboxError(f"the fork server did not start: {hello['failed']}")
        except SandboxError:
            self.close()
            raise
        self.walls: Mapping[str, str] = MappingProxyType(dict(hello["walls"]))

    def open(self, limits: Limits) -> PipeLink:
        """A new child, waiting for its submission."""
        self._boxes += 1
        ours, theirs = socket.socketpair()
        out, their_out = os.pipe()
        err, their_err = os.pipe()
        wanted = {
            "memory_mb": limits.memory_mb,
            "file_mb": limits.file_mb,
            "cpu_seconds": int(limits.total_seconds + limits.import_seconds) + 2,
            "processes": limits.processes,
        }
        request = json.dumps({"do": "open", "id": self._boxes, "limits": wanted}).encode()
        try:
            socket.send_fds(self.control, [request], [theirs.fileno(), their_out, their_err])
        except OSError as error:
            raise SandboxError("the fork server is gone") from error
        finally:
            theirs.close()
            os.close(their_out)
            os.close(their_err)
        return PipeLink(self, self._boxes, ours, out, err)

    def tell(self, what: str, box: int) -> None:
        """Ask the server something about a box."""
        try:
            self.control.send(json.dumps({"do": what, "id": box}).encode())
        except OSError as error:
            raise SandboxError("the fork server is gone") from error

    def await_answer(self, box: int, key: str) -> Mapping[str, Any]:
        """The server's answer about a box that has this key; others are kept for who asks."""
        while (box, key) not in self._answers:
            answer = self._hear(_PATIENCE)
            kind = "ended" if "ended" in answer else "cpu"
            self._answers[answer["id"], kind] = answer
        return self._answers.pop((box, key))

    def _hear(self, seconds: float) -> Mapping[str, Any]:
        self.control.settimeout(seconds)
        try:
            data = self.control.recv(_PACKET)
        except TimeoutError as error:
            raise SandboxError("the fork server does not answer") from error
        except OSError as error:
            raise SandboxError("the fork server is gone") from error
        if not data:
            raise SandboxError("the fork server is gone")
        answer: Mapping[str, Any] = json.loads(data)
        return answer

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the server and every box."""
        self.control.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _start(theirs: socket.socket) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in ("HOME",) if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", "-B", "-c", _BOOT, str(theirs.fileno())],
        env={**kept, **ENVIRONMENT},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )


class PipeLink:
    """One forked child: a socket for messages, two pipes for what it prints."""

    def __init__(self, keeper: Keeper, box: int, channel: socket.socket, out: int, err: int) -> None:
        self._keeper = keeper
        self._box = box
        self._channel = channel
        self._frames = Frames(MESSAGE_LIMITS.bytes)
        self._printed = {out: Printed(), err: Printed()}
        self._streams: tuple[int, ...] = (out, err)
        self._unsent = memoryview(b"")
        channel.setblocking(False)
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self._events = select.POLLIN
        for stream in self._streams:
            os.set_blocking(stream, False)
            self._poll.register(stream, select.POLLIN)

    def send(self, data: bytes) -> None:
        """Queue bytes for the child; they go out while `receive` waits."""
        self._unsent = memoryview(bytes(self._unsent) + data if self._unsent else data)
        self._push()

    def receive(self, until: float, budget: int, ahead: int = 1) -> Message | Halt:
        """The child's next message, waiting until a time of `time.monotonic`.

        To be woken for each of many quick answers costs both sides more than the answers do, so where several
        are under way they are left a moment to gather.
        """
        while True:
            try:
                message = self._frames.next()
            except ValueError:
                return Halt.TOO_LONG
            if message is not None:
                return message
            left = until - time.monotonic()
            if left <= 0:
                return Halt.LATE
            if ahead > 1:
                time.sleep(min(ahead * _QUICKEST, left))
            for descriptor, _event in self._poll.poll(left * 1000 + 1):
                if descriptor != self._channel.fileno():
                    self._drain(descriptor, budget)
                elif not self._exchange():
                    return Halt.GONE
            if any(printed.is_over(budget) for printed in self._printed.values()):
                return Halt.FLOODED

    def output(self, index: int | None, *, last: bool = False) -> tuple[bytes, bytes]:
        """What a question printed that was just answered: stdout, stderr."""
        self._drain_all()
        out, err = (printed.take(None if last else index) for printed in self._printed.values())
        return out, err

    def cpu(self) -> float:
        """CPU seconds of the child so far; negative where that is not known."""
        self._keeper.tell("cpu", self._box)
        return float(self._keeper.await_answer(self._box, "cpu")["cpu"])

    def end(self) -> Ending:
        """Kill the child, wait until it is gone, tell how it ended."""
        try:
            self._keeper.tell("kill", self._box)
            seen = self._keeper.await_answer(self._box, "ended")
            self._drain_all()
        finally:
            self._channel.close()
            streams, self._streams = self._streams, ()
            for stream in streams:
                os.close(stream)
        return Ending(int(seen["ended"]), float(seen["cpu"]), int(seen["rss"]), str(seen["why"]))

    def _exchange(self) -> bool:
        """Write what can be written, read what is there; False at the end of the stream."""
        self._push()
        try:
            data = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._frames.feed(data)
        return bool(data)

    def _push(self) -> None:
        with contextlib.suppress(OSError):  # a closed channel shows when it is read
            while self._unsent:
                self._unsent = self._unsent[self._channel.send(self._unsent) :]
        events = select.POLLIN | (select.POLLOUT if self._unsent else 0)
        if events != self._events:
            self._events = events
            self._poll.modify(self._channel, events)

    def _drain_all(self) -> None:
        for stream in self._streams:
            self._drain(stream, 1 << 20)

    def _drain(self, stream: int, budget: int) -> None:
        """Read what was printed, up to a little more than may be."""
        printed = self._printed[stream]
        while not printed.is_over(budget):
            try:
                data = os.read(stream, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                with contextlib.suppress(KeyError):
                    self._poll.unregister(stream)
                return
            printed.feed(data)


class ForkServerRunner(Closing):
    """Opens boxes with a fork server; starts it with the first box, and again if it died.

    Args:
        walls: which walls to put up where the machine allows; fewer of them for tests.
        secrets: paths that must not be readable: the course.
        preload: modules that boxes find loaded.
    """

    def __init__(
        self,
        walls: Iterable[str] = WALLS,
        secrets: Iterable[Path | str] = (),
        preload: Iterable[str] = (),
    ) -> None:
        self._wanted = tuple(walls), tuple(secrets), tuple(preload)
        self._keeper: Keeper | None = None

    @property
    def walls(self) -> Mapping[str, str]:
        """Each wall with an empty string where it stands, or why it does not."""
        return self._warm().walls

    @property
    def strength(self) -> str:
        """Which walls stand, in one line that a run records."""
        standing = [name for name in WALLS if not self.walls[name]]
        named = [f"landlock{landlock.abi()}" if name == "landlock" else name for name in standing]
        return "+".join(["fork", *named])

    def open(self, submission: Submission, limits: Limits) -> BoxSession:
        """Put a submission into a fresh box and run its top level.

        Raises:
            SandboxError: the box could not be made.
        """
        return BoxSession(self._warm().open, submission, limits)

    def close(self) -> None:
        """End what is kept warm."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()

    def _warm(self) -> Keeper:
        if self._keeper is not None and not self._keeper.alive:
            self.close()
        if self._keeper is None:
            self._keeper = Keeper(*self._wanted)
        return self._keeper
