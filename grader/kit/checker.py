"""`grader check` without the terminal: where the public cases come from, and which files to check.

They come from a kit's `cases.json` beside the file, or from a course; a named course wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.kit import handin, telling
from grader.kit.main import CASES, chosen_parts, read, split, unknown
from grader.kit.selfcheck import SelfCheck, check
from grader.kit.sheet import PUBLIC_SEED, RecordedKey, Sheet, public_only
from grader.sandbox import open_runner
from grader.sandbox.runner import Runner
from grader.sandbox.subprocesses import SubprocessRunner

if TYPE_CHECKING:
    from grader.rubric import Course


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check, what it answers, and which parts of it are asked for."""

    path: Path
    assignment: str
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class Checker:
    """The public cases of a course, or of one kit.

    Attributes:
        course: the course, or None where a kit is used.
        kit: the kit's cases, or None.
        secrets: folders that the box must keep from the code, where it can.
    """

    course: Course | None = None
    kit: Sheet | None = None
    secrets: tuple[Path, ...] = ()
    sheets: dict[str, tuple[Sheet, Any]] = field(default_factory=dict)

    @classmethod
    def find(cls, course: Path | None, what: Sequence[str]) -> Checker:
        """The named course; else the kit beside the files or here; else the course around this folder.

        Raises:
            UsageError: there is neither.
        """
        paths = [Path(one) for one in split(what)[0]]
        places = [path if path.is_dir() else path.parent for path in paths] or [Path.cwd()]
        for place in () if course else (*places, Path.cwd()):
            if (place / CASES).is_file():
                return cls(kit=read(place))
        from grader.rubric import Course

        try:
            found = Course(course) if course else Course.find()
        except UsageError as error:
            if course:
                raise
            hint = "go into the folder of the kit or of the course, or name the course with --course DIR"
            raise UsageError(f"neither a kit ({CASES}) nor a course is here or above", hint=hint) from error
        return cls(course=found, secrets=(found.root,))

    @property
    def names(self) -> tuple[str, ...]:
        """The assignments that can be checked."""
        return (self.kit.assignment.name,) if self.kit else self.course.names if self.course else ()

    def asked(self, name: str) -> tuple[Sheet, Any]:
        """An assignment's public cases, and who knows the answers.

        Raises:
            UsageError: there is no such assignment.
            RubricError: its rubric is wrong.
            CourseCodeError: its reference is.
        """
        if self.kit is not None and name == self.kit.assignment.name:
            return self.kit, RecordedKey(self.kit.answers)
        if self.course is None:
            raise UsageError(f"this is the kit of {' '.join(self.names)}, not of {name}")
        if name not in self.sheets:
            sheet = public_only(self.course.assignment(name, seed=PUBLIC_SEED))
            self.sheets[name] = sheet, self.course.reference(name)
        return self.sheets[name]

    def targets(self, what: Sequence[str], assignments: Sequence[str] = ()) -> list[Target]:
        """The files that are named, or those of this folder; with the parts that are named.

        Raises:
            UsageError: there is nothing to check, or a part or an assignment is not known.
        """
        paths, parts = split(what)
        for name in assignments:
            if name not in self.names:
                raise unknown(f"there is no assignment {name!r}", name, self.names)
        wanted = tuple(assignments) or self.names
        found: list[tuple[Path, str]] = []
        for path in paths or [Path.cwd()]:
            if path.is_dir():
                here = [(one, one.stem) for one in handin.find(path, wanted)]
                if not here:
                    raise handin.no_file(path, wanted)
                found += here
            else:
                found.append((path, self._answers(path, wanted)))
        return self._with_parts(found, parts)

    def check(self, target: Target, runner: Runner) -> SelfCheck:
        """Check one file. Raises as `asked` does, and SandboxError where the box fails."""
        sheet, key = self.asked(target.assignment)
        parts = chosen_parts(sheet, target.parts)
        return check(handin.submission(target.path, target.assignment), sheet, key, runner, parts)

    def runner(self, strength: str) -> Runner:
        """Where the code runs. Raises BoxTooWeak where fewer walls stand than were asked for."""
        return open_runner(strength, secrets=self.secrets)

    def _answers(self, path: Path, wanted: Sequence[str]) -> str:
        if not path.is_file():
            raise UsageError(f"there is no file {path}")
        name = handin.assignment_of(path, wanted)
        if name is None and len(wanted) == 1:
            return wanted[0]
        if name is None:
            hint = f"say it with -a; there is {', '.join(wanted)}"
            raise UsageError(f"which assignment does {path.name} answer?", hint=hint)
        return name

    def _with_parts(self, found: Sequence[tuple[Path, str]], parts: Sequence[str]) -> list[Target]:
        """A part that is named must be in one of the assignments at least; files without any are left out."""
        if not parts:
            return [Target(path, name) for path, name in found]
        targets, known = [], set()
        for path, name in found:
            sheet = self.asked(name)[0]
            own = tuple(part for part in parts if _has(sheet, part))
            known |= set(own)
            if own:
                targets.append(Target(path, name, own))
        for part in parts:
            if part not in known:
                chosen_parts(self.asked(found[0][1])[0], [part])
        return targets


def again_with(what: Sequence[str], assignments: Sequence[str]) -> str:
    """The command that checks the same files again."""
    chosen = [word for name in assignments for word in ("-a", name)]
    return telling.command("grader check", split(what)[0], chosen)


def ahead() -> Runner:
    """A plain process that starts while the course is still being read."""
    return SubprocessRunner(ahead=True)


def _has(sheet: Sheet, part: str) -> bool:
    try:
        chosen_parts(sheet, [part])
    except UsageError:
        return False
    return True
