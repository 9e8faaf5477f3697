"""The reports of a run, from what its folder holds."""

from __future__ import annotations

from pathlib import Path

from grader.batch.run import STORE
from grader.batch.store import Store
from grader.gradebook import Gradebook
from grader.reports.site import page_of, site


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
