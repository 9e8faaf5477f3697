"""Who handed in what, and when."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass, field

_DEFINITION = re.compile(rb"\bdef +\w+ *\(")
_UNWRITTEN = b"raise NotImplementedError"


@dataclass(frozen=True, slots=True)
class Student:
    """A person on the roster. `id` is what the course's system calls them, leading zeros kept."""

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as handed in: a relative path with forward slashes, and its bytes."""

    path: str
    content: bytes

    @property
    def fault(self) -> str:
        """Why it can't be read as source at all, or nothing; what it says is not looked at."""
        if b"\0" in self.content:
            return f"{self.path} has null bytes: it is not a text file"
        try:
            encoding = "utf-8"
            if self.path.lower().endswith(".py"):
                encoding, _ = tokenize.detect_encoding(io.BytesIO(self.content).readline)
            self.content.decode(encoding)
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            return f"{self.path} is not UTF-8: line {line} has a byte that does not belong there"
        except (SyntaxError, LookupError) as error:
            return f"{self.path} can't be decoded: {error}"
        return ""

    @property
    def is_starter(self) -> bool:
        """Whether it looks as students get it: every function in it is still to be written."""
        stubs = self.content.count(_UNWRITTEN)
        return 0 < stubs >= len(_DEFINITION.findall(self.content))


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's answer to one assignment.

    Attributes:
        student: the student's id.
        assignment: the assignment's name.
        files: the main file first, then helper modules and data beside it.
        name: the student's name as the course's system writes it, if it says.
        email: likewise.
        handed_in_at: ISO 8601 with an offset; None where the layout does not say.
        late: the course's system calls it late.
        attempt: which attempt this is, counted by the system.
        origin: where it was found, for messages: "submissions.zip!doejane_1_2_warm_up.py".
        fault: why it can't be graded ("not UTF-8 …"); everything is then `missing` with this reason.
    """

    student: str
    assignment: str
    files: tuple[SourceFile, ...] = field(repr=False)
    name: str = ""
    email: str = ""
    handed_in_at: str | None = None
    late: bool = False
    attempt: int = 1
    origin: str = ""
    fault: str = ""

    @property
    def main(self) -> SourceFile | None:
        """The file that is run, or None where nothing readable was handed in."""
        return self.files[0] if self.files else None
