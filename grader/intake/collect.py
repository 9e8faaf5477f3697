"""Reading hand-ins from wherever they are: folders, files, archives, the exports of courses' systems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError, UsageError
from grader.intake.archives import unpack
from grader.intake.files import (
    ARCHIVES,
    CODE,
    DATA,
    INDEX,
    OTHER,
    Bounds,
    File,
    Haul,
    is_archive,
    is_junk,
    is_wanted,
    printable,
    read_plain,
    walk,
)
from grader.intake.gather import Owned, answers, one_of_each, owners, submissions
from grader.intake.layouts import Layout, Named, Submitter, own, read_index, recognise
from grader.intake.roster import Roster
from grader.model import Student, Submission


@dataclass(frozen=True, slots=True)
class Intake:
    """What was handed in, and what could not be taken in.

    Attributes:
        submissions: by student, then by assignment as given.
        problems: what was refused or is unreadable, each with its place; the rest went on.
        notes: choices that a person may want to look at.
        layout: the system whose export it is, or "".
        unmatched: students with hand-ins who are not on the roster.
        missing: students on the roster with no hand-in.
        duplicates: hand-ins that are not graded, since another of the same student and assignment is.
    """

    submissions: tuple[Submission, ...]
    problems: tuple[SubmissionError, ...] = ()
    notes: tuple[str, ...] = ()
    layout: str = ""
    unmatched: tuple[str, ...] = ()
    missing: tuple[Student, ...] = ()
    duplicates: tuple[Submission, ...] = ()

    def about(self, assignments: Collection[str], roster: Roster | None = None) -> Intake:
        """What concerns these assignments alone; missing is who on the roster handed in none of them."""
        wanted = tuple(one for one in self.submissions if one.assignment in assignments)
        behind = tuple(one for one in self.duplicates if one.assignment in assignments)
        handed_in = {one.student for one in wanted}
        listed = roster.students if roster else ()
        missing = tuple(one for one in listed if one.id not in handed_in)
        return replace(self, submissions=wanted, duplicates=behind, missing=missing)

    def told(self) -> Iterator[str]:
        """A line for each thing that a person should look at."""
        yield from self.notes
        yield from (f"not read: {problem}" for problem in self.problems)
        missing = [f"{one.id} ({one.name})" if one.name else one.id for one in self.missing]
        twice = [f"{one.student} {one.assignment} ({one.origin})" for one in self.duplicates]
        for what, names in (
            ("not on the roster", list(self.unmatched)),
            ("on the roster without a hand-in", missing),
            ("not graded, as another hand-in of theirs is", twice),
        ):
            if names:
                more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
                yield f"{len(names)} {what}: {', '.join(names[:MOST_NAMES])}{more}"

    def table(self) -> list[tuple[str, ...]]:
        """What became of everything that was found and everybody on the roster; columns as in `TABLE`."""
        unknown = set(self.unmatched)
        lines = [
            _line("graded" if not one.fault else "unreadable", one, one.fault) for one in self.submissions
        ]
        lines += [
            _line("unmatched", one, "not on the roster") for one in self.submissions if one.student in unknown
        ]
        lines += [_line("duplicate", one, "another hand-in is graded") for one in self.duplicates]
        lines += [("missing", one.id, one.name, one.email, *_NOTHING, "no hand-in") for one in self.missing]
        lines += [("refused", "", "", "", *_NOTHING, str(problem)) for problem in self.problems]
        return lines + [("note", "", "", "", *_NOTHING, note) for note in self.notes]


MOST_NAMES = 20
TABLE = (
    "what", "student", "name", "email", "assignment", "handed in", "late", "attempt", "found at", "note",
)  # fmt: skip
"""The columns of `Intake.table`."""
_NOTHING = ("", "", "", "", "")


def _line(what: str, one: Submission, note: str) -> tuple[str, ...]:
    when = (one.handed_in_at or "", "late" if one.late else "", str(one.attempt))
    return (what, one.student, one.name, one.email, one.assignment, *when, one.origin, note)


def read(
    paths: Sequence[Path],
    assignments: Collection[str],
    *,
    asked: Collection[str] | None = None,
    pattern: str | None = None,
    roster: Roster | None = None,
    bounds: Bounds | None = None,
) -> Intake:
    """Read submissions: folders of folders, flat files, archives, exports of a course's system.

    Args:
        paths: files, folders or archives.
        assignments: names of the assignments that are looked for.
        asked: those of them that are wanted now, all if None. Of one alone, a student's only code file is
            taken whatever it is called.
        pattern: a regular expression for whole paths, where no known layout fits; its groups are those
            of `layouts`, and `first_name` and `last_name`.
        roster: who is on the course; students then get the roster's ids and names.
        bounds: what reading may cost.

    Raises:
        UsageError: a path does not exist, or nothing in all of them looks like a submission.
    """
    haul, notes = Haul(bounds or Bounds()), list[str]()
    assignments = sorted(assignments) if isinstance(assignments, set | frozenset) else list(assignments)
    given = own(pattern) if pattern else None
    asked = assignments if asked is None else asked
    found, layouts = list[Submission](), list[str]()
    for path in paths:
        files = _found(path, haul)
        layout, owned = _owned(files, path, assignments, given, haul)
        layouts += [layout.name] if layout else []
        for mine in _by_student(owned, notes):
            found += submissions(mine, assignments, asked, haul, notes)
    if haul.ignored:
        notes.append(f"files ignored as neither code nor data: {haul.ignored}")
    if not found:
        raise _nothing(paths, asked, haul)
    return replace(_matched(found, roster, haul, notes), layout=", ".join(dict.fromkeys(layouts)))


def read_one(folder: Path, assignment: str, student: str = "student") -> Submission:
    """Read a folder that is one student's, as another system's container has it.

    Where nothing in it is an answer, the submission's fault says so, and what is there instead.
    """
    haul, notes = Haul(), list[str]()
    owned = [Owned(Named(student, file.path), file) for file in _found(folder, haul)]
    found = submissions(owned, [assignment], [assignment], haul, notes) if owned else []
    if found:
        return found[0]
    there = printable(", ".join(one.named.file for one in owned[:5])) or "nothing that is code or data"
    fault = f"There is no {assignment}.py and no {assignment}.ipynb. What was handed in: {there}"
    return Submission(student, assignment, (), fault=fault)


def _found(path: Path, haul: Haul) -> list[File]:
    """Every wanted file under one given path; paths are relative to it."""
    if not path.exists():
        raise UsageError(f"{path} does not exist", hint="Give a folder, a zip or a file of submissions.")
    start = len(haul.files)

    def failed(error: OSError) -> None:
        haul.refuse(str(error.filename), f"it can't be read: {error.strerror}")

    inside = walk(path, failed) if path.is_dir() else [(path.name, path)]
    for name, full in inside:
        haul.seen += 1
        if haul.seen > haul.bounds.count:
            haul.refuse(str(path), f"there are more than {haul.bounds.count} files")
            break
        _take(name, full, path, haul)
    return haul.files[start:]


def _take(name: str, full: Path, root: Path, haul: Haul) -> None:
    archive = is_archive(name)
    if is_junk(name):
        haul.ignored += 1
        return
    if not (is_wanted(name) or archive or full.is_symlink()):
        haul.pass_over(name, str(full))
        return
    content, fault = read_plain(full, haul.bounds)
    if fault and (archive or full.is_symlink()):
        haul.refuse(str(full), fault)
    elif archive:
        unpack(content, "" if full == root else name, str(full), haul, inner=full != root)
    else:
        haul.add(name, content, str(full), fault)


def _owned(
    files: Sequence[File], path: Path, assignments: Collection[str], given: Layout | None, haul: Haul
) -> tuple[Layout | None, list[Owned]]:
    """Files with their owners, by the given layout, a recognised one, or plain folders."""
    if given:
        return given, owners(files, given, haul)
    for candidate in (files, _unwrapped(files)):
        asked = [file.path for file in candidate if _is_code(file)]
        layout = recognise(asked)
        if layout and layout.name == "Gradescope":
            return layout, _with_people(owners(candidate, layout, haul), files, haul)
        if layout:
            return layout, owners(candidate, layout, haul)
    if not path.is_dir():
        files = _unwrapped(files, assignments)
    return None, _by_folder(files, path, assignments)


def _depths(files: Sequence[File], assignments: Collection[str]) -> set[int]:
    """How deep the files lie that are named for an assignment; 1 is at the top."""
    code = [PurePosixPath(file.path) for file in files if _is_code(file)]
    return {len(each.parts) for each in code if any(answers(each.stem, name) for name in assignments)}


def _is_code(file: File) -> bool:
    return PurePosixPath(file.path).suffix.lower() in CODE


def _unwrapped(files: Sequence[File], assignments: Collection[str] | None = None) -> list[File]:
    """The files without a folder that holds them all, as many archives have one.

    With `assignments`, only where every answer still lies in a folder afterwards: its student's.
    """
    tops = {file.path.partition("/")[0] for file in files if "/" in file.path or _is_code(file)}
    if len(tops) != 1:
        return list(files)
    if assignments is not None and min(_depths(files, assignments), default=0) < 3:
        return list(files)
    return [replace(file, path=file.path.partition("/")[2] or file.path) for file in files]


def _by_folder(files: Sequence[File], root: Path, assignments: Collection[str]) -> list[Owned]:
    """The owners in plain folders: the first folder, or the start of a flat name.

    Where an answer lies at the top, everything is one student's, named by the folder or archive itself.
    """
    depths = _depths(files, assignments)
    home = root.resolve() if root.is_dir() or is_archive(root.name) else root.resolve().parent
    if 1 in depths:
        return [Owned(Named(_bare(home.name), file.path), file) for file in files]
    owned = []
    for file in files:
        first, slash, rest = file.path.partition("/")
        if not slash and (depths or file.fault == OTHER) and not _start(_bare(first), assignments)[0]:
            continue  # beside students' folders, a file of another name is nobody's
        start, name = _start(_bare(first), assignments)
        own_name = rest if slash else f"{name or PurePosixPath(first).stem}{PurePosixPath(first).suffix}"
        owned.append(Owned(Named(start or _bare(first), own_name), file))
    return owned


def _bare(name: str) -> str:
    """A file's or archive's name without its ending; a folder's name as it is."""
    ending = next((each for each in (*ARCHIVES, *CODE, *DATA) if name.lower().endswith(each)), "")
    return name[: len(name) - len(ending)] or name


def _start(stem: str, assignments: Collection[str]) -> tuple[str, str]:
    """What stands before an assignment's name in `ada_warm_up`, and that name; nothing where none does."""
    for name in sorted(assignments, key=len, reverse=True):
        words = r"[\s_\-]+".join(map(re.escape, re.split(r"[\s_\-]+", name)))
        match = re.fullmatch(rf"(?P<student>.+?)[\s_\-]+{words}", stem, flags=re.IGNORECASE)
        if match:
            return match["student"], name
    return "", ""


def _with_people(owned: Sequence[Owned], files: Sequence[File], haul: Haul) -> list[Owned]:
    """Gradescope's files under their submitters' own ids, once for every member of a group."""
    people: dict[str, tuple[Submitter, ...]] = {}
    for file in files:
        if PurePosixPath(file.path).name == INDEX:
            try:
                people |= read_index(file.content)
            except SubmissionError as error:
                haul.problems.append(error)
    result = []
    for each in owned:
        for person in people.get(each.named.student, ()):
            named = replace(
                each.named,
                student=person.student,
                name=person.name,
                email=person.email,
                handed_in_at=person.handed_in_at,
            )
            result.append(Owned(named, each.file))
        if not people.get(each.named.student):
            result.append(each)
    return result


def _by_student(owned: Sequence[Owned], notes: list[str]) -> list[list[Owned]]:
    """Each student's code and data, of those who handed in any code."""
    grouped: dict[str, list[Owned]] = {}
    for each in owned:
        grouped.setdefault(each.named.student, []).append(each)
    for student, mine in grouped.items():
        if not any(_is_code(each.file) for each in mine):
            notes.append(f"{printable(student)} handed in no code ({mine[0].file.origin})")
    useful = ([each for each in mine if each.file.fault != OTHER] for mine in grouped.values())
    return [mine for mine in useful if any(_is_code(each.file) for each in mine)]


def _nothing(paths: Sequence[Path], assignments: Collection[str], haul: Haul) -> UsageError:
    """The error for paths without one submission in them, with the first problem as a reason."""
    asked = ", ".join(sorted(assignments)) or "any assignment"
    where = ", ".join(map(str, paths)) or "no path"
    first = f" (first problem: {haul.problems[0].message})" if haul.problems else ""
    return UsageError(
        f"nothing in {where} is a submission for {asked}{first}",
        hint="Expected <student>/<assignment>.py or .ipynb, or a zip from the course's system.",
    )


def _matched(found: list[Submission], roster: Roster | None, haul: Haul, notes: list[str]) -> Intake:
    """The submissions under the roster's ids, in a fixed order, with who is missing and who is unknown."""
    if roster is None:
        return _intake(found, haul, notes)
    matcher, taken = roster.matcher(), {student.id for student in roster.students}
    unmatched, known = dict[str, None](), list[Submission]()
    for each in found:
        student = matcher.find(each.student, each.name, each.email)
        if student is None:
            # Under another student's id it would stand for that student's own hand-in.
            own = each.name if each.student in taken and each.name else each.student
            unmatched[own] = None
            known.append(replace(each, student=own))
        else:
            known.append(
                replace(
                    each,
                    student=student.id,
                    name=student.name or each.name,
                    email=student.email or each.email,
                )
            )
    handed_in = {each.student for each in known}
    missing = tuple(student for student in roster.students if student.id not in handed_in)
    return replace(_intake(known, haul, notes), unmatched=tuple(unmatched), missing=missing)


def _intake(found: list[Submission], haul: Haul, notes: list[str]) -> Intake:
    kept, behind = one_of_each(found, haul)
    order = sorted(kept, key=lambda each: (each.student, each.assignment))
    return Intake(tuple(order), tuple(haul.problems), tuple(notes), duplicates=tuple(behind))
