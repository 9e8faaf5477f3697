"""How much an answer is worth.

Right; else right given the student's own earlier answer; else what a known mistake pays; else nothing, with a
diagnosis. Everything here is a function of recorded answers; `ask` is used only by follow-through, and reads
the record before it asks the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.checks.base import Key
from grader.checks.registry import kind
from grader.errors import CheckError, CourseCodeError
from grader.grading.asked import Asked, asked
from grader.grading.following import StandIns, Unfailing, answering
from grader.grading.recording import NOT_RECORDED, Asker, Recording
from grader.model import (
    Check,
    Limits,
    Mark,
    Missing,
    Mistake,
    Observation,
    Outcome,
    Part,
    Probe,
    Raised,
    Returned,
    Verdict,
)
from grader.scoring.shares import combined_verdict, earned

if TYPE_CHECKING:  # a student's kit marks without the rubric's libraries
    from grader.rubric import Reference

NEAR_LIMIT = 0.8
OUR_FAULT = "This part could not be judged, through no fault of yours; your teacher has been told."


def questions(check: Check) -> tuple[Probe, ...]:
    """What a check asks, in order."""
    return asked(check).probes


def mark_part(part: Part, reference: Reference, recording: Recording, ask: Asker, step: Fraction) -> Mark:
    """Mark one part from recorded answers; `step` is the assignment's rounding of computed shares."""
    seen = [recording.seen(questions(check)) for check in part.checks]
    outcomes = tuple(
        mark_check(check, reference, answers, ask) for check, answers in zip(part.checks, seen, strict=True)
    )
    shares = [earned(check, outcome, step) for check, outcome in zip(part.checks, outcomes, strict=True)]
    known = [share for share in shares if share is not None]
    total = sum(known, Fraction(0)) if len(known) == len(shares) else None
    verdict = combined_verdict([outcome.verdict for outcome in outcomes], total)
    if verdict is Verdict.PARTIAL and total == part.marks:
        verdict = Verdict.CORRECT
    return Mark(
        part=part.id,
        question=part.question,
        marks=total,
        available=part.marks,
        verdict=verdict,
        mistake=next((outcome.mistake for outcome in outcomes if outcome.mistake), None),
        followed_through=any(outcome.followed_through for outcome in outcomes),
        feedback=_joined(part, [outcome.for_student for outcome in outcomes]),
        staff=_joined(part, [outcome.for_staff for outcome in outcomes]),
        seconds=sum(float(getattr(one, "seconds", 0.0)) for answers in seen for one in answers),
        outcomes=outcomes,
        flags=tuple(dict.fromkeys(flag for outcome in outcomes for flag in outcome.flags)),
        bonus=part.bonus,
    )


def mark_check(check: Check, reference: Reference, seen: Sequence[Observation], ask: Asker) -> Outcome:
    """Judge one check; whatever goes wrong on our side makes it `ungraded`, never a zero."""
    if any(isinstance(one, Missing) and one.reason == NOT_RECORDED for one in seen):
        return _ungraded(NOT_RECORDED)
    try:
        outcome = _explained(check, reference, tuple(seen), ask)
    except (CheckError, CourseCodeError) as error:
        return _ungraded(str(error))
    except Exception as error:  # noqa: BLE001 - the fence: a bug of ours must not cost a student a mark
        return _ungraded(f"{type(error).__name__}: {error}")
    return _with_flags(outcome, check.limits, seen)


def _explained(check: Check, reference: Reference, seen: tuple[Observation, ...], ask: Asker) -> Outcome:
    judge = kind(check.kind)
    asking = asked(check)
    answers_for_it = Unfailing(answering(reference, check), check)
    direct = judge.judge(check, answers_for_it, seen)
    if direct.right or not direct.verdict.has_marks or not any(isinstance(one, Returned) for one in seen):
        return direct
    stand_ins = StandIns(asking, reference, ask)
    followed, note = _follow_through(asking, stand_ins, seen)
    if followed is not None and followed.right:
        return followed
    mistaken = _best_mistake(asking, reference, stand_ins, seen)
    otherwise = max(direct.credit, mistaken.credit if mistaken is not None else direct.credit)
    if followed is not None and followed.credit > otherwise:
        return followed
    if mistaken is not None and mistaken.credit == otherwise:
        return _add(mistaken, direct, note)
    diagnosis = "" if direct.mistake else _diagnosis(asking, answers_for_it, seen)
    return replace(
        direct,
        for_student=_sentences(direct.for_student, diagnosis, note),
        for_staff=_sentences(direct.for_staff, diagnosis and f"Diagnosis: {diagnosis}", note),
    )


def _diagnosis(asking: Asked, key: Key, seen: tuple[Observation, ...]) -> str:
    """How the answers differ, or nothing: advice that can't be had must not cost the part its mark."""
    try:
        return asking.kind.diagnose(asking.check, key, seen)
    except CheckError:
        return ""


def _follow_through(
    asking: Asked, stand_ins: StandIns, seen: tuple[Observation, ...]
) -> tuple[Outcome | None, str]:
    check, own = asking.check, stand_ins.own
    outcome = asking.kind.judge(check, answering(own, check), seen) if own is not None else None
    if outcome is None:
        return None, ""
    empty = stand_ins.emptiness()
    if not outcome.credit:
        return None, f"It can't be judged by your own earlier answer: {empty}." if empty else ""
    if empty:
        return (
            None,
            f"It would be right given your earlier answer, but {empty}: that leaves nothing to show here.",
        )
    names = ", ".join(f"`{name}`" for name in stand_ins.followed)
    text = f"Right, given your earlier {names}." if outcome.right else f"Judged by your own earlier {names}."
    told = replace(
        outcome,
        followed_through=True,
        for_student=_sentences(text, "" if outcome.right else outcome.for_student),
        for_staff=_sentences(f"Follow-through from {names}.", outcome.for_staff),
    )
    return told, ""


def _best_mistake(
    asking: Asked, reference: Reference, stand_ins: StandIns, seen: tuple[Observation, ...]
) -> Outcome | None:
    """The best paid mistake that agrees on every core case, in the reference's terms or the student's own."""
    check = asking.check
    keys = [reference]
    if check.mistakes and stand_ins.own is not None and not stand_ins.emptiness():
        keys.append(stand_ins.own)
    for mistake in sorted(check.mistakes, key=lambda one: -one.marks):
        agreed = max(_agrees(asking, key, mistake, seen) for key in keys)
        if agreed:
            credit = agreed * mistake.marks / check.marks if check.marks else Fraction(0)
            return Outcome(
                Verdict.PARTIAL if credit else Verdict.INCORRECT,
                credit,
                mistake=mistake.id,
                for_student=mistake.say,
                for_staff=f"Agrees with the named mistake {mistake.id!r} on every core case.",
            )
    return None


def _agrees(asking: Asked, key: Reference, mistake: Mistake, seen: tuple[Observation, ...]) -> Fraction:
    """How far the answers agree with any reading of a mistake; 0 where they don't."""
    entry = asking.check.entry
    if not mistake.like:
        return _agrees_with(asking, key.instead(entry, mistake.value, named=False), seen)
    return max(_agrees_with(asking, key.instead(entry, one, named=True), seen) for one in mistake.like)


def _agrees_with(asking: Asked, key: Key, seen: tuple[Observation, ...]) -> Fraction:
    """1 where the answers agree with this key on every core case; both raising is agreement.

    Less than 1 where every case agrees and the kind still takes something off (an argument changed in
    place, memory that grows too fast): two faults at once pay the product.
    """
    kept = set()
    for name, probes, places in asking.core:
        both_raise = all(isinstance(seen[place], Raised) for place in places) and all(
            isinstance(key.answer(probe), Raised) for probe in probes
        )
        if not both_raise:
            kept.add(name)
    if asking.core and not kept:
        return Fraction(0)
    first = asking.decisive & kept
    if first and len(kept) > 1 and not _agreement(asking, key, first, seen):
        return Fraction(0)  # nearly every mistake is ruled out by one case
    return _agreement(asking, key, frozenset(kept), seen)


def _agreement(asking: Asked, key: Key, names: frozenset[str], seen: tuple[Observation, ...]) -> Fraction:
    """How far the answers agree with a key on these cases."""
    reduced = asking.only(names)
    try:
        outcome = reduced.kind.judge(reduced.check, key, asking.pick(reduced, seen))
    except CheckError:  # a mistake that raises or gives nothing comparable explains no answer
        return Fraction(0)
    every = bool(outcome.evidence) and all(one.right for one in outcome.evidence)
    return outcome.credit if outcome.right or every else Fraction(0)


def _ungraded(reason: str) -> Outcome:
    return Outcome(
        Verdict.UNGRADED,
        for_student=OUR_FAULT,
        for_staff=reason,
        flags=("ungraded",),
    )


def _with_flags(outcome: Outcome, limits: Limits, seen: Sequence[Observation]) -> Outcome:
    near = any(isinstance(one, Returned) and one.seconds > NEAR_LIMIT * limits.seconds for one in seen)
    return replace(outcome, flags=(*outcome.flags, "near_time_limit")) if near else outcome


def _add(mistaken: Outcome, direct: Outcome, note: str) -> Outcome:
    return replace(
        mistaken,
        for_student=_sentences(mistaken.for_student, direct.for_student, note),
        for_staff=_sentences(mistaken.for_staff, direct.for_staff, note),
        evidence=direct.evidence,
        advice=direct.advice,
        flags=direct.flags,
    )


def _sentences(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _joined(part: Part, texts: Sequence[str]) -> str:
    if len(part.checks) == 1:
        return texts[0]
    labels = [check.label or check.entry for check in part.checks]
    return "\n".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True) if text)
