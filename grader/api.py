"""The Python interface: what the commands do, for scripts and notebooks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

from grader.batch.run import Run
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.cells import csv_text, replace_file
from grader.intake import Intake, Roster, read
from grader.intake.collect import TABLE
from grader.rubric import Course


def load_course(path: str | Path | None = None) -> Course:
    """Open a course: a folder with `rubrics/` and `reference/`.

    Args:
        path: the folder; None looks from the current folder upwards.

    Raises:
        UsageError: there is no course.
    """
    return Course.find() if path is None else Course(Path(path))


def grade(
    submissions: str | Path | Sequence[str | Path],
    course: Course | str | Path | None = None,
    *,
    assignments: str | Sequence[str] = (),
    out: str | Path = "gradebook",
    seed: int = 1,
    jobs: int = 1,
    sandbox: str = "best",
    roster: str | Path | None = None,
) -> Gradebook:
    """Grade submissions and return the gradebook; its `frame` is a pandas DataFrame.

    What a person should look at, such as a file that can't be read, is a warning, and stands in `intake.csv`.

    Args:
        submissions: folders, files, zips or exports of course systems.
        course: the course, or its folder; None looks from the current folder upwards.
        assignments: only this one, or these; all of the course's otherwise.
        out: the run's folder: results.json, gradebook.csv, parts.csv, intake.csv, run.sqlite.
        seed: what drawn cases are drawn from.
        jobs: worker processes.
        sandbox: how strong the box must be: "best", "strict", "weak" or "none".
        roster: a CSV or XLSX of who is on the course.

    Raises:
        UsageError: nothing to grade at a path, no course, or no such assignment.
        RosterError: the roster can't be read, or has an id twice.
        RubricError: a rubric is wrong.
        CourseCodeError: a reference is missing or broken.
        BoxTooWeak: fewer walls stand here than were asked for.
    """
    if jobs < 1:
        raise UsageError(f"{jobs} workers can't grade", hint="`jobs` is 1 or more")
    opened = course if isinstance(course, Course) else load_course(course)
    intake = _taken_in(opened, submissions, assignments, roster)
    run = Run(opened, Path(out), seed=seed, strength=sandbox, jobs=jobs)
    book = run.grade(intake.submissions)
    replace_file(run.out / "intake.csv", csv_text(TABLE, intake.table()))
    return book


def _taken_in(
    course: Course,
    submissions: str | Path | Sequence[str | Path],
    assignments: str | Sequence[str],
    roster: str | Path | None,
) -> Intake:
    """What was handed in to the chosen assignments; what a person should look at is a warning."""
    paths = [submissions] if isinstance(submissions, str | Path) else submissions
    chosen = (assignments,) if isinstance(assignments, str) else assignments
    for name in chosen:
        course.rubric_path(name)
    listed = Roster.read(Path(roster)) if roster else None
    intake = read([Path(path) for path in paths], course.names, roster=listed).about(
        chosen or course.names, listed
    )
    for line in intake.told():
        warnings.warn(line, stacklevel=3)
    return intake
