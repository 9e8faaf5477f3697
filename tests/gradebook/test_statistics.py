"""What marks say about questions."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.gradebook import Gradebook
from grader.gradebook.statistics import correlation, histogram, plain, statistics_of
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict


def book(*rows: tuple[int | None, int]) -> Gradebook:
    """Students with marks in two parts of 4 and 2."""
    parts = (Part("p", "q", "", Fraction(4), ()), Part("r", "q", "", Fraction(2), ()))
    graded = []
    for index, (p, r) in enumerate(rows):
        verdict = Verdict.PENDING if p is None else Verdict.PARTIAL
        marks = (
            Mark(
                "p", "q", None if p is None else Fraction(p), Fraction(4), verdict, "sign" if p == 1 else None
            ),
            Mark("r", "q", Fraction(r), Fraction(2), Verdict.PARTIAL, seconds=index),
        )
        total = Fraction((p or 0) + r)
        graded.append(Graded(f"s{index}", "a", marks, total, total, Fraction(6)))
    return Gradebook(graded, [Assignment("a", "A", (Question("q", "Q", parts),))])


def test_figures_by_hand():
    """Mean 4, median 5, spread √(26/3); a pending part counts in no mean."""
    (each,) = statistics_of(book((0, 0), (4, 2), (3, 2), (None, 1)))
    assert (each.count, each.mean, each.median) == (4, Fraction(3), Fraction(3))
    assert (each.lowest, each.highest) == (0, 6)
    assert each.deviation == pytest.approx(6.5**0.5)
    p, r = each.parts
    assert (p.count, p.mean, p.difficulty) == (3, Fraction(7, 3), pytest.approx(7 / 12))
    assert (r.count, r.seconds) == (4, 1.5)
    assert p.verdicts[Verdict.PENDING] == 1


def test_statistics_are_plain_data():
    """JSON holds them, with marks as numbers and null where nothing is defined."""
    (data,) = json.loads(json.dumps([plain(each) for each in statistics_of(book((0, 0), (1, 2)))]))
    assert (data["mean"], data["deviation"], data["histogram"][0]) == (1.5, 1.5, 1)
    assert data["parts"][0]["mistakes"] == {"sign": 1}
    assert data["parts"][0]["discrimination"] is None


def test_discrimination_is_the_correlation_with_the_rest():
    """By hand for (0,0), (4,2), (2,1): perfectly in step."""
    p, r = statistics_of(book((0, 0), (4, 2), (2, 1)))[0].parts
    assert p.discrimination == pytest.approx(1)
    assert r.discrimination == pytest.approx(1)
    assert statistics_of(book((0, 2), (4, 0), (2, 1)))[0].parts[0].discrimination == pytest.approx(-1)


def test_mistakes_are_counted():
    """Each known mistake by how many made it."""
    assert statistics_of(book((1, 0), (1, 1), (2, 1)))[0].parts[0].mistakes == {"sign": 2}


def test_a_class_of_nobody():
    """No division by zero anywhere."""
    (each,) = statistics_of(book())
    assert (each.count, each.mean, each.deviation, sum(each.histogram)) == (0, None, None, 0)
    assert each.parts[0].difficulty is None


@pytest.mark.parametrize(
    ("left", "right"), [([1.0, 2.0], [1.0, 2.0]), ([1.0] * 3, [1.0, 2.0, 3.0]), ([], [])]
)
def test_no_correlation_where_none_is_defined(left, right):
    """Too few pairs, or a constant side."""
    assert correlation(left, right) is None


@settings(max_examples=100)
@given(st.lists(st.fractions(min_value=-1, max_value=20, max_denominator=12)))
def test_a_histogram_counts_everybody_once(marks):
    """What is below nothing or above everything (bonus) falls in the end bins."""
    assert sum(histogram(marks, Fraction(12))) == len(marks)


def test_the_edges_of_bins():
    """A tenth begins the second bin; full marks are in the last."""
    assert histogram([Fraction(0), Fraction(1), Fraction(10)], Fraction(10)) == (1, 1, 0, 0, 0, 0, 0, 0, 0, 1)
