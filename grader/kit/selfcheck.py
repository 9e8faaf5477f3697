"""A student's own check: ask the public questions, judge by the grader's own rules, count the hidden ones.

The result is a `Graded` like that of a real run, where a part that can't be judged before grading is pending,
so whatever shows a run can show a self-check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from grader.checks.texts import clean, failed
from grader.grading.line import arrival_faults, assignment_limits, entries_of
from grader.grading.marking import mark_part
from grader.grading.recording import Recording, nothing_handed_in
from grader.kit.sheet import Sheet, key_of
from grader.kit.source import Source
from grader.model import (
    Check,
    Forbidden,
    Graded,
    Mark,
    Observation,
    Outcome,
    Part,
    Raised,
    Returned,
    Submission,
    Unanswerable,
    Verdict,
)
from grader.sandbox.runner import Runner, Session
from grader.scoring.shares import total

LATER = "It is written. It has no public case: it is judged when it is graded."
SEEN = "It is written, and runs on the public cases. What it answers is judged when it is graded."
BY_HAND = "It is written. A person marks it."
ALONE = "It is written. Its public cases can't be judged on their own; it is judged when it is graded."
UNWRITTEN = "Not written yet."


@dataclass(frozen=True, slots=True)
class Tally:
    """How a part's public cases went, and how many are hidden."""

    right: int = 0
    public: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What a self-check found.

    Attributes:
        graded: a mark a part, as far as public cases tell.
        sheet: what was asked.
        tallies: by the part's id.
        lines: where each part's entry stands in the student's file, by the part's id; 0 where unknown.
        file: the name of the student's file.
        place: where it lies.
        stopped: whether the file does not run to its end, so that what is missing may stand behind that.
    """

    graded: Graded
    sheet: Sheet
    tallies: dict[str, Tally]
    lines: dict[str, int]
    file: str = ""
    place: str = ""
    stopped: bool = False

    @property
    def tally(self) -> Tally:
        """All parts together."""
        parts = self.tallies.values()
        return Tally(
            sum(one.right for one in parts),
            sum(one.public for one in parts),
            sum(one.hidden for one in parts),
        )

    @property
    def failed(self) -> bool:
        """Whether a public case is not right, or something that is asked for is not there."""
        return any(mark.verdict not in (Verdict.CORRECT, Verdict.PENDING) for mark in self.graded.marks)

    @property
    def broken(self) -> bool:
        """Whether some code does not run: it raises, hangs, or does not compile."""
        fine = (Verdict.CORRECT, Verdict.PENDING, Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING)
        return any(mark.verdict not in fine for mark in self.graded.marks) or (
            bool(self.graded.faults) and any(mark.verdict is Verdict.MISSING for mark in self.graded.marks)
        )


def check(
    submission: Submission, sheet: Sheet, key: Any, runner: Runner, parts: Sequence[Part] = ()
) -> SelfCheck:
    """Run a student's file and judge it by the public cases.

    Args:
        submission: the student's file.
        sheet: the public side of the assignment.
        key: a `RecordedKey`, or the course's `Reference`.
        runner: where the code runs.
        parts: only these; all of them otherwise.

    Raises:
        SandboxError: the box failed.
    """
    source = Source(submission.main)
    if submission.fault or submission.main is None:
        return _examined(submission, sheet, key, None, source, parts)
    with runner.open(submission, assignment_limits(sheet.assignment)) as session:
        return _examined(submission, sheet, key, session, source, parts)


def examine(
    session: Session, sheet: Sheet, key: Any, parts: Sequence[Part] = (), source: Source | None = None
) -> SelfCheck:
    """Judge code that already runs, such as a notebook's, by the public cases."""
    nobody = Submission("", sheet.assignment.name, ())
    return _examined(nobody, sheet, key, session, source or Source(None), parts)


def _examined(
    submission: Submission,
    sheet: Sheet,
    key: Any,
    session: Session | None,
    source: Source,
    parts: Sequence[Part],
) -> SelfCheck:
    chosen = tuple(parts) or sheet.assignment.parts
    recording = _recorded(sheet, chosen, session, submission.fault)
    examiner = _Examiner(sheet, key, recording, session, source)
    marks = tuple(examiner.mark(part) for part in chosen)
    raw = total(marks)
    faults = (submission.fault,) if submission.fault else arrival_faults(recording.arrival, source.name)
    available = sum((part.marks for part in chosen if not part.bonus), Fraction(0))
    graded = Graded(
        submission.student, sheet.assignment.name, marks, raw, raw, available, submission.name, faults=faults
    )
    tallies = {mark.part: _tally(sheet, part, mark) for part, mark in zip(chosen, marks, strict=True)}
    lines = {part.id: source.line(part.checks[0].entry) for part in chosen}
    file = submission.main.path if submission.main else ""
    stopped = session is None or (recording.arrival.fault is not None and file.endswith(".py"))
    return SelfCheck(graded, sheet, tallies, lines, file, submission.origin, stopped)


def _recorded(sheet: Sheet, chosen: Sequence[Part], session: Session | None, fault: str) -> Recording:
    """What the code answers to every question of these parts."""
    recording = Recording() if session is None else Recording(arrival=session.arrival)
    entries = entries_of(sheet.assignment)
    for part in chosen:
        for one in part.checks:
            probes = sheet.questions(part, one)
            if session is None:
                recording.answers.update(nothing_handed_in(probes, fault or "nothing was handed in"))
            else:
                recording.ask_all(session, recording.unasked(probes), one.limits, entries)
    return recording


@dataclass(frozen=True, slots=True)
class _Examiner:
    """Marks parts: what can be judged by the grader's rules, the rest by whether it is there and runs."""

    sheet: Sheet
    key: Any
    recording: Recording
    session: Session | None
    source: Source

    def mark(self, part: Part) -> Mark:
        now = [self._judged_now(part, one) for one in part.checks]
        if all(now):
            return self._mark(part)
        outcomes: list[Outcome] = []
        earned = Fraction(0)
        for one, judged in zip(part.checks, now, strict=True):
            if judged:
                mark = self._mark(replace(part, checks=(one,), marks=one.marks))
                outcomes += mark.outcomes
                earned += mark.marks or 0
            elif self.source.is_unwritten(one.entry):
                outcomes.append(Outcome(Verdict.MISSING, for_student=UNWRITTEN))
            else:
                outcomes.append(self._seen(part, one))
        return _combined(part, outcomes, earned)

    def _judged_now(self, part: Part, one: Check) -> bool:
        return self.sheet.judged(part, one) and not self.source.is_unwritten(one.entry)

    def _mark(self, part: Part) -> Mark:
        session = self.session
        opened = None if session is None else lambda: session
        ask = self.recording.asker(opened, part.checks[0].limits)
        mark = mark_part(part, self.key, self.recording, ask, self.sheet.assignment.step)
        if mark.verdict is not Verdict.UNGRADED:
            return mark
        return replace(mark, marks=None, verdict=Verdict.PENDING, feedback=ALONE, outcomes=())

    def _seen(self, part: Part, one: Check) -> Outcome:
        """A check that is judged later: is it there, and does it run?"""
        seen = self.recording.seen(self.sheet.questions(part, one))
        for answer in seen:
            outcome = self._fault(one, answer)
            if outcome is not None:
                return outcome
        if one.kind == "symbolic":
            return _read(one, seen[0])
        by_hand = one.kind == "manual"
        return Outcome(Verdict.PENDING, for_student=BY_HAND if by_hand else SEEN if one.cases else LATER)

    @staticmethod
    def _fault(one: Check, answer: Observation) -> Outcome | None:
        if isinstance(answer, Returned):
            return None
        if not one.cases and isinstance(answer, (Raised, Unanswerable, Forbidden)):
            # It was called without the arguments that it may need: only its presence is known.
            return None
        return failed(one, answer)


def _read(one: Check, answer: Observation) -> Outcome:
    """A formula in text that is judged later: whether it can be read, and as what."""
    text = answer.value if isinstance(answer, Returned) else None
    if not isinstance(text, str):
        return Outcome(Verdict.PENDING, for_student=SEEN if one.cases else LATER)
    from grader.values.equivalence import equivalent  # most hand-ins have no formula

    found = equivalent(text, text, variables=getattr(one.options, "variables", {}))
    if found.verdict == "unreadable":
        place = f" from character {found.position + 1} on" if found.position is not None else ""
        said = f"`{one.entry}` can't be read{place}: {clean(found.reason)}."
        return Outcome(Verdict.INCORRECT, for_student=said)
    return Outcome(Verdict.PENDING, for_student=f"{LATER} It is read as {clean(found.read_as)}.")


def _combined(part: Part, outcomes: Sequence[Outcome], earned: Fraction) -> Mark:
    """A part where some checks are judged and others are not: what is wrong decides, else it is pending."""
    wrong = {one.verdict for one in outcomes} - {Verdict.CORRECT, Verdict.PENDING}
    verdict = wrong.pop() if len(wrong) == 1 else Verdict.INCORRECT if wrong else Verdict.PENDING
    texts = [one.for_student for one in outcomes]
    if len(set(texts)) == 1:
        del texts[1:]
    else:
        names = [check.label or check.entry for check in part.checks]
        texts = [f"{name.removesuffix('?')}: {text}" for name, text in zip(names, texts, strict=True)]
    return Mark(
        part.id,
        part.question,
        earned if earned or verdict.has_marks else None,
        part.marks,
        verdict,
        feedback="\n".join(texts),
        outcomes=tuple(outcomes),
        bonus=part.bonus,
    )


def _tally(sheet: Sheet, part: Part, mark: Mark) -> Tally:
    """A formula has no evidence a case: it is right in all of them or in none."""
    judged = [one for one in part.checks if sheet.judged(part, one)]
    public = [case.name for one in judged for case in one.cases]
    proofs = [proof for outcome in mark.outcomes for proof in outcome.evidence if proof.case in public]
    right = sum(proof.right is not False for proof in proofs)
    hidden = sum(sheet.hidden.get(key_of(part, one), 0) for one in part.checks)
    return Tally(len(public) if mark.verdict is Verdict.CORRECT else right, len(public), hidden)
