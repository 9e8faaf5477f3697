"""What a layout of another system is: a name and a pure function from a gradebook to files.

A layout lives in a file of this folder that ends with `LAYOUTS = (Layout(…), …)`; `registry.py` finds it.
What students read there is the students' text, never the staff's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import ExportError
from grader.gradebook import Gradebook
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
    """The submissions whose total is settled."""
    return {student: each for student, each in graded.items() if not (each.pending or each.ungraded)}
