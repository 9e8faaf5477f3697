"""What the commands have in common: the course, and where results and progress go."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from grader.errors import GraderError
    from grader.rubric import Course

UNSOUND = 2
"""The exit code where a rubric or a reference has faults."""
F = TypeVar("F", bound=Callable[..., Any])


def course_option(function: F) -> F:
    """`--course DIR`, accepted after the command's name as well as before it."""
    return click.option("--course", metavar="DIR", help="The course's folder; else found from here upwards.")(
        function
    )


def named_course(ctx: click.Context, course: str | None) -> Path | None:
    """The folder that `--course` names, after the command or before it; None where it is not given."""
    named = course or (ctx.find_root().obj or {}).get("course")
    return Path(named) if named else None


def find_course(ctx: click.Context, course: str | None) -> Course:
    """The course named on the command line, else the one this folder lies in.

    Raises:
        UsageError: there is none.
    """
    from grader.rubric import Course

    root = named_course(ctx, course)
    return Course.find() if root is None else Course(root)


def chosen_assignments(course: Course, names: Sequence[str]) -> tuple[str, ...]:
    """The assignments asked for, or all of the course's.

    Raises:
        UsageError: one of them does not exist; a near miss is named.
    """
    for name in names:
        course.rubric_path(name)
    return tuple(dict.fromkeys(names)) or course.names


def results() -> Console:
    """Where results go: stdout, without colour where it is not wanted."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def progress() -> Console:
    """Where progress and warnings go: stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def make_folder(path: Path) -> None:
    """See that results can be written there, before anything is done for them.

    Raises:
        UsageError: it is a file, or can't be made.
    """
    from grader.errors import UsageError

    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        why = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(f"{path} can't be the run's folder: {why}", hint="name another with -o") from error


def renew_site(out: Path) -> None:
    """Write the site anew where there is one, so that no page tells the marks of before."""
    from grader.gradebook import Gradebook
    from grader.reports.site import write_reports

    if (out / "reports").is_dir():
        write_reports(Gradebook.read(out), out)


def left_out(name: str, fault: GraderError, count: int) -> str:
    """Tell an assignment's faults on stderr, and what they cost it; the line that says so."""
    note = f"{name}: {count} submissions are left out until its rubric and its reference are mended"
    progress().print(f"error: {fault}\n{note}", markup=False)
    return note


def save(path: Path, content: bytes | str) -> None:
    """Write a file, its folder too; text as UTF-8 with plain line ends.

    Raises:
        UsageError: it can't be written.
    """
    from grader.errors import UsageError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from error
