"""Faults gathered, and the nearest word to a wrong one."""

import pytest

from grader.errors import RubricError, did_you_mean
from grader.rubric.document import parse
from grader.rubric.problems import Problems


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("entri", ["entry", "check"], "did you mean 'entry'?"),
        ("Entry", ["entry", "check"], "did you mean 'entry'?"),
        ("show-expected", ["show_expected"], "did you mean 'show_expected'?"),
        ("zzz", ["entry", "check"], "known here: check, entry"),
        ("zzz", [], None),
        ("zzz", [f"word{number}" for number in range(40)], None),
    ],
)
def test_the_nearest_known_word_is_named(word, known, hint):
    """A misspelling has a nearest word; else the known ones are listed where they are few."""
    assert did_you_mean(word, known) == hint


def test_faults_come_in_the_order_of_the_file_and_once():
    """However they were found, they are told from top to bottom, each once."""
    problems = Problems(parse("a: 1\nb: {c: 2}\n", "f"))
    for _ in range(2):
        problems.add("wrong", ("b", "c"))
        problems.add("wrong", ("a",), key=True)
    with pytest.raises(RubricError) as caught:
        problems.raise_if_any()
    assert [str(problem.where) for problem in caught.value.problems] == ["f:1:1", "f:2:8"]


def test_one_fault_is_raised_as_itself():
    """A single fault needs no list."""
    problems = Problems(parse("a: 1\n", "f"))
    problems.raise_if_any()
    problems.add("wrong", ("a",), hint="try 2")
    with pytest.raises(RubricError) as caught:
        problems.raise_if_any()
    assert str(caught.value) == "f:1:4: wrong\n    a: 1\n       ^\n  hint: try 2"
