"""`grader lint`: the rubric itself is tested."""

from __future__ import annotations

import click

from grader.cli.shared import chosen_assignments, course_option, find_course


@click.command("lint", epilog="Example: grader lint baby_cnn --explain")
@click.argument("rubrics", nargs=-1)
@click.option("--explain", is_flag=True, help="Tell what each proof did.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, rubrics: tuple[str, ...], *, explain: bool, as_json: bool, course: str | None
) -> int:
    """Prove that the rubrics and references named (or all) are sound: exit code 2 where they are not."""
    raise NotImplementedError
