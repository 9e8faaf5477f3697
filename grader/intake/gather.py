"""From found files to submissions: whose they are, which file is the answer, which attempt is the newest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.intake.files import CODE, OTHER, File, Haul, printable
from grader.intake.layouts import Layout, Named, owner_of_text, parse, shared_title
from grader.model import SourceFile, Submission

_COPY = re.compile(r"(?P<stem>.*?\w)(?:-\d{1,3}| ?\(\d{1,3}\)| - Copy)")
_MAX_FILES = 200
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Owned:
    """A file with its owner and the path that the owner gave it."""

    named: Named
    file: File

    @property
    def path(self) -> PurePosixPath:
        """The path below the student's own folder."""
        return PurePosixPath(self.named.file)


def key_of(text: str) -> str:
    """A file's stem or an assignment's name for comparison: `Warm Up` is `warm_up`."""
    return re.sub(r"[\s\-]+", "_", text).casefold()


def answers(stem: str, name: str) -> bool:
    """Whether a file of this stem answers an assignment: by its name, or as a copy (`Warm Up-1`) of it."""
    return key_of(name) in (key_of(stem), key_of(PurePosixPath(_uncopied(f"{stem}.py")).stem))


def owners(files: Sequence[File], layout: Layout, haul: Haul) -> list[Owned]:
    """Files with their owners as a system's names say; what does not fit becomes a problem."""
    owned = []
    title = shared_title(layout, (file.path for file in files))
    for file in files:
        named = parse(layout, file.path, title)
        student = owner_of_text(layout, file.path, title)
        if named is not None:
            owned.append(Owned(named, file))
        elif student:  # nothing to run, but somebody handed in something
            owned.append(Owned(Named(student, file.path), replace(file, content=b"", fault=OTHER)))
        elif student is None and file.fault != OTHER:
            haul.refuse(file.origin, f"its name does not fit the layout of {layout.name}")
    return owned


def _uncopied(path: str) -> str:
    """`utils-1.py`, as Canvas renames what is handed in again, is `utils.py`: else no import finds it.

    No module's name has a hyphen, a space or a bracket, so nothing that could be imported is renamed.
    """
    pure = PurePosixPath(path)
    copied = _COPY.fullmatch(pure.stem) if pure.suffix.lower() in CODE else None
    return str(pure.with_name(copied["stem"] + pure.suffix)) if copied else path


def moment(when: str | None) -> float:
    """A time for comparison, in seconds; no time is before every time."""
    return datetime.fromisoformat(when).timestamp() if when else float("-inf")


def attempts(owned: Sequence[Owned]) -> list[list[Owned]]:
    """One student's files by the time of handing in, oldest first; a name twice in one keeps the newest."""
    times = sorted({each.named.handed_in_at for each in owned}, key=moment)
    rounds = []
    for time in times:
        newest: dict[str, Owned] = {}
        for each in sorted(owned, key=lambda each: (each.named.serial, each.file.path)):
            if each.named.handed_in_at == time:
                newest[each.named.file] = each
        rounds.append(list(newest.values()))
    return rounds


def submissions(
    owned: Sequence[Owned], assignments: Collection[str], asked: Collection[str], haul: Haul, notes: list[str]
) -> list[Submission]:
    """One student's submissions: for each assignment the newest attempt that has its file.

    `asked` are those of the assignments that are wanted now, and may have files of any name.
    """
    found: dict[str, Submission] = {}
    for number, files in enumerate(attempts(owned), start=1):
        mains = main_files(files, assignments, asked, notes)
        found |= {
            name: _submission(name, main, files, set(mains.values()) - {main}, number, notes)
            for name, main in mains.items()
        }
    if not found:
        code = [each.named.file for each in owned if each.path.suffix.lower() in CODE]
        listed = printable(", ".join(code[:5]))
        who = printable(owned[0].named.student)
        told = f"nothing of {who} is named for an assignment (found {listed})"
        one = "; choose its assignment with -a, and it is taken" if len(code) == 1 and len(asked) > 1 else ""
        haul.refuse(owned[0].file.origin, told + one)
    return [found[name] for name in assignments if name in found]


def main_files(
    files: Sequence[Owned], assignments: Collection[str], asked: Collection[str], notes: list[str]
) -> dict[str, Owned]:
    """Which file answers which assignment: by its name, by its folder's name, or as the only one."""
    code = sorted((each for each in files if each.path.suffix.lower() in CODE), key=_preference)
    mains: dict[str, Owned] = {}
    for name in assignments:
        named = [each for each in code if answers(each.path.stem, name)]
        inside = [each for each in code if key_of(name) in map(key_of, each.path.parent.parts)]
        picked = named or (inside if len(inside) == 1 else [])
        if picked:
            mains[name] = picked[0]
        if len(picked) > 1:
            others = ", ".join(each.named.file for each in picked[1:])
            notes.append(f"{picked[0].file.origin} was taken; also there: {others}")
    if not mains and len(asked) == 1 and len(code) == 1:
        (name,) = asked
        notes.append(f"{code[0].file.origin} was taken as {name}, the only code handed in")
        mains[name] = code[0]
    return mains


def _preference(each: Owned) -> tuple[bool, int, int, bool, str]:
    """What is no bare starter first, the shallowest, what came in last, a module before a notebook, by name.

    A kit has a starter file and a starter notebook: whoever works in one may hand in both.
    """
    starter = SourceFile(each.named.file, each.file.content).is_starter
    is_notebook = each.path.suffix.lower() != ".py"
    return starter, len(each.path.parts), -each.named.serial, is_notebook, str(each.path)


def _submission(
    name: str, main: Owned, files: Sequence[Owned], others: set[Owned], attempt: int, notes: list[str]
) -> Submission:
    """A submission: its main file, and what lies beside and below it."""
    first = SourceFile(_uncopied(main.path.name), main.file.content)
    kept = _beside(main, [each for each in files if each not in others], first.path, notes)
    fault = main.file.fault or first.fault
    named = main.named
    return Submission(
        student=printable(named.student),
        assignment=name,
        files=(first, *kept) if not main.file.fault else (),
        name=printable(named.name),
        email=printable(named.email),
        handed_in_at=named.handed_in_at,
        late=any(each.named.late for each in files),
        attempt=attempt,
        origin=main.file.origin,
        fault=fault,
    )


def _beside(main: Owned, files: Sequence[Owned], own: str, notes: list[str]) -> list[SourceFile]:
    """What goes along with a main file: helpers and data beside and below it, within bounds."""
    home = main.path.parent
    newest: dict[str, Owned] = {}
    for each in sorted(files, key=lambda each: each.named.serial):
        if each is not main and each.path.is_relative_to(home) and not each.file.fault:
            newest[_uncopied(str(each.path.relative_to(home)))] = each
    newest.pop(own, None)  # an older copy of the main file itself
    kept, size = [], 0
    for path, each in sorted(newest.items())[:_MAX_FILES]:
        size += len(each.file.content)
        if size <= _MAX_BYTES:
            kept.append(SourceFile(path, each.file.content))
    if len(kept) < len(newest):
        notes.append(f"{main.file.origin}: {len(newest) - len(kept)} files beside it were left out: too much")
    return kept


def one_of_each(found: Iterable[Submission], haul: Haul) -> tuple[list[Submission], list[Submission]]:
    """The newest where a student's answer came in twice, and those that stand behind.

    Where nothing says which is newer, the first is kept, and that is a problem.
    """
    kept: dict[tuple[str, str], Submission] = {}
    behind: list[Submission] = []
    for each in found:
        key = (each.student, each.assignment)
        old = kept.get(key)
        if old is None or moment(each.handed_in_at) > moment(old.handed_in_at):
            behind += [old] if old else []
            kept[key] = each
            continue
        behind.append(each)
        if moment(each.handed_in_at) == moment(old.handed_in_at) and each.files != old.files:
            text = f"{each.student} handed in {each.assignment} twice and nothing says which is newer"
            haul.problems.append(
                SubmissionError(f"{text}: {old.origin} is graded, {each.origin} is not", hint="Remove one.")
            )
    return list(kept.values()), behind
