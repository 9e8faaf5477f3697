"""`grader show`: one student's marks and reasons."""

from __future__ import annotations

import json
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
    from difflib import get_close_matches

    from grader.errors import UsageError
    from grader.gradebook import Gradebook
    from grader.reports.terminal import show

    gradebook = Gradebook.read(out)
    students = {one.student for one in gradebook.graded}
    if student not in students:
        near = get_close_matches(student, sorted(students), n=1)
        raise UsageError(
            f"there is no student {student!r} in {out}", hint=f"did you mean {near[0]}?" if near else None
        )
    chosen = [
        one
        for one in gradebook.graded
        if one.student == student and (not assignments or one.assignment in assignments)
    ]
    if as_json:
        run = gradebook.results({})["submissions"]
        named = {one.assignment for one in chosen}
        found = [one for one in run if one["student"] == student and one["assignment"] in named]
        click.echo(json.dumps(found, indent=2))
        return
    for one in chosen:
        results().print(show(one, staff=staff))
