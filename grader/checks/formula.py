"""What the kinds that judge formulas share: the reference's formula, and words for what can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.checks.base import Key
from grader.checks.texts import clean
from grader.errors import CheckError
from grader.model import Missing, Outcome, Probe, Returned, Verdict
from grader.values.equivalence import Equivalence, Question, ask
from grader.values.expression import Node, walk
from grader.values.text import Fault, Unreadable

ZERO, ONE = Fraction(0), Fraction(1)
TEXT = 300


def question_of(
    key: Key, probe: Probe, written: str, variables: Mapping[str, Any], where: Sequence[str]
) -> Question:
    """The key's formula with its domain, or the one that the rubric writes where the key has none.

    Raises:
        CheckError: there is none, or it can't be read.
    """
    said = key.answer(probe)
    value = said.value if isinstance(said, Returned) else written if isinstance(said, Missing) else None
    if value is None or value == "":
        raise CheckError(f"the reference has no formula for {probe.entry!r}")
    try:
        return ask(value, variables, where)
    except Unreadable as fault:
        raise CheckError(f"the formula of {probe.entry!r} can't be read: {fault.message}") from fault


def not_compared(entry: str, found: Equivalence) -> Outcome:
    """The outcome of an answer that could not be read or decided.

    What may be mathematics waits for a person. What is code, empty, beyond anybody's formula, or in names
    that the question does not have is wrong; the student reads why either way.
    """
    read = f"`{entry}` was read as {clean(found.read_as, TEXT)}, but could not be compared: {found.reason}."
    if found.verdict == "undecided":
        return Outcome(Verdict.PENDING, ZERO, f"{read} A person will look at it.", read, flags=("undecided",))
    text = f"`{entry}` can't be read{stop(found)}: {clean(found.reason, TEXT)}."
    staff = f"{text}\n{found.caret}".rstrip()
    if found.fault == Fault.NOTATION:
        return Outcome(
            Verdict.PENDING, ZERO, f"{text} A person will look at it.", staff, flags=("unreadable",)
        )
    return Outcome(Verdict.INCORRECT, ZERO, text, staff)


def stop(found: Equivalence) -> str:
    """Where reading stopped: the line around it with a mark, and the character's number."""
    if found.position is None or not found.caret:
        return ""
    line, under = found.caret.split("\n")
    at = under.index("^")
    around = clean(f"{line[max(0, at - 30) : at]}▸{line[at : at + 15]}")
    return f" from character {found.position + 1} on (“{around}”)"


def used(node: Node) -> frozenset[str]:
    """Every function, constant and variable that a formula is written with; `e^x` uses `exp`."""
    names: set[str] = set()
    for part in walk(node):
        names.add(str(part.value) if part.op in ("var", "const") else part.op)
        if part.op == "^" and part.args[0] == Node("const", (), "E"):
            names.add("exp")
    return frozenset(names)


def missing_form(node: Node, must: Iterable[str], must_not: Iterable[str]) -> str:
    """What the form lacks or may not hold, in words; empty where it is as asked."""
    names = used(node)
    lacks = [name for name in must if name not in names]
    holds = [name for name in must_not if name in names]
    said = [f"it does not use {name}" for name in lacks] + [f"it uses {name}" for name in holds]
    return " and ".join(said)
