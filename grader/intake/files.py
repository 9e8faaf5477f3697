"""Files as handed in, read into memory within bounds: folders here, archives in `archives.py`.

Nothing is written and no link is followed. What is too large, a link, or unreadable becomes a problem with
its own name, and the rest is read.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError

CODE = frozenset({".py", ".ipynb"})
DATA = frozenset({".csv", ".tsv", ".txt", ".json", ".npy", ".npz", ".dat", ".yaml", ".yml"})
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2")
INDEX = "submission_metadata.yml"
OTHER = "it is neither code nor data"
_JUNK = frozenset({"__MACOSX", "__pycache__", "node_modules", "venv", "site-packages", "Thumbs.db"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading may cost.

    Attributes:
        file_bytes: the largest single file.
        total_bytes: all files together, unpacked.
        count: how many files, ignored ones included.
        ratio: unpacked to packed size of an archive's member, above the first MiB.
        depth: archives within archives.
        inner_bytes: all files of one archive that lies among others, unpacked.
        inner_count: how many members such an archive may have.
    """

    file_bytes: int = 16 << 20
    total_bytes: int = 2 << 30
    count: int = 100_000
    ratio: int = 200
    depth: int = 3
    inner_bytes: int = 128 << 20
    inner_count: int = 5_000


@dataclass(frozen=True, slots=True)
class File:
    """One file found: its path below the root, its bytes, and where it was, for messages.

    `fault` says why its bytes are not here; `content` is then empty. With the fault `OTHER` it is a file that
    nothing is done with, kept to know who handed in something.
    """

    path: str
    content: bytes = field(repr=False)
    origin: str
    fault: str = ""


@dataclass(slots=True)
class Haul:
    """What one reading brought in, and what is left of its bounds."""

    bounds: Bounds = field(default_factory=Bounds)
    files: list[File] = field(default_factory=list)
    problems: list[SubmissionError] = field(default_factory=list)
    ignored: int = 0
    bytes_read: int = 0
    seen: int = 0

    def refuse(self, origin: str, why: str, error: type[SubmissionError] = SubmissionError) -> None:
        """Note that something was not read, and go on."""
        self.problems.append(error(f"{printable(origin)}: {why}"))

    def pass_over(self, path: str, origin: str) -> None:
        """Count a file that is neither code nor data, and remember whose it is."""
        self.ignored += 1
        self.add(path, b"", origin, OTHER)

    def add(self, path: str, content: bytes, origin: str, fault: str = "") -> None:
        """Take a file in."""
        self.bytes_read += len(content)
        self.files.append(File(path, content, printable(origin), fault))


def printable(text: str) -> str:
    """Text in composed Unicode, with control characters and undecodable bytes replaced.

    Names from outside reach terminals, CSV and HTML: letters of every script survive, escapes do not.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") else c for c in composed)


def is_archive(name: str) -> bool:
    """Whether the name is one of an archive that is looked into."""
    return name.lower().endswith(ARCHIVES)


def is_junk(path: str) -> bool:
    """Whether a path lies in what editors, systems and tools leave behind."""
    parts = PurePosixPath(path).parts
    return any(part in _JUNK or (part.startswith(".") and part != "..") for part in parts)


def is_wanted(name: str) -> bool:
    """Whether a file of that name is code or data."""
    return PurePosixPath(name.lower()).suffix in CODE | DATA


def limit_of(name: str, bounds: Bounds) -> int:
    """The most bytes a file of that name may have: archives and a system's index hold many hand-ins."""
    return bounds.file_bytes * (16 if is_archive(name) or name.endswith(INDEX) else 1)


def walk(folder: Path, failed: Callable[[OSError], None]) -> Iterator[tuple[str, Path]]:
    """Every file below a folder in a fixed order, as (path with forward slashes, real path).

    A folder that can't be read is told to `failed`, and the others go on.
    """
    for base, folders, names in os.walk(folder, onerror=failed, followlinks=False):
        folders[:] = sorted(name for name in folders if not is_junk(name))
        for name in sorted([*names, *(name for name in folders if (Path(base) / name).is_symlink())]):
            full = Path(base) / name
            yield full.relative_to(folder).as_posix(), full


def read_plain(path: Path, bounds: Bounds) -> tuple[bytes, str]:
    """A regular file's bytes, or nothing and the reason."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return b"", "it is a link, and links are not followed"
        if not stat.S_ISREG(status.st_mode):
            return b"", "it is not a regular file"
        limit = limit_of(path.name, bounds)
        if status.st_size > limit:
            return b"", f"it is larger than {limit >> 20} MiB"
        with path.open("rb") as stream:
            return stream.read(limit), ""
    except OSError as error:
        return b"", f"it can't be read: {error.strerror}"
