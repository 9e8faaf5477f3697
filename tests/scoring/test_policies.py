"""Late and attempt rules, from the submission's own time."""

from datetime import timedelta
from fractions import Fraction

import pytest

from grader.errors import RubricError
from grader.model import Assignment, Mark, Part, Question, Submission, Verdict
from grader.scoring.policies import apply_policies, lateness

DUE = "2026-12-01T23:00:00+01:00"


def graded_at(moment, policies, *, marks=8, attempt=1, student="ada", late=False, more=()):
    """The final marks and notes; `more` are the marks of further questions."""
    part = Part("1", "1", "", Fraction(10), ())
    assignment = Assignment("a", "A", (Question("1", "", (part,)),), policies=tuple(policies), due=DUE)
    submission = Submission(student, "a", (), handed_in_at=moment, attempt=attempt, late=late)
    earned = [mark("1", marks), *(mark(str(number), one) for number, one in enumerate(more, start=2))]
    return apply_policies(assignment, submission, earned)


def mark(question, marks):
    """One part's marks."""
    return Mark(question, question, Fraction(marks), Fraction(10), Verdict.PARTIAL)


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


def test_a_systems_flag_without_a_time_is_told():
    """Canvas says who is late and not by how much: nothing is taken off, and nobody overlooks it."""
    marks, notes = graded_at(None, [{"late": {"percent_per_day": 10}}], late=True)
    assert marks == 8
    assert "calls it late but not by how much" in notes[0]


def test_every_rule_that_acts_leaves_a_note():
    """The report can say what a late day cost."""
    assert graded_at("2026-12-03T23:00:01+01:00", [{"late": {"percent_per_day": 10}}])[1] == (
        "3 days late: 30 % off",
    )


def test_attempts_beyond_the_free_ones_cost_their_share():
    """The third attempt with one free costs two shares."""
    assert graded_at(None, [{"attempts": {"free": 1, "percent": 10}}], attempt=3)[0] == Fraction(64, 10)


LATE = {"late": {"percent_per_day": 10}}


@pytest.mark.parametrize(
    ("policies", "final"),
    [
        ([{"best_of": {"questions": [1, 2, 3], "count": 2}}], 17),
        ([{"best_of": {"questions": ["1", "2", "3"], "count": 1}}], 9),
        ([{"best_of": {"questions": [2, 3], "count": 1}}], 17),
        ([{"best_of": {"questions": [1, 2, 3], "count": 3}}], 20),
        ([{"best_of": {"questions": [1, 2, 3], "count": 2}}, LATE], Fraction(153, 10)),
        ([LATE, {"best_of": {"questions": [1, 2, 3], "count": 2}}], Fraction(153, 10)),
    ],
)
def test_of_some_questions_the_best_count(policies, final):
    """8, 3 and 9 marks: what the others earned is taken off, wherever the rule stands."""
    assert graded_at("2026-12-01T23:00:01+01:00", policies, more=(3, 9))[0] == final


def test_what_does_not_count_is_named():
    """The student reads which question was left out."""
    policies = [{"best_of": {"questions": [1, 2, 3], "count": 2}}]
    assert graded_at(None, policies, more=(3, 9))[1] == ("question 2 does not count: others are better",)
    policies = [{"best_of": {"questions": [1, 2, 3], "count": 1}}]
    assert graded_at(None, policies, more=(3, 9))[1] == ("questions 1, 2 do not count: others are better",)


def test_an_exemption_takes_nothing_off():
    """The marks stay, and the note says that they don't count."""
    assert graded_at(None, [{"exempt": {"students": ["ada"]}}]) == (8, ("exempt",))
    assert graded_at(None, [{"exempt": {"students": ["ben"]}}]) == (8, ())


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({"late": {"percent_pr_day": 10}}, "the policy 'late' has no 'percent_pr_day'"),
        ({"late": 10}, "needs its options by name"),
        ({"exempt": {"students": "ada"}}, "needs a list for 'students'"),
        ({"best_of": {"questions": 2, "count": 1}}, "needs a list for 'questions'"),
        ({"cap": {"percent": True}}, "needs a number for 'percent'"),
    ],
)
def test_options_that_say_nothing_are_refused(policy, says):
    """A word that is spelt wrong would cost nobody anything, and nobody would notice."""
    with pytest.raises(RubricError, match=says):
        graded_at(None, [policy])


def test_a_rule_that_does_not_exist_is_the_rubrics_fault():
    """An unknown policy names the ones there are."""
    with pytest.raises(RubricError, match="no policy 'latte'"):
        graded_at(None, [{"latte": {}}])


def test_lateness_reads_offsets():
    """The same instant in two zones is the same lateness."""
    assert lateness(DUE, "2026-12-01T22:30:00+00:00") == timedelta(minutes=30)
