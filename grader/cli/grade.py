"""`grader grade`: many submissions in, a gradebook out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import (
    UNSOUND,
    chosen_assignments,
    course_option,
    find_course,
    left_out,
    make_folder,
    progress,
    results,
)

if TYPE_CHECKING:
    from grader.batch.run import Run
    from grader.gradebook import Gradebook
    from grader.intake import Intake
    from grader.model import Graded, Submission
    from grader.rubric import Course

UNGRADED = 1


@click.command("grade", epilog="Example: grader grade submissions.zip -a baby_cnn -o gradebook -j 4")
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-a", "--assignment", "assignments", multiple=True, help="Only this assignment; may be repeated."
)
@click.option(
    "-o", "--out", default="gradebook", show_default=True, type=click.Path(path_type=Path),
    help="The run's folder; the same command continues in it.",
)  # fmt: skip
@click.option("-j", "--jobs", type=click.IntRange(1), help="Worker processes [default: one a processor].")
@click.option("--roster", type=click.Path(path_type=Path), help="CSV or XLSX of who is on the course.")
@click.option("--pattern", metavar="REGEX", help="How paths are named, where no known layout fits.")
@click.option("--seed", default=1, show_default=True, help="What the drawn cases are drawn from.")
@click.option(
    "--sandbox",
    "strength",
    default="best",
    show_default=True,
    type=click.Choice(["best", "strict", "weak", "none"]),
    help="How strong the box must be; see `grader doctor`.",
)
@click.option("--executor", default="", metavar="dask://HOST:PORT", help="Grade on a Dask cluster.")
@click.option("--force", is_flag=True, help="Run and mark again what is kept already.")
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this student; may be repeated."
)
@click.option("--part", "parts", multiple=True, metavar="ID", help="Only this part; may be repeated.")
@click.option("--only-failed", is_flag=True, help="Only what got no answer or no mark; it is asked again.")
@click.option("--dry-run", is_flag=True, help="Say what would be graded, and stop.")
@click.option("--no-reports", is_flag=True, help="Leave out the static site in OUT/reports.")
@click.option("--json", "as_json", is_flag=True, help="Print results.json instead of the table.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no table.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, submissions: tuple[Path, ...], assignments: tuple[str, ...], out: Path, *,
    jobs: int | None, roster: Path | None, pattern: str | None, seed: int, strength: str, executor: str,
    force: bool, students: tuple[str, ...], parts: tuple[str, ...], only_failed: bool, dry_run: bool,
    no_reports: bool, as_json: bool, quiet: bool, course: str | None,
) -> int:  # fmt: skip
    """Grade SUBMISSIONS: folders (one a student), files, zips or course systems' exports.

    Writes results.json, gradebook.csv, parts.csv and intake.csv into OUT. Results go to stdout, progress to
    stderr. Exit code 1 says that something is ungraded, which is never a student's fault; 2 that a rubric or
    a reference has faults: its assignment is left out, and the others are graded.
    """
    opened = find_course(ctx, course)
    intake = _taken_in(opened, submissions, chosen_assignments(opened, assignments), roster, pattern)
    from grader.batch.run import Run
    from grader.batch.selection import Only

    only, jobs = Only(students, parts, only_failed), jobs or os.cpu_count() or 1
    run = Run(opened, out, seed, strength, jobs, force, only, executor)
    whole, intake = intake, _sound(run, intake)
    unsound = UNSOUND if len(intake.submissions) < len(whole.submissions) else 0
    if dry_run:
        return _would_grade(run, intake.submissions, as_json=as_json) or unsound
    _need_some(intake, assignments)
    make_folder(out)
    try:
        gradebook = _graded(run, intake.submissions, quiet=quiet)
    except KeyboardInterrupt:
        return _interrupted(run, intake.submissions)
    _write(gradebook, intake, out, reports=not no_reports)
    if as_json:
        click.echo(json.dumps(gradebook.results(), indent=2))
    elif not quiet:
        _summary(gradebook, out)
    return unsound or (UNGRADED if gradebook.ungraded else 0)


def _taken_in(
    course: Course, paths: tuple[Path, ...], chosen: tuple[str, ...], roster: Path | None, pattern: str | None
) -> Intake:
    """What was handed in to the chosen assignments; what a person should look at is told on stderr."""
    from grader.intake import Roster, read

    listed = Roster.read(roster) if roster else None
    # All of the course's assignments are looked for: another one's file is no fault.
    intake = read(paths, course.names, asked=chosen, pattern=pattern, roster=listed).about(chosen, listed)
    for line in intake.told():
        progress().print(line, markup=False)
    return intake


def _need_some(intake: Intake, assignments: tuple[str, ...]) -> None:
    """A class in which nobody handed in is no result but a mistake on the command line.

    Raises:
        UsageError: there is no submission to the assignments that were chosen.
    """
    from grader.errors import UsageError

    if not intake.submissions:
        names = ", ".join(assignments)
        raise UsageError(
            f"nobody handed in {names}", hint="look at the names with --dry-run, or leave -a out"
        )


def _sound(run: Run, intake: Intake) -> Intake:
    """What can be graded: an author's faults in one assignment cost the others nothing.

    Raises:
        RubricError, CourseCodeError: nothing at all can be graded.
    """
    handed_in = [one.assignment for one in intake.submissions]
    faults = run.unsound(handed_in)
    last = faults.popitem()[1] if faults and set(faults) == set(handed_in) else None
    notes = tuple(left_out(name, fault, handed_in.count(name)) for name, fault in faults.items())
    if last:
        raise last
    sound = tuple(one for one in intake.submissions if one.assignment not in faults)
    return replace(intake, submissions=sound, notes=(*intake.notes, *notes))


def _write(gradebook: Gradebook, intake: Intake, out: Path, *, reports: bool) -> None:
    """What a run leaves beside its results: what became of every hand-in, and the site."""
    from grader.gradebook.cells import csv_text, replace_file
    from grader.intake.collect import TABLE
    from grader.reports.site import write_reports

    replace_file(out / "intake.csv", csv_text(TABLE, intake.table()))
    if reports:
        write_reports(gradebook, out)


def _graded(run: Run, submissions: tuple[Submission, ...], *, quiet: bool) -> Gradebook:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=progress(), disable=quiet) as bar:
        task = bar.add_task("grading", total=len(submissions), note="")
        failures = 0

        def step(graded: Graded, _kept: bool) -> None:
            nonlocal failures
            failures += bool(graded.ungraded)
            bar.update(task, advance=1, note=f"{failures} ungraded" if failures else "")

        run.progress = step
        return run.grade(submissions)


def _would_grade(run: Run, submissions: tuple[Submission, ...], *, as_json: bool) -> int:
    todo = run.todo(submissions)
    if as_json:
        names = ("student", "assignment", "origin", "late", "attempt", "fault")
        click.echo(json.dumps([{name: getattr(one, name) for name in names} for one in todo], indent=2))
    else:
        for one in todo:
            attempt = f"attempt {one.attempt}" if one.attempt > 1 else ""
            note = ", ".join(filter(None, ("late" if one.late else "", attempt, one.fault)))
            click.echo(f"{one.student}\t{one.assignment}\t{one.origin}" + (f"  ({note})" if note else ""))
    kept = len(submissions) - len(todo)
    click.echo(f"{len(todo)} submissions would be graded, {kept} stay as they are", err=True)
    return 0


def _interrupted(run: Run, submissions: tuple[Submission, ...]) -> int:
    """Say what Ctrl-C left: everything that was graded is kept."""
    from grader.cli.app import INTERRUPTED

    kept = len(submissions) - len(run.todo(submissions))
    click.echo(
        f"interrupted: {kept} of {len(submissions)} submissions are graded and kept in {run.out};"
        " the same command continues with the others",
        err=True,
    )
    return INTERRUPTED


def _summary(gradebook: Gradebook, out: Path) -> None:
    from grader.reports.terminal import summary

    console = results()
    console.print(summary(gradebook))
    names = ("results.json", "gradebook.csv", "parts.csv", "intake.csv", "reports")
    files = ", ".join(name for name in names if (out / name).exists())
    console.print(f"Written to {out}{os.sep}: {files}", markup=False, soft_wrap=True)
