"""What a student starts from: a file and a notebook with every signature and what is asked.

Everything comes from the rubric's texts and the names of the reference's parameters; nothing from its code.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.kit.sheet import entries
from grader.kit.telling import shown
from grader.model import Assignment, Part, Question

Signature = Callable[[str], inspect.Signature | None]
FORMULAS = frozenset({"symbolic", "derivation", "big_o"})
KEEP = "Write the functions below; keep their names and the order of their arguments."
DECIDE = "Public cases are checked; hidden ones decide the rest."
STARS: dict[object, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
PLAIN = (int, float, str, bool, type(None))


@dataclass(frozen=True, slots=True)
class Starter:
    """Writes the starter of one assignment.

    Attributes:
        assignment: its texts.
        signature: the parameters of an entry in the reference; None for a constant.
        check: the command that checks: `python check.py`.
        extension: what a notebook loads for `%grader`.
    """

    assignment: Assignment
    signature: Signature
    check: str = "python check.py"
    extension: str = "check"

    @property
    def _title(self) -> str:
        return f"{_line(self.assignment.title) or self.assignment.name}, {_marks(self.assignment.marks)}"

    def file(self) -> str:
        """The starter file, as Python."""
        intro = f"{KEEP} Check your work:\n\n    {self.check}\n\n{DECIDE} Hand in {self.assignment.name}.py."
        lines = [
            *_docstring(f"{self._title}.\n\n{intro}", ""),
            "",
            *self._imports(),
        ]
        for question in self.assignment.questions:
            lines += ["", "", *_comment(_heading(question)), *_comment(question.text)]
            for part in question.parts:
                for number, entry in enumerate(entries(part)):
                    lines += ["", "", *self._definition(part, entry, again=number > 0)]
        return "\n".join(lines).rstrip() + "\n"

    def notebook(self) -> str:
        """The starter notebook, as JSON of nbformat 4.5; its cells have no output."""
        cells = [_cell(kind, text, f"cell-{number}") for number, (kind, text) in enumerate(self._cells())]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        plain = {
            "cells": cells,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"

    def _cells(self) -> Iterator[tuple[str, str]]:
        name = self.assignment.name
        intro = f"{_marks(self.assignment.marks)}. {KEEP} Each `%grader` line checks a part. {DECIDE}"
        yield "markdown", f"# {self.assignment.title or name}\n\n{intro} Hand in `{name}.ipynb`."
        yield "code", "\n".join([*self._imports(), f"%load_ext {self.extension}"])
        for question in self.assignment.questions:
            yield "markdown", f"## {_heading(question)}\n\n{question.text}".rstrip()
            for part in question.parts:
                yield "markdown", f"### {_titled(part)}\n\n{part.ask}".rstrip()
                for entry in entries(part):
                    yield "code", "\n".join(self._bare(entry))
                yield "code", f"%grader {part.id}"
        yield "markdown", "## Everything at once"
        yield "code", "%grader"

    def _imports(self) -> list[str]:
        kinds = {check.kind for part in self.assignment.parts for check in part.checks}
        return ["import numpy as np", *(["import sympy as sp"] if kinds & FORMULAS else [])]

    def _definition(self, part: Part, entry: str, *, again: bool) -> list[str]:
        """A function with what is asked, or a constant below it; once for all constants of a part."""
        head, *body = self._bare(entry)
        if not body:
            return [*([] if again else _comment(f"{_titled(part)}\n{part.ask}")), head]
        return [head, *_docstring(f"{_titled(part)}\n\n{part.ask}", "    "), *body]

    def _bare(self, entry: str) -> list[str]:
        signature = self.signature(entry)
        if signature is None or not signature.parameters:
            return [f"{entry} = ..."]
        return [f"def {entry}({_parameters(signature)}):", "    raise NotImplementedError"]


def _parameters(signature: inspect.Signature) -> str:
    """The names, and defaults that are plain values; annotations belong to the reference."""
    shown_ = []
    for name, parameter in signature.parameters.items():
        star = STARS.get(parameter.kind, "")
        plain = parameter.default is not parameter.empty and isinstance(parameter.default, PLAIN)
        shown_.append(f"{star}{name}={parameter.default!r}" if plain else f"{star}{name}")
    return ", ".join(shown_)


def _heading(question: Question) -> str:
    return _line(f"Question {question.id}. {question.title}".rstrip(". "))


def _titled(part: Part) -> str:
    bonus = ", bonus" if part.bonus else ""
    title = f" {part.title}" if part.title else ""
    return _line(f"{part.id}{title} [{_marks(part.marks)}{bonus}]")


def _marks(marks: Fraction) -> str:
    return f"{shown(marks)} mark{'s' if marks != 1 else ''}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.strip().splitlines()]


def _docstring(text: str, indent: str) -> list[str]:
    clean = text.strip().replace('"""', "'''")
    if clean.endswith(('"', "\\")):
        clean += " "
    raw = "r" if "\\" in clean else ""
    lines = f'{raw}"""{clean}\n"""'.splitlines()
    return [f"{indent}{line}".rstrip() for line in lines]


def _cell(kind: str, text: str, name: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
