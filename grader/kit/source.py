"""The student's file as text: where an entry stands, and whether it has been written yet.

Nothing is run here. A notebook's cells are read one by one, as the box does: a broken one hides no other.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from grader.errors import SubmissionError
from grader.model import SourceFile
from grader.sandbox.notebook import read_notebook


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
            for node in parsed(text):
                for name in _names(node):
                    found[name] = node
        return found

    @cached_property
    def texts(self) -> list[str]:
        """The file's text, or that of each of a notebook's code cells without magics."""
        if self.file is None:
            return []
        if not self.file.path.endswith(".ipynb"):
            return [self.file.content.decode("utf-8-sig", errors="replace")]
        try:
            return [cell.source for cell in read_notebook(self.file.content)]
        except SubmissionError:
            return []


def parsed(text: str) -> list[ast.stmt]:
    """The statements of a text at its top level; nothing where it is no Python."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
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
