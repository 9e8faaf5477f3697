"""The student's file as text: where an entry stands, and whether it has been written yet.

Nothing is run here. A notebook's cells are read one by one, so that a broken cell hides no other.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.model import SourceFile

MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A hand-in's main file; None where there is none."""

    file: SourceFile | None

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.file.path if self.file else "your file"

    def line(self, entry: str) -> int:
        """The line of a definition (within its cell, for a notebook), or 0."""
        node = self._defined.get(entry)
        return node.lineno if node is not None else 0

    def is_unwritten(self, entry: str) -> bool:
        """Whether the entry is still as the starter has it: a docstring and NotImplementedError."""
        node = self._defined.get(entry)
        if isinstance(node, ast.FunctionDef):
            body = [one for one in node.body if not _is_text(one)]
            return all(map(_is_placeholder, body))
        return isinstance(node, ast.Assign | ast.AnnAssign) and _is_ellipsis(node.value)

    @cached_property
    def _defined(self) -> dict[str, ast.stmt]:
        found: dict[str, ast.stmt] = {}
        for text in self.texts:
            for node in _statements(text):
                for name in _names(node):
                    found[name] = node
        return found

    @cached_property
    def texts(self) -> list[str]:
        """The file's text, or that of each of a notebook's code cells."""
        if self.file is None:
            return []
        text = self.file.content.decode("utf-8-sig", errors="replace")
        if not self.file.path.endswith(".ipynb"):
            return [text]
        return cells(text)


def cells(text: str) -> list[str]:
    """The code cells of a notebook; nothing where it can't be read."""
    try:
        notebook = json.loads(text)
        sheets: list[Any] = notebook.get("worksheets") or [notebook]
        found = [cell for sheet in sheets for cell in sheet["cells"] if cell.get("cell_type") == "code"]
        return ["".join(cell.get("source", cell.get("input", ""))) for cell in found]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _statements(text: str) -> list[ast.stmt]:
    for attempt in (text, MAGIC.sub("pass", text)):
        try:
            return ast.parse(attempt).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return []


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)]


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_placeholder(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and _is_ellipsis(node.value))


def _is_ellipsis(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is Ellipsis
