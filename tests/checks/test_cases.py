"""From rulings on cases to one Outcome: laws that hold for every kind."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.cases import Ruling, options_of, settle
from grader.checks.numeric import NumericOptions
from grader.checks.registry import kinds
from grader.errors import CheckError
from grader.model import Case, Check, Verdict

CHECK = Check("numeric", "f", Fraction(3))
CREDITS = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1), None])


@st.composite
def rulings(draw, width=None):
    """Rulings in a few groups, some of them for extra marks."""
    groups = [
        Case(
            f"g{i}",
            group=f"g{i}",
            weight=weight,
            marks=Fraction(1, 2) if i and extra else None,
            public=public,
        )
        for i, (weight, extra, public) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.sampled_from([Fraction(1), Fraction(2)]), st.booleans(), st.booleans()),
                    min_size=1,
                    max_size=4,
                )
            )
        )
    ]
    width = width or draw(st.integers(1, 3))
    each = st.tuples(*[CREDITS] * width)
    return [
        Ruling(replace(case, name=f"{case.group} {i}"), draw(each), "Wrong.", "wrong")
        for case in groups
        for i in range(draw(st.integers(1, 3)))
    ]


def credit(found):
    return settle(CHECK, found).credit


@given(rulings())
@settings(max_examples=150)
def test_credit_is_a_share(found):
    """Credit is from 0 to 1, and the verdict says which end it is at."""
    outcome = settle(CHECK, found, per_component=True)
    assert 0 <= outcome.credit <= 1
    assert outcome.right is (outcome.credit == 1)
    assert (outcome.verdict is Verdict.PARTIAL) is (0 < outcome.credit < 1)
    assert len(outcome.evidence) == len(found)
    assert all(0 <= part <= 1 for part in outcome.components)


@given(rulings(), st.data())
@settings(max_examples=150)
def test_a_better_case_never_lowers_the_credit(found, data):
    """Making one case right in full earns no less than before."""
    spot = data.draw(st.integers(0, len(found) - 1))
    better = [*found]
    better[spot] = replace(better[spot], credits=(Fraction(1),) * len(found[spot].credits))
    assert credit(better) >= credit(found)


@given(rulings(), st.randoms())
@settings(max_examples=100)
def test_the_order_of_cases_does_not_matter(found, chance):
    """Cases are asked in some order; none is worth more for coming first."""
    shuffled = [*found]
    chance.shuffle(shuffled)
    assert credit(shuffled) == credit(found)


@given(rulings(width=1))
@settings(max_examples=100)
def test_right_in_full_is_everything(found):
    """All cases right earn all; all wrong earn nothing."""
    assert credit([replace(ruling, credits=(Fraction(1),)) for ruling in found]) == 1
    assert credit([replace(ruling, credits=(Fraction(0),)) for ruling in found]) == 0


def test_different_numbers_of_components_are_our_fault():
    """A reference that answers with two components here and three there can't be paid by component."""
    one, two = ((Fraction(1),) * width for width in (2, 3))
    with pytest.raises(CheckError, match="different numbers"):
        settle(CHECK, [Ruling(Case("a"), one), Ruling(Case("b"), two)])


@pytest.mark.parametrize("name", [name for name in kinds() if name != "numeric"])
def test_options_of_another_kind_are_refused(name):
    """A check that carries another kind's options is a fault of ours, not an answer."""
    with pytest.raises(CheckError, match="has options of"):
        options_of(Check("numeric", "f", Fraction(1), kinds()[name].options()), NumericOptions)


def test_what_follows_an_exceptions_words_is_a_sentence_of_its_own():
    """The words of an exception end without a full stop."""
    found = [
        Ruling(Case("one", public=True), (Fraction(0),), "`f` raised KeyError: 3", "3"),
        Ruling(Case("two"), (Fraction(1),)),
    ]
    assert settle(CHECK, found).for_student == "`f` raised KeyError: 3. All other cases are right."
