"""Which case is lacking: an input on which two answers differ that all present cases take for one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks.base import Key
from grader.checks.texts import inputs
from grader.errors import CheckError
from grader.model import Case, Check, Observation, Probe, Raised, Returned
from grader.values.closeness import Tolerance, compare

TRIES = 40
FAR = Tolerance(1e-3, 1e-3)


def telling_case(check: Check, one: Key, other: Key) -> str:
    """Words on an input of the present cases' kind that would tell two keys apart, or on its absence."""
    rng = np.random.default_rng(0)
    cases = [case for case in check.cases if case.args]
    for number in range(TRIES if cases else 0):
        case = varied(cases[number % len(cases)], rng, number // 2 % 4)
        probe = Probe(check.entry, case.args)
        if differ(one.answer(probe), other.answer(probe)):
            return f"; a case such as {inputs(case, 300)} would tell"
    return "; no input like those of the cases was found that would tell" if cases else ""


def differ(one: Observation, other: Observation) -> bool:
    """Whether two answers are far apart: numbers, or an exception on one side alone."""
    if isinstance(one, Returned) and isinstance(other, Returned):
        try:
            return not compare(one.value, other.value, FAR).close
        except CheckError:
            return False
    return isinstance(one, Raised) is not isinstance(other, Raised)


def varied(case: Case, rng: np.random.Generator, way: int) -> Case:
    """A case with other numbers in it: plain, with zeros among them, whole, or large; the rest stays."""

    def other(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(other(part) for part in value)
        if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            drawn = np.asarray(rng.normal(0, 2, np.shape(value)))
            if way == 1:
                drawn = np.where(rng.random(drawn.shape) < 0.4, 0.0, drawn)
            drawn = np.round(drawn) if way == 2 else 30 * drawn if way == 3 else np.round(drawn, 2)
            drawn = drawn + 0.0  # no -0, which reads oddly
            return drawn if isinstance(value, np.ndarray) else float(drawn)
        return value

    return replace(case, args=tuple(other(value) for value in case.args))
