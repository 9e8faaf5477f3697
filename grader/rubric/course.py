"""A course: a folder with `rubrics/` and `reference/`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader.errors import UsageError, did_you_mean
from grader.model import Assignment
from grader.rubric.loading import load
from grader.rubric.reference import Reference

FOLDERS = ("rubrics", "reference")


class Course:
    """What a course's folder holds; files are read when they are asked for, and once.

    Args:
        root: the folder.

    Raises:
        UsageError: it has no `rubrics/` and `reference/`.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root).resolve()
        lacking = [name for name in FOLDERS if not (self.root / name).is_dir()]
        if lacking:
            hint = "a course is a folder with rubrics/ and reference/; `grader new NAME` makes one"
            raise UsageError(f"{root} is not a course: it has no {' and no '.join(lacking)}", hint=hint)
        self._assignments: dict[tuple[str, int], Assignment] = {}
        self._references: dict[str, Reference] = {}

    def __repr__(self) -> str:
        return f"<Course in {self.root}: {', '.join(self.names) or 'no rubric yet'}>"

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course around a folder: itself or the nearest above; the current folder by default.

        Raises:
            UsageError: there is none.
        """
        start = (start or Path.cwd()).resolve()
        folder = course_around(start)
        if folder is not None:
            return cls(folder)
        hint = "go into the course's folder, or name it with --course DIR"
        raise UsageError(
            f"no course here or above: no folder with rubrics/ and reference/ around {start}", hint=hint
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The assignments: every rubric's file name without `.yaml`, sorted."""
        return tuple(sorted(path.stem for path in (self.root / "rubrics").glob("*.yaml")))

    def assignment(self, name: str, seed: int = 1) -> Assignment:
        """A rubric, read against its reference.

        Raises:
            UsageError: there is no such rubric.
            RubricError: it has faults.
            CourseCodeError: its reference is missing or broken.
        """
        if (name, seed) not in self._assignments:
            path = self.rubric_path(name)
            self._assignments[name, seed] = load(path, reference=self.reference(name), seed=seed)
        return self._assignments[name, seed]

    def reference(self, name: str) -> Reference:
        """The reference of an assignment. Raises UsageError and CourseCodeError as `assignment` does."""
        if name not in self._references:
            self.rubric_path(name)
            self._references[name] = Reference(self.root / "reference" / f"{name}.py")
        return self._references[name]

    def digests(self, name: str) -> dict[str, str]:
        """SHA-256 of the rubric's and the reference's bytes, in hexadecimal. Raises as `assignment` does."""
        rubric = hashlib.sha256(self.rubric_path(name).read_bytes()).hexdigest()
        return {"rubric": rubric, "reference": self.reference(name).digest}

    def rubric_path(self, name: str) -> Path:
        """Where an assignment's rubric is.

        Raises:
            UsageError: there is no such rubric.
        """
        if name not in self.names:
            hint = did_you_mean(name, self.names) or "rubrics/ holds no .yaml file"
            raise UsageError(f"the course has no assignment '{name}'", hint=hint)
        return self.root / "rubrics" / f"{name}.yaml"


def course_around(start: Path) -> Path | None:
    """The nearest folder upwards, itself included, that is a course."""
    return next((folder for folder in (start, *start.parents) if is_course(folder)), None)


def is_course(folder: Path) -> bool:
    """Whether a folder has what makes it a course."""
    return all((folder / name).is_dir() for name in FOLDERS)
