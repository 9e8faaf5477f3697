"""Hand marking in a spreadsheet: a CSV goes out with the answers and comes back with marks and reasons.

A row is known by a digest of the hand-in and the part, so that a mark can't land on an answer that was handed
in again meanwhile. Text that a spreadsheet would take for a formula has an apostrophe before it on the way
out, and loses it on the way back. Rows that can't be taken are reported, and the others are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.desk.queue import Desk, Item, Place
from grader.errors import GraderError, UsageError
from grader.gradebook.cells import Cell, csv_text, harmless, marks_of, number
from grader.intake.roster import parse_csv

HEADER = (
    "row", "assignment", "part", "student", "name", "available", "marks", "reason", "decided by", "stale",
    "answer", "model answer", "grader's text",
)  # fmt: skip
NEEDED = ("row", "assignment", "part", "marks", "reason")
READ = (*NEEDED, "stale")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Taken:
    """What came of a sheet: decisions made, rows left as they were, and what could not be taken."""

    decided: int
    unchanged: int
    problems: tuple[str, ...]


def sheet(desk: Desk, places: Iterable[Place], *, everything: bool = False) -> str:
    """The CSV of what waits for a person, stale decisions included; or of every answer."""
    items = ((place, item) for place in places for item in desk.items(place) if everything or item.open)
    return csv_text(HEADER, (_row(desk, place, item) for place, item in items))


def _row(desk: Desk, place: Place, item: Item) -> list[Cell]:
    answers = desk.answers(item)
    who: tuple[Cell, Cell] = (item.graded.student, item.graded.name)
    decision = item.decision
    return [
        *(item.row, place.assignment.name, place.part.id),
        *(("", "") if desk.anonymous else who),
        *(number(place.part.marks), number(decision.marks) if decision else None),
        *(decision.reason if decision else "", decision.who if decision else ""),
        "the answer has changed since" if item.stale else "",
        "\n\n".join(f"{one.label}: {one.text}" if one.label else one.text for one in answers),
        "\n\n".join(one.model for one in answers),
        desk.shown(item, item.machine.staff if not answers else ""),
    ]


def take(desk: Desk, text: str) -> Taken:
    """Take a sheet back: a row with marks is a decision, unless the same is in force already.

    A row without marks changes nothing. A stale decision is confirmed by emptying its cell `stale`.

    Raises:
        UsageError: the table lacks a column that is needed.
    """
    items = {
        (place.assignment.name, place.part.id, item.row): item
        for place in desk.places
        for item in desk.items(place)
    }
    decided = unchanged = 0
    problems: list[str] = []
    for line, cells in _lines(text, problems):
        try:
            item, marks, reason = _read(items, cells)
            if marks is None or _same(item, marks, cells):
                unchanged += 1
            else:
                desk.say(item, marks, reason)
                decided += 1
        except (GraderError, ValueError) as error:
            problems.append(f"row {line}: {error}")
    return Taken(decided, unchanged, tuple(problems))


def _lines(text: str, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers as a spreadsheet counts; of rows that contradict each other, none."""
    header, *rows = parse_csv(text) or [[]]
    lacking = [name for name in NEEDED if name not in header]
    if lacking:
        raise UsageError(f"the table has no column {', '.join(lacking)}", hint="export it anew with --export")
    empty = dict.fromkeys(READ, "")
    lines = [empty | dict(zip(header, row, strict=False)) for row in rows]
    said: dict[Key, set[tuple[str, str]]] = {}
    for cells in lines:
        said.setdefault(_key(cells), set()).add((cells["marks"], cells["reason"]))
    for line, cells in enumerate(lines, start=2):
        if len(said[_key(cells)]) > 1 and cells["row"]:
            problems.append(f"row {line}: this answer has several rows, and they differ; none was taken")
        elif any(cells.values()):
            yield line, cells


def _key(cells: Mapping[str, str]) -> Key:
    return _unquoted(cells["assignment"]), _unquoted(cells["part"]), cells["row"].strip()


def _read(items: Mapping[Key, Item], cells: Mapping[str, str]) -> tuple[Item, Fraction | None, str]:
    item = items.get(_key(cells))
    if item is None:
        name = " ".join(filter(None, _key(cells))) or "without a name"
        raise ValueError(f"there is no answer {name}; it may have been handed in again since")
    marks = marks_of(cells["marks"]) if cells["marks"].strip() else None
    if marks is None and cells["reason"].strip() and item.decision is None:
        raise ValueError("a reason without marks")
    return item, marks, _unquoted(cells["reason"])


def _same(item: Item, marks: Fraction, cells: Mapping[str, str]) -> bool:
    """Whether a row says what is in force already."""
    word = item.decision
    if word is None or (item.stale and not cells["stale"].strip()):
        return False
    kept = (word.reason, _unquoted(str(harmless(word.reason))))  # as it was typed, or as it went out
    return word.marks == marks and _unquoted(cells["reason"]) in kept


def _unquoted(cell: str) -> str:
    """A cell without the apostrophe that `harmless` put before it."""
    text = cell.replace("\r\n", "\n")
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
