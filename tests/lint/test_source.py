"""The reference's source as a graph."""

import pytest

from grader.lint.source import Source

TEXT = """
A = 3
B = A + 1


def low(x):
    return x + B


def high(x):
    # lint: equivalent because of symmetry
    # and a second line of words
    y = low(x)
    return y  # lint: one-sided because it is never negative


# lint: anything because the whole definition is excused
def alone(x):
    if x:
        return 1
    return 2
"""


@pytest.fixture
def source():
    """A module with helpers."""
    return Source(TEXT)


@pytest.mark.parametrize(
    ("entry", "reach"),
    [("high", {"high", "low", "B", "A"}), ("B", {"A", "B"}), ("alone", {"alone"}), ("none", set())],
)
def test_reach_goes_through_helpers_and_constants(source, entry, reach):
    """What an entry uses is found however far."""
    assert source.reach(entry) == reach


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("high", 13, "of symmetry"),
        ("high", 14, "it is never negative"),
        ("low", 7, ""),
        ("alone", 20, "the whole definition is excused"),
    ],
)
def test_an_excuse_counts_for_its_line_or_its_definition(source, name, line, reason):
    """Beside the line, in comments above it, or above the definition."""
    assert source.excuse(source.definitions[name], line) == reason
