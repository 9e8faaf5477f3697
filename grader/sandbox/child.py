"""The program in the box: runs one submission, then answers questions until the channel closes.

Everything here shares its process with student code and may be changed by it: nothing that it says is
believed, and no verdict depends on it but the answers.
"""

from __future__ import annotations

import io
import linecache
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from grader.sandbox.answering import Answerer, Reply
from grader.sandbox.channel import ARRIVED, BOOT, HEADER, LOCKED, PLAIN, PRINTED, break_after, framed
from grader.sandbox.loading import load
from grader.sandbox.showing import stand_in
from grader.sandbox.tracing import Sources
from grader.sandbox.watching import Watch
from grader.values.codec import CodecLimits, decode, encode

BOOT_LIMITS = CodecLimits(bytes=256 << 20)
_REHEARSALS = 20
_REHEARSED = b"""
import sympy

def f(x):
    return x

def g(x, y):
    return [sympy.floor((x + 2 * y) / 3) + 1, 1 / (1 + sympy.exp(-x)), -y * sympy.log(x) + (x - y) ** 2]
"""
BROKEN = 70
"""The exit code of a child whose channel broke."""


def serve(reader: BinaryIO, writer: BinaryIO, lock: Callable[[], None]) -> None:
    """Read the submission, put up the walls, run it, answer; returns when the channel closes.

    Args:
        reader: where messages come from.
        writer: where replies go.
        lock: puts up the walls.
    """
    boot = _read(reader)
    if boot is None:
        return
    main, files = boot[1]
    try:
        lock()
        folder = str(Path.cwd())
        _write_files(files)
        _settle(main, folder)
    except Exception as error:  # noqa: BLE001 - no student code has run: the box itself is at fault
        _send(writer, LOCKED, ("failed", {"reason": f"{type(error).__name__}: {error}"[:1000]}))
        return
    _send(writer, LOCKED, ("locked", {}))
    watch = Watch()
    watch.start()
    sources = Sources(folder)
    start = time.process_time()
    loaded = load(main, files[0][1], sources, watch)
    seconds = time.process_time() - start
    _send(writer, ARRIVED, ("arrived", {"fault": loaded.fault, "seconds": seconds, "notes": loaded.notes}))
    answerer = Answerer(loaded.namespace, sources, watch, loaded.absent)
    while (question := _read(reader)) is not None:
        number, (entry, how, args) = question
        _send(writer, number, answerer.answer(entry, how, args))


def _read(reader: BinaryIO) -> tuple[int, Any] | None:
    header = reader.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    size, number, _flags, _seconds = HEADER.unpack(header)
    return number, decode(reader.read(size), BOOT_LIMITS)


def _send(writer: BinaryIO, number: int, reply: Reply) -> None:
    out, err = _broken_off(1, sys.stdout, number), _broken_off(2, sys.stderr, number)
    flags, seconds = PRINTED if out or err else 0, 0.0
    match reply:
        case "returned", {"value": bytes() as body, "seconds": float() as seconds, **more} if not more:
            flags |= PLAIN
        case _:
            body = encode(reply, BOOT_LIMITS)
    writer.write(HEADER.pack(len(body), number, flags, seconds))
    writer.write(body)
    writer.flush()


def _broken_off(descriptor: int, stream: Any, number: int) -> bool:
    """Whether something was printed since the last question; if so, mark where this one's ends."""
    try:
        stream.flush()
        if not stream.buffer.raw.printed:
            return False
        stream.buffer.raw.printed = False
        os.write(descriptor, break_after(number))
    except Exception:  # noqa: BLE001 - student code may have put anything there
        return False
    return True


def _write_files(files: list[tuple[str, bytes]]) -> None:
    """The submission's own files, helper modules and data among them, in the scratch folder."""
    for path, content in files:
        place = PurePosixPath(path)
        if place.is_absolute() or ".." in place.parts or not place.name:
            continue
        Path(place.parent).mkdir(parents=True, exist_ok=True)
        Path(place).write_bytes(content)


def _settle(main: str, folder: str) -> None:
    """A process as a script would find it: its own arguments, folder, home and streams."""
    sys.argv = [main]
    sys.path.insert(0, folder)
    stand_in()
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = folder
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = _stream(1), _stream(2)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)


class _Printed(io.FileIO):
    """A descriptor that remembers whether anything was printed."""

    printed = False

    def write(self, data: Any, /) -> int:
        self.printed = True
        return super().write(data) or 0


def _stream(descriptor: int) -> Any:
    buffer = io.BufferedWriter(_Printed(descriptor, "w", closefd=False))
    return io.TextIOWrapper(buffer, "utf-8", "backslashreplace", line_buffering=True)


def rehearse() -> None:
    """Do what every box does, before the fork: what Python works out once is then worked out for all.

    A page of memory that a child writes to is copied first, so a child that finds everything settled (its
    byte code specialised, its caches filled) copies less and starts sooner.
    """
    import sympy

    number = encode([1.0])
    kinds = ({"real": True}, {"positive": True}, {"positive": True, "integer": True})
    asked = [("f", "call", number), ("nothing", "call", number), ("f", "value", number)]
    asked += [("g", "either", encode([*sympy.symbols("x y", **kind)])) for kind in kinds]
    for _ in range(_REHEARSALS):
        sources = Sources("/")
        loaded = load("rehearsal.py", _REHEARSED, sources, Watch())
        answerer = Answerer(loaded.namespace, sources, None, loaded.absent)
        for entry, how, args in asked:
            _send(io.BytesIO(), 0, answerer.answer(entry, how, args))
        _read(io.BytesIO(framed(BOOT, encode(("rehearsal.py", [("a", b"")])))))
    sys.modules.pop("rehearsal")
    linecache.clearcache()


def alone() -> None:
    """Serve on standard input and output, without walls; what is printed goes to standard error."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    try:
        serve(reader, writer, lambda: None)
    finally:
        os._exit(0)
