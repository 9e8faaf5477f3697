"""Who is on the course, and which of them a hand-in belongs to: by id, then e-mail, then name."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import RosterError
from grader.model import Student

# Headers as the systems write them, compared without case, spaces and punctuation; the best id first.
_IDS = (
    "studentid", "id", "identifier", "idnumber", "sid", "sisuserid", "orgdefinedid", "username",
    "sisloginid", "loginid", "login", "user", "student", "github", "githubusername",
)  # fmt: skip
_EMAILS = ("email", "emailaddress", "mail")
_FULL = ("fullname", "name", "student", "displayname", "studentname")
_FIRST, _LAST = ("firstname", "first", "givenname"), ("lastname", "last", "surname", "familyname")
_NOT_STUDENTS = ("points possible", "student, test")


def _key(text: str) -> str:
    """A header for comparison."""
    return re.sub(r"[\W_]+", "", text.casefold())


def name_keys(name: str) -> frozenset[str]:
    """What a name may look like elsewhere: accents and punctuation dropped, in both orders."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    last, comma, first = plain.partition(",")
    orders = [f"{first} {last}", plain] if comma else [plain]
    words = [re.findall(r"\w+", order) for order in orders]
    turned = [[*each[-1:], *each[:-1]] for each in words]
    return frozenset("".join(each) for each in [*words, *turned] if each)


def bare_id(text: str) -> str:
    """An id without Brightspace's `#` or Moodle's `Participant ` before it."""
    return re.sub(r"^participant[ _]+", "", text.strip().removeprefix("#"), flags=re.IGNORECASE)


def id_key(text: str) -> str:
    """An id for comparison."""
    return bare_id(text).casefold()


@dataclass(frozen=True, slots=True)
class Roster:
    """The students of a course.

    Attributes:
        students: in the file's order.
        aliases: further ids of each student (login, SIS id), by the id.
    """

    students: tuple[Student, ...]
    aliases: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, students: Iterable[Student]) -> Roster:
        """A roster without further ids.

        Raises:
            RosterError: an id occurs twice.
        """
        return cls._checked([(student, ()) for student in students])

    @classmethod
    def _checked(
        cls, people: Sequence[tuple[Student, tuple[str, ...]]], source: str = "the roster"
    ) -> Roster:
        ids = [student.id for student, _ in people]
        double = sorted({each for each in ids if ids.count(each) > 1}) if len(set(ids)) < len(ids) else []
        if double:
            raise RosterError(
                f"{source} has the same id twice: {', '.join(double[:5])}", hint="Give each student one row."
            )
        return cls(tuple(s for s, _ in people), {student.id: others for student, others in people})

    @classmethod
    def read(cls, path: Path) -> Roster:
        """A roster from CSV or XLSX; any export of a gradebook with ids, names or e-mails does.

        Raises:
            RosterError: no such file, no usable column, or an id occurs twice.
        """
        rows = table(path)
        return cls.from_rows(rows[0] if rows else [], rows[1:], str(path))

    @classmethod
    def from_rows(cls, header: Sequence[str], rows: Iterable[Sequence[str]], source: str) -> Roster:
        """A roster from a table's header and rows.

        Raises:
            RosterError: no usable column, or an id occurs twice.
        """
        columns = Columns.of(header)
        if not columns.ids and columns.email is None:
            raise RosterError(
                f"{source} has no column with ids or e-mail addresses",
                hint="Name a column student_id, id, username or email.",
            )
        people = [person for row in rows if (person := columns.person(row)) is not None]
        return cls._checked(people, source)

    def matcher(self) -> Matcher:
        """An index for finding students."""
        return Matcher(self)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table keeps ids, e-mail and names."""

    ids: tuple[int, ...]
    email: int | None
    full: int | None
    first: int | None
    last: int | None

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """The columns by their headers."""
        keys = [_key(cell) for cell in header]

        def find(names: Sequence[str]) -> int | None:
            return next((keys.index(name) for name in names if name in keys), None)

        full = find(_FULL)
        ids = [keys.index(name) for name in _IDS if name in keys]
        has_other = len(ids) > 1 or find(_EMAILS) is not None
        # Canvas calls the name "Student"; in a list of ids alone, it is the id.
        if full is not None and keys[full] == "student":
            ids, full = ([i for i in ids if i != full], full) if has_other else (ids, None)
        return cls(tuple(ids), find(_EMAILS), full, find(_FIRST), find(_LAST))

    def person(self, row: Sequence[str]) -> tuple[Student, tuple[str, ...]] | None:
        """A row's student and their further ids, or None for a row of another sort."""

        def cell(index: int | None) -> str:
            return row[index].strip() if index is not None and index < len(row) else ""

        name = cell(self.full) or " ".join(filter(None, (cell(self.first), cell(self.last))))
        ids = [bare_id(cell(index)) for index in self.ids if cell(index)]
        # Moodle's "Participant 4711" in another language: the number is an id too.
        ids += [match[1] for each in ids if (match := re.fullmatch(r"\D*[ /]\D*(\d+)", each))]
        email = cell(self.email)
        if not (ids or email) or name.strip().casefold() in _NOT_STUDENTS:
            return None
        own = ids[0] if ids else email
        return Student(own, name, email), tuple(dict.fromkeys(each for each in ids[1:] if each != own))


class Matcher:
    """Finds the student that an id, e-mail or name belongs to; never guesses between two."""

    def __init__(self, roster: Roster) -> None:
        self._ids: dict[str, list[Student]] = {}
        self._others: dict[str, list[Student]] = {}
        self._emails: dict[str, list[Student]] = {}
        self._names: dict[str, list[Student]] = {}
        for student in roster.students:
            self._ids.setdefault(id_key(student.id), []).append(student)
            for other in roster.aliases.get(student.id, ()):
                self._others.setdefault(id_key(other), []).append(student)
            if student.email:
                self._emails.setdefault(student.email.casefold(), []).append(student)
            for key in name_keys(student.name):
                self._names.setdefault(key, []).append(student)

    def find(self, student: str, name: str = "", email: str = "") -> Student | None:
        """The one student that fits, by id, another id, e-mail or name; None where none or several do.

        Systems count their users, and such a number may be somebody else's id: so where the id says one
        student and the name another, it is neither.
        """
        login = (email or student).casefold()
        known = _only(
            self._ids.get(id_key(student), []),
            self._others.get(id_key(student), []),
            self._emails.get(login, []),
        )
        named = _only(*(self._names.get(key, []) for key in sorted(name_keys(name) or name_keys(student))))
        if known and named and known != named and name:
            return None
        return known or named


def _only(*found: Sequence[Student]) -> Student | None:
    """The first who is found alone."""
    return next((each[0] for each in found if len(each) == 1), None)


def table(path: Path) -> list[list[str]]:
    """A CSV or XLSX file as rows of text: leading zeros kept, delimiter found, UTF-8 or UTF-16.

    Raises:
        RosterError: it can't be read.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            return _xlsx(path)
        return parse_csv(decode(path.read_bytes()))
    except (OSError, ValueError, csv.Error) as error:
        raise RosterError(f"{path} can't be read as a table: {error}") from error


def decode(raw: bytes) -> str:
    """Text of a spreadsheet's export: UTF-16 with its mark, UTF-8 with or without, else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def delimiter(text: str) -> str:
    """What separates the first line's cells: the most frequent of comma, semicolon and tab."""
    first = re.sub(r'"[^"]*"', "", text).partition("\n")[0]
    return max(",;\t", key=first.count)


def parse_csv(text: str) -> list[list[str]]:
    """Rows of a CSV text; its delimiter is found in the first line."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))


def _xlsx(path: Path) -> list[list[str]]:
    """The first sheet's cells as they are seen there, since ids are often numbers."""
    try:
        import openpyxl
    except ImportError as error:
        raise RosterError(f"{path} needs openpyxl", hint='pip install "ml-homework-grader[xlsx]"') from error
    from zipfile import BadZipFile

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError) as error:
        raise RosterError(f"{path} is not an XLSX file") from error
    rows = [[_cell(each.value, each.number_format) for each in row] for row in book.worksheets[0].iter_rows()]
    book.close()
    return rows


def _cell(value: object, shown_as: str | None) -> str:
    """A cell's text: whole numbers without `.0`, and with the leading zeros of a format such as 00000."""
    if value is None:
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.zfill(len(shown_as)) if shown_as and re.fullmatch("0+", shown_as) else text
