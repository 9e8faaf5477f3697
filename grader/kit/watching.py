"""Do it again whenever a file is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

PAUSE = 0.25


def watch(
    paths: Sequence[Path], action: Callable[[], object], keep_on: Callable[[], bool] = lambda: True
) -> None:
    """Act once, and again after each save of one of the files, until Ctrl-C or until `keep_on` says no.

    Files are looked at four times a second: that works on every system and over network drives. A file that
    an editor has removed for a moment counts as saved when it is back.
    """
    before = stamps(paths)
    action()
    while keep_on():
        time.sleep(PAUSE)
        now = stamps(paths)
        if now != before and None not in now:
            before = now
            action()


def stamps(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """When each file was saved and how long it is; None where it is not there."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_mtime_ns, stat.st_size))
    return found
