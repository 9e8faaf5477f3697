"""What a layout of another system is: a name and a pure function from a gradebook to files.

A layout lives in a file of this folder that ends with `LAYOUTS = (Layout(…), …)`; `layouts` finds it.
What students read there is the students' text, never the staff's.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from grader.errors import ExportError, UsageError
from grader.gradebook import Gradebook
from grader.gradebook.cells import replace_file
from grader.model import Assignment, Graded


@dataclass(frozen=True)
class Request:
    """What an export may be told.

    Attributes:
        assignment: which one, where a layout holds one only.
        template: the instructor's own export that is filled in, or the zip that was downloaded.
        column: the template's column, where it can't be told.
        pages: a feedback page (HTML) by student; without one, plain text is written.
        sources: the submitted text by (student, assignment), to find lines.
        paths: the submitted file's path in the repository by assignment.
        context: values that only the surrounding system knows (Classroom 50's environment).
    """

    assignment: str | None = None
    template: Path | None = None
    column: str | None = None
    pages: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[tuple[str, str], str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """What a layout makes.

    Attributes:
        files: name → content; the first is the main one.
        notes: what was left out or needs a look.
        apart: files that must not travel with the others, such as the key of pseudonyms.
    """

    files: Mapping[str, str | bytes]
    notes: tuple[str, ...] = ()
    apart: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """One format.

    Attributes:
        name: what `grader export` calls it.
        about: one line for the list of formats.
        render: the pure function; raises ExportError where the layout can't hold the gradebook.
        template: what the template is where one is needed, else "".
    """

    name: str
    about: str
    render: Callable[[Gradebook, Request], Rendered]
    template: str = ""


def chosen(gradebook: Gradebook, request: Request) -> tuple[Assignment, dict[str, Graded]]:
    """The one assignment of an export, with its marked submissions by student.

    Raises:
        ExportError: none of that name, or several and none was named.
    """
    names = [each.name for each in gradebook.assignments]
    wanted = request.assignment or (names[0] if len(names) == 1 else None)
    if wanted is None:
        raise ExportError("this format holds one assignment", hint=f"Choose one with -a: {', '.join(names)}.")
    found = next((each for each in gradebook.assignments if each.name == wanted), None)
    if found is None:
        raise ExportError(f"there is no assignment {wanted}", hint=f"There is: {', '.join(names)}.")
    return found, {each.student: each for each in gradebook.of(wanted)}


def unsettled(graded: Mapping[str, Graded]) -> tuple[str, ...]:
    """Notes on submissions whose total is not settled: they are not sent anywhere as if it were."""
    waiting = [each for each in graded.values() if each.pending or each.ungraded]
    return tuple(
        f"{each.student} is left out: {each.pending} parts pending, {each.ungraded} ungraded"
        for each in waiting
    )


def settled(graded: Mapping[str, Graded]) -> dict[str, Graded]:
    """The submissions whose total is settled, and counts."""
    waiting = {student for student, each in graded.items() if each.pending or each.ungraded or each.exempt}
    return {student: each for student, each in graded.items() if student not in waiting}


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
    for info in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda each: each.name):
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
