"""`grader show`: one student's marks and reasons, and one case again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import course_option, find_course, results

if TYPE_CHECKING:
    from grader.model import Graded


@click.command("show", epilog="Example: grader show gradebook ada -a baby_cnn --part b --rerun")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("student")
@click.option("-a", "--assignment", "assignments", multiple=True, help="Only this one; may be repeated.")
@click.option("--staff", is_flag=True, help="The staff's text instead of the student's.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
@click.option("--part", default="", help="One part, case by case, with everything that the staff may see.")
@click.option("--case", default="", help="One case of it.")
@click.option("--rerun", is_flag=True, help="Ask the student's code again, in the box; nothing is kept.")
@course_option
@click.pass_context
def command(
    ctx: click.Context,
    out: Path,
    student: str,
    assignments: tuple[str, ...],
    *,
    staff: bool,
    as_json: bool,
    part: str,
    case: str,
    rerun: bool,
    course: str | None,
) -> None:
    """Show STUDENT's marks in the run written to OUT, part by part, with the reasons."""
    from grader.batch.desk import handed_in_by
    from grader.errors import UsageError
    from grader.gradebook import Gradebook
    from grader.gradebook.results import dump_submission
    from grader.reports.terminal import show

    if (case or rerun) and not part:
        raise UsageError("--case and --rerun are about one part", hint="name it with --part")
    chosen = handed_in_by(student, Gradebook.read(out).graded, assignments)
    if part:
        _one_part(ctx, out, chosen, (part, case), rerun=rerun, as_json=as_json, course=course)
        return
    if as_json:
        click.echo(json.dumps([dump_submission(one) for one in chosen], indent=2))
        return
    for one in chosen:
        results().print(show(one, staff=staff))
        for line in _commands(out, one) if staff else ():
            click.echo(line)


def _commands(out: Path, one: Graded) -> Iterator[str]:
    """For each part that went wrong, the line that repeats its first wrong case."""
    for mark in one.marks:
        cases = [each.case for outcome in mark.outcomes for each in outcome.evidence if each.right is False]
        if cases:
            named = ["--case", cases[0]] if cases[0] else []
            words = [str(out), one.student, "-a", one.assignment, "--part", mark.part, *named, "--rerun"]
            yield f"  again: grader show {shlex.join(words)}"


def _one_part(
    ctx: click.Context,
    out: Path,
    chosen: list[Graded],
    wanted: tuple[str, str],
    *,
    rerun: bool,
    as_json: bool,
    course: str | None,
) -> None:
    """A part's cases, one after the other: as recorded, or as the student's code answers now."""
    from grader.batch.desk import find_part
    from grader.errors import UsageError
    from grader.gradebook.results import dump_submission
    from grader.reports.terminal import plain

    part, case = wanted
    alone = chosen[0].assignment if len(chosen) == 1 else None
    one, _ = find_part(chosen, chosen[0].student, part, alone)
    graded = _again(ctx, out, one, wanted, course) if rerun else one
    mark = next(each for each in graded.marks if each.part == part)
    found = [each for outcome in mark.outcomes for each in outcome.evidence if case in ("", each.case)]
    if case and not found:
        raise UsageError(f"part {part!r} has no case {case!r}", hint="leave --case out to see all")
    if as_json:
        told = dump_submission(graded)
        told["parts"] = [each for each in told["parts"] if each["id"] == part]
        click.echo(json.dumps([told], indent=2))
        return
    for each in found:
        said = {True: "right", False: "not right", None: "forgiven or not asked"}[each.right]
        more = "" if each.staff in ("", said) else f": {each.staff}"
        results().print(plain(f"{each.case or 'value'}: {said}{more}"))
    if not found:
        results().print(plain(mark.staff or mark.feedback))


def _again(ctx: click.Context, out: Path, one: Graded, wanted: tuple[str, str], course: str | None) -> Graded:
    """The hand-in as it was kept, asked again for one part with the run's own seed, one case before all."""
    from grader.batch.run import STORE, Run
    from grader.batch.store import Store
    from grader.batch.work import Bench, Workshop
    from grader.errors import UsageError
    from grader.grading.line import asking_first, only

    part, case = wanted
    run = Run.again(find_course(ctx, course), out)
    with Store.open(out / STORE) as store:
        submission = store.submission(one.assignment, one.student)
    if submission is None:
        raise UsageError(f"{out} keeps no hand-in of {one.student} for {one.assignment}")
    shop = Workshop(Bench(run.course.root, seed=run.seed), run.course)
    whole = run.course.assignment(one.assignment, seed=run.seed)
    shop.assignments[one.assignment] = asking_first(only(whole, (part,)), case)
    try:
        return shop.grade(submission).graded
    finally:
        shop.close()
