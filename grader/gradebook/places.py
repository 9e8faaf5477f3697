"""Which lines of a submission a mark is about: its entries' definitions, and those its feedback names."""

from __future__ import annotations

import re

from grader.model import Mark, Part

_NAMED = re.compile(r"\bline (\d{1,6})\b")
_CELL = re.compile(r"\bcell \d{1,6}, line ")


def definition(entry: str, source: str) -> int | None:
    """The line, from 1, on which a name is defined last at the top level; None where it is not.

    The source is searched line by line and never parsed: it is somebody else's, and may be hostile.
    """
    if not entry.isidentifier():
        return None
    starts = re.compile(rf"(?:(?:async )?def|class) +{entry}\b|{entry}\b *(?:=(?!=)|:)")
    found = [number for number, line in enumerate(source.splitlines(), start=1) if starts.match(line)]
    return found[-1] if found else None


def lines_of(mark: Mark, part: Part | None, source: str) -> tuple[int, ...]:
    """The lines concerned, in order; those named in the feedback of a notebook's cell are left out."""
    total = len(source.splitlines())
    named = [] if _CELL.search(mark.feedback) else [int(line) for line in _NAMED.findall(mark.feedback)]
    defined = [definition(check.entry, source) for check in part.checks] if part else []
    return tuple(sorted({line for line in (*named, *defined) if line is not None and 1 <= line <= total}))
