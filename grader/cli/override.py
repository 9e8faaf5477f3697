"""`grader override`: a person's word on one part, with a reason."""

from __future__ import annotations

import getpass
from fractions import Fraction
from pathlib import Path

import click

from grader.cli.shared import course_option, find_course, renew_site


def exact(text: str) -> Fraction:
    """Marks as people write them, 2, 2.5 or 5/3, as an exact fraction.

    Raises:
        BadParameter: it is no number.
    """
    from grader.gradebook.cells import marks_of

    try:
        return marks_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    "override", epilog='Example: grader override gradebook ada a.theta 2.5 -m "The idea is right."'
)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("student")
@click.argument("part")
@click.argument("marks", type=exact, required=False)
@click.option("-m", "--message", "reason", required=True, help="Why; the student reads it.")
@click.option("-a", "--assignment", help="Where several assignments have a part of that name.")
@click.option("--who", default=getpass.getuser, help="Whose decision it is.  [default: you]")
@click.option("--withdraw", is_flag=True, help="Take an earlier decision back.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, out: Path, student: str, part: str, marks: Fraction | None, *,
    reason: str, assignment: str | None, who: str, withdraw: bool, course: str | None,
) -> None:  # fmt: skip
    """Give STUDENT MARKS for PART in the run in OUT. It survives re-grading and re-marking."""
    from grader.batch.run import Run
    from grader.errors import UsageError
    from grader.gradebook.cells import readable

    if (marks is None) is not withdraw:
        raise UsageError("give either marks or --withdraw")
    run = Run.again(find_course(ctx, course), out)
    decision = run.decide(student, part, marks, reason=reason, who=who, assignment=assignment)
    renew_site(out)
    given = "the grader's own again" if marks is None else readable(marks)
    click.echo(f"{decision.student}, {decision.assignment} {decision.part}: {given}")
