"""Policies are tried before a deadline depends on them."""

import pytest

from grader.lint import Level

DUE = "marks: 6\ndue: 2026-12-01T23:00:00+01:00\n"
POLICIES = [
    ("late: {percent_per_day: 10, at_most: 50}", None),
    ("grace: {minutes: 15}", None),
    ("extension: {ada: 48}", None),
    ("attempts: {free: 2, percent: 10}", None),
    ("cap: {percent: 100}", None),
    ("exempt: {students: [ada]}", None),
    (
        "lat: {percent_per_day: 10}",
        "error: there is no policy 'lat' (the policies are grace, extension, late",
    ),
    ("late: {percent_per_day: much}", "error: a policy needs a number for 'percent_per_day'"),
    ("grace: {minuts: 15}", "error: a policy needs a number for 'minutes'"),
    ("attempts: {free: 99, percent: 10}", "warning: the policy 'attempts' changes nothing for anybody"),
    ("late: {percent_per_day: -10}", "error: the policy 'late' gives more for handing in later"),
]


@pytest.mark.parametrize(("policy", "says"), POLICIES)
def test_a_policy_is_tried_with_all_kinds_of_lateness(small, policy, says):
    """A rule that is unknown, has no effect, or rewards lateness is found at its line."""
    small.rubric("marks: 6\n", f"{DUE}policies:\n  - {policy}\n")
    found = [one for one in small.lint().findings if one.proof == "policies"]
    assert [f"{one.level}: {one.message}".startswith(says) for one in found] == ([True] if says else [])
    assert all(one.where.endswith("small.yaml:6:5") for one in found)


def test_policies_without_a_deadline_are_a_warning(small):
    """Rules of lateness need a time to be late for."""
    small.rubric("marks: 6\n", "marks: 6\npolicies:\n  - grace: {minutes: 15}\n")
    (warning,) = small.lint().of(Level.WARNING)
    assert warning.message == "there are policies and no 'due'"
