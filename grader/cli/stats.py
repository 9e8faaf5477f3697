"""`grader stats`: how the class did, part by part."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.cli.shared import results


@click.command("stats", epilog="Example: grader stats gradebook")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def command(out: Path, *, as_json: bool) -> None:
    """Show the statistics of the run in OUT: means, difficulty, discrimination, common mistakes."""
    from grader.gradebook import Gradebook
    from grader.gradebook.statistics import plain, statistics_of
    from grader.reports.terminal import stats

    gradebook = Gradebook.read(out)
    if as_json:
        click.echo(json.dumps([plain(one) for one in statistics_of(gradebook)], indent=2))
    else:
        results().print(stats(gradebook))
