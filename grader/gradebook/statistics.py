"""What a class's marks say about its questions: means, difficulty, discrimination, shares of mistakes, time.

Difficulty is the share of the marks that is earned on average: 1 is easiest, 0 hardest. Discrimination is
Pearson's correlation between the marks of a part and the marks of all other parts of the assignment, over
students: near 1, who is good elsewhere is good here; near 0 or below, look at the question. (Both as in
classical test theory, e.g. Ebel and Frisbie, Essentials of Educational Measurement, 1991, chapter 13.)
Parts without a mark (pending, ungraded) are left out of both.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.gradebook.book import Gradebook
from grader.gradebook.cells import number
from grader.model import Assignment, Graded, Mark, Part, Verdict


@dataclass(frozen=True)
class PartStatistics:
    """One part over all students.

    Attributes:
        part: the part.
        count: how many have a mark.
        mean: of the marks, or None where nobody has one.
        difficulty: mean / available, 0 to 1; 1 is easiest.
        discrimination: correlation with the rest of the assignment, -1 to 1; None where it is not defined.
        verdicts: how many students have each.
        mistakes: how many students made each known mistake.
        seconds: median time of the student's code.
    """

    part: Part
    count: int
    mean: Fraction | None
    difficulty: float | None
    discrimination: float | None
    verdicts: Mapping[Verdict, int]
    mistakes: Mapping[str, int]
    seconds: float | None


@dataclass(frozen=True)
class AssignmentStatistics:
    """One assignment over all students: marks after policies.

    Attributes:
        assignment: the assignment.
        count: how many submissions.
        mean: of the final marks; likewise `median`, `lowest`, `highest`; None where there is none.
        deviation: standard deviation of the population, None for fewer than two.
        histogram: how many students fall in each tenth of what is available; full marks in the last.
        parts: part by part, in the rubric's order.
    """

    assignment: Assignment
    count: int
    mean: Fraction | None
    median: Fraction | None
    lowest: Fraction | None
    highest: Fraction | None
    deviation: float | None
    histogram: tuple[int, ...]
    parts: tuple[PartStatistics, ...]


def statistics_of(gradebook: Gradebook) -> tuple[AssignmentStatistics, ...]:
    """Statistics of every assignment, in the gradebook's order."""
    return tuple(_assignment(each, gradebook.counted(each.name)) for each in gradebook.assignments)


def plain(each: AssignmentStatistics) -> dict[str, Any]:
    """One assignment's statistics as plain data for JSON; marks as in every other format."""
    return {
        "assignment": each.assignment.name,
        "available": number(each.assignment.marks),
        "submissions": each.count,
        "mean": number(each.mean),
        "median": number(each.median),
        "lowest": number(each.lowest),
        "highest": number(each.highest),
        "deviation": each.deviation,
        "histogram": list(each.histogram),
        "parts": [
            {
                "id": part.part.id,
                "available": number(part.part.marks),
                "marked": part.count,
                "mean": number(part.mean),
                "difficulty": part.difficulty,
                "discrimination": part.discrimination,
                "verdicts": {str(verdict): count for verdict, count in part.verdicts.items()},
                "mistakes": dict(part.mistakes),
                "seconds": part.seconds,
            }
            for part in each.parts
        ],
    }


def _assignment(assignment: Assignment, graded: Sequence[Graded]) -> AssignmentStatistics:
    finals = sorted(each.final for each in graded)
    return AssignmentStatistics(
        assignment,
        len(finals),
        _mean(finals),
        statistics.median(finals) if finals else None,
        finals[0] if finals else None,
        finals[-1] if finals else None,
        statistics.pstdev(map(float, finals)) if len(finals) > 1 else None,
        histogram(finals, assignment.marks),
        tuple(_part(part, graded) for part in assignment.parts),
    )


def histogram(marks: Sequence[Fraction], available: Fraction, bins: int = 10) -> tuple[int, ...]:
    """How many marks lie in each of `bins` equal parts of 0 to `available`; the ends take what is beyond."""
    counts = [0] * bins
    for mark in marks:
        place = int(bins * mark / available) if available else 0
        counts[min(max(place, 0), bins - 1)] += 1
    return tuple(counts)


def _mean(marks: Sequence[Fraction]) -> Fraction | None:
    return sum(marks, Fraction(0)) / len(marks) if marks else None


def _part(part: Part, graded: Sequence[Graded]) -> PartStatistics:
    pairs = [(each, mark) for each in graded for mark in each.marks if mark.part == part.id]
    marks = [mark for _, mark in pairs]
    known = [(mark.marks, _rest(each, mark)) for each, mark in pairs if mark.marks is not None]
    mean = _mean([own for own, _ in known])
    return PartStatistics(
        part,
        len(known),
        mean,
        float(mean / part.marks) if mean is not None and part.marks else None,
        correlation([float(own) for own, _ in known], [float(rest) for _, rest in known]),
        Counter(mark.verdict for mark in marks),
        Counter(mark.mistake for mark in marks if mark.mistake),
        statistics.median(mark.seconds for mark in marks) if marks else None,
    )


def _rest(each: Graded, without: Mark) -> Fraction:
    return sum((mark.marks or Fraction(0) for mark in each.marks if mark is not without), Fraction(0))


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than three pairs or where one side is constant."""
    if len(left) < 3 or len(set(left)) == 1 or len(set(right)) == 1:
        return None
    return statistics.correlation(left, right)
