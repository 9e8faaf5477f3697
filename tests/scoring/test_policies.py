"""Late and attempt rules, from the submission's own time."""

from datetime import timedelta
from fractions import Fraction

import pytest

from grader.errors import RubricError
from grader.model import Assignment, Part, Question, Submission
from grader.scoring.policies import apply_policies, lateness

DUE = "2026-12-01T23:00:00+01:00"


def graded_at(moment, policies, *, marks=8, attempt=1, student="ada"):
    part = Part("1", "1", "", Fraction(10), ())
    assignment = Assignment("a", "A", (Question("1", "", (part,)),), policies=tuple(policies), due=DUE)
    submission = Submission(student, "a", (), handed_in_at=moment, attempt=attempt)
    return apply_policies(assignment, submission, Fraction(marks))


@pytest.mark.parametrize(
    ("moment", "policies", "final"),
    [
        ("2026-12-01T22:59:59+01:00", [{"late": {"percent_per_day": 10}}], 8),
        ("2026-12-01T21:59:59Z", [{"late": {"percent_per_day": 10}}], 8),
        ("2026-12-01T23:00:01+01:00", [{"late": {"percent_per_day": 10}}], Fraction(72, 10)),
        ("2026-12-03T23:00:01+01:00", [{"late": {"percent_per_day": 10}}], Fraction(56, 10)),
        ("2026-12-30T23:00:00+01:00", [{"late": {"percent_per_day": 10, "at_most": 50}}], 4),
        ("2026-12-30T23:00:00+01:00", [{"late": {"percent_per_day": 10, "at_most": 50, "after_days": 7}}], 0),
        ("2026-12-01T23:10:00+01:00", [{"grace": {"minutes": 15}}, {"late": {"percent_per_day": 10}}], 8),
        (
            "2026-12-01T23:16:00+01:00",
            [{"grace": {"minutes": 15}}, {"late": {"percent_per_day": 10}}],
            Fraction(72, 10),
        ),
        ("2026-12-03T22:00:00+01:00", [{"extension": {"ada": 48}}, {"late": {"percent_per_day": 10}}], 8),
        (None, [{"late": {"percent_per_day": 10}}], 8),
        ("2026-12-01T20:00:00+01:00", [{"cap": {"percent": 50}}], 5),
    ],
)
def test_rules_take_off_what_they_say(moment, policies, final):
    """Each rule changes the total by exactly its share, and only when it applies."""
    assert graded_at(moment, policies)[0] == final


def test_every_rule_that_acts_leaves_a_note():
    """The report can say what a late day cost."""
    assert graded_at("2026-12-03T23:00:01+01:00", [{"late": {"percent_per_day": 10}}])[1] == (
        "3 days late: 30 % off",
    )


def test_attempts_beyond_the_free_ones_cost_their_share():
    """The third attempt with one free costs two shares."""
    assert graded_at(None, [{"attempts": {"free": 1, "percent": 10}}], attempt=3)[0] == Fraction(64, 10)


def test_a_rule_that_does_not_exist_is_the_rubrics_fault():
    """An unknown policy names the ones there are."""
    with pytest.raises(RubricError, match="no policy 'latte'"):
        graded_at(None, [{"latte": {}}])


def test_lateness_reads_offsets():
    """The same instant in two zones is the same lateness."""
    assert lateness(DUE, "2026-12-01T22:30:00+00:00") == timedelta(minutes=30)
