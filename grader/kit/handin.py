"""The student's own files: which one is the answer, and what else belongs to it."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.kit.sheet import Sheet, entries
from grader.kit.source import Source, parsed
from grader.model import SourceFile, Submission
from grader.sandbox.notebook import read_notebook

SUFFIXES = (".py", ".ipynb")
CHECKER = "check.py"
COPY = re.compile(r"[\s_-]*(\(\d+\)|copy(\s*\d+)?|v?\d{1,2})$", re.IGNORECASE)
MAX_BYTES = 20 << 20
TOGETHER = 5.0  # seconds


def assignment_of(path: Path, names: Collection[str]) -> str | None:
    """Which assignment a file answers, by its name: `baby_cnn.py`, `baby-cnn (2).ipynb`; None where none."""
    stem = path.stem
    for candidate in (stem, COPY.sub("", stem)):
        key = re.sub(r"[^a-z0-9]", "", candidate.lower())
        for name in names:
            if key == re.sub(r"[^a-z0-9]", "", name.lower()):
                return name
    return None


def find(folder: Path, names: Iterable[str]) -> list[Path]:
    """The answers in a folder: `<assignment>.py`, else `<assignment>.ipynb`, where there is one."""
    found = []
    for name in names:
        both = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
        found += newest(both)
    return found


def newest(paths: Sequence[Path]) -> list[Path]:
    """The file or the notebook, whichever was saved last; where they came together, the one that is begun."""

    def preference(path: Path) -> tuple[int, bool]:
        return -round(path.stat().st_mtime / TOGETHER), len(paths) > 1 and _read(path).is_starter

    return sorted(paths, key=preference)[:1]


def no_file(folder: Path, names: Collection[str]) -> UsageError:
    """What to say where nothing is found: which of the files there may be meant."""
    there = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name != CHECKER)
    near = [(path, name) for path in there for name in get_close_matches(path.stem, names, n=1)]
    wanted = " or ".join(f"{name}.py" for name in sorted(names)[:6])
    hint = "name the file: FILE.py"
    if near:
        path, name = near[0]
        hint = f"is it {path.name}? Call it {name}{path.suffix}, or name it in the command"
    elif there:
        hint = f"there is {', '.join(path.name for path in there[:5])}: name the one that is meant"
    return UsageError(f"there is no {wanted} in {folder}", hint=hint)


def submission(path: Path, assignment: str) -> Submission:
    """A file and the modules of its own folder that it imports.

    Raises:
        UsageError: it can't be read, or is far too large.
    """
    files = [_read(path)]
    seen = {path.stem}
    for file in files:  # grows while it is walked: a module may import another
        for name in _imports(file):
            beside = path.parent / f"{name}.py"
            if name not in seen and beside.is_file():
                seen.add(name)
                files.append(_read(beside))
    return Submission("", assignment, tuple(files), origin=str(path), fault=_fault(files[0]))


def _fault(file: SourceFile) -> str:
    """Why nothing in a file can be asked, or nothing."""
    try:
        if not file.fault and file.path.endswith(".ipynb"):
            read_notebook(file.content)
    except SubmissionError as error:
        return f"{file.path} can't be read: {error.message}"
    return file.fault


def _read(path: Path) -> SourceFile:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MiB")
        return SourceFile(path.name, path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from error


def _imports(file: SourceFile) -> list[str]:
    found = []
    for statement in (one for text in Source(file).texts for one in parsed(text)):
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                found += [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.append(node.module.partition(".")[0])
    return found


@dataclass(frozen=True, slots=True)
class Packed:
    """A hand-in as it was written: the zip, what is in it, what is not in the answer yet or can't be read."""

    path: Path
    files: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]
    digest: str
    fault: str = ""

    def __str__(self) -> str:
        lines = [f"Packed {self.path}:"]
        lines += [f"  {name}  {size} bytes" for name, size in self.files]
        if self.fault:
            lines.append(f"Nothing in it can be graded: {self.fault}.")
        elif self.missing:
            lines.append(f"Not written yet: {', '.join(self.missing)}. It can be handed in all the same.")
        return "\n".join([*lines, f"SHA-256 {self.digest}"])


def pack(path: Path, sheet: Sheet, out: Path | None = None) -> Packed:
    """Write the zip that is handed in: the answer, and the modules beside it that it imports.

    Raises:
        UsageError: a file can't be read or written.
    """
    import hashlib

    handed = submission(path, sheet.assignment.name)
    out = out or path.with_name(f"{sheet.assignment.name}_handin.zip")
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in handed.files:
                archive.writestr(zipfile.ZipInfo(file.path, (1980, 1, 1, 0, 0, 0)), file.content)
        digest = hashlib.sha256(out.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror}") from error
    source = Source(handed.main)
    asked = dict.fromkeys(entry for part in sheet.assignment.parts for entry in entries(part))
    missing = tuple(name for name in asked if not source.line(name) or source.is_unwritten(name))
    files = tuple((file.path, len(file.content)) for file in handed.files)
    return Packed(out, files, missing, digest, handed.fault)
