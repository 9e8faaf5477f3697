"""`grader lint`: the rubric itself is tested."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from grader.cli.shared import chosen_assignments, course_option, find_course, results

UNSOUND = 2


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

    opened = find_course(ctx, course)
    names = dict.fromkeys(name for one in rubrics for name in _names(one))
    reports = [lint(opened, name, explain=explain) for name in chosen_assignments(opened, tuple(names))]
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(report) for report in reports], indent=2, default=str))
    else:
        for report in reports:
            results().print(str(report), markup=False, highlight=False, soft_wrap=True)
    return UNSOUND if any(report.errors for report in reports) else 0


def _names(rubric: str) -> list[str]:
    path = Path(rubric)
    if path.is_dir():
        return sorted(one.stem for one in path.glob("*.yaml"))
    return [path.stem]
