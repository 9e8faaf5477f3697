"""Typed use of the public interface: checked by mypy, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import grader

if TYPE_CHECKING:
    import pandas as pd

course: grader.Course = grader.load_course("course")
names: tuple[str, ...] = course.names
assignment = course.assignment("baby_cnn")
book: grader.Gradebook = grader.grade("submissions", course, assignments=["baby_cnn"], seed=2, jobs=4)
again: grader.Gradebook = grader.grade(["a.zip"], "course", assignments="baby_cnn", roster="roster.csv")
frame: pd.DataFrame = book.frame
result: grader.Equivalence = grader.equivalent("x**2", "x^2", variables={"x": {"domain": "real"}})
assert_type(result.reason, str)
verdict: str = result.verdict
