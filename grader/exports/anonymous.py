"""A gradebook without names: pseudonyms drawn at random, their key in a file of its own.

Ids, names, times of handing in and digests are dropped, and ids and names are replaced in every text. What
a student wrote about themselves in other words is not found: look before you publish.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from grader.exports.base import Layout, Rendered, Request
from grader.gradebook import TIDY, Gradebook
from grader.gradebook.cells import csv_text, unnamed
from grader.model import Graded


def pseudonyms(gradebook: Gradebook) -> dict[str, str]:
    """A random name for every student, each different."""
    drawn: dict[str, str] = {}
    while len(drawn) < len(gradebook.students):
        drawn[f"s-{secrets.token_hex(4)}"] = ""
    return dict(zip(gradebook.students, drawn, strict=True))


def anonymised(gradebook: Gradebook, names: dict[str, str]) -> Gradebook:
    """The gradebook under other names, sorted by them, so that the order says nothing."""
    return Gradebook((_hidden(each, names[each.student]) for each in gradebook.graded), gradebook.assignments)


def _hidden(each: Graded, pseudonym: str) -> Graded:
    def clean(text: str) -> str:
        return unnamed(text, (each.student, each.name), pseudonym)

    marks = tuple(
        replace(mark, feedback=clean(mark.feedback), staff=clean(mark.staff), outcomes=())
        for mark in each.marks
    )
    return replace(
        each,
        student=pseudonym,
        name="",
        marks=marks,
        notes=tuple(map(clean, each.notes)),
        faults=tuple(map(clean, each.faults)),
        digests={},
        handed_in_at=None,
    )


def _anonymous(gradebook: Gradebook, _: Request) -> Rendered:
    names = pseudonyms(gradebook)
    hidden = anonymised(gradebook, names)
    files = {
        "results.json": json.dumps(hidden.results({}), ensure_ascii=False, indent=1) + "\n",
        "gradebook.csv": csv_text(*hidden.wide_rows()),
        "parts.csv": csv_text(TIDY, [list(row.values()) for row in hidden.rows()]),
    }
    key = csv_text(("pseudonym", "student", "name"), [(p, s, gradebook.name(s)) for s, p in names.items()])
    return Rendered(files, ("the key is in a file of its own: keep it apart",), {"key.csv": key})


LAYOUTS = (Layout("anonymous", "results under random pseudonyms, the key apart", _anonymous),)
