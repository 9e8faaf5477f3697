"""A plain child process a submission: works everywhere, and keeps nobody out.

There is no wall but the process itself and the clock: student code can read what its user can read. It is for
systems without a fork server, and for people who trust the submissions.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from grader.model import Limits, Submission
from grader.sandbox.channel import Frames, Message
from grader.sandbox.link import Ending, Halt, Printed
from grader.sandbox.replies import MESSAGE_LIMITS
from grader.sandbox.runner import Closing
from grader.sandbox.session import BoxSession

_KEPT = ("APPDATA", "HOME", "LANG", "PATH", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE")
"""On Windows, APPDATA holds what `pip install --user` and the Microsoft Store's Python install: NumPy too."""
_BOOT = (
    "import sys;r=sys.argv[1];sys.argv=[''];sys.path.insert(0,r);"
    "from grader.sandbox.child import alone;sys.path.remove(r);alone()"
)
_CHUNK = 1 << 16
_PATIENCE = 0.1
"""How long to wait for what was printed after the answer is here, in seconds."""


class ThreadLink:
    """One child process: its standard streams, each with a thread, since Windows can't poll pipes."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="grader-box-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-c", _BOOT, str(Path(__file__).parents[2])],
            env=_environment(),
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._frames = Frames(MESSAGE_LIMITS.bytes)
        self._printed = Printed()
        self._arrived: queue.Queue[Message | Halt] = queue.Queue()
        self._outgoing: queue.Queue[bytes | None] = queue.Queue()
        for work in (self._read_answers, self._read_prints, self._write):
            threading.Thread(target=work, daemon=True).start()

    def send(self, data: bytes) -> None:
        """Queue bytes for the child."""
        self._outgoing.put(data)

    def receive(self, until: float, budget: int, ahead: int = 1) -> Message | Halt:  # noqa: ARG002
        """The child's next message, waiting until a time of `time.monotonic`."""
        while True:
            if self._printed.is_over(budget):
                return Halt.FLOODED
            left = until - time.monotonic()
            if left <= 0:
                return Halt.LATE
            with contextlib.suppress(queue.Empty):
                return self._arrived.get(timeout=min(left, 0.05))

    def output(self, index: int | None, *, last: bool = False) -> tuple[bytes, bytes]:
        """What a question printed that was just answered, all of it as if to stdout."""
        patience = time.monotonic() + _PATIENCE
        while index is not None and not self._printed.has(index) and time.monotonic() < patience:
            time.sleep(0.0002)
        return self._printed.take(None if last else index), b""

    def cpu(self) -> float:
        """Not known."""
        return -1.0

    def end(self) -> Ending:
        """Kill the child and its group, wait, remove its folder."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        code = self._process.wait()
        self._outgoing.put(None)
        shutil.rmtree(self._folder, ignore_errors=True)
        return Ending(status=-code if code < 0 else code << 8)

    def _read_answers(self) -> None:
        for data in _chunks(self._process.stdout):
            self._frames.feed(data)
            try:
                while (message := self._frames.next()) is not None:
                    self._arrived.put(message)
            except ValueError:
                self._arrived.put(Halt.TOO_LONG)
                return
        self._arrived.put(Halt.GONE)

    def _read_prints(self) -> None:
        for data in _chunks(self._process.stderr):
            self._printed.feed(data)

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with contextlib.suppress(OSError, ValueError), stream:
            while (data := self._outgoing.get()) is not None:
                stream.write(data)
                stream.flush()


def _chunks(stream: IO[bytes] | None) -> Iterator[bytes]:
    assert stream is not None
    with stream:
        while data := stream.read1(_CHUNK):  # type: ignore[attr-defined]
            yield data


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


class SubprocessRunner(Closing):
    """Opens boxes that are only processes.

    Args:
        ahead: start the first process now, so that it is ready when a submission is.
    """

    strength = "none (a plain process)"

    def __init__(self, *, ahead: bool = False) -> None:
        self._ahead = ThreadLink() if ahead else None

    def open(self, submission: Submission, limits: Limits) -> BoxSession:
        """Start a process with the submission in it."""
        return BoxSession(lambda _limits: self._link(), submission, limits)

    def close(self) -> None:
        """End the process that was started ahead and not used."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.end()

    def _link(self) -> ThreadLink:
        ahead, self._ahead = self._ahead, None
        return ahead or ThreadLink()
