"""What the digest of a part's rule sees, and what it does not."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.checks.numeric import NumericOptions
from grader.grading.rules import rule_digests
from grader.model import Assignment, Case, Check, Mistake, Part, Question
from grader.rubric import Course
from grader.values.closeness import Tolerance

COURSE = Course(Path(__file__).resolve().parents[2])


def check(**more):
    """A numeric check of one case."""
    usual = {"options": NumericOptions(), "cases": (Case("c", (np.array([1.0, 2.0]),), ("x",)),)}
    return Check("numeric", "f", Fraction(1), **(usual | more))


def digests(one, *around):
    """The digests of an assignment of two parts, the second never changed."""
    parts = (Part("p", "q", "", Fraction(1), (one,)), Part("other", "q", "", Fraction(1), (check(),)))
    return rule_digests(Assignment("a", "A", (Question("q", "", parts),)), *around)


CHANGES = {
    "tolerance": {"options": NumericOptions(Tolerance(1e-3, 0.0))},
    "entry of an argument": {"cases": (Case("c", (np.array([1.0, 2.5]),), ("x",)),)},
    "dtype of an argument": {"cases": (Case("c", (np.array([1.0, 2.0], np.float32),), ("x",)),)},
    "a case more": {"cases": (*check().cases, Case("d", (1.0,), ("x",)))},
    "public": {"cases": (replace(check().cases[0], public=True),)},
    "mistake": {"mistakes": (Mistake("m", Fraction(1, 2), "No.", like=("m",)),)},
    "follow-through": {"follows": ("g",)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_part_has_another_digest_and_the_others_keep_theirs(change):
    """Whatever a mark may depend on counts."""
    before, after = digests(check()), digests(check(**CHANGES[change]))
    assert before["p"] != after["p"]
    assert before["other"] == after["other"]


def test_what_stands_around_counts_for_every_part():
    """Another reference or seed changes all of them; the same one none."""
    assert digests(check(), "reference", 1) == digests(check(), "reference", 1)
    assert not set(digests(check(), "reference", 1).values()) & set(digests(check(), "reference", 2).values())


@pytest.mark.parametrize("name", COURSE.names)
def test_every_part_of_a_real_rubric_has_a_digest_of_its_own(name):
    """Read twice, the same digests come out; no two parts share one."""
    first, again = (rule_digests(COURSE.assignment(name, seed=1)) for _ in range(2))
    assert first == again
    assert first.keys() == {part.id for part in COURSE.assignment(name, seed=1).parts}
    assert len(set(first.values())) == len(first)
