"""Right answers in forms that nobody foresaw earn everything; wrong ones that no rubric names earn less.

The tables are `unforeseen/right.yaml` and `unforeseen/wrong.yaml`, over warm_up, baby_cnn, logistic_backprop and
feedforward_conv, with a few of mlp_gradients; those of the other two assignments are in `test_unforeseen_b.py`. The answers were written
before it was known how they would be judged. Of the first 37 right ones one was not paid (a SymPy integer), of
the first 40 wrong ones one was (probabilities clipped at 0.1); of a second 42 and 42, one right one was put off
(`y = 1` as the condition of a LaTeX case). These three have been mended since.
"""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from grader.model import Verdict

NUMPY = "import numpy as np\nW9 = np.array([[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])\n"


def rows(name):
    """Assignment, part, what it is, and the answer, for every row of a file."""
    text = (Path(__file__).parent / "unforeseen" / f"{name}.yaml").read_text(encoding="utf-8")
    for assignment, parts in yaml.safe_load(text).items():
        for part, answers in parts.items():
            for why, answer in answers.items():
                yield assignment, part, why, answer


def table(name):
    """The answers of a file, each with a readable name."""
    return [pytest.param(a, part, NUMPY + code, id=f"{a}-{part}-{why}") for a, part, why, code in rows(name)]


def priced(name):
    """The same where each answer has its marks."""
    return [
        pytest.param(a, part, Fraction(str(marks)), NUMPY + code, id=f"{a}-{part}-{why}")
        for a, part, why, (marks, code) in rows(name)
    ]


@pytest.mark.parametrize(("assignment", "part", "code"), table("right"))
def test_right_in_an_unforeseen_form(assignment, part, code, grade_text):
    """A right answer earns all marks of its part, whatever it looks like."""
    mark = next(one for one in grade_text(assignment, code).marks if one.part == part)
    assert (mark.marks, mark.verdict) == (mark.available, Verdict.CORRECT), mark.staff


@pytest.mark.parametrize(("assignment", "part", "code"), table("wrong"))
def test_wrong_in_an_unforeseen_way(assignment, part, code, grade_text):
    """A wrong answer that no rubric names never earns all marks, and is judged rather than put off."""
    mark = next(one for one in grade_text(assignment, code).marks if one.part == part)
    assert mark.verdict not in (Verdict.UNGRADED, Verdict.PENDING), mark.staff
    assert mark.marks < mark.available


@pytest.mark.parametrize(("assignment", "part", "marks", "code"), priced("mistakes"))
def test_named_mistake_in_an_unforeseen_form(assignment, part, marks, code, grade_text):
    """A known mistake is recognised, and paid, whatever it looks like."""
    mark = next(one for one in grade_text(assignment, code).marks if one.part == part)
    assert mark.marks == marks, mark.staff
    assert mark.mistake
