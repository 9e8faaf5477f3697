"""How values leave: marks as decimals, text that commands nothing, files that are whole or absent."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from pathlib import Path

Cell = str | int | float | bool | None
_MARKS = re.compile(r"\d{1,6}(?:\.\d{1,20})?|\d{1,6}/\d{1,6}")
_SHORTEST_NAME = 3
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def number(value: Fraction | None) -> int | float | None:
    """A mark as a decimal: an integer where whole, else the nearest double; None stays None."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


@lru_cache(maxsize=4096)
def exact(value: float | None) -> Fraction | None:
    """The fraction that a decimal of ours stands for: the nearest with a denominator up to a million."""
    return None if value is None else Fraction(value).limit_denominator(1_000_000)


def marks_of(text: str) -> Fraction:
    """Marks as people write them: 2, 2.5, 2,5 or 5/3; our own decimals give back the exact fraction.

    Raises:
        ValueError: it is no number of marks.
    """
    written = text.strip().replace(",", ".")
    if not _MARKS.fullmatch(written) or written.endswith("/0"):
        raise ValueError(f"{text.strip()[:40]!r} is no number of marks; write 2, 2.5 or 5/3")
    return Fraction(written) if "/" in written else Fraction(float(written)).limit_denominator(1_000_000)


def unnamed(text: str, names: Iterable[str], instead: str) -> str:
    """Text without somebody's id and name where they are written out; short ones would match anything."""
    for name in sorted(set(names), key=len, reverse=True):
        text = text.replace(name, instead) if len(name) >= _SHORTEST_NAME else text
    return text


def readable(value: Fraction | None) -> str:
    """A mark as people read it: 3, 2.5, 1.67; a dash where there is none."""
    decimal = number(value)
    if decimal is None:
        return "–"
    return str(decimal) if isinstance(decimal, int) else f"{decimal:.2f}".rstrip("0").rstrip(".")


def duration(seconds: float | None) -> str:
    """A time as people read it; a dash where there is none."""
    if seconds is None:
        return "–"
    if seconds < 0.001:
        return "under 1 ms"
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def moment(when: str) -> str:
    """A time in ISO 8601 as people write it, with its offset."""
    time = datetime.fromisoformat(when)
    zone = f" (UTC{time:%z})" if time.tzinfo else ""
    return f"{time.day} {time:%B %Y, %H:%M}{zone}"


def encodable(value: Cell) -> Cell:
    """A cell that UTF-8 can hold: a lone surrogate from a student's message becomes a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def harmless(value: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula and no terminal for a command.

    Text that starts like a formula gets an apostrophe before it, as spreadsheets themselves write text;
    control characters except line ends and tabs are replaced. Numbers stay numbers.
    """
    if not isinstance(value, str):
        return value
    clean = value
    if not (value.isascii() and value.isprintable()):  # most cells are, and a class has many
        clean = "".join(
            c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd"
            for c in value.replace("\r\n", "\n")
        )
    risky = clean[:1] in ("\t", "\n") or clean.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    return f"'{clean}" if risky and clean.strip() else clean


def replace_file(path: Path, content: str | bytes | Iterable[str], *, private: bool = False) -> None:
    """Write a file whole or not at all, put in its place when complete; `private` for its owner alone.

    A long content may come in pieces, which are never held together.
    """
    pieces = (content,) if isinstance(content, (str, bytes)) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            for piece in pieces:
                stream.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace"))
        Path(temporary).chmod(0o600 if private else 0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV with harmless cells; an empty cell where there is no mark."""
    return "".join(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The same row by row."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    for row in chain((header,), rows):
        writer.writerow([harmless(cell) for cell in row])
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


def file_name(text: str) -> str:
    """A name for a file about somebody: the id where every file system can hold it, else with a digest.

    Two different ids never share one, not even where case is ignored.
    """
    clean = re.sub(r"[^\w.\-]+", "_", text)[:60].strip("._ ").casefold()
    if clean and clean == text and not _RESERVED.fullmatch(clean):
        return clean
    return f"{clean}-{hashlib.sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"
