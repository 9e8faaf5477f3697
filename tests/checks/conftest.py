"""Judging in a line: answers as plain values, the reference's and the student's."""

from fractions import Fraction

import pytest

from grader.checks.base import Example, ExampleKey
from grader.checks.registry import kind
from grader.model import Case, Check, Returned, Verdict


def observed(values):
    """Observations as they are; anything else as the value that was returned."""
    return tuple(one if type(one).__module__ == "grader.model.asking" else Returned(one) for one in values)


class Judge:
    """Judges one check of a kind against right answers."""

    def __init__(self, name, right, cases=None, options=None, marks=2, values=()):
        self.kind = kind(name)
        if cases is None:
            cases = [Case(f"case {i}", (i,), ("n",), public=i == 0) for i in range(len(right))]
        self.check = Check(name, "answer", Fraction(marks), options, tuple(cases))
        example = Example(
            "", self.check, observed(right), (), Verdict.CORRECT, Fraction(1), (), tuple(values)
        )
        self.key = ExampleKey(example, self.kind)

    def __call__(self, *seen):
        return self.kind.judge(self.check, self.key, observed(seen))

    def diagnose(self, *seen):
        return self.kind.diagnose(self.check, self.key, observed(seen))


@pytest.fixture
def judging():
    """Makes a judge: `judging("numeric", [right, …])(seen, …)` is an Outcome."""
    return Judge
