"""The Python interface: what the commands do, for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.batch.run import Run
from grader.gradebook import Gradebook
from grader.intake import read
from grader.rubric import Course


def load_course(path: str | Path | None = None) -> Course:
    """Open a course: a folder with `rubrics/` and `reference/`.

    Args:
        path: the folder; None looks from the current folder upwards.

    Raises:
        UsageError: there is no course.
    """
    return Course.find() if path is None else Course(Path(path).resolve())


def grade(
    submissions: str | Path | Sequence[str | Path],
    course: Course | str | Path | None = None,
    *,
    assignments: Sequence[str] = (),
    out: str | Path = "gradebook",
    seed: int = 1,
    jobs: int = 1,
    sandbox: str = "best",
) -> Gradebook:
    """Grade submissions and return the gradebook; its `frame` is a pandas DataFrame.

    Args:
        submissions: folders, files, zips or exports of course systems.
        course: the course, or its folder; None looks from the current folder upwards.
        assignments: only these; all of the course's otherwise.
        out: the run's folder: results.json, gradebook.csv, parts.csv, run.sqlite.
        seed: what drawn cases are drawn from.
        jobs: worker processes.
        sandbox: how strong the box must be: "best", "strict", "weak" or "none".

    Raises:
        UsageError: nothing to grade at a path, or no course.
        RubricError: a rubric is wrong.
        BoxTooWeak: fewer walls stand here than were asked for.
    """
    opened = course if isinstance(course, Course) else load_course(course)
    paths = [submissions] if isinstance(submissions, str | Path) else list(submissions)
    handed_in = read([Path(path) for path in paths], opened.names).submissions
    chosen = [one for one in handed_in if not assignments or one.assignment in assignments]
    return Run(opened, Path(out), seed=seed, strength=sandbox, jobs=jobs).grade(chosen)
