"""`grader new`: an assignment to start from."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import course_option, named_course


@click.command("new", epilog="Example: grader new week_3 && grader lint week_3")
@click.argument("assignment")
@course_option
@click.pass_context
def command(ctx: click.Context, assignment: str, course: str | None) -> None:
    """Write a rubric, a reference, three example hand-ins and a test for a new ASSIGNMENT.

    They make a small whole: it lints clean and grades. Outside a course, the current folder becomes one.
    """
    from grader.rubric.course import course_around
    from grader.rubric.document import shown
    from grader.rubric.skeleton import write_skeleton

    root = named_course(ctx, course) or course_around(Path.cwd()) or Path.cwd()
    for path in write_skeleton(root.resolve(), assignment):
        click.echo(shown(path))
    click.echo(f"Next: change them, then `grader lint {assignment} --explain`.", err=True)
