"""Follow-through: a right step after a wrong one is paid in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.lint.report import Finding, Level
from grader.lint.source import Source
from grader.lint.subject import Asked, Subject, student_of
from grader.lint.worth import short

EMPTY = "leaves nothing to show"
"""Words of the refusal to pay where the earlier answer makes the question empty."""


def follow_through_works(subject: Subject) -> Iterator[Finding]:
    """The reference uses the entries that a check follows, so a student's own version matters."""
    tried = 0
    for asked in subject.checks():
        for name in asked.check.follows:
            tried += 1
            if not _uses(subject, asked, name):
                told = f"the reference's '{asked.check.reference}' never uses '{name}', which it follows"
                yield subject.finding(Level.ERROR, asked, told, "follow-through", "follows")
                continue
            for like in wrong_versions(subject, name):
                tried += 1
                yield from _unpaid(subject, asked, name, like)
    subject.done = f"{tried} earlier answers stood in"


def wrong_versions(subject: Subject, name: str) -> Iterator[str]:
    """Functions of the reference that are known mistakes of an entry."""
    for asked in subject.checks():
        if asked.check.entry == name:
            for mistake in asked.check.mistakes:
                yield from mistake.like


def _unpaid(subject: Subject, asked: Asked, name: str, like: str) -> Iterator[Finding]:
    """A student who makes a known mistake in the earlier entry, and uses it rightly here, is right here."""
    wrong = subject.reference.following({name: subject.reference.value(like)})
    key = wrong.instead(asked.check.entry, asked.check.reference)
    outcome = subject.outcome(asked, student_of(key))
    if not outcome.right and EMPTY not in outcome.for_student:
        told = f"after '{like}', the step that follows from it is judged {outcome.verdict}: {short(outcome)}"
        yield subject.finding(Level.WARNING, asked, told, "follow-through", "follows")


def _uses(subject: Subject, asked: Asked, name: str) -> bool:
    own = subject.reference.value(name)
    if not callable(own):
        return name in Source(subject.reference.text).reach(asked.check.reference)
    used: list[bool] = []

    def watched(*args: Any, **named: Any) -> Any:
        used.append(True)
        return own(*args, **named)

    key = subject.reference.following({name: watched})
    key = key.instead(asked.check.entry, asked.check.reference)
    for probe in subject.probes(asked.check):
        key.answer(probe)
    return bool(used)
