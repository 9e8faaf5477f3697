"""Which lines of a traceback are the student's own, and what they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import PurePath
from types import TracebackType

MAX_FRAMES = 12
MAX_TEXT = 200
Line = tuple[str, int, str, str, int]
"""File, line, function, text, notebook cell or 0."""


class Sources:
    """The student's files: the names that their code was compiled under, with what stands in them.

    Args:
        folder: where helper modules lie; code from there is the student's too. Empty where student code
            runs in the reader's own process: then everything outside Python's prefix and this package is.
    """

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        self.lines: dict[str, list[str]] = {}
        self.cells: dict[str, tuple[str, int]] = {}

    def add(self, name: str, source: str, cell: tuple[str, int] | None = None) -> None:
        """Know a source by the file name that it is compiled under."""
        self.lines[name] = source.split("\n")
        if cell:
            self.cells[name] = cell

    def owns(self, file: str) -> bool:
        """Whether code of that file name is the student's."""
        if file in self.lines:
            return True
        if self.folder:
            return file.startswith(self.folder + os.sep)
        package = str(PurePath(__file__).parents[1])
        return not file.startswith((sys.prefix, sys.base_prefix, package, "<frozen"))

    def line(self, file: str, number: int, function: str) -> Line:
        """A line as it is shown."""
        shown, cell = self.cells.get(file, (file if file in self.lines else PurePath(file).name, 0))
        lines = self.lines.get(file, ())
        text = lines[number - 1].strip()[:MAX_TEXT] if 0 < number <= len(lines) else ""
        return shown[:MAX_TEXT], number, "" if function == "<module>" else function[:MAX_TEXT], text, cell

    def frames(self, trace: TracebackType | None) -> list[Line]:
        """The student's own lines of a traceback, innermost last; of a deep one, both ends."""
        found = []
        while trace is not None:
            code = trace.tb_frame.f_code
            if self.owns(code.co_filename):
                found.append((code.co_filename, trace.tb_lineno, code.co_name))
            trace = trace.tb_next
        if len(found) > MAX_FRAMES:
            found = found[: MAX_FRAMES // 2] + found[-MAX_FRAMES // 2 :]
        return [self.line(*one) for one in found]


def failure(error: BaseException, sources: Sources) -> Mapping[str, object]:
    """An exception as data: type, message and the student's own lines."""
    try:
        message = str(error)[:4000]
    except BaseException:  # noqa: BLE001 - an exception of the student's may raise when it is printed
        message = "(its message can't be shown)"
    frames = sources.frames(error.__traceback__)
    if isinstance(error, SyntaxError) and isinstance(error.filename, str) and isinstance(error.lineno, int):
        message = str(error.msg)[:4000]
        frames.append(sources.line(error.filename, error.lineno, ""))
    return {
        "type": str.__str__(type(error).__name__)[:100],
        "message": str.__str__(message),
        "frames": [tuple(frame) for frame in frames],
    }
