"""Do it again whenever a file is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from grader.errors import UsageError

PAUSE = 0.25


def watch(
    paths: Sequence[Path],
    action: Callable[[], object],
    said: TextIO,
    keep_on: Callable[[], bool] = lambda: True,
) -> None:
    """Act once, and again after each save of a file or of a module beside it, until Ctrl-C.

    Files are looked at four times a second: that works on every system and over network drives. A file that
    an editor has removed for a moment counts as saved when it is back.

    Args:
        paths: the files.
        action: what is done; a UsageError of it is told, since the next save may mend it.
        said: where it is said that it waits.
        keep_on: asked before each look; says no where the watch is to end.
    """
    names = ", ".join(path.name for path in paths)
    before: dict[Path, tuple[int, int]] = {}
    while True:
        now = stamps(paths)
        if now != before and all(path in now for path in paths):
            _act(action, said, again=bool(before))
            before = now
            said.write(f"\nWatching {names}; Ctrl-C ends it.\n")
            said.flush()
        if not keep_on():
            return
        time.sleep(PAUSE)


def _act(action: Callable[[], object], said: TextIO, *, again: bool) -> None:
    if again:
        said.write(f"\n{time.strftime('%H:%M:%S')} saved\n\n")
        said.flush()
    try:
        action()
    except UsageError as error:
        said.write(f"error: {error}\n")


def stamps(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """When each file, and each module beside it, was saved and how long it is; those that are there."""
    found: dict[Path, tuple[int, int]] = {}
    for file in (one for path in paths for one in (path, *path.parent.glob("*.py"))):
        try:
            stat = file.stat()
        except OSError:
            continue
        found[file] = (stat.st_mtime_ns, stat.st_size)
    return found
