"""Filling an instructor's own CSV: only the wanted cells change, every other byte stays as it was.

Encoding, byte order mark, delimiter, quotes and line ends are those of the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.errors import ExportError, RosterError
from grader.intake.roster import Columns, Matcher, Roster, delimiter
from grader.model import Student

Place = tuple[int, int]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Template:
    """A CSV file by its cells.

    Attributes:
        text: the file's text, without its byte order mark.
        mark: the byte order mark.
        encoding: how the rest is encoded.
        source: the file's name, for messages.
    """

    text: str
    mark: bytes
    encoding: str
    source: str

    @classmethod
    def read(cls, path: Path) -> Template:
        """A template from a file.

        Raises:
            ExportError: it can't be read.
        """
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise ExportError(f"the template {path} can't be read: {error.strerror}") from error
        mark, encoding = next((each for each in _MARKS if raw.startswith(each[0])), (b"", "utf-8"))
        try:
            text = raw[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            # Every byte has a character in Latin-1, so even an unknown encoding comes back as it was.
            encoding = "latin-1"
            text = raw.decode(encoding)
        return cls(text, mark, encoding, str(path))

    @property
    def delimiter(self) -> str:
        """What separates cells."""
        return delimiter(self.text)

    @cached_property
    def spans(self) -> list[list[tuple[int, int]]]:
        """Where each cell of each row stands in the text."""
        d = re.escape(self.delimiter)
        cell = re.compile(rf'(?P<cell>"(?:[^"]|"")*"|[^{d}\r\n"][^{d}\r\n]*|)(?P<end>{d}|\r\n|\n|\r|\Z)')
        rows: list[list[tuple[int, int]]] = [[]]
        position = 0
        while True:
            match = cell.match(self.text, position)
            if match is None:
                line = self.text.count("\n", 0, position) + 1
                raise ExportError(f"{self.source} is not a well-formed CSV: line {line}")
            rows[-1].append(match.span("cell"))
            position = match.end()
            if match["end"] == "":
                return rows if rows[-1] != [(position, position)] else rows[:-1]
            if match["end"] != self.delimiter:
                rows.append([])

    @cached_property
    def cells(self) -> list[list[str]]:
        """Each cell's text, without its quotes."""
        return [[_unquoted(self.text[start:end]) for start, end in row] for row in self.spans]

    @property
    def header(self) -> list[str]:
        """The first row."""
        if not self.cells:
            raise ExportError(f"{self.source} is empty")
        return self.cells[0]

    @cached_property
    def people(self) -> tuple[Matcher, dict[str, int]]:
        """An index of the students in the file, and each one's row."""
        columns = Columns.of(self.header)
        rows = {}
        for index, row in enumerate(self.cells[1:], start=1):
            person = columns.person(row)
            if person is not None:
                rows[person[0].id] = index
        try:
            roster = Roster.from_rows(self.header, self.cells[1:], self.source)
        except RosterError as error:
            raise ExportError(error.message, hint=error.hint) from error
        return roster.matcher(), rows

    def row_of(self, student: str, name: str) -> int | None:
        """The one row of a student, or None."""
        matcher, rows = self.people
        found: Student | None = matcher.find(student, name)
        return rows[found.id] if found else None

    def filled(self, values: Mapping[Place, str]) -> bytes:
        """The file with these cells, by (row, column), replaced."""
        pieces, position = [], 0
        for row, column in sorted(values):
            start, end = self.spans[row][column]
            pieces += [self.text[position:start], self._quoted(values[row, column], self.text[start:end])]
            position = end
        text = "".join([*pieces, self.text[position:]])
        errors = "xmlcharrefreplace" if self.encoding == "latin-1" else "replace"
        return self.mark + text.encode(self.encoding, errors)

    def _quoted(self, value: str, old: str) -> str:
        needs = old.startswith('"') or any(c in value for c in f'{self.delimiter}"\r\n')
        return '"' + value.replace('"', '""') + '"' if needs else value

    def decimal(self, value: float) -> str:
        """A number as the file writes numbers: with a comma where others there have one."""
        commas = self.delimiter != "," and any(re.fullmatch(r"\d+,\d+", c) for row in self.cells for c in row)
        text = str(value)
        return text.replace(".", ",") if commas else text


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
