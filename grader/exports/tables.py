"""Tables for people and programs: CSV, JSON, Parquet, a formatted workbook, and all of it without names.

In the workbook text is written as text and starts like no formula; numbers are the same doubles everywhere.
Without names, pseudonyms are drawn at random and their key is a file of its own; times of handing in and
digests are dropped, and ids and names are replaced in every text. What a student wrote about themselves in
other words is not found: look before you publish.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.errors import ExportError
from grader.exports.base import Layout, Rendered, Request
from grader.gradebook import TIDY, Gradebook, number
from grader.gradebook.cells import Cell, csv_text, harmless, unnamed
from grader.gradebook.results import text_of
from grader.gradebook.statistics import AssignmentStatistics, statistics_of
from grader.model import Assignment, Graded, Verdict


def _csv(gradebook: Gradebook, _: Request) -> Rendered:
    tidy = csv_text(TIDY, [list(row.values()) for row in gradebook.rows()])
    return Rendered({"gradebook.csv": csv_text(*gradebook.wide_rows()), "parts.csv": tidy})


def _json(gradebook: Gradebook, _: Request) -> Rendered:
    return Rendered({"results.json": text_of(gradebook.results())})


def _parquet(gradebook: Gradebook, _: Request) -> Rendered:
    stream = io.BytesIO()
    try:
        gradebook.frame.to_parquet(stream, index=False)
    except ImportError as error:
        raise ExportError(
            "Parquet needs pyarrow", hint='pip install "ml-homework-grader[parquet]"'
        ) from error
    return Rendered({"parts.parquet": stream.getvalue()})


def pseudonyms(gradebook: Gradebook) -> dict[str, str]:
    """A random name for every student, each different."""
    drawn: dict[str, str] = {}
    while len(drawn) < len(gradebook.students):
        drawn[f"s-{secrets.token_hex(4)}"] = ""
    return dict(zip(gradebook.students, drawn, strict=True))


def anonymised(gradebook: Gradebook, names: dict[str, str]) -> Gradebook:
    """The gradebook under other names, sorted by them, so that the order says nothing."""
    return Gradebook((_hidden(each, names[each.student]) for each in gradebook.graded), gradebook.assignments)


def _hidden(each: Graded, pseudonym: str) -> Graded:
    def clean(text: str) -> str:
        return unnamed(text, (each.student, each.name), pseudonym)

    marks = tuple(
        replace(mark, feedback=clean(mark.feedback), staff=clean(mark.staff), outcomes=())
        for mark in each.marks
    )
    return replace(
        each,
        student=pseudonym,
        name="",
        marks=marks,
        notes=tuple(map(clean, each.notes)),
        faults=tuple(map(clean, each.faults)),
        digests={},
        handed_in_at=None,
    )


def _anonymous(gradebook: Gradebook, _: Request) -> Rendered:
    names = pseudonyms(gradebook)
    hidden = anonymised(gradebook, names)
    files = {
        "results.json": text_of(hidden.results({})),
        "gradebook.csv": csv_text(*hidden.wide_rows()),
        "parts.csv": csv_text(TIDY, [list(row.values()) for row in hidden.rows()]),
    }
    key = csv_text(("pseudonym", "student", "name"), [(p, s, gradebook.name(s)) for s, p in names.items()])
    return Rendered(files, ("the key is in a file of its own: keep it apart",), {"key.csv": key})


_LONGEST = 32_767
_NOT_XML = re.compile("[\ufffe\uffff]")
_STATISTICS = (
    "assignment", "part", "title", "available", "students", "mean", "difficulty", "discrimination",
    *(str(verdict) for verdict in Verdict), "most frequent mistake", "its share", "median seconds",
)  # fmt: skip


class _Sheets:
    """A workbook in memory, with its formats."""

    def __init__(self) -> None:
        try:
            import xlsxwriter
        except ImportError as error:
            raise ExportError(
                "XLSX needs xlsxwriter", hint='pip install "ml-homework-grader[xlsx]"'
            ) from error
        self._stream = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._stream, {"in_memory": True})
        self._bold = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._names: set[str] = set()

    def add(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Any:
        """A sheet with a frozen, filtered header."""
        sheet = self._book.add_worksheet(self._free(name))
        for column, text in enumerate(header):
            sheet.write_string(0, column, _text(text), self._bold)
        for index, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, index, column, cell)
        sheet.freeze_panes(1, 2)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # ids: no warning in each cell
        sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
        for column, text in enumerate(header):
            longest = max((len(str(row[column])) for row in rows[:200]), default=0)
            sheet.set_column(column, column, min(max(len(text), longest) + 2, 40))
        return sheet

    def colour(self, sheet: Any, column: int, rows: int, top: float | None) -> None:
        """A scale from orange (nothing) to blue (all), told apart by any eyes; no colour for no mark."""
        scale = {"type": "2_color_scale", "min_color": "#F6C9A0", "max_color": "#A9CCE8"}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": top or 1}
        if rows:
            sheet.conditional_format(1, column, rows, column, scale | ends)

    def close(self) -> bytes:
        """The workbook's bytes."""
        self._book.close()
        return self._stream.getvalue()

    def _free(self, name: str) -> str:
        """A sheet's name that Excel takes: no forbidden characters, at most 31, each once."""
        clean = re.sub(r"[\[\]:*?/\\']", " ", _text(name))[:28].strip() or "sheet"
        while clean.casefold() in self._names:
            clean = f"{clean[:26]} {len(self._names)}"
        self._names.add(clean.casefold())
        return clean


def _text(value: str) -> str:
    return _NOT_XML.sub("\ufffd", str(harmless(value)))[:_LONGEST]


class _AllDigits(float):
    """A double that is written with as many digits as it has: XlsxWriter asks for 16, and some need 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, _AllDigits(cell) if isinstance(cell, float) else cell)
    elif cell:
        sheet.write_string(row, column, _text(cell))


def _xlsx(gradebook: Gradebook, _: Request) -> Rendered:
    sheets = _Sheets()
    header, rows = gradebook.wide_rows()
    overview = sheets.add("Gradebook", header, rows)
    columns = [(each, part) for each in gradebook.assignments for part in each.parts]
    for index, (_assignment, part) in enumerate(columns, start=2):
        sheets.colour(overview, index, len(rows), number(part.marks))
    for assignment in gradebook.assignments:
        _assignment_sheet(sheets, gradebook, assignment)
    lines = [line for each in statistics_of(gradebook) for line in _statistics(each)]
    sheets.add("Statistics", _STATISTICS, lines)
    return Rendered({"gradebook.xlsx": sheets.close()})


def _assignment_sheet(sheets: _Sheets, gradebook: Gradebook, assignment: Assignment) -> None:
    parts = assignment.parts
    header = [
        "student",
        "name",
        *(part.id for part in parts),
        "raw",
        "final",
        "available",
        "handed in",
        "notes",
    ]
    rows: list[list[Cell]] = []
    for each in gradebook.of(assignment.name):
        marks = {mark.part: mark.marks for mark in each.marks}
        rows.append(
            [
                *(each.student, each.name),
                *(number(marks.get(part.id)) for part in parts),
                *(number(each.raw), number(each.final), number(each.available)),
                *(each.handed_in_at, "; ".join((*each.faults, *each.notes))),
            ]
        )
    sheet = sheets.add(assignment.name, header, rows)
    for index, part in enumerate(parts, start=2):
        sheets.colour(sheet, index, len(rows), number(part.marks))


def _statistics(each: AssignmentStatistics) -> list[list[Cell]]:
    lines: list[list[Cell]] = []
    for part in each.parts:
        mistake, times = max(part.mistakes.items(), key=lambda item: item[1], default=("", 0))
        asked = sum(part.verdicts.values())
        lines.append(
            [
                *(each.assignment.name, part.part.id, part.part.title, number(part.part.marks), part.count),
                *(number(part.mean), part.difficulty, part.discrimination),
                *(part.verdicts.get(verdict, 0) for verdict in Verdict),
                *(mistake, times / asked if times else None, part.seconds),
            ]
        )
    return lines


LAYOUTS = (
    Layout("csv", "a row a student, and a row a student and part", _csv),
    Layout("json", "results.json: everything, for programs", _json),
    Layout("parquet", "a row a student and part, typed", _parquet),
    Layout("anonymous", "results under random pseudonyms, the key apart", _anonymous),
    Layout("xlsx", "a formatted workbook with statistics", _xlsx),
)
