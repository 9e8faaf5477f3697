"""Every exception of ours, in one tree; a student's failures are values, never one of these.

GraderError
├── UsageError          the command line asks for something that is not there
├── RubricError         the author's file: syntax, unknown key, marks that do not add up
├── CourseCodeError     the course's own Python: missing entry, raised, answered nonsense
├── SubmissionError     a hand-in that can't be read
│   └── ArchiveError    a zip or tar that is refused: bomb, link, parent path, double name
├── RosterError         unknown or double id
├── SandboxError        the box could not be made, or its keeper died
│   └── BoxTooWeak      fewer walls stand than were asked for
├── CodecError          bytes or a value outside the bounded format
│   └── TooLarge        it would be data, but more of it than the limits allow
├── CheckError          a check broke its own contract: the part is `ungraded`
├── StoreError          the run's database is locked, full or of another version
├── ExportError         a layout can't hold this gradebook
└── LeakError           what students would get gives the course's secrets away
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import east_asian_width

WIDEST = 160
"""Of a longer line only what is around the place is shown."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a text file: lines and columns count from 1; `text` is the line itself."""

    file: str
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def caret(self) -> tuple[str, ...]:
        """The line with a caret under the column, or nothing where the text is not known."""
        if not self.text or not self.column:
            return ()
        start = max(0, self.column - WIDEST // 2) if len(self.text) > WIDEST else 0
        shown, left_out = self.text[start : start + WIDEST], "…" if start else ""
        before = left_out + self.text[start : self.column - 1]
        return (f"    {left_out}{shown}", f"    {''.join(map(_blank, before))}^")


def _blank(character: str) -> str:
    """As wide as the character on a terminal."""
    if character == "\t":
        return character
    return "  " if east_asian_width(character) in "WF" else " "


class GraderError(Exception):
    """What went wrong, where, and what to try.

    Args:
        message: one sentence on what is wrong.
        hint: what to do about it.
        where: the place in the author's file.
    """

    def __init__(self, message: str, *, hint: str | None = None, where: Where | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.where:
            lines += self.where.caret()
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class UsageError(GraderError):
    """The command line asks for something that is not there."""


class RubricError(GraderError):
    """An author's file is wrong; `problems` holds every fault that was found, not only the first."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: Where | None = None,
        problems: tuple[GraderError, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.problems = problems

    def __str__(self) -> str:
        if not self.problems:
            return super().__str__()
        return "\n".join([self.message, *(str(problem) for problem in self.problems)])


class CourseCodeError(GraderError):
    """The course's own reference code is missing, raised, or answered nonsense."""


class SubmissionError(GraderError):
    """A hand-in can't be read; it becomes a reported submission, never the end of a batch."""


class ArchiveError(SubmissionError):
    """An archive is refused: a bomb, a link, a parent path, a double name."""


class RosterError(GraderError):
    """A roster has an unknown or a double id."""


class SandboxError(GraderError):
    """The box could not be made, or its keeper died: our fault, so never a student's mark."""


class BoxTooWeak(SandboxError):
    """Fewer walls stand on this machine than were asked for."""


class CodecError(GraderError):
    """Bytes or a value lie outside the bounded format of the box."""


class TooLarge(CodecError):
    """It would be data, but more of it than the limits allow."""


class CheckError(GraderError):
    """A check broke its own contract: the part is `ungraded` and flagged."""


class StoreError(GraderError):
    """The run's database is locked, full, damaged or of another version."""


class ExportError(GraderError):
    """A layout can't hold this gradebook."""


class LeakError(GraderError):
    """What students would get gives the reference, a hidden case or a mistake away: it is not written."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint: the known word that is nearest, or the known words where they are few; None for neither."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if not near:
        folded = {name.casefold().replace("-", "_"): name for name in names}
        near = [folded[key]] if (key := word.casefold().replace("-", "_")) in folded else []
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(names)}" if 0 < len(names) <= 24 else None
