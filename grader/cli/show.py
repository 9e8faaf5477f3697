"""`grader show`: one student's marks and reasons."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import results


@click.command("show", epilog="Example: grader show gradebook ada -a baby_cnn")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("student")
@click.option("-a", "--assignment", "assignments", multiple=True, help="Only this one; may be repeated.")
@click.option("--staff", is_flag=True, help="The staff's text instead of the student's.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def command(out: Path, student: str, assignments: tuple[str, ...], *, staff: bool, as_json: bool) -> None:
    """Show STUDENT's marks in the run written to OUT, part by part, with the reasons."""
    raise NotImplementedError
