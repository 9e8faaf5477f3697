"""Feedback files to upload again: zips named as Canvas and Moodle want them back.

Canvas reads the user's and the attachment's number off the name it gave the submission; Moodle reads the
participant's number. So the names come from the zip that was downloaded.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from grader.errors import ExportError
from grader.exports.base import Layout, Rendered, Request, chosen, settled, unsettled
from grader.gradebook import Gradebook
from grader.gradebook.cells import readable
from grader.intake.archives import spelled
from grader.intake.layouts import LAYOUTS as INTAKE_LAYOUTS
from grader.intake.layouts import Named, parse
from grader.intake.roster import Matcher, Roster
from grader.model import Graded, Student

_MOMENT = (2000, 1, 1, 0, 0, 0)  # a zip needs a time; a fixed one keeps two exports of one gradebook equal


def _names(path: Path, system: str) -> list[tuple[str, Named]]:
    """The downloaded zip's names, with what they say; without a folder around them all."""
    layout = next(each for each in INTAKE_LAYOUTS if each.name == system)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [spelled(info) for info in archive.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile) as error:
        raise ExportError(f"{path} is not a readable zip: {error}") from error
    names += [name.partition("/")[2] for name in names]
    found = [(name, said) for name in names if (said := parse(layout, name)) is not None]
    if not found:
        raise ExportError(f"{path} holds nothing named as {system} names submissions")
    return found


def _matcher(graded: Sequence[Graded]) -> Matcher:
    return Roster.of(Student(each.student, each.name) for each in graded).matcher()


def page(each: Graded, request: Request) -> tuple[str, str]:
    """A student's feedback and its file's ending: their report if there is one, else plain text."""
    if each.student in request.pages:
        return request.pages[each.student], ".html"
    lines = [
        f"{each.assignment}: {readable(each.final)} of {readable(each.available)}",
        *each.faults,
        *each.notes,
    ]
    for mark in each.marks:
        earned = (
            "no mark yet" if mark.marks is None else f"{readable(mark.marks)} of {readable(mark.available)}"
        )
        lines += ["", f"{mark.part}: {earned} ({str(mark.verdict).replace('_', ' ')})", mark.feedback]
    return "\n".join(lines) + "\n", ".txt"


def _zipped(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            data = text.encode("utf-8", "replace")
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _canvas(name: str) -> str:
    """The downloaded name, whose numbers Canvas reads."""
    return PurePosixPath(name.partition("/")[0]).stem


def _moodle(name: str) -> str:
    """A file in a folder of the participant, whose number Moodle reads."""
    return f"{'_'.join(name.split('_')[:2])}_assignsubmission_file_/feedback"


def _answered(system: str, back: Callable[[str], str]) -> Callable[[Gradebook, Request], Rendered]:
    """The layout of one system; `back` is how it wants the feedback on a downloaded name to be called."""

    def render(gradebook: Gradebook, request: Request) -> Rendered:
        assert request.template is not None  # the registry has asked for it
        _, graded = chosen(gradebook, request)
        ready = settled(graded)
        matcher, files, served = _matcher(list(ready.values())), dict[str, str](), set[str]()
        for name, said in _names(request.template, system):
            student = matcher.find(said.student, said.name)
            if student is not None and student.id not in served:
                text, ending = page(ready[student.id], request)
                served.add(student.id)
                files[f"{back(name)}{ending}"] = text
        notes = (*unsettled(graded), *_unserved(ready, served, request))
        return Rendered({"feedback.zip": _zipped(files)}, notes)

    return render


def _unserved(ready: dict[str, Graded], served: set[str], request: Request) -> list[str]:
    return [f"{student} is not in {request.template}" for student in ready if student not in served]


_TEMPLATE = "the zip of submissions as it was downloaded"
LAYOUTS = (
    Layout(
        "feedback-canvas", "a zip for Canvas's upload of submissions", _answered("Canvas", _canvas), _TEMPLATE
    ),
    Layout(
        "feedback-moodle",
        "a zip for Moodle's upload of feedback files",
        _answered("Moodle", _moodle),
        _TEMPLATE,
    ),
)
