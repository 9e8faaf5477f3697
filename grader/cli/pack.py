"""`grader pack`: the zip that a student hands in."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import course_option, named_course


@click.command("pack", epilog="Example: grader pack baby_cnn.py")
@click.argument("files", nargs=-1, metavar="[FILE]")
@click.option("-a", "--assignment", "assignments", multiple=True, help="What FILE answers; else by its name.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The zip [ASSIGNMENT_handin.zip].")
@course_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    assignments: tuple[str, ...],
    out: Path | None,
    course: str | None,
) -> None:
    """Make the zip that is handed in from FILE and the modules that it imports, and say what is in it."""
    from grader.kit import handin
    from grader.kit.checker import Checker

    checker = Checker.find(named_course(ctx, course), files)
    for target in checker.targets(files, assignments):
        click.echo(str(handin.pack(target.path, checker.asked(target.assignment)[0], out)))
