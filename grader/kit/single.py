"""The checker as one file: `check.py`, which holds what it needs of the grader as a zip in Base64.

The modules are those that the self-check imports, found by following imports from it; a module that knows a
rubric, a reference or other people's submissions is refused. Run with Python, NumPy and SymPy alone.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import textwrap
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grader
from grader.errors import GraderError

PACKAGE = Path(grader.__file__).resolve().parent
ROOTS = ("grader.kit.main", "grader.kit.notebook")
FORBIDDEN = frozenset(
    {"rubric", "lint", "batch", "gradebook", "reports", "exports", "intake", "cli", "api", "desk"}
)
LEFT_OUT = frozenset({"grader.sandbox.opening"})
"""The box with walls, for other people's code: a student's own runs in a plain process."""
EPOCH = (1980, 1, 1, 0, 0, 0)

TEMPLATE = '''\
"""Checks your work on the public cases: python check.py [PART] [--watch], or `python check.py pack`.

In a notebook: %load_ext check, then %grader a.1 (or: import check; check.check("a.1")).
Needs Python 3.11, NumPy and SymPy; nothing leaves your computer. Keep it beside cases.json. What stands below
is the checker itself, a zip in Base64; it is unpacked into __pycache__ or a temporary folder.
"""

import os
import sys

if __name__ == "__main__":  # a random.py of yours is not Python's
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [one for one in sys.path if os.path.abspath(one) != own]

import atexit
import base64
import hashlib
import importlib.util
import io
import pathlib
import shutil
import tempfile
import zipfile

DIGEST = "{digest}"
HERE = pathlib.Path(__file__).resolve().parent


def _folder():
    """Where the checker is unpacked: beside this file, else in a temporary folder of its own."""
    kept = HERE / "__pycache__" / ("check-" + DIGEST[:16])
    if (kept / "complete").is_file():
        return kept
    data = base64.b64decode("".join(ARCHIVE.split()))
    if hashlib.sha256(data).hexdigest() != DIGEST:
        sys.exit("check.py is damaged: take it from the kit again")
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError:
        kept = pathlib.Path(tempfile.mkdtemp(prefix="check-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(kept)
    (kept / "complete").touch()
    return kept


def _ready():
    if sys.version_info < (3, 11):
        sys.exit("check.py needs Python 3.11 or later; this is " + sys.version.split()[0])
    for name in ("numpy", "sympy"):
        if importlib.util.find_spec(name) is None:
            command = sys.executable + " -m pip install numpy sympy"
            sys.exit("check.py needs " + name + ", which this Python does not have: " + command)
    folder = str(_folder())
    if folder not in sys.path:
        sys.path.insert(0, folder)


def check(*parts):
    """Check the functions of the running notebook; PARTs by id, question or function."""
    _ready()
    from grader.kit.notebook import check as checked

    return checked(*parts, kit=HERE)


def load_ipython_extension(shell):
    """%load_ext check brings the magic %grader."""
    _ready()
    from grader.kit.notebook import load

    load(shell, kit=HERE)


def main():
    _ready()
    from grader.kit.main import run

    return run(HERE)


ARCHIVE = """
{archive}
"""

if __name__ == "__main__":
    sys.exit(main())
'''


def checker(kinds: Iterable[str]) -> str:
    """The text of `check.py` with these kinds of check in it.

    Raises:
        GraderError: the self-check has come to import what must not leave the course.
    """
    data = _zipped(modules(kinds))
    lines = "\n".join(textwrap.wrap(base64.b64encode(data).decode("ascii"), 100))
    return TEMPLATE.format(digest=hashlib.sha256(data).hexdigest(), archive=lines)


def modules(kinds: Iterable[str]) -> dict[str, str]:
    """Every module that the self-check needs, by its path in the zip.

    Raises:
        GraderError: one of them is not for students.
    """
    found: dict[str, str] = {}
    waiting = [*ROOTS, *(f"grader.checks.{kind}" for kind in sorted(kinds))]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or str(path) in found or name in LEFT_OUT:
            continue
        if set(name.split(".")) & FORBIDDEN:
            raise GraderError(f"the kit would hold {name}, which is not for students")
        found[str(path)] = path.read_text(encoding="utf-8")
        parents = name.split(".")[:-1]
        waiting += [".".join(parents[:end]) for end in range(1, len(parents) + 1)]
        waiting += _imported(path)
    return {
        f"grader/{Path(path).relative_to(PACKAGE).as_posix()}": text for path, text in sorted(found.items())
    }


@cache
def _imported(path: Path) -> tuple[str, ...]:
    """What a module imports of ours anywhere in it, type annotations left out."""
    return tuple(_names(ast.parse(path.read_text(encoding="utf-8"))))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.startswith("grader"))
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
        yield str(node.module)
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def _path(name: str) -> Path | None:
    base = PACKAGE.joinpath(*name.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _zipped(files: dict[str, str]) -> bytes:
    """A zip without times or owners: the same modules give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
