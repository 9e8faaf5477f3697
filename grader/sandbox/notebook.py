"""A notebook's code cells as Python, cell by cell; what IPython alone understands is left out.

Versions 4 (`cells`) and 3 (`worksheets`) of the format are read. A cell that Python can't read even then is
left out by itself, and the note says so.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import SubmissionError

_KEEPS_BODY = ("time", "timeit", "capture", "prun")
_MAGIC_LINE = re.compile(r"^(\s*)(?:[%!?]|[\w.,\s]{1,80}=\s*[%!]|[\w.]{1,80}\?{1,2}\s*$)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell: its number among the code cells from 1, and its source with lines kept in place.

    `fault` says why it can't be run; `line` is where.
    """

    number: int
    source: str
    fault: str = ""
    line: int = 0


def read_notebook(content: bytes) -> tuple[Cell, ...]:
    """The code cells in the order of the document.

    Raises:
        SubmissionError: it is not a notebook.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"the notebook is not valid JSON: {str(error)[:200]}") from error
    sources = [source for source in _code_sources(document) if source.strip()]
    if not sources:
        raise SubmissionError("the notebook has no code cells")
    return tuple(_cell(number, source) for number, source in enumerate(sources, 1))


def _code_sources(document: object) -> Iterator[str]:
    if not isinstance(document, dict):
        return
    sheets = document.get("worksheets")
    holders = [document, *(sheets if isinstance(sheets, list) else ())]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                yield _text(cell.get("source", cell.get("input", "")))


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _cell(number: int, source: str) -> Cell:
    first, _, rest = source.lstrip("\n").partition("\n")
    if first.startswith("%%"):
        magic = first[2:].split(maxsplit=1)
        if not magic or magic[0] not in _KEEPS_BODY:
            return Cell(number, "", f"cell {number} was left out: it is not Python ({first[:40]})", 1)
        source = "\n" * (source.count("\n") - rest.count("\n")) + rest
    if _fault(source) is None:
        return Cell(number, source)
    source = "\n".join(_without_magic(line) for line in source.split("\n"))
    fault = _fault(source)
    if fault is None:
        return Cell(number, source)
    line, message = fault
    return Cell(number, source, f"cell {number} was left out: line {line} does not compile ({message})", line)


def _without_magic(line: str) -> str:
    found = _MAGIC_LINE.match(line)
    return f"{found[1]}pass  # left out" if found else line


def _fault(source: str) -> tuple[int, str] | None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        return error.lineno or 1, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return 1, str(error)[:100] or type(error).__name__
    return None
