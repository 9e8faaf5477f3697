"""Tables for people and programs: CSV, JSON, Parquet."""

from __future__ import annotations

import io
import json

from grader.errors import ExportError
from grader.exports.base import Layout, Rendered, Request
from grader.gradebook import TIDY, Gradebook
from grader.gradebook.cells import csv_text


def _csv(gradebook: Gradebook, _: Request) -> Rendered:
    tidy = csv_text(TIDY, [list(row.values()) for row in gradebook.rows()])
    return Rendered({"gradebook.csv": csv_text(*gradebook.wide_rows()), "parts.csv": tidy})


def _json(gradebook: Gradebook, _: Request) -> Rendered:
    return Rendered({"results.json": json.dumps(gradebook.results(), ensure_ascii=False, indent=1) + "\n"})


def _parquet(gradebook: Gradebook, _: Request) -> Rendered:
    stream = io.BytesIO()
    try:
        gradebook.frame.to_parquet(stream, index=False)
    except ImportError as error:
        raise ExportError(
            "Parquet needs pyarrow", hint='pip install "ml-homework-grader[parquet]"'
        ) from error
    return Rendered({"parts.parquet": stream.getvalue()})


LAYOUTS = (
    Layout("csv", "a row a student, and a row a student and part", _csv),
    Layout("json", "results.json: everything, for programs", _json),
    Layout("parquet", "a row a student and part, typed", _parquet),
)
