"""`grader remark`: mark again from the record, after a change of the rubric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import UNSOUND, course_option, find_course, left_out, progress, renew_site, results

if TYPE_CHECKING:
    from grader.gradebook import Gradebook
    from grader.model import Graded

UNGRADED = 1


@click.command("remark", epilog="Example: grader remark gradebook")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--seed", type=int, help="Another seed than the run's own.")
@click.option("--json", "as_json", is_flag=True, help="Print results.json instead of the table.")
@course_option
@click.pass_context
def command(ctx: click.Context, out: Path, *, seed: int | None, as_json: bool, course: str | None) -> int:
    """Mark the run in OUT again from what its submissions answered. No student code is run.

    A new case, or another seed, asks new questions: those parts are ungraded until `grader grade` has asked.
    An assignment whose rubric or reference has faults is left out, with exit code 2.
    """
    import json

    from grader.batch.run import Run
    from grader.gradebook import Gradebook
    from grader.reports.terminal import summary

    before = Gradebook.read(out)
    run = Run.again(find_course(ctx, course), out)
    run.seed = run.seed if seed is None else seed
    gradebook = run.remark()
    renew_site(out)
    if as_json:
        click.echo(json.dumps(gradebook.results(), indent=2))
    else:
        results().print(summary(gradebook))
    for name, fault in run.left_out.items():
        left_out(name, fault, sum(one.assignment == name for one in before.graded))
    changed = _changed(before, gradebook)
    progress().print(f"{changed} of {len(gradebook.graded)} submissions have other marks than before")
    return UNSOUND if run.left_out else UNGRADED if gradebook.ungraded else 0


def _changed(before: Gradebook, after: Gradebook) -> int:
    def marks(one: Graded) -> list[object]:
        return [one.final, one.available, *(mark.marks for mark in one.marks)]

    old = {(one.student, one.assignment): marks(one) for one in before.graded}
    return sum(old.get((one.student, one.assignment)) != marks(one) for one in after.graded)
