"""`grader diff`: what changed between two runs, for whom, and why."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.cli.shared import results

CHANGED = 1


@click.command("diff", epilog="Example: grader diff gradebook-monday gradebook")
@click.argument("first", metavar="OUT1", type=click.Path(path_type=Path))
@click.argument("second", metavar="OUT2", type=click.Path(path_type=Path))
@click.option("--fail-if-changed", is_flag=True, help="Exit code 1 if anything a student sees differs.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def command(first: Path, second: Path, *, fail_if_changed: bool, as_json: bool) -> int:
    """Show what differs between the runs in OUT1 and OUT2: marks, verdicts, texts, and the cause of each.

    The cause is the submission, the rubric, the reference, the seed, a version or a person, as far as the
    runs record them.
    """
    from grader.gradebook import Gradebook
    from grader.gradebook.differences import differences, plain, run_differences
    from grader.reports.terminal import changes

    before, after = Gradebook.read(first), Gradebook.read(second)
    found = differences(before, after)
    if as_json:
        click.echo(json.dumps(plain(found, before, after), indent=2))
    else:
        results().print(changes(found, run_differences(before, after)))
    return CHANGED if fail_if_changed and found else 0
