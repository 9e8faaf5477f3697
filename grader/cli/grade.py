"""`grader grade`: many submissions in, a gradebook out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import chosen_assignments, course_option, find_course, progress, results

if TYPE_CHECKING:
    from grader.batch.run import Run
    from grader.gradebook import Gradebook
    from grader.intake import Intake
    from grader.model import Graded, Submission

UNGRADED = 1


@click.command("grade", epilog="Example: grader grade submissions.zip -a baby_cnn -o gradebook -j 4")
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-a", "--assignment", "assignments", multiple=True, help="Only this assignment; may be repeated."
)
@click.option("-o", "--out", default="gradebook", show_default=True, type=click.Path(path_type=Path))
@click.option("-j", "--jobs", type=click.IntRange(1), help="Worker processes [default: one a processor].")
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
@click.option("--dry-run", is_flag=True, help="Say what would be graded, and stop.")
@click.option("--no-reports", is_flag=True, help="Leave out the static site in OUT/reports.")
@click.option("--json", "as_json", is_flag=True, help="Print results.json instead of the table.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no table.")
@course_option
@click.pass_context
def command(
    ctx: click.Context,
    submissions: tuple[Path, ...],
    assignments: tuple[str, ...],
    out: Path,
    jobs: int | None,
    seed: int,
    strength: str,
    executor: str,
    force: bool,
    dry_run: bool,
    no_reports: bool,
    as_json: bool,
    quiet: bool,
    course: str | None,
) -> int:
    """Grade SUBMISSIONS: folders (one a student), files, zips or course systems' exports.

    Writes results.json, gradebook.csv and parts.csv into OUT. Results go to stdout, progress to stderr.
    Exit code 1 says that something is ungraded, which is never a student's fault.
    """
    from grader.batch.run import Run
    from grader.intake import read
    from grader.reports.of_run import write_reports

    opened = find_course(ctx, course)
    chosen = chosen_assignments(opened, assignments)
    intake = read(submissions, opened.names)  # all of them: another assignment's file is no fault
    handed_in = tuple(one for one in intake.submissions if one.assignment in chosen)
    _report(intake)
    if dry_run:
        return _would_grade(handed_in)
    jobs = jobs or os.cpu_count() or 1
    run = Run(opened, out, seed=seed, strength=strength, jobs=jobs, force=force, cluster=executor)
    gradebook = _graded(run, handed_in, quiet=quiet)
    if not no_reports:
        write_reports(gradebook, out)
    if as_json:
        click.echo(json.dumps(gradebook.results(), indent=2))
    elif not quiet:
        _summary(gradebook, out)
    return UNGRADED if any(one.ungraded for one in gradebook.graded) else 0


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


def _report(intake: Intake) -> None:
    console = progress()
    for note in intake.notes:
        console.print(note, markup=False)
    for problem in intake.problems:
        console.print(f"not read: {problem}", markup=False)


def _would_grade(submissions: tuple[Submission, ...]) -> int:
    for one in submissions:
        note = f"  ({one.fault})" if one.fault else ""
        click.echo(f"{one.student}\t{one.assignment}\t{one.origin}{note}")
    click.echo(f"{len(submissions)} submissions would be graded", err=True)
    return 0


def _summary(gradebook: Gradebook, out: Path) -> None:
    from grader.reports.terminal import summary

    console = results()
    console.print(summary(gradebook))
    console.print(f"Written to {out}{os.sep}: results.json, gradebook.csv, parts.csv, reports", markup=False)
