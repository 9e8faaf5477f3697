"""Which lines of a submission a mark is about: its entries' definitions, and those its feedback names.

A submission is searched line by line and never parsed as code: it is somebody else's, and may be hostile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.model import Mark, Part

_NAMED = re.compile(r"\b(?:cell (?P<cell>\d{1,6}), )?line (?P<line>\d{1,6})\b")
_MOST_LINES = 5_000
_MOST_COLUMNS = 400
_LONGEST_BLOCK = 80


@dataclass(frozen=True)
class Line:
    """A line as handed in; `cell` counts a notebook's code cells from 1, `number` the lines within."""

    cell: int | None
    number: int
    text: str


@dataclass(frozen=True)
class Row:
    """A line as shown; `here` where a mark is about it, `gap` where lines before it are left out."""

    label: str
    text: str
    here: bool
    gap: bool = False


@dataclass(frozen=True)
class Listing:
    """A submission's text, line by line; a notebook's code cells one after another."""

    lines: tuple[Line, ...]
    cut: bool = False

    @classmethod
    def of(cls, source: str) -> Listing:
        """A listing of a module, or of a notebook if the source is one."""
        cells = _cells(source)
        blocks = [(None, source)] if cells is None else list(enumerate(cells, start=1))
        lines = [
            Line(cell, number, text[:_MOST_COLUMNS])
            for cell, block in blocks
            for number, text in enumerate(block.splitlines(), start=1)
        ]
        return cls(tuple(lines[:_MOST_LINES]), len(lines) > _MOST_LINES)

    @cached_property
    def _places(self) -> dict[tuple[int | None, int], int]:
        return {(line.cell, line.number): index for index, line in enumerate(self.lines)}

    def definition(self, entry: str) -> int | None:
        """Where a name is defined last at the top level, as an index into `lines`; None where it is not."""
        if not entry.isidentifier():
            return None
        starts = re.compile(rf"(?:(?:async )?def|class) +{entry}\b|{entry}\b *(?:=(?!=)|:)")
        found = [index for index, line in enumerate(self.lines) if starts.match(line.text)]
        return found[-1] if found else None

    def concerned(self, mark: Mark, part: Part | None) -> tuple[int, ...]:
        """The lines that a mark is about, as indices: its entries' definitions, those its feedback names."""
        named = [
            self._places.get((int(match["cell"]) if match["cell"] else None, int(match["line"])))
            for match in _NAMED.finditer(mark.feedback)
        ]
        defined = [self.definition(check.entry) for check in part.checks] if part else []
        return tuple(sorted({index for index in (*named, *defined) if index is not None}))

    def block(self, start: int) -> range:
        """The lines of the definition that starts at an index: up to the next line at the margin."""
        end = start + 1
        while end < len(self.lines) and end < start + _LONGEST_BLOCK:
            line = self.lines[end]
            if line.cell != self.lines[start].cell or re.match(r"[^\s)\]}#]", line.text):
                break
            end += 1
        while end > start + 1 and not self.lines[end - 1].text.strip():
            end -= 1
        return range(start, end)

    def about(self, mark: Mark, part: Part | None) -> tuple[Row, ...]:
        """The lines to show beside a mark: its entries' definitions, else those around the lines named."""
        concerned = self.concerned(mark, part)
        entries = [self.definition(check.entry) for check in part.checks] if part else []
        starts = [start for start in entries if start is not None]
        blocks = {index for start in starts for index in self.block(start)}
        near = {place for centre in concerned for place in range(centre - 2, centre + 3)} - blocks
        shown = sorted({*blocks, *(() if blocks else near), *concerned} & set(range(len(self.lines))))
        return self.rows(shown, set(concerned) - set(starts) or set(concerned))

    def rows(self, indices: Sequence[int], here: set[int]) -> tuple[Row, ...]:
        """Lines as shown: a notebook's as cell:line, characters that can't be seen made visible."""
        found = []
        for index, before in zip(indices, (None, *indices), strict=False):
            line = self.lines[index]
            label = str(line.number) if line.cell is None else f"{line.cell}:{line.number}"
            text = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line.text)
            gap = before is not None and index != before + 1
            found.append(Row(label, text, index in here, gap))
        return tuple(found)


def _cells(source: str) -> list[str] | None:
    """The sources of a notebook's code cells; None where the text is no notebook."""
    if not source.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    try:
        data = json.loads(source.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        return None
    found = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            text = cell.get("source", "")
            found.append("".join(map(str, text)) if isinstance(text, list) else str(text))
    return found
