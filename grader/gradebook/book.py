"""The marks of a class: one tidy table, one wide table, and the files of a run.

Marks are exact fractions inside. Outside they are decimals, by one rule everywhere (`cells.number`): an
integer where whole, else the nearest double; `cells.exact` turns that back into the fraction. So totals,
added up before they are rounded, agree in every format. pandas is imported by `frame` and `wide` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.gradebook.cells import Cell, csv_lines, encodable, number, replace_file
from grader.gradebook.results import (
    SCHEMA,
    dump_assignment,
    dump_submission,
    load_assignment,
    load_submission,
    pieces_of,
)
from grader.model import Assignment, Graded, Mark

if TYPE_CHECKING:
    import pandas as pd

TIDY = (
    "student", "name", "assignment", "question", "part", "marks", "available", "verdict", "mistake",
    "followed_through", "flags", "seconds", "feedback", "staff", "raw", "final", "handed_in_at",
)  # fmt: skip


WRITE_AGAIN = "the same `grader grade` writes it anew from what is kept, and asks nothing twice"


@dataclass(frozen=True, repr=False)
class Gradebook:
    """Every submission of a run, marked, with the assignments they answer.

    Attributes:
        graded: the marked submissions; overrides and policies are already in them.
        assignments: what was asked; its questions and parts give order and titles.
        run: what the run records of itself: seed, sandbox, versions, digests.
    """

    graded: tuple[Graded, ...]
    assignments: tuple[Assignment, ...]
    run: Mapping[str, Any] = field(default_factory=dict)

    def __init__(
        self,
        graded: Iterable[Graded],
        assignments: Iterable[Assignment],
        run: Mapping[str, Any] | None = None,
    ) -> None:
        order = sorted(graded, key=lambda each: (each.student, each.assignment))
        object.__setattr__(self, "graded", tuple(order))
        object.__setattr__(self, "assignments", tuple(assignments))
        object.__setattr__(self, "run", dict(run or {}))

    def __repr__(self) -> str:
        names = ", ".join(each.name for each in self.assignments)
        return f"<Gradebook of {len(self.students)} students: {names or 'no assignment'}>"

    @cached_property
    def students(self) -> dict[str, tuple[Graded, ...]]:
        """Each student's marked submissions, in the order of ids."""
        found: dict[str, list[Graded]] = {}
        for each in self.graded:
            found.setdefault(each.student, []).append(each)
        return {student: tuple(mine) for student, mine in found.items()}

    def name(self, student: str) -> str:
        """A student's name as far as it is known, else an empty string."""
        return next((each.name for each in self.students.get(student, ()) if each.name), "")

    def of(self, assignment: str) -> tuple[Graded, ...]:
        """The marked submissions of one assignment."""
        return tuple(each for each in self.graded if each.assignment == assignment)

    def counted(self, assignment: str) -> tuple[Graded, ...]:
        """Those of one assignment that count: not those of students who are exempt from it."""
        return tuple(each for each in self.of(assignment) if not each.exempt)

    def total(self, student: str) -> Fraction:
        """What a student has after policies, all assignments together; what is pending counts nothing yet."""
        mine = self.students.get(student, ())
        return sum((each.final for each in mine if not each.exempt), Fraction(0))

    @property
    def available(self) -> Fraction:
        """What all assignments together are worth."""
        return sum((each.marks for each in self.assignments), Fraction(0))

    @property
    def pending(self) -> int:
        """How many parts wait for a person."""
        return sum(each.pending for each in self.graded)

    @property
    def ungraded(self) -> int:
        """How many parts the grader failed to judge."""
        return sum(each.ungraded for each in self.graded)

    def rows(self) -> list[dict[str, Cell]]:
        """The tidy table: a dict for every student and part, keys as in `TIDY`."""
        return [_row(each, mark) for each in self.graded for mark in each.marks]

    def wide_rows(self) -> tuple[list[str], list[list[Cell]]]:
        """The wide table's header and rows: a student each, parts as `assignment.part`, then totals."""
        columns = [(each.name, part.id) for each in self.assignments for part in each.parts]
        names = [each.name for each in self.assignments]
        header = ["student", "name", *(f"{a}.{p}" for a, p in columns), *(f"{a}.total" for a in names)]
        rows: list[list[Cell]] = []
        for student, mine in self.students.items():
            marks = {(each.assignment, mark.part): mark.marks for each in mine for mark in each.marks}
            totals = {each.assignment: each.final for each in mine if not each.exempt}
            spared = sum((each.available for each in mine if each.exempt), Fraction(0))
            rows.append(
                [
                    *(encodable(student), encodable(self.name(student))),
                    *(number(marks.get(column)) for column in columns),
                    *(number(totals.get(name)) for name in names),
                    *(number(self.total(student)), number(self.available - spared)),
                    *(sum(each.pending for each in mine), sum(each.ungraded for each in mine)),
                ]
            )
        return [*header, "total", "available", "pending", "ungraded"], rows

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The tidy table as a DataFrame: a row a student and part, columns as in `TIDY`; no mark is NaN."""
        import pandas as pd

        frame = pd.DataFrame(self.rows(), columns=list(TIDY))
        numbers = ["marks", "available", "seconds", "raw", "final"]
        return frame.astype(dict.fromkeys(numbers, "float64"))

    @cached_property
    def wide(self) -> pd.DataFrame:
        """The wide table as a DataFrame: a row a student, a column a part, then totals."""
        import pandas as pd

        header, rows = self.wide_rows()
        frame = pd.DataFrame(rows, columns=header)
        return frame.astype(dict.fromkeys(header[2:-2], "float64"))

    def results(self, run: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The contract's `grader-results/1` as plain data for JSON; see `docs/formats.md`."""
        return {key: list(value) if isinstance(value, map) else value for key, value in self._told(run)}

    def _told(self, run: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
        """The keys of `results`, those with many elements as maps that make one at a time."""
        yield "schema", SCHEMA
        yield "run", dict(self.run if run is None else run)
        yield "assignments", map(dump_assignment, self.assignments)
        yield "submissions", map(dump_submission, self.graded)

    def write(self, out: Path, run: Mapping[str, Any] | None = None) -> None:
        """Write `results.json`, `gradebook.csv` and `parts.csv` into a folder, each whole or not at all."""
        tidy = (_row(each, mark).values() for each in self.graded for mark in each.marks)
        replace_file(out / "results.json", pieces_of(dict(self._told(run))))
        replace_file(out / "gradebook.csv", csv_lines(*self.wide_rows()))
        replace_file(out / "parts.csv", csv_lines(TIDY, tidy))

    @classmethod
    def read(cls, out: Path) -> Gradebook:
        """The gradebook of an earlier run from its folder or its results.json.

        Raises:
            UsageError: there is none, or it is not a `grader-results/1`.
        """
        path = out if out.is_file() else out / "results.json"
        try:
            text = path.read_bytes()
        except FileNotFoundError as error:
            raise UsageError(f"there are no results in {out}", hint="run `grader grade` first") from error
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror}") from error
        try:
            data = json.loads(text)
            if not isinstance(data, dict) or data.get("schema") != SCHEMA:
                raise UsageError(f"{path} is not a {SCHEMA}", hint="Another version of the grader wrote it.")
            graded = [load_submission(each) for each in data["submissions"]]
            assignments = [load_assignment(each) for each in data.get("assignments", [])]
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{path} is damaged: {error!r}", hint=WRITE_AGAIN) from error
        return cls(graded, assignments, data.get("run"))


def _row(each: Graded, mark: Mark) -> dict[str, Cell]:
    values: tuple[Cell, ...] = (
        each.student,
        each.name,
        each.assignment,
        mark.question,
        mark.part,
        number(mark.marks),
        number(mark.available),
        str(mark.verdict),
        mark.mistake,
        mark.followed_through,
        " ".join(mark.flags),
        mark.seconds,
        mark.feedback,
        mark.staff,
        number(each.raw),
        number(each.final),
        each.handed_in_at,
    )
    return dict(zip(TIDY, map(encodable, values), strict=True))
