"""Case by case: asking, and turning what each case earned into one Outcome.

A kind rules on each case (`Ruling`), and `settle` does the rest: groups, weights, extra marks, components,
evidence, and the two texts. All core cases must be right for the core's marks, unless weights differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from grader.checks.base import Key
from grader.checks.texts import clean, failed, inputs, ordinal, place
from grader.errors import CheckError
from grader.model import (
    Ask,
    Case,
    Check,
    Evidence,
    Missing,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Verdict,
)

Options = TypeVar("Options")
ZERO, ONE = Fraction(0), Fraction(1)
_FULL = (ONE,)
CONSTANT = Case(name="", public=True)  # what a check without cases asks: the value of its entry


@dataclass(frozen=True, eq=False, slots=True)
class Trial:
    """One case: what was asked, what came back, and what the key says to it."""

    case: Case
    seen: Observation
    expected: Observation

    @property
    def pair(self) -> tuple[object, object] | None:
        """The answer and the expected value, where both sides gave one."""
        if isinstance(self.seen, Returned) and isinstance(self.expected, Returned):
            return self.seen.value, self.expected.value
        return None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one case earned, and what to say.

    Attributes:
        case: the case.
        credits: from 0 to 1, one for each component; one for all where there are no components; None
            where the answer is forgiven.
        student: a sentence that a student may read.
        staff: the same with everything.
        failure: the verdict of an answer that is none (it raised, it is missing …).
        advice: what costs nothing.
    """

    case: Case
    credits: tuple[Fraction | None, ...]
    student: str = ""
    staff: str = ""
    failure: Verdict | None = None
    advice: tuple[str, ...] = ()

    @property
    def right(self) -> bool | None:
        """Whether the case is right in full; None where it is forgiven."""
        if self.credits == _FULL:  # as nearly all are
            return True
        if all(credit is None for credit in self.credits):
            return None
        return all(credit == 1 for credit in self.credits)


def options_of(check: Check, kind: type[Options]) -> Options:
    """The check's options, or the kind's defaults where it has none.

    Raises:
        CheckError: they belong to another kind.
    """
    options = kind() if check.options is None else check.options
    if not isinstance(options, kind):
        raise CheckError(f"a check of kind {check.kind!r} has options of {type(options).__name__}")
    return options


def cases_of(check: Check) -> tuple[Case, ...]:
    """The check's cases, or the one that asks for a constant."""
    return check.cases or (CONSTANT,)


def probes_of(check: Check) -> tuple[Probe, ...]:
    """A call for each case; the value where there is none."""
    if not check.cases:
        return (Probe(check.entry, how=Ask.VALUE),)
    return tuple(Probe(check.entry, case.args, case=case.name) for case in check.cases)


def trials(
    check: Check,
    key: Key,
    seen: Sequence[Observation],
    value: object = None,
    probes: tuple[Probe, ...] = (),
) -> tuple[Trial, ...]:
    """Every case with both answers.

    Args:
        check: what was asked.
        key: who says what is right.
        seen: the student's answers.
        value: the right value itself, where the rubric writes it and the key has no such entry.
        probes: what was asked, where it is not what `probes_of` asks.

    Raises:
        CheckError: the key has no such entry, gives no value, or raises in every core case.
    """
    probes = probes or probes_of(check)
    if len(seen) != len(probes):
        raise CheckError(f"{len(probes)} questions were asked and {len(seen)} answers recorded")
    expected = [expected_of(key, probe, value) for probe in probes]
    core = [one for case, one in zip(cases_of(check), expected, strict=True) if case.marks is None]
    if not core:
        raise CheckError(f"every case of {check.entry!r} pays extra marks: none is left for the core")
    if isinstance(core[0], Raised) and all(isinstance(one, Raised) for one in core):
        raise CheckError(f"the reference for {check.entry!r} raised {core[0].type}: {core[0].message}")
    return tuple(map(Trial, cases_of(check), seen, expected))


def expected_of(key: Key, probe: Probe, value: object = None) -> Returned | Raised:
    """What the key answers: a value, or an exception that the student's code may share.

    A value that the rubric writes out answers where the key has no such entry: a known mistake does.

    Raises:
        CheckError: it is neither.
    """
    answer = key.answer(probe)
    if isinstance(answer, (Returned, Raised)):
        return answer
    if isinstance(answer, Missing) and value is not None:
        return Returned(value)
    what = "is missing" if isinstance(answer, Missing) else f"gave {type(answer).__name__}"
    raise CheckError(f"the reference for {probe.entry!r} {what}")


def ruling_of_failure(check: Check, trial: Trial) -> Ruling | None:
    """The ruling where no value came back; None where one did.

    Raising where the key raises is agreement: a known mistake may raise. Raising may be forgiven.
    """
    outcome = failed(check, trial.seen, public=trial.case.public)
    if outcome is None:
        return None
    if isinstance(trial.seen, Raised):
        if isinstance(trial.expected, Raised):
            return Ruling(trial.case, (ONE,))
        if "raise" in trial.case.forgives:
            said = f"{outcome.for_student.rstrip('.')}. Nothing was taken off."
            return Ruling(trial.case, (None,), advice=(said,))
    at = "" if isinstance(trial.seen, Missing) else place(trial.case)  # what is not there is nowhere there
    student = f"{at[0].upper()}{at[1:]}: {outcome.for_student}" if at else outcome.for_student
    staff = f"{outcome.for_staff.rstrip('.')}; {inputs(trial.case, 2000)}".rstrip("; ")
    return Ruling(trial.case, (ZERO,), student, staff, outcome.verdict)


def settle(
    check: Check, rulings: Sequence[Ruling], shares: Sequence[Fraction] = (), *, per_component: bool = False
) -> Outcome:
    """One Outcome from the rulings on all cases.

    Args:
        check: the check, for its marks.
        rulings: one a case, in order.
        shares: what each component is worth, in any unit; equal where empty.
        per_component: whether the Outcome tells the components' credits.

    Raises:
        CheckError: the number of components differs between cases, or from the shares.
    """
    width = _width(rulings, shares)
    core = [ruling for ruling in rulings if ruling.case.marks is None]
    parts = tuple(_core_credit(core, column) for column in range(width))
    weights = shares or (ONE,) * width
    credit = sum((part * weight for part, weight in zip(parts, weights, strict=True)), ZERO) / sum(weights)
    if all(ruling.right is None for ruling in core):
        credit, parts = ZERO, (ZERO,) * width  # everything forgiven and nothing right is not right
    credit = _with_extras(check, credit, rulings)
    return Outcome(
        verdict=_verdict(credit, rulings),
        credit=credit,
        for_student=_student_text(credit, rulings),
        for_staff=_staff_text(credit, rulings),
        evidence=tuple(map(_evidence, rulings)),
        components=parts if per_component else (),
        # What was forgiven is news only where something was earned.
        advice=_advice(rulings if credit else [each for each in rulings if each.right is not None]),
    )


def _width(rulings: Sequence[Ruling], shares: Sequence[Fraction]) -> int:
    """How many components there are: a ruling with a single credit speaks for all of them."""
    widths = {len(ruling.credits) for ruling in rulings} - {1}
    if len(widths) > 1:
        raise CheckError(f"the answers have different numbers of components: {sorted(widths)}")
    width = widths.pop() if widths else max(1, len(shares))
    if shares and len(shares) != width:
        raise CheckError(f"there are {len(shares)} shares for {width} components")
    return width


def _groups(rulings: Sequence[Ruling]) -> dict[str, list[Ruling]]:
    groups: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        groups.setdefault(ruling.case.group or ruling.case.name, []).append(ruling)
    return groups


def _group_credit(group: Sequence[Ruling], column: int) -> Fraction | None:
    """The least credit among a group's repeats; None where all are forgiven."""
    found = [ruling.credits[column if len(ruling.credits) > 1 else 0] for ruling in group]
    return min((credit for credit in found if credit is not None), default=None)


def _core_credit(core: Sequence[Ruling], column: int) -> Fraction:
    """One component over the core cases: the least group, or the weighted share where weights differ."""
    groups = [(group[0].case.weight, _group_credit(group, column)) for group in _groups(core).values()]
    counted = [(weight, credit) for weight, credit in groups if credit is not None]
    if all(weight == 1 for weight, _ in groups):
        return min((credit for _, credit in counted), default=ONE)
    total = sum((weight for weight, _ in counted), ZERO)
    return sum((weight * credit for weight, credit in counted), ZERO) / total if total else ONE


def _with_extras(check: Check, core: Fraction, rulings: Sequence[Ruling]) -> Fraction:
    """The credit with the marks that hang on single groups, which are paid only on top of a right core."""
    extras = [(group[0].case.marks, group) for group in _groups(rulings).values()]
    available = sum((marks for marks, _ in extras if marks is not None), ZERO)
    if not available or not check.marks:
        return core
    if available > check.marks:
        raise CheckError(f"the cases of {check.entry!r} pay {available}, more than its {check.marks} marks")
    credit = core * (check.marks - available) / check.marks
    for marks, group in extras:
        if core == 1 and marks is not None:
            earned = _group_credit(group, 0)
            credit += marks / check.marks * (ONE if earned is None else earned)
    return credit


def _verdict(credit: Fraction, rulings: Sequence[Ruling]) -> Verdict:
    if credit == 1:
        return Verdict.CORRECT
    if credit > 0:
        return Verdict.PARTIAL
    failures = {
        ruling.failure for ruling in rulings if ruling.case.marks is None and ruling.right is not None
    }
    if len(failures) == 1:
        return failures.pop() or Verdict.INCORRECT
    return Verdict.INCORRECT


def _wrong(rulings: Sequence[Ruling]) -> list[Ruling]:
    """What is not right, core before extras and public before hidden."""
    wrong = [ruling for ruling in rulings if ruling.right is False]
    return sorted(wrong, key=lambda ruling: (ruling.case.marks is not None, not ruling.case.public))


def _student_text(credit: Fraction, rulings: Sequence[Ruling]) -> str:
    wrong = _wrong(rulings)
    if credit == 1 or not wrong:
        return "Right." if credit == 1 else "Nothing could be counted as right."
    text = wrong[0].student
    if all(ruling.failure is Verdict.MISSING for ruling in wrong):
        return text
    if text[-1:] not in ".!?…":  # the words of an exception end as they like
        text += "."
    others = Counter(ruling.case.public for ruling in wrong[1:])
    more = [
        f"{count} more {'public' if public else 'hidden'} case{'s'[: count > 1]}"
        for public, count in others.items()
    ]
    if more:
        text += f" Not right either in {' and '.join(more)}."
    elif len(rulings) > 1:
        text += " All other cases are right."
    return text


def _staff_text(credit: Fraction, rulings: Sequence[Ruling]) -> str:
    wrong = _wrong(rulings)
    if not wrong:
        return "Right." if credit == 1 else "Everything was forgiven."
    if all(ruling.failure is Verdict.MISSING for ruling in wrong):
        return wrong[0].student
    named = [f"{ruling.case.name or 'value'}: {ruling.staff}" for ruling in wrong[:3]]
    return f"{len(wrong)} of {len(rulings)} cases are not right.\n" + "\n".join(named)


@lru_cache(maxsize=4096)
def _evidence_of_right(case: Case) -> Evidence:
    """The same for everybody, and for nearly every case."""
    return _evidence(Ruling(case, _FULL, "Right.", "right"))


def _evidence(ruling: Ruling) -> Evidence:
    if ruling.credits == _FULL and not (ruling.student or ruling.staff or ruling.advice):
        return _evidence_of_right(ruling.case)
    return Evidence(
        case=clean(ruling.case.name, 80),
        right=ruling.right,
        public=ruling.case.public,
        student=ruling.student or " ".join(ruling.advice) or "Right.",
        staff=ruling.staff or " ".join(ruling.advice) or "right",
        core=ruling.case.marks is None,
    )


def _advice(rulings: Sequence[Ruling]) -> tuple[str, ...]:
    """Each piece of advice once, in the order of the cases."""
    return tuple(dict.fromkeys(advice for ruling in rulings for advice in ruling.advice))


def component_names(right: Sequence[bool]) -> str:
    """Which components are wrong: "the second and the third"."""
    wrong = [f"the {ordinal(index)}" for index, good in enumerate(right) if not good]
    return " and ".join(wrong[-2:]) if len(wrong) < 3 else f"{', '.join(wrong[:-1])} and {wrong[-1]}"
