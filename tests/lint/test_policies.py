"""Policies are tried before a deadline depends on them."""

import pytest

from grader.lint import Level

DUE = "marks: 6\ndue: 2026-12-01T23:00:00+01:00\n"
LATE = "late: {percent_per_day: 10}"
POLICIES = [
    ("late: {percent_per_day: 10, at_most: 50, after_days: 90}", None),
    ("attempts: {free: 2, percent: 10}", None),
    ("cap: {percent: 100}", None),
    ("exempt: {students: [ada]}", None),
    (
        "lat: {percent_per_day: 10}",
        "error: there is no policy 'lat' (the policies are grace, extension, late",
    ),
    ("late: {percent_per_day: much}", "error: a policy needs a number for 'percent_per_day'"),
    (
        "late: {percent_pr_day: 10}",
        "error: the policy 'late' has no 'percent_pr_day' (it has percent_per_day,",
    ),
    ("late: 10", "error: the policy 'late' needs its options by name, not 10"),
    ("attempts: {free: 2}", "error: a policy needs a number for 'percent'"),
    ("exempt: {students: ada}", "error: a policy needs a list for 'students', not 'ada'"),
    ("grace: {minuts: 15}", "error: the policy 'grace' has no 'minuts' (it has minutes)"),
    ("attempts: {free: 99, percent: 10}", "warning: the policy 'attempts' changes nothing for anybody"),
    ("late: {percent_per_day: 0}", "warning: the policy 'late' changes nothing for anybody"),
    ("late: {percent_per_day: -10}", "error: the policy 'late' gives more for handing in later"),
]


@pytest.mark.parametrize(("policy", "says"), POLICIES)
def test_a_policy_is_tried_with_all_kinds_of_lateness(small, policy, says):
    """A rule that is unknown, has no effect, or rewards lateness is found at its line."""
    small.rubric("marks: 6\n", f"{DUE}policies:\n  - {policy}\n")
    found = [one for one in small.lint().findings if one.proof == "policies"]
    assert [f"{one.level}: {one.message}".startswith(says) for one in found] == ([True] if says else [])
    assert all(one.where.endswith("small.yaml:6:5") for one in found)


@pytest.mark.parametrize("policy", ["grace: {minutes: 15}", "extension: {ada: 48}"])
def test_a_rule_that_softens_another_stands_before_it(small, policy):
    """A grace period after the rule of lateness comes too late itself."""
    small.rubric("marks: 6\n", f"{DUE}policies:\n  - {policy}\n  - {LATE}\n")
    assert not small.lint().findings
    small.rubric(f"  - {policy}\n  - {LATE}\n", f"  - {LATE}\n  - {policy}\n")
    (warning,) = small.lint().findings
    assert warning.message.endswith("and this one must stand before 'late'")
    assert warning.where.endswith("small.yaml:7:5")


def test_policies_without_a_deadline_are_a_warning(small):
    """Rules of lateness need a time to be late for."""
    small.rubric("marks: 6\n", f"marks: 6\npolicies:\n  - {LATE}\n")
    (warning,) = small.lint().of(Level.WARNING)
    assert warning.message == "there are policies and no 'due'"
