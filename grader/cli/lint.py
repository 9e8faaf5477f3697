"""`grader lint`: the rubric itself is tested."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import UNSOUND, chosen_assignments, course_option, find_course, named_course, results

if TYPE_CHECKING:
    from grader.rubric import Course


@click.command("lint", epilog="Example: grader lint baby_cnn --explain")
@click.argument("rubrics", nargs=-1)
@click.option("--explain", is_flag=True, help="Tell what each proof did.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, rubrics: tuple[str, ...], *, explain: bool, as_json: bool, course: str | None
) -> int:
    """Prove RUBRICS (names, files or folders; all without any) and their references sound.

    Exit code 2 where one of them is not.
    """
    from grader.lint import lint

    opened = _course_of(ctx, course, rubrics)
    names = [name for one in rubrics for name in _names(opened, one)]
    reports = [lint(opened, name, explain=explain) for name in chosen_assignments(opened, names)]
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(report) for report in reports], indent=2, default=str))
    else:
        for report in reports:
            results().print(str(report), markup=False, highlight=False, soft_wrap=True)
    return UNSOUND if any(report.errors for report in reports) else 0


def _course_of(ctx: click.Context, course: str | None, rubrics: tuple[str, ...]) -> Course:
    """The course that is named, else the one that a path of a rubric lies in, else the one around."""
    from grader.rubric import Course
    from grader.rubric.course import course_around

    there = next((path.resolve() for path in map(Path, rubrics) if path.exists()), None)
    around = course_around(there) if there and not named_course(ctx, course) else None
    return Course(around) if around else find_course(ctx, course)


def _names(course: Course, rubric: str) -> list[str]:
    """The assignments that a name, a file or a folder stands for.

    Raises:
        UsageError: a path holds no rubric, or one of another course, whose reference would be the wrong one.
    """
    from grader.errors import UsageError

    path = Path(rubric)
    if rubric in course.names or not path.exists():
        return [path.stem]
    found = [path] if path.is_file() else sorted([*path.glob("*.yaml"), *path.glob("rubrics/*.yaml")])
    own = (course.root / "rubrics").resolve()
    if not found or any(one.resolve().parent != own for one in found):
        raise UsageError(
            f"{rubric} holds no rubric of the course {course.root}", hint="name another course with --course"
        )
    return [one.stem for one in found]
