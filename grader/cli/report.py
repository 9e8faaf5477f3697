"""`grader report`: the static site of a run."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("report", epilog="Example: grader report gradebook --open")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
def command(out: Path, *, open_it: bool) -> None:
    """Write the report of the run in OUT: a page for the class, for each part and for each student."""
    from grader.gradebook import Gradebook
    from grader.reports.site import write_reports

    first = write_reports(Gradebook.read(out), out)
    click.echo(str(first))
    if open_it:
        click.launch(str(first))
