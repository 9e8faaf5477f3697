"""What the pages show, as plain values: groups of answers, a student's sheets, lines of code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.gradebook import Gradebook
from grader.gradebook.places import Listing, Row
from grader.model import Assignment, Evidence, Graded, Mark, Part, Verdict

Sources = Mapping[tuple[str, str], str]
_MOST_TEXTS = 5


@dataclass
class Group:
    """Students to whom the same happened in a part.

    Attributes:
        verdict: their verdict.
        mistake: the known mistake, if one.
        followed_through: judged with their own earlier answer.
        people: who, with the mark.
        texts: different feedback with the staff's text, the most frequent first.
        more: how many further texts there are.
    """

    verdict: Verdict
    mistake: str | None
    followed_through: bool
    people: list[tuple[Graded, Mark]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0


def groups_of(gradebook: Gradebook, assignment: str, part: str) -> list[Group]:
    """Everybody without full marks in a part, by what happened, the largest group first."""
    found: dict[tuple[Verdict, str | None, bool], Group] = {}
    for each in gradebook.of(assignment):
        for mark in each.marks:
            if mark.part == part and mark.verdict is not Verdict.CORRECT:
                key = (mark.verdict, mark.mistake, mark.followed_through)
                found.setdefault(key, Group(*key)).people.append((each, mark))
    for group in found.values():
        counts: dict[str, int] = {}
        staff: dict[str, str] = {}
        for _, mark in group.people:
            counts[mark.feedback] = counts.get(mark.feedback, 0) + 1
            staff.setdefault(mark.feedback, mark.staff)
        texts = sorted(filter(None, counts), key=lambda text: (-counts[text], text))
        group.texts = [(text, staff[text]) for text in texts[:_MOST_TEXTS]]
        group.more = len(texts) - len(group.texts)
    return sorted(
        found.values(), key=lambda group: (-len(group.people), str(group.verdict), group.mistake or "")
    )


def flagged_of(
    gradebook: Gradebook, assignment: str, part: str
) -> list[tuple[str, list[tuple[Graded, Mark]]]]:
    """Each flag of a part with everybody who has it, right answers included."""
    found: dict[str, list[tuple[Graded, Mark]]] = {}
    for each in gradebook.of(assignment):
        for mark in each.marks:
            if mark.part == part:
                for flag in mark.flags:
                    found.setdefault(flag, []).append((each, mark))
    return sorted(found.items())


@dataclass(frozen=True)
class CaseRow:
    """A case as shown: whether it went right (None: not asked, or forgiven), and what may be read of it."""

    name: str
    right: bool | None
    text: str


@dataclass(frozen=True)
class Item:
    """A part on a student's page; `open` where the code should be seen at once.

    `cases` are the public ones for a student and all for the staff; `hidden` counts those right and all of
    those that are not shown.
    """

    mark: Mark
    title: str
    advice: tuple[str, ...]
    rows: tuple[Row, ...]
    open: bool
    cases: tuple[CaseRow, ...]
    hidden: tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """One assignment on a student's page, with all that was handed in if it is known."""

    graded: Graded
    title: str
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    cut: bool


def sheet_of(each: Graded, assignment: Assignment | None, sources: Sources, *, staff: bool = False) -> Sheet:
    """A student's sheet for one assignment; hidden cases are shown to the staff alone."""
    source = sources.get((each.student, each.assignment))
    listing = Listing.of(source) if source else Listing(())
    parts = {part.id: part for part in assignment.parts} if assignment else {}
    items = tuple(_item(mark, parts.get(mark.part), listing, staff=staff) for mark in each.marks)
    concerned = {
        index
        for mark in each.marks
        if mark.verdict is not Verdict.CORRECT
        for index in listing.concerned(mark, parts.get(mark.part))
    }
    title = (assignment.title if assignment else "") or each.assignment
    return Sheet(each, title, items, listing.rows(range(len(listing.lines)), concerned), listing.cut)


def _item(mark: Mark, part: Part | None, listing: Listing, *, staff: bool) -> Item:
    advice = tuple(dict.fromkeys(text for outcome in mark.outcomes for text in outcome.advice))
    return Item(
        mark,
        part.title if part else "",
        tuple(text for text in advice if text not in mark.feedback),
        listing.about(mark, part),
        mark.verdict not in (Verdict.CORRECT, Verdict.PENDING),
        *_cases(mark, part, staff=staff),
    )


def _cases(mark: Mark, part: Part | None, *, staff: bool) -> tuple[tuple[CaseRow, ...], tuple[int, int]]:
    """The cases that a reader may see, and of the others how many went right, of how many."""
    labels = [check.label or check.entry for check in part.checks] if part and len(part.checks) > 1 else []
    shown, hidden = list[CaseRow](), list[Evidence]()
    for number, outcome in enumerate(mark.outcomes):
        for one in outcome.evidence:
            if staff or one.public:
                name = f"{labels[number]}: {one.case}" if number < len(labels) else one.case
                shown.append(CaseRow(name, one.right, one.staff if staff else one.student))
            else:
                hidden.append(one)
    return tuple(shown), (sum(one.right is True for one in hidden), len(hidden))
