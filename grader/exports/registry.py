"""Finds the layouts of this folder and writes what they make."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import grader.exports
from grader.errors import ExportError, UsageError
from grader.exports.base import Layout, Rendered, Request
from grader.gradebook import Gradebook
from grader.gradebook.cells import replace_file


@dataclass(frozen=True)
class Exported:
    """What was written where, the main file first, and what a person should look at."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def layouts() -> Mapping[str, Layout]:
    """Every layout by its name, in alphabetical order.

    Raises:
        ExportError: two layouts share a name.
    """
    found: dict[str, Layout] = {}
    for info in sorted(pkgutil.iter_modules(grader.exports.__path__), key=lambda each: each.name):
        for layout in getattr(importlib.import_module(f"grader.exports.{info.name}"), "LAYOUTS", ()):
            if layout.name in found:
                raise ExportError(f"two layouts are called {layout.name}")
            found[layout.name] = layout
    return MappingProxyType(dict(sorted(found.items())))


def export(gradebook: Gradebook, form: str, out: Path, request: Request | None = None) -> Exported:
    """Write a gradebook in another system's format.

    Args:
        gradebook: the marks.
        form: the layout's name.
        out: the file, or the folder where it has no ending or exists as one; further files go beside it.
        request: assignment, template, column and so on.

    Raises:
        UsageError: no such format, or its template was not given.
        ExportError: the layout can't hold this gradebook.
    """
    known = layouts()
    layout = known.get(form)
    if layout is None:
        near = get_close_matches(form, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"There is: {', '.join(known)}."
        raise UsageError(f"there is no format {form!r}", hint=hint)
    request = request or Request()
    if layout.template and request.template is None:
        raise UsageError(f"{form} needs --template", hint=f"Give {layout.template}.")
    return _written(layout.render(gradebook, request), out)


def _written(rendered: Rendered, out: Path) -> Exported:
    folder = out.is_dir() or not out.suffix
    paths = []
    for index, (name, content) in enumerate(rendered.files.items()):
        beside = out if index == 0 else out.with_name(f"{out.stem}-{name.replace('/', '-')}")
        paths.append(out / name if folder else beside)
        replace_file(paths[-1], content)
    for name, content in rendered.apart.items():
        paths.append(out.resolve().parent / f"{out.stem}-{name}")
        replace_file(paths[-1], content, private=True)
    return Exported(tuple(paths), rendered.notes)
