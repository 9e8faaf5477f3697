"""Late, attempt and best-of rules: small functions in a list in the rubric, from the submission's own time.

Each takes the marks so far and returns the marks after it and a note; the raw total is kept beside the final.
Nothing here looks at the clock: a re-mark next year gives the same marks.

```yaml
due: 2026-12-01T23:00:00+01:00
policies:
  - grace: {minutes: 15}
  - late: {percent_per_day: 10, at_most: 50}
  - cap: {percent: 100}
```
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from grader.errors import RubricError
from grader.model import EXEMPT, Assignment, Mark, Submission
from grader.scoring.shares import total


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a total stands between two rules.

    Attributes:
        marks: the total so far.
        available: what could be earned.
        late_by: time after the deadline, zero if in time; extensions and grace already taken off.
        attempt: which attempt this is.
        student: the student's id, for extensions and exemptions.
        questions: what each question earned, bonus parts left out.
        raw: what all parts earned.
    """

    marks: Fraction
    available: Fraction
    late_by: timedelta
    attempt: int = 1
    student: str = ""
    questions: Mapping[str, Fraction] = field(default_factory=dict)
    raw: Fraction = Fraction(0)


Options = Mapping[str, object]
Rule = Callable[[Standing, Options], tuple[Standing, str]]


def grace(standing: Standing, options: Options) -> tuple[Standing, str]:
    """Minutes after the deadline that cost nothing: `{minutes: 15}`."""
    minutes = timedelta(minutes=_number(options, "minutes"))
    if timedelta(0) < standing.late_by <= minutes:
        return replace(standing, late_by=timedelta(0)), "within the grace period"
    return standing, ""


def extension(standing: Standing, options: Options) -> tuple[Standing, str]:
    """More time for named students, in hours: `{ada: 48}`."""
    if standing.student not in options or not standing.late_by:
        return standing, ""
    hours = _number(options, standing.student)
    left = max(standing.late_by - timedelta(hours=hours), timedelta(0))
    return replace(standing, late_by=left), f"an extension of {hours:g} hours"


def late(standing: Standing, options: Options) -> tuple[Standing, str]:
    """A share of the marks off for every day begun: `{percent_per_day: 10, at_most: 50, after_days: 7}`.

    After `after_days` nothing is left; `at_most` is the largest share that is taken off.
    """
    if not standing.late_by:
        return standing, ""
    days = math.ceil(standing.late_by / timedelta(days=1))
    percent = min(days * _number(options, "percent_per_day", 0), _number(options, "at_most", 100))
    if days > _number(options, "after_days", math.inf):
        percent = 100
    kept = standing.marks * (1 - Fraction(str(percent)) / 100)
    return replace(standing, marks=kept), f"{days} day{'s' * (days > 1)} late: {percent:g} % off"


def attempts(standing: Standing, options: Options) -> tuple[Standing, str]:
    """A share off for every attempt after the free ones: `{free: 2, percent: 10}`."""
    paid = standing.attempt - int(_number(options, "free", 1))
    if paid <= 0:
        return standing, ""
    percent = min(Fraction(100), Fraction(str(_number(options, "percent"))) * paid)
    return replace(standing, marks=standing.marks * (1 - percent / 100)), (
        f"attempt {standing.attempt}: {float(percent):g} % off"
    )


def best_of(standing: Standing, options: Options) -> tuple[Standing, str]:
    """Of some questions only the best count: `{questions: [2, 3, 4], count: 2}`.

    The others' share of the raw marks is taken off, so that it does not matter where in the list it stands.
    """
    named = [str(one) for one in _list(options, "questions")]
    ranked = sorted(named, key=lambda one: -standing.questions.get(one, Fraction(0)))
    left = ranked[int(_number(options, "count")) :]
    lost = sum((standing.questions.get(one, Fraction(0)) for one in left), Fraction(0))
    kept = standing.marks * (1 - lost / standing.raw) if standing.raw else standing.marks
    told = f"question {', '.join(left)} does" if len(left) == 1 else f"questions {', '.join(left)} do"
    return replace(standing, marks=kept), f"{told} not count: others are better" if left else ""


def cap(standing: Standing, options: Options) -> tuple[Standing, str]:
    """At most this share of the marks available, bonus marks included: `{percent: 100}`."""
    most = standing.available * Fraction(str(_number(options, "percent", 100))) / 100
    if standing.marks <= most:
        return standing, ""
    return replace(standing, marks=most), f"capped at {float(most):g}"


def exempt(standing: Standing, options: Options) -> tuple[Standing, str]:
    """Students for whom the assignment does not count: `{students: [ada]}`."""
    return standing, EXEMPT if standing.student in _list(options, "students") else ""


RULES: Mapping[str, Rule] = {
    "grace": grace,
    "extension": extension,
    "late": late,
    "attempts": attempts,
    "best_of": best_of,
    "cap": cap,
    "exempt": exempt,
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "grace": ("minutes",),
    "late": ("percent_per_day", "at_most", "after_days"),
    "attempts": ("free", "percent"),
    "best_of": ("questions", "count"),
    "cap": ("percent",),
    "exempt": ("students",),
}
"""The options of each rule; those of an extension are students."""


def apply_policies(
    assignment: Assignment, submission: Submission, marks: Sequence[Mark]
) -> tuple[Fraction, tuple[str, ...]]:
    """The final marks, made of the parts' marks, and what each rule did, in the rubric's order.

    Raises:
        RubricError: a rule or an option that does not exist, or an option that is not a number.
    """
    late_by, raw = lateness(assignment.due, submission.handed_in_at), total(marks)
    parts = [one for one in marks if not one.bonus]
    questions = {
        one: total(mark for mark in parts if mark.question == one) for one in {m.question for m in parts}
    }
    standing = Standing(
        raw, assignment.marks, late_by, submission.attempt, submission.student, questions, raw
    )
    notes = []
    if submission.late and assignment.due is None:
        notes.append("the course's system calls it late")
    elif submission.late and submission.handed_in_at is None:
        notes.append("the course's system calls it late but not by how much: nothing is taken off for that")
    for policy in assignment.policies:
        for name, options in policy.items():
            standing, note = _rule(name)(standing, _options(name, options))
            if note:
                notes.append(note)
    return standing.marks, tuple(notes)


def lateness(due: str | None, handed_in_at: str | None) -> timedelta:
    """Time from the deadline to the hand-in, zero where it is in time or either is not known."""
    if due is None or handed_in_at is None:
        return timedelta(0)
    return max(_instant(handed_in_at) - _instant(due), timedelta(0))


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise RubricError(f"there is no policy {name!r}", hint=f"the policies are {', '.join(RULES)}")
    return RULES[name]


def _options(name: str, options: object) -> Options:
    if not isinstance(options, Mapping):
        raise RubricError(f"the policy {name!r} needs its options by name, not {options!r}")
    for key in options:
        if name in KEYS and key not in KEYS[name]:
            raise RubricError(f"the policy {name!r} has no {key!r}", hint=f"it has {', '.join(KEYS[name])}")
    return options


def _list(options: Options, name: str) -> list[object]:
    value = options.get(name)
    if not isinstance(value, list):
        raise RubricError(f"a policy needs a list for {name!r}, not {value!r}")
    return value


def _number(options: Options, name: str, default: float | None = None) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise RubricError(f"a policy needs a number for {name!r}, not {value!r}")
    return float(value)
