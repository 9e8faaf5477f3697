"""A self-check as continuous integration shows it: annotations on the student's lines, a summary, outputs."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.exports.base import Request, layouts
from grader.gradebook import Gradebook
from grader.kit import telling
from grader.kit.checker import Target
from grader.kit.selfcheck import SelfCheck
from grader.model import Verdict

ANNOTATIONS = 10
"""GitHub keeps ten of a kind a step and drops the rest silently; ten in all is what people read."""


def texts(found: Sequence[SelfCheck], targets: Sequence[Target], form: str) -> list[str]:
    """The self-checks in one of the layouts of `grader.exports`: the text of each of its files."""
    book = Gradebook([one.graded for one in found], [one.sheet.assignment for one in found])
    sources, paths = {}, {}
    for one, target in zip(found, targets, strict=True):
        sources[one.graded.student, target.assignment] = _text(target.path)
        paths[target.assignment] = _in_repository(target.path)
    made = layouts()[form].render(book, Request(sources=sources, paths=paths))
    return [one.decode("utf-8") if isinstance(one, bytes) else one for one in made.files.values()]


def publish(found: Sequence[SelfCheck], targets: Sequence[Target]) -> None:
    """Print the annotations, and the result between stop-commands; fill the job's summary and outputs.

    Whatever a student's code printed or raised stands between the two tokens, which are new each time, so
    that it can't speak to GitHub.
    """
    judged = [_judged_only(one) for one in found]
    for line in texts(judged, targets, "github")[0].splitlines()[:ANNOTATIONS]:  # the worst come first
        telling.write(line, sys.stdout)
    token = secrets.token_hex(16)
    telling.write(f"::stop-commands::{token}", sys.stdout)
    for one in found:
        telling.write(telling.text(one), sys.stdout)
    telling.write(f"::{token}::", sys.stdout)
    _append("GITHUB_STEP_SUMMARY", texts(found, targets, "github")[1])
    marks = sum(float(one.graded.raw) for one in found)
    available = sum(float(one.graded.available) for one in found)
    _append("GITHUB_OUTPUT", f"marks={marks:g}\navailable={available:g}\n")


def _judged_only(one: SelfCheck) -> SelfCheck:
    """Without what is judged later: nobody can act on that."""
    marks = tuple(mark for mark in one.graded.marks if mark.verdict is not Verdict.PENDING)
    return replace(one, graded=replace(one.graded, marks=marks))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace") if path.suffix == ".py" else ""
    except OSError:
        return ""


def _in_repository(path: Path) -> str:
    """The path from the repository's root, with forward slashes."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or Path.cwd())
    full = path.resolve()
    return (
        full.relative_to(root.resolve()).as_posix()
        if full.is_relative_to(root.resolve())
        else path.as_posix()
    )


def _append(variable: str, text: str) -> None:
    target = os.environ.get(variable)
    if target:
        with Path(target).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
