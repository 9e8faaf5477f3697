"""Marks for Canvas, Moodle, Blackboard, Brightspace: the instructor's own grade file, one column filled.

What each importer reads and binds is in `docs/formats.md`; here it is a table. A submission that still waits
for a person, or that the grader failed to judge, is left as it is in the file and noted.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path, PurePath

from grader.errors import ExportError, RosterError
from grader.exports.base import Layout, Rendered, Request, chosen, settled, unsettled
from grader.gradebook import Gradebook, number
from grader.gradebook.cells import csv_text, readable
from grader.intake.roster import Columns, Matcher, Roster, delimiter
from grader.model import Assignment, Graded

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

    def people(self, first: str = "") -> tuple[Matcher, dict[str, int]]:
        """An index of the file's students, and each one's row; `first` is what the first column holds."""
        header = [first or self.header[0], *self.header[1:]]
        columns = Columns.of(header)
        rows = {}
        for index, row in enumerate(self.cells[1:], start=1):
            person = columns.person(row)
            if person is not None:
                rows[person[0].id] = index
        try:
            roster = Roster.from_rows(header, self.cells[1:], self.source)
        except RosterError as error:
            raise ExportError(error.message, hint=error.hint) from error
        return roster.matcher(), rows

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

    def decimal(self, value: float, column: int) -> str:
        """A number as the file writes numbers: with a comma where others from this column on have one."""
        cells = (cell for row in self.cells for cell in row[column:])
        commas = any(re.fullmatch(r"\d+,(?!\d{3}$)\d+", cell) for cell in cells)  # 1,000 is a thousand
        return str(value).replace(".", ",") if commas else str(value)


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


_SOME = 10
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class _System:
    """How one system's grade file looks.

    Attributes:
        file: what the result is called, with the template's ending.
        marks: which headers are columns of marks; group 1 is the title.
        comment: which headers take feedback.
        form: which headers say what the feedback is written in.
        keep: cells that stay as they are (excused).
        most: the header of a column with the maximum of each row.
        title_matters: whether the column is found by the assignment's title.
        first: what the first column holds, where its header may be in any language.
    """

    file: str
    marks: re.Pattern[str]
    comment: re.Pattern[str] = _NEVER
    form: re.Pattern[str] = _NEVER
    keep: re.Pattern[str] = _NEVER
    most: re.Pattern[str] = _NEVER
    title_matters: bool = True
    first: str = ""


_CANVAS = _System("canvas.csv", re.compile(r"(.+) \(\d+\)"), keep=re.compile(r"EX|N/A", re.IGNORECASE))
_MOODLE = _System(
    "moodle.csv",
    re.compile(r"(Grade)"),
    comment=re.compile(r"Feedback comments"),
    most=re.compile(r"Maximum grade", re.IGNORECASE),
    title_matters=False,
    first="Identifier",
)
_BLACKBOARD = _System(
    "blackboard.csv",
    re.compile(r"(.+?) *(?:\[[^\]]*\] *)?\|\d+"),
    comment=re.compile(r"Feedback to Learner"),
    form=re.compile(r"Feedback Format"),
)
_BRIGHTSPACE = _System("brightspace.csv", re.compile(r"(.+?) Points Grade.*"))


def _fill(system: _System, gradebook: Gradebook, request: Request) -> Rendered:
    """The template with the marks of one assignment in one column."""
    assert request.template is not None  # the registry has asked for it
    template = Template.read(request.template)
    assignment, graded = chosen(gradebook, request)
    column = _column(template, system, assignment, request.column)
    comments, forms = (_headed(template, each) for each in (system.comment, system.form))
    matcher, rows = template.people(system.first)
    values: dict[Place, str] = {}
    notes = [*unsettled(graded), *_maximum(template, system, assignment, column)]
    if system.first and not comments:
        notes.append(f"{template.source} has no column {system.comment.pattern}: only marks are filled in")
    people = {student: matcher.find(student, each.name) for student, each in graded.items()}
    notes += _absent(rows.keys(), {found.id for found in people.values() if found}, template.source)
    for student, each in settled(graded).items():
        found = people[student]
        row = rows[found.id] if found else -1
        if found is None:
            notes.append(f"{student} is not in {template.source}, or more than one row fits")
        elif (row, column) in values:
            notes.append(f"{student}: that row is already filled for another student")
        elif len(template.spans[row]) <= max([column, *comments, *forms]):
            notes.append(f"{student}: the row in {template.source} is too short")
        elif system.keep.fullmatch(template.cells[row][column].strip()):
            notes.append(f"{student} stays {template.cells[row][column].strip()}")
        else:
            values[row, column] = template.decimal(number(each.final) or 0, column)
            values |= {(row, place): feedback_html(each) for place in comments}
            values |= {(row, place): "HTML" for place in forms}
    name = str(PurePath(system.file).with_suffix(request.template.suffix or ".csv"))
    return Rendered({name: template.filled(values)}, tuple(notes))


def _absent(everybody: Set[str], found: Set[str], source: str) -> Iterator[str]:
    """A note on the file's students of whom nothing was graded: their cells stay as they are.

    Raises:
        ExportError: that is all of them.
    """
    if not found:
        raise ExportError(
            f"nobody of the results is in {source}",
            hint="Grade with --roster, so that students have the ids or names of that file.",
        )
    absent = sorted(everybody - found)
    if absent:
        some = ", ".join(absent[:_SOME]) + (" …" if len(absent) > _SOME else "")
        yield f"nothing is graded of {len(absent)} in {source}: {some}"


def _headed(template: Template, wanted: re.Pattern[str]) -> list[int]:
    """The columns whose header is wanted."""
    return [index for index, cell in enumerate(template.header) if wanted.fullmatch(cell)]


def _column(template: Template, system: _System, assignment: Assignment, asked: str | None) -> int:
    """The one column to fill: the one asked for, or the one that bears the assignment's name or title."""
    header = template.header
    titles = {index: match[1] for index, cell in enumerate(header) if (match := system.marks.fullmatch(cell))}
    wanted = [asked] if asked else [assignment.name, assignment.title]
    if asked and asked in header:
        return header.index(asked)
    if not asked and not system.title_matters and len(titles) == 1:
        return next(iter(titles))
    keys = {_key(each) for each in wanted if each}
    fits = [index for index, title in titles.items() if _key(title) in keys]
    if len(fits) == 1:
        return fits[0]
    names = " or ".join(each for each in wanted if each)
    raise ExportError(
        f"{template.source} has {'several columns' if fits else 'no column'} for {names}",
        hint=f"Give one with --column: {', '.join(titles.values()) or ', '.join(header)}.",
    )


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


def _maximum(template: Template, system: _System, assignment: Assignment, column: int) -> Sequence[str]:
    """A note where the file's maximum is not the assignment's: importers cut or refuse what is above."""
    found = {
        row[column]
        for row in template.cells
        if row and row[0].strip() == "Points Possible" and column < len(row)
    }
    most = _headed(template, system.most)
    found |= {row[index] for index in most for row in template.cells[1:] if index < len(row)}
    try:
        other = sorted(
            {each for each in found if each and Fraction(each.replace(",", ".")) != assignment.marks}
        )
    except ValueError:
        return (f"the maximum in {template.source} is no number",)
    return [
        f"{template.source} has {each} as the maximum, the assignment {readable(assignment.marks)}"
        for each in other
    ]


def feedback_html(each: Graded) -> str:
    """Short feedback as HTML: what earned less than all, part by part; it starts like no formula."""
    less = [mark for mark in each.marks if mark.marks is not None and mark.marks < mark.available]
    parts = [f"{m.part}: {readable(m.marks)} of {readable(m.available)}. {m.feedback}" for m in less]
    lines = [*each.faults, *each.notes, *parts]
    escaped = "<br>".join(html.escape(line).replace("\n", "<br>") for line in lines)
    return f"<p>{escaped or 'All right.'}</p>"


def _blackboard(gradebook: Gradebook, request: Request) -> Rendered:
    if request.template is not None:
        return _fill(_BLACKBOARD, gradebook, request)
    assignment, graded = chosen(gradebook, request)
    rows = [
        (student, number(each.final), feedback_html(each), "HTML")
        for student, each in settled(graded).items()
    ]
    header = ("Username", assignment.title or assignment.name, "Feedback to Learner", "Feedback Format")
    note = "without --template Blackboard creates a new column: give its own grade file to fill the old one"
    return Rendered({"blackboard.csv": csv_text(header, rows)}, (note, *unsettled(graded)))


def _brightspace(gradebook: Gradebook, request: Request) -> Rendered:
    if request.template is not None:
        return _fill(_BRIGHTSPACE, gradebook, request)
    assignment, graded = chosen(gradebook, request)
    kind = "OrgDefinedId" if all(student.isdecimal() for student in graded) else "Username"
    header = (kind, f"{assignment.title or assignment.name} Points Grade", "End-of-Line Indicator")
    rows = [(f"#{student}", number(each.final), "#") for student, each in settled(graded).items()]
    note = f"the results' ids stand under {kind}: grade with --roster where Brightspace has others"
    return Rendered({"brightspace.csv": csv_text(header, rows)}, (note, *unsettled(graded)))


def _filled(system: _System) -> Callable[[Gradebook, Request], Rendered]:
    return lambda gradebook, request: _fill(system, gradebook, request)


LAYOUTS = (
    Layout(
        "canvas",
        "Canvas's own gradebook export, filled",
        _filled(_CANVAS),
        "the gradebook exported from Canvas",
    ),
    Layout(
        "moodle", "Moodle's offline grading worksheet, filled", _filled(_MOODLE), "the worksheet from Moodle"
    ),
    Layout("blackboard", "Blackboard's grade file, filled or new", _blackboard),
    Layout("brightspace", "Brightspace's grade file, filled or new", _brightspace),
)
