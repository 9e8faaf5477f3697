"""Results in the terminal: a batch, one student, statistics, changes. Words stand beside every colour."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.gradebook import Gradebook
from grader.gradebook.cells import duration, readable
from grader.gradebook.differences import Change, PartChange
from grader.gradebook.statistics import AssignmentStatistics, statistics_of
from grader.model import Graded, Mark, Verdict

_MOST_ROWS = 40
_VERDICT_WIDTH = 19


def plain(text: str) -> Text:
    """Somebody else's text: no markup in it is obeyed, and control characters are dropped."""
    return Text("".join(c for c in text if c.isprintable() or c == "\n"))


def summary(gradebook: Gradebook) -> RenderableType:
    """A batch at a glance: a line a submission (the first forty), then a line an assignment."""
    listed = Table(title="Submissions", title_justify="left")
    for heading in ("student", "assignment"):
        listed.add_column(heading, overflow="fold")
    listed.add_column("marks", justify="right")
    listed.add_column("of", justify="right")
    listed.add_column("to look at", overflow="fold")
    for each in gradebook.graded[:_MOST_ROWS]:
        listed.add_row(
            plain(each.student),
            plain(each.assignment),
            readable(each.final),
            readable(each.available),
            plain(_remark(each)),
        )
    left = len(gradebook.graded) - _MOST_ROWS
    more = [Text(f"… and {left} more, in gradebook.csv")] if left > 0 else []
    return Group(listed, *more, _assignments(gradebook))


def _remark(each: Graded) -> str:
    """What a person should look at, in words."""
    counts = ((each.pending, "pending"), (each.ungraded, "UNGRADED"))
    return "; ".join([*(f"{count} {word}" for count, word in counts if count), *each.faults, *each.notes])


def _assignments(gradebook: Gradebook) -> Table:
    table = Table(title="Assignments", title_justify="left")
    table.add_column("assignment", overflow="fold")
    for heading in ("count", "mean", "low", "high", "pending", "ungraded"):
        table.add_column(heading, justify="right")
    for assignment in gradebook.assignments:
        graded = gradebook.counted(assignment.name)
        finals = sorted(each.final for each in graded)
        mean = sum(finals, Fraction(0)) / len(finals) if finals else None
        ends = (readable(finals[0]), readable(finals[-1])) if finals else ("–", "–")
        pending, ungraded = sum(each.pending for each in graded), sum(each.ungraded for each in graded)
        table.add_row(
            *(plain(assignment.name), str(len(graded))),
            *(f"{readable(mean)} of {readable(assignment.marks)}", *ends),
            *(str(pending), Text(str(ungraded), style="bold red" if ungraded else "")),
        )
    return table


def show(each: Graded, *, staff: bool = False) -> RenderableType:
    """One marked submission, part by part, with the reasons; `staff` takes the staff's text."""
    heading = plain(f"{each.student}{f' ({each.name})' if each.name else ''}, {each.assignment}: ")
    heading.append(f"{readable(each.final)} of {readable(each.available)}", style="bold")
    table = Table(show_lines=True)
    table.add_column("part", no_wrap=True)
    table.add_column("marks", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold", max_width=_VERDICT_WIDTH)
    table.add_column("why", overflow="fold", ratio=1)
    for mark in each.marks:
        why = (mark.staff or mark.feedback) if staff else mark.feedback
        why = f"known mistake: {mark.mistake}\n{why}" if mark.mistake else why
        table.add_row(
            plain(mark.part),
            f"{readable(mark.marks)} of {readable(mark.available)}",
            _verdict(mark),
            plain(why),
        )
    remarks = [plain(f"• {remark}") for remark in (*each.faults, *each.notes)]
    return Group(heading, table, *remarks)


def _verdict(mark: Mark) -> Text:
    """The verdict in words, coloured as a second sign."""
    said = [str(mark.verdict).replace("_", " ")]
    said += ["followed through"] if mark.followed_through else []
    said += ["decided by a person"] if "overridden" in mark.flags else []
    said += ["STALE: the answer has changed since"] if "stale_override" in mark.flags else []
    styles = {Verdict.CORRECT: "green", Verdict.PARTIAL: "yellow", Verdict.PENDING: "cyan"}
    return Text("\n".join(said), style=styles.get(mark.verdict, "red"))


def stats(gradebook: Gradebook) -> RenderableType:
    """Each assignment's figures, then its parts: mean, difficulty, discrimination, time; and its mistakes."""
    tables: list[RenderableType] = [_assignments(gradebook)]
    for each in statistics_of(gradebook):
        tables += [
            _parts(each),
            Text("difficulty: share earned, 1 is easiest; discr.: correlation with the other parts"),
        ]
        if any(part.mistakes for part in each.parts):
            tables.append(_mistakes(each))
    return Group(*tables)


def _parts(each: AssignmentStatistics) -> Table:
    table = Table(title=plain(f"{each.assignment.name}: parts"), title_justify="left")
    table.add_column("part", overflow="fold")
    for heading in ("mean", "difficulty", "discr.", "right", "median time"):
        table.add_column(heading, justify="right")
    for part in each.parts:
        table.add_row(
            *(plain(part.part.id), f"{readable(part.mean)} of {readable(part.part.marks)}"),
            *(_decimal(part.difficulty), _decimal(part.discrimination)),
            f"{part.verdicts.get(Verdict.CORRECT, 0)} of {sum(part.verdicts.values())}",
            duration(part.seconds),
        )
    return table


def _mistakes(each: AssignmentStatistics) -> Table:
    """The three most frequent known mistakes of each part."""
    table = Table(title=plain(f"{each.assignment.name}: known mistakes"), title_justify="left")
    table.add_column("part", overflow="fold")
    table.add_column("mistake", overflow="fold")
    table.add_column("students", justify="right")
    for part in each.parts:
        common = sorted(part.mistakes.items(), key=lambda item: (-item[1], item[0]))[:3]
        for mistake, count in common:
            table.add_row(plain(part.part.id), plain(mistake), f"{count} of {sum(part.verdicts.values())}")
    return table


def changes(found: Sequence[Change], run: Sequence[tuple[str, object, object]]) -> RenderableType:
    """What differs between two runs: what they record of themselves, then submission by submission."""
    lines = [plain(f"{name}: {old} before, {new} after") for name, old, new in run]
    if not found:
        return Group(*lines, Text("No marks, verdicts or texts differ."))
    table = Table(show_lines=True)
    for heading in ("student", "assignment", "marks", "parts", "why"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "marks" else "left")
    for change in found:
        before, after = (readable(one.final) if one else "none" for one in (change.before, change.after))
        parts = "\n".join(_part_change(part) for part in change.parts)
        marks = before if before == after else f"{before} → {after}"
        table.add_row(
            plain(change.student), plain(change.assignment), marks, plain(parts), plain(", ".join(change.why))
        )
    count = "1 submission differs" if len(found) == 1 else f"{len(found)} submissions differ"
    return Group(*lines, table, Text(count))


def _part_change(part: PartChange) -> str:
    """One part in a line: its marks before and after, its verdict if that changed, what else did."""
    if part.before is None or part.after is None:
        return f"{part.part}: {part.what}"
    before, after = readable(part.before.marks), readable(part.after.marks)
    said = before if before == after else f"{before} → {after}"
    if part.before.verdict is not part.after.verdict:
        said += f", {part.before.verdict} → {part.after.verdict}".replace("_", " ")
    others = [name for name in part.what.split(", ") if name not in ("marks", "verdict")]
    word = f"\n{part.word}" if part.word else ""
    return f"{part.part}: {said}" + (f" ({', '.join(others)})" if others else "") + word


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
