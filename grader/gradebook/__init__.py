"""The marks of a class: tables, the files of a run, and statistics."""

from grader.gradebook.book import TIDY, Gradebook
from grader.gradebook.cells import exact, number
from grader.gradebook.results import SCHEMA

__all__ = ["SCHEMA", "TIDY", "Gradebook", "exact", "number"]
