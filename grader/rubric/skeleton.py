"""`grader new`: an assignment to start from, small and whole."""

from __future__ import annotations

import keyword
from importlib.resources import files
from pathlib import Path

from grader.errors import UsageError

TEMPLATES = {
    "rubric.yaml": "rubrics/ASSIGNMENT.yaml",
    "reference.txt": "reference/ASSIGNMENT.py",
    "right.txt": "submissions_example/ada/ASSIGNMENT.py",
    "mistaken.txt": "submissions_example/ben/ASSIGNMENT.py",
    "unfinished.txt": "submissions_example/cleo/ASSIGNMENT.py",
    "test.txt": "tests/test_ASSIGNMENT.py",
}
"""Each template, and the file that it becomes; `ASSIGNMENT` is the assignment's name in both."""


def write_skeleton(course_root: Path, name: str) -> list[Path]:
    """Write a rubric, its reference, three example hand-ins and a test; the paths that were written.

    Args:
        course_root: the course's folder; an empty or missing one becomes a course.
        name: the assignment's name, an identifier.

    Raises:
        UsageError: the name is none, or one of the files is there already. Nothing is written then.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        hint = "use letters, digits and _, such as week_3: students' files are called so"
        raise UsageError(f"'{name}' can't be an assignment's name", hint=hint)
    folder = files("grader.rubric") / "templates"
    texts = {
        Path(course_root) / target.replace("ASSIGNMENT", name): (folder / source)
        .read_text(encoding="utf-8")
        .replace("ASSIGNMENT", name)
        for source, target in TEMPLATES.items()
    }
    there = [path for path in texts if path.exists()]
    if there:
        raise UsageError(f"{there[0]} is there already", hint="nothing was written; choose another name")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)
