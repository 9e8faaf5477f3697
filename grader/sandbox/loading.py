"""Runs a submission's top level, in the box, and keeps what it defined.

A file runs as a whole: what it had defined when it stopped is still asked. A notebook runs statement by
statement, so that a cell which fails hides nothing after it.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any

from grader.errors import SubmissionError
from grader.sandbox.answering import Answerer, Reply
from grader.sandbox.notebook import read_notebook
from grader.sandbox.tracing import Sources
from grader.sandbox.watching import Watch

_MAX_NOTES = 20


@dataclass(slots=True)
class Loaded:
    """What running the top level left.

    Attributes:
        namespace: every name it defined.
        fault: the reply that says what stopped it, None where it ran to its end.
        notes: what else went wrong on the way.
    """

    namespace: dict[str, Any]
    fault: Reply | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def absent(self) -> dict[str, object]:
        """Why a name may not be there."""
        if self.fault is None:
            return {"reason": "", "frames": []}
        kind, fields = self.fault
        said = {"memory": "it ran out of memory", "large": "it wrote too much"}.get(kind)
        reason = said or fields.get("action") or f"{fields.get('type')}: {fields.get('message')}"
        return {"reason": f"the top level stopped: {reason}", "frames": fields.get("frames", [])}


def load(main: str, content: bytes, sources: Sources, watch: Watch) -> Loaded:
    """Run a main file (`.py` or `.ipynb`) in a fresh module."""
    module = _module(main)
    loaded = Loaded(module.__dict__)
    catcher = Answerer(loaded.namespace, sources, watch)
    if main.endswith(".ipynb"):
        loaded.namespace.update(_notebook_names())
        _run_cells(main, content, loaded, catcher)
        return loaded
    try:
        sources.add(main, _text(content))
        _cache_lines(main, sources)
        exec(compile(content, main, "exec", dont_inherit=True), loaded.namespace)
    except BaseException as error:  # noqa: BLE001 - whatever the top level raises is what stopped it
        loaded.fault = catcher.raised(error)
    return loaded


def _module(main: str) -> ModuleType:
    """A module of the file's name; a notebook is `__main__`, as it is at home."""
    name = "__main__" if main.endswith(".ipynb") else PurePosixPath(main).stem
    if name in sys.modules and name != "__main__":
        name = "submission"
    module = ModuleType(name)
    module.__file__ = main
    sys.modules[name] = module
    return module


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _cache_lines(name: str, sources: Sources) -> None:
    lines = [line + "\n" for line in sources.lines[name]]
    linecache.cache[name] = (sum(map(len, lines)), None, lines, name)


def _notebook_names() -> Mapping[str, Any]:
    """What a notebook finds without importing it."""

    def display(*_objects: object, **_options: object) -> None:
        return None

    return {"display": display, "get_ipython": lambda: None}


def _run_cells(main: str, content: bytes, loaded: Loaded, catcher: Answerer) -> None:
    try:
        cells = read_notebook(content)
    except SubmissionError as error:
        loaded.fault = "raised", {"type": "SubmissionError", "message": error.message, "frames": []}
        return
    for cell in cells:
        name = f"{main}[cell {cell.number}]"
        catcher.sources.add(name, cell.source, (main, cell.number))
        _cache_lines(name, catcher.sources)
        if cell.fault:
            loaded.notes.append(cell.fault)
            continue
        for code, line in _statements(cell.source, name, loaded.notes):
            _run_statement(code, f"cell {cell.number}, line {line}", loaded, catcher)
    del loaded.notes[_MAX_NOTES:]


def _statements(source: str, name: str, notes: list[str]) -> Iterator[tuple[CodeType, int]]:
    for statement in ast.parse(source, name).body:
        try:
            yield compile(ast.Module([statement], []), name, "exec", dont_inherit=True), statement.lineno
        except (SyntaxError, ValueError, RecursionError) as error:
            notes.append(f"{name}, line {statement.lineno} was left out: {str(error)[:100]}")


def _run_statement(code: CodeType, place: str, loaded: Loaded, catcher: Answerer) -> None:
    catcher.watch.reset()
    try:
        exec(code, loaded.namespace)
    except BaseException as error:  # noqa: BLE001 - as above: the next statement runs all the same
        reply = catcher.raised(error)
        if loaded.fault is None:
            loaded.fault = reply
        elif len(loaded.notes) < _MAX_NOTES:
            loaded.notes.append(f"{place} failed: {reply[1].get('type', reply[0])}")
