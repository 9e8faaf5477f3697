"""Grades homework in the mathematics of machine learning.

What a script or a notebook uses; each name is loaded when it is first asked for, so importing is quick.

    >>> import grader
    >>> grader.equivalent("sin(x)**2", "1 - cos(x)^2").verdict
    'equal'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.api import grade, load_course
    from grader.gradebook import Gradebook
    from grader.kit.notebook import check
    from grader.rubric import Course
    from grader.values.equivalence import Equivalence, equivalent

_HOMES = {
    "Course": "grader.rubric",
    "Equivalence": "grader.values.equivalence",
    "Gradebook": "grader.gradebook",
    "check": "grader.kit.notebook",
    "equivalent": "grader.values.equivalence",
    "grade": "grader.api",
    "load_course": "grader.api",
    "load_ipython_extension": "grader.kit.notebook",
}

__all__ = ["Course", "Equivalence", "Gradebook", "check", "equivalent", "grade", "load_course"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
