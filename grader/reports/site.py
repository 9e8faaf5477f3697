"""A static site that opens from disk: the class, a page a part, two pages a student.

`staff/` holds everything about a student; `students/` holds what the student may read, and can be handed out.

Every page stands alone: its style is in it, nothing is fetched (a content policy says so), no script runs,
and all text from outside is escaped by the template engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.batch.run import STORE
from grader.batch.store import Store
from grader.gradebook import Gradebook
from grader.gradebook.cells import duration, file_name, moment, readable, replace_file
from grader.gradebook.statistics import statistics_of
from grader.model import Verdict
from grader.reports.mathml import READ_AS, formula
from grader.reports.views import Sources, flagged_of, groups_of, sheet_of

SYMBOLS = {
    Verdict.CORRECT: "✓", Verdict.PARTIAL: "◐", Verdict.INCORRECT: "✗", Verdict.MISSING: "∅",
    Verdict.CRASHED: "✗", Verdict.TIMED_OUT: "✗", Verdict.OUT_OF_MEMORY: "✗", Verdict.OUTPUT_LIMIT: "✗",
    Verdict.FORBIDDEN: "✗", Verdict.SKIPPED: "–", Verdict.PENDING: "…", Verdict.UNGRADED: "!",
}  # fmt: skip


def site(gradebook: Gradebook, out: Path, sources: Sources | None = None) -> Path:
    """Write the site into a folder and return its first page; pages of an earlier site there are removed.

    Args:
        gradebook: the marks.
        out: the folder, usually OUT/reports.
        sources: the submitted text by (student, assignment), to show the lines concerned.
    """
    written = set()
    for name, text in _pages(gradebook, sources or {}):
        replace_file(out / name, text)
        written.add(out / name)
    for folder in ("parts", "staff", "students"):
        for old in set((out / folder).glob("*.html")) - written:
            old.unlink()
    return out / "index.html"


def _pages(gradebook: Gradebook, sources: Sources) -> Iterator[tuple[str, str]]:
    statistics = statistics_of(gradebook)
    run = [
        (key, value) for key, value in sorted(gradebook.run.items()) if isinstance(value, str | int | float)
    ]
    yield "index.html", _render("index.html", book=gradebook, statistics=statistics, run=run)
    for number, each in enumerate(statistics, start=1):
        for part in each.parts:
            place = (gradebook, each.assignment.name, part.part.id)
            text = _render(
                "part.html",
                assignment=each.assignment,
                number=number,
                part=part.part,
                statistics=part,
                groups=groups_of(*place),
                flagged=flagged_of(*place),
            )
            yield part_page(each.assignment.name, part.part.id), text
    for student in gradebook.students:
        yield staff_page(student), page_of(gradebook, student, sources, staff=True)
        yield student_page(student), page_of(gradebook, student, sources)


def page_of(
    gradebook: Gradebook, student: str, sources: Sources | None = None, *, staff: bool = False
) -> str:
    """One student's page as HTML, for the student, or for the staff with hidden cases and links."""
    assignments = {each.name: each for each in gradebook.assignments}
    sheets = [
        sheet_of(each, assignments.get(each.assignment), sources or {}, staff=staff)
        for each in gradebook.students[student]
    ]
    return _render("student.html", student=student, name=gradebook.name(student), sheets=sheets, staff=staff)


def part_page(assignment: str, part: str) -> str:
    """A part's page, as a path below the site's folder."""
    return f"parts/{file_name(f'{assignment}.{part}')}.html"


def student_page(student: str) -> str:
    """A student's own page, as a path below the site's folder."""
    return f"students/{file_name(student)}.html"


def staff_page(student: str, up: str = "") -> str:
    """The staff's page about a student, as a path below the site's folder."""
    return f"{up}staff/{file_name(student)}.html"


def said(text: str) -> Markup:
    """Feedback as HTML: escaped, with `code` between backticks, and formulas drawn that were read."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # a backtick without its partner is only a backtick
        return _with_formulas(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else _with_formulas(piece)
        for index, piece in enumerate(pieces)
    )


def _with_formulas(text: str) -> Markup:
    """Escaped text in which "read as …" shows the formula; what can't be drawn stays as it is told."""
    found, start = Markup(""), 0
    for match in READ_AS.finditer(text):
        drawn = formula(match[0])
        if drawn is not None:
            found += escape(text[start : match.start()]) + drawn
            start = match.end()
    return found + escape(text[start:])


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(marks: Fraction, available: Fraction) -> int:
    """Marks as whole percents of what is available, 0 to 100."""
    return min(max(int(100 * marks / available), 0), 100) if available else 0


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Any] = {
        "mark": readable,
        "decimal": _decimal,
        "moment": moment,
        "seconds": duration,
        "said": said,
        "counted": lambda number, noun: f"{number} {noun}{'' if number == 1 else 's'}",
        "words": lambda verdict: str(verdict).replace("_", " "),
    }
    environment.filters.update(filters)
    style = resources.files("grader.reports").joinpath("templates/style.css").read_text(encoding="utf-8")
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own file
        symbols=SYMBOLS,
        share=_share,
        part_page=part_page,
        staff_page=staff_page,
        student_page=student_page,
    )
    return environment


def _render(template: str, **values: object) -> str:
    text = _environment().get_template(template).render(**values)
    # Characters that HTML forbids are shown by the replacement character; XML-minded readers choke on them.
    return "".join(c if c.isprintable() or c in "\n\t" or ord(c) > 0x9F else "\ufffd" for c in text)


def sources_of(out: Path) -> dict[tuple[str, str], str]:
    """The text that each student handed in, by (student, assignment); nothing where no store is."""
    if not (out / STORE).exists():
        return {}
    with Store.open(out / STORE) as store:
        return {
            (one.student, one.assignment): one.main.content.decode("utf-8", "replace")
            for one, _ in store.submissions()
            if one.main is not None
        }


def write_reports(gradebook: Gradebook, out: Path) -> Path:
    """Write OUT/reports and return its first page."""
    return site(gradebook, out / "reports", sources_of(out))


def pages_of(gradebook: Gradebook, sources: dict[tuple[str, str], str]) -> dict[str, str]:
    """A page to give to each student, by student."""
    return {student: page_of(gradebook, student, sources) for student in gradebook.students}
