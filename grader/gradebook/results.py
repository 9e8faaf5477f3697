"""`results.json`: the contract `grader-results/1`, written and read; `docs/formats.md` explains its keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from sys import intern
from typing import Any

from grader.gradebook.cells import exact, number
from grader.model import Assignment, Check, Evidence, Graded, Mark, Outcome, Part, Question, Verdict

SCHEMA = "grader-results/1"
_ALL_ALIKE = (Verdict.CORRECT, Verdict.MISSING, Verdict.PENDING, Verdict.SKIPPED, Verdict.UNGRADED)
_MOST_TEXTS = 4
_LONGEST_TEXT = 400


def text_of(results: Mapping[str, Any]) -> str:
    """The contract's JSON as text, a line an assignment and a submission: quick to write and to compare."""
    return "".join(pieces_of(results))


def pieces_of(results: Mapping[str, Any]) -> Iterator[str]:
    """The same piece by piece; a list may be any iterable, of which one element is held at a time."""
    start = "{"
    for key, value in results.items():
        yield f"{start}{_plain(key)}: "
        start = ",\n"
        if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
            yield _plain(value)
            continue
        before = "[\n"
        for one in value:
            yield before + _plain(one)
            before = ",\n"
        yield "[]" if before == "[\n" else "\n]"
    yield "}\n"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def dump_assignment(each: Assignment) -> dict[str, Any]:
    """An assignment as plain data."""
    return {
        "name": each.name,
        "title": each.title,
        "available": number(each.marks),
        "due": each.due,
        "questions": [
            {
                "id": question.id,
                "title": question.title,
                "parts": [_asked(part) for part in question.parts],
            }
            for question in each.questions
        ],
    }


def _asked(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": part.title,
        "available": number(part.marks),
        "bonus": part.bonus,
        "checks": [
            {"kind": each.kind, "entry": each.entry, "available": number(each.marks)} for each in part.checks
        ],
    }


def dump_submission(each: Graded) -> dict[str, Any]:
    """A marked submission as plain data."""
    return {
        "student": each.student,
        "name": each.name,
        "assignment": each.assignment,
        "marks": number(each.final),
        "raw": number(each.raw),
        "available": number(each.available),
        "pending": each.pending,
        "ungraded": each.ungraded,
        "handed_in_at": each.handed_in_at,
        "notes": list(each.notes),
        "faults": list(each.faults),
        "seconds": each.seconds,
        "sandbox": each.sandbox,
        "digests": dict(each.digests),
        "parts": [_part(mark) for mark in each.marks],
    }


def _part(mark: Mark) -> dict[str, Any]:
    return {
        "id": mark.part,
        "question": mark.question,
        "marks": number(mark.marks),
        "available": number(mark.available),
        "verdict": str(mark.verdict),
        "mistake": mark.mistake,
        "followed_through": mark.followed_through,
        "feedback": mark.feedback,
        "staff": mark.staff,
        "seconds": mark.seconds,
        "flags": list(mark.flags),
        "bonus": mark.bonus,
        "advice": [sentence for outcome in mark.outcomes for sentence in outcome.advice],
        "evidence": list(_evidence(mark)),
    }


def _evidence(mark: Mark) -> Iterator[dict[str, Any]]:
    """How a part's cases went, where that says more than the verdict; texts for the first that went wrong."""
    if mark.verdict in _ALL_ALIKE:
        return
    for check, outcome in enumerate(mark.outcomes):
        texts = 0
        for one in outcome.evidence:
            told: dict[str, Any] = {
                "check": check,
                "case": one.case,
                "right": one.right,
                "public": one.public,
            }
            if one.right is not True and texts < _MOST_TEXTS:
                texts += 1
                told |= {"student": one.student[:_LONGEST_TEXT], "staff": one.staff[:_LONGEST_TEXT]}
            yield told


def load_submission(each: Mapping[str, Any]) -> Graded:
    """A marked submission from plain data; of its checks' outcomes, advice and evidence."""
    final = exact(each["marks"]) or Fraction(0)
    return Graded(
        student=each["student"],
        name=each.get("name", ""),
        assignment=each["assignment"],
        marks=tuple(_read_part(part) for part in each["parts"]),
        raw=exact(each["raw"]) or Fraction(0) if "raw" in each else final,
        final=final,
        available=exact(each["available"]) or Fraction(0),
        notes=tuple(each.get("notes", ())),
        faults=tuple(each.get("faults", ())),
        seconds=each.get("seconds", 0.0),
        sandbox=intern(each.get("sandbox", "")),
        digests={intern(name): intern(one) for name, one in each.get("digests", {}).items()},
        handed_in_at=each.get("handed_in_at"),
    )


def _read_part(part: Mapping[str, Any]) -> Mark:
    verdict = Verdict(part["verdict"])
    return Mark(
        part=intern(part["id"]),
        question=intern(part["question"]),
        marks=exact(part["marks"]),
        available=exact(part["available"]) or Fraction(0),
        verdict=verdict,
        mistake=part.get("mistake"),
        followed_through=part.get("followed_through", False),
        feedback=intern(part.get("feedback", "")),  # a class's texts are few, and held once
        staff=intern(part.get("staff", "")),
        seconds=part.get("seconds", 0.0),
        outcomes=_read_outcomes(part, verdict),
        flags=tuple(part.get("flags", ())),
        bonus=part.get("bonus", False),
    )


def _read_outcomes(part: Mapping[str, Any], verdict: Verdict) -> tuple[Outcome, ...]:
    """What is kept of the checks: advice, all with the first; evidence, each with its own."""
    advice = tuple(part.get("advice", ()))
    seen: dict[int, list[Evidence]] = {0: []} if advice else {}
    for one in part.get("evidence", ()):
        told = Evidence(
            one["case"], one["right"], one["public"], one.get("student", ""), one.get("staff", "")
        )
        seen.setdefault(one["check"], []).append(told)
    count = max(seen, default=-1) + 1
    return tuple(
        Outcome(verdict, advice=advice if check == 0 else (), evidence=tuple(seen.get(check, ())))
        for check in range(count)
    )


def load_assignment(each: Mapping[str, Any]) -> Assignment:
    """An assignment as far as results hold it: questions, parts and entries, without options and cases."""
    questions = tuple(
        Question(q["id"], q.get("title", ""), tuple(_load_asked(q["id"], part) for part in q["parts"]))
        for q in each["questions"]
    )
    read = Assignment(each["name"], each.get("title", ""), questions, due=each.get("due"))
    available = exact(each["available"]) if "available" in each else None
    return read if available is None else replace(read, spare=read.marks - available)


def _load_asked(question: str, part: Mapping[str, Any]) -> Part:
    checks = tuple(
        Check(each["kind"], each["entry"], exact(each["available"]) or Fraction(0))
        for each in part.get("checks", ())
    )
    marks = exact(part["available"]) or Fraction(0)
    return Part(part["id"], question, part.get("title", ""), marks, checks, bonus=part.get("bonus", False))
