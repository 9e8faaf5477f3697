"""The course's own rubrics and references are sound."""

from pathlib import Path

import pytest

from grader.lint import Level, lint
from grader.rubric import Course

COURSE = Course(Path(__file__).parents[2])


@pytest.mark.parametrize("name", COURSE.names)
def test_every_rubric_of_the_course_is_proved(name):
    """No proof finds anything that is not excused with a reason."""
    report = lint(COURSE, name, seeds=(1, 2))
    assert not report.errors, str(report)
    assert not report.warnings, str(report)
    assert all(finding.reason for finding in report.of(Level.EXCUSED))
