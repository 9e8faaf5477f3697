"""What differs between two runs, for whom, and why.

A cause is looked for where a run records it: the digests of submission, rubric and reference, the seed and
the versions, and a person's decision on a part. Where none of them differs, the student's code answers
differently each time it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.gradebook.book import Gradebook
from grader.gradebook.cells import number
from grader.model import Graded, Mark

PERSON = "a person"
UNKNOWN = "nothing that is recorded: the code may answer differently each time"
_DIGESTS = ("submission", "rubric", "reference")
_DECIDED = ("overridden", "stale_override")


@dataclass(frozen=True)
class PartChange:
    """A part that came out differently; None for a side on which there is no such part."""

    part: str
    before: Mark | None
    after: Mark | None
    why: tuple[str, ...]

    @property
    def what(self) -> str:
        """What differs, in words: "marks, verdict"."""
        if self.before is None or self.after is None:
            return "new part" if self.before is None else "part left out"
        names = ("marks", "available", "verdict", "mistake", "followed_through", "feedback")
        differing = [name for name in names if getattr(self.before, name) != getattr(self.after, name)]
        decided = _decision(self.before) != _decision(self.after)
        return ", ".join([*differing, *(["decision"] if decided else [])]).replace("_", " ")

    @property
    def word(self) -> str:
        """What a person said meanwhile, with who, when and why; nothing where nobody did."""
        if PERSON not in self.why:
            return ""
        made = _decision(self.after)
        return made[0] if made else "A decision was taken back."


@dataclass(frozen=True)
class Change:
    """A submission whose marks differ; None for the run that has no such submission."""

    student: str
    assignment: str
    before: Graded | None
    after: Graded | None
    parts: tuple[PartChange, ...]
    why: tuple[str, ...]


def differences(before: Gradebook, after: Gradebook) -> tuple[Change, ...]:
    """Every submission that differs in what its student can see, by student and assignment."""
    old = {(one.student, one.assignment): one for one in before.graded}
    new = {(one.student, one.assignment): one for one in after.graded}
    surroundings = tuple(name for name, _, _ in run_differences(before, after))
    found = []
    for key in sorted(old.keys() | new.keys()):
        change = _change(old.get(key), new.get(key), surroundings)
        if change is not None:
            found.append(change)
    return tuple(found)


def run_differences(before: Gradebook, after: Gradebook) -> list[tuple[str, Any, Any]]:
    """What the two runs record of themselves differently, digests apart: seed, box, versions."""
    old, new = _surroundings(before.run), _surroundings(after.run)
    return [
        (name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _surroundings(run: Mapping[str, Any]) -> dict[str, Any]:
    versions = run.get("versions")
    named = (
        {f"version of {name}": value for name, value in versions.items()}
        if isinstance(versions, dict)
        else {}
    )
    return {"seed": run.get("seed"), "sandbox": run.get("sandbox"), **named}


def _change(old: Graded | None, new: Graded | None, surroundings: tuple[str, ...]) -> Change | None:
    if old is None or new is None:
        one = old or new
        assert one is not None  # one run has it
        where = "only in the first run" if old else "only in the second run"
        return Change(one.student, one.assignment, old, new, (), (where,))
    causes = [name for name in _DIGESTS if old.digests.get(name) != new.digests.get(name)]
    why = (*causes, *surroundings)
    marks_before, marks_after = ({mark.part: mark for mark in one.marks} for one in (old, new))
    parts = tuple(
        part
        for name in dict.fromkeys((*marks_before, *marks_after))
        if (part := _part(name, marks_before.get(name), marks_after.get(name), why)) is not None
    )
    if not parts and (old.final, old.available, old.faults, old.notes) == (
        new.final, new.available, new.faults, new.notes,
    ):  # fmt: skip
        return None
    every = dict.fromkeys(cause for part in parts for cause in part.why)
    return Change(new.student, new.assignment, old, new, parts, tuple(every) or why or (UNKNOWN,))


def _part(name: str, old: Mark | None, new: Mark | None, why: tuple[str, ...]) -> PartChange | None:
    by_hand = _decision(old) != _decision(new)
    # Where the machine's own word is hidden under a decision that is the same, nothing else is to blame.
    causes = (PERSON, *(why if _machine_differs(old, new) else ())) if by_hand else why or (UNKNOWN,)
    change = PartChange(name, old, new, causes)
    return change if change.what else None


def _decision(mark: Mark | None) -> tuple[str, ...]:
    """A person's word on a part as the staff's text has it, with whether it is stale; else nothing."""
    if mark is None or _DECIDED[0] not in mark.flags:
        return ()
    return (mark.staff.partition("\n")[0], *(flag for flag in _DECIDED if flag in mark.flags))


def _machine_differs(old: Mark | None, new: Mark | None) -> bool:
    """Whether what the grader says by itself differs too, as far as the staff's texts tell."""
    return _own_text(old) != _own_text(new)


def _own_text(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return mark.staff.partition("\n")[2] if _decision(mark) else mark.staff


def plain(changes: Iterable[Change], before: Gradebook, after: Gradebook) -> dict[str, Any]:
    """The differences as plain data for JSON; marks as in every other format."""
    return {
        "run": {name: [old, new] for name, old, new in run_differences(before, after)},
        "changes": [_plain(change) for change in changes],
    }


def _plain(change: Change) -> dict[str, Any]:
    def of(mark: Mark | Graded | None, name: str) -> Any:
        value = None if mark is None else getattr(mark, name)
        return number(value) if isinstance(value, Fraction) else value

    sides = (change.before, change.after)
    return {
        "student": change.student,
        "assignment": change.assignment,
        "marks": [of(one, "final") for one in sides],
        "why": list(change.why),
        "parts": [
            {
                "id": part.part,
                "what": part.what,
                **{
                    name: [of(one, name) for one in (part.before, part.after)]
                    for name in ("marks", "verdict", "mistake", "feedback")
                },
                "why": list(part.why),
            }
            for part in change.parts
        ],
    }
