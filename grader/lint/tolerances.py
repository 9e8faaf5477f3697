"""Tolerances are wide enough for honest rounding and too narrow for a wrong answer; and what a run costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from grader.lint.report import Finding, Level
from grader.lint.subject import Asked, Student, Subject
from grader.lint.worth import reference_student
from grader.model import Observation, Probe, Returned

EXACT = ("choice", "accepts", "symbolic", "derivation", "big_o")
"""Kinds that don't compare numbers by a tolerance of the rubric."""
OFF = 1e-2
SLOW = 0.2


def tolerances_fit(subject: Subject) -> Iterator[Finding]:
    """float32, reordered sums and lists are right, and answers that are off by one per cent are not."""
    tried = 0
    for asked in subject.checks():
        if asked.check.kind in EXACT:
            continue
        right = reference_student(subject, asked)
        forms = {name: changed(right, change, asked.check.entry) for name, change in FORMS.items()}
        for name, student in (forms | {"computed in float32": from_single(right, asked.check.entry)}).items():
            tried += 1
            if not subject.outcome(asked, student).right:
                message = f"the reference's answers, {name}, lose marks: the tolerance is too tight"
                yield subject.finding(Level.ERROR, asked, message, "tolerance", "tolerance")
        tried += 1
        if _accepts_what_is_off(subject, asked, right):
            message = f"answers that are off by {OFF:.0%} are right: the tolerance is too loose"
            yield subject.finding(Level.WARNING, asked, message, "tolerance", "tolerance")
    subject.done = f"{tried} distorted answers judged"


def _accepts_what_is_off(subject: Subject, asked: Asked, right: Student) -> bool:
    if getattr(asked.check.options, "up_to", None) is not None:
        return False
    return subject.outcome(asked, changed(right, lambda array: array * (1 + OFF), asked.check.entry)).right


def single(array: Any) -> Any:
    """As single precision would have it; integers stay, since nobody rounds those."""
    if array.dtype.kind == "c":
        return array.astype(np.complex64)
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def reordered(array: Any) -> Any:
    """With the last digits as another order of summing would leave them."""
    if array.dtype.kind not in "fc":
        return array
    noise: Any = np.random.default_rng(0).choice([-4.0, -1.0, 1.0, 4.0], array.shape) * np.finfo(float).eps
    return array * (1 + noise)


FORMS: dict[str, Callable[[Any], Any]] = {
    "rounded to float32": single,
    "summed in another order": reordered,
    "as nested lists": lambda array: array.tolist(),
}
"""Other forms of a right answer, which are as right."""


def from_single(student: Student, entry: str) -> Student:
    """A student who computes one entry from arguments in single precision."""

    def inside(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(inside(part) for part in value)
        return single(value) if isinstance(value, np.ndarray) else value

    def answer(probe: Probe) -> Observation:
        own = probe.entry == entry
        return student(replace(probe, args=tuple(inside(arg) for arg in probe.args)) if own else probe)

    return answer


def changed(student: Student, change: Callable[[Any], Any], entry: str) -> Student:
    """A student whose every number in one entry's answers is changed a little; earlier entries stay right."""

    def inside(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(inside(part) for part in value)
        if isinstance(value, dict):
            return {key: inside(part) for key, part in value.items()}
        if isinstance(value, bool) or not isinstance(value, int | float | complex | np.number | np.ndarray):
            return value
        with np.errstate(all="ignore"):
            made = change(np.asarray(value))
        return made if np.ndim(value) or not isinstance(made, np.ndarray) else made[()]

    def answer(probe: Probe) -> Observation:
        seen = student(probe)
        if probe.entry != entry or not isinstance(seen, Returned):
            return seen
        return Returned(inside(seen.value), seen.called, peak_bytes=seen.peak_bytes)

    return answer


def run_is_cheap(subject: Subject) -> Iterator[Finding]:
    """Answering a question takes a small part of its time limit; a run's cost is told."""
    asked_of = judged = 0.0
    unremembered = subject.reference.following({})
    count = 0
    for asked in subject.checks():
        fresh = reference_student(subject, asked, key=unremembered)
        slowest, case = 0.0, ""
        for probe in subject.probes(asked.check):
            count += 1
            started = perf_counter()
            fresh(probe)
            took = perf_counter() - started
            asked_of += took
            slowest, case = max((slowest, case), (took, probe.case))
        if slowest > SLOW * asked.check.limits.seconds:
            message = f"'{case}' takes the reference {slowest:.2g} s of {asked.check.limits.seconds:g} s"
            yield subject.finding(Level.WARNING, asked, message, "cost", "cases")
        started = perf_counter()
        subject.outcome(asked, fresh)
        judged += perf_counter() - started
    subject.done = f"{count} questions: {asked_of:.2f} s to answer, {judged:.2f} s to judge"
