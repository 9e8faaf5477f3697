"""Numbers: what is right, what a part of the answer is worth, and what is told."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks.numeric import NumericOptions
from grader.errors import CheckError
from grader.model import Case, Interval, Missing, OneOf, Raised, Returned, TimedOut, Unanswerable, Verdict
from grader.values.closeness import Tolerance

HALF = Fraction(1, 2)
VECTOR = np.array([1.0, 2.0, 4.0])
BY_COMPONENT = NumericOptions(per="component")
CORE, PUBLIC = Case("core", (1,), ("n",)), Case("shown", (0,), ("n",), public=True)


@pytest.mark.parametrize("answer", [65536, 65536.0, np.int32(65536), np.array(65536), np.float32(65536)])
def test_a_constant_is_a_number_in_any_dress(judging, answer):
    """Without cases the value itself is asked for."""
    assert judging("numeric", [65536], cases=())(answer).right


@pytest.mark.parametrize("answer", ["65536", [65536], np.array([[65536]]), 65537, None, {}])
def test_a_constant_is_not_text_nor_a_list(judging, answer):
    """What is no number is wrong, and the text says what it is without giving the right one."""
    outcome = judging("numeric", [65536], cases=())(answer)
    assert outcome.verdict is Verdict.INCORRECT
    assert "65536" not in outcome.for_student.replace(str(answer), "")


def test_the_rubric_may_write_the_value(judging):
    """A value in the rubric answers where the reference file has no such entry, and only there."""
    written = NumericOptions(value=3)
    assert judging("numeric", [Missing("answer")], cases=(), options=written)(3).right
    assert not judging("numeric", [4], cases=(), options=written)(3).right


@pytest.mark.parametrize(
    ("answer", "credit", "components"),
    [
        ((2, 3, 4), 1, (1, 1, 1)),
        ([2, 9, 4], Fraction(2, 3), (1, 0, 1)),
        (np.array([0, 0, 4]), Fraction(1, 3), (0, 0, 1)),
        ((2, 3), 0, (0, 0, 0)),
        ((2, 3, 4, 5), 0, (0, 0, 0)),
        (2, 0, (0, 0, 0)),
        ((2, "3", None), Fraction(1, 3), (1, 0, 0)),
    ],
)
def test_components_are_paid_one_by_one(judging, answer, credit, components):
    """Each component is worth its share; another number of them is wrong as a whole."""
    outcome = judging("numeric", [(2, 3, 4)], cases=(), options=BY_COMPONENT)(answer)
    assert (outcome.credit, outcome.components) == (credit, components)


def test_shares_may_be_uneven(judging):
    """Shares are in any unit: 1 and 3 of 4."""
    options = NumericOptions(per="component", shares=(Fraction(1), Fraction(3)))
    judge = judging("numeric", [(1.0, VECTOR)], cases=(CORE,), options=options)
    assert (
        judge(
            1.0,
        ).credit
        == 0
    )
    assert judge((1.0, -VECTOR)).credit == Fraction(1, 4)
    assert judge((0.0, VECTOR)).credit == Fraction(3, 4)


def test_components_must_be_right_in_every_case(judging):
    """A component that is right in one case and wrong in another earns nothing."""
    judge = judging("numeric", [(1.0, 2.0), (3.0, 4.0)], options=BY_COMPONENT)
    assert judge((1.0, 2.0), (3.0, 5.0)).components == (1, 0)
    assert judge((1.0, 9.0), (9.0, 4.0)).credit == 0


def test_shares_must_fit_the_components(judging):
    """Two shares for three components are the rubric's fault."""
    options = NumericOptions(per="component", shares=(HALF, HALF))
    with pytest.raises(CheckError, match="2 shares for 3"):
        judging("numeric", [(1, 2, 3)], cases=(), options=options)((1, 2, 3))


def test_alternatives_and_intervals_stand_anywhere(judging):
    """Rounded or exact, component by component; an interval for a subgradient."""
    options = NumericOptions(tolerance=Tolerance(0, 0.005), per="component")
    judge = judging("numeric", [(2, OneOf((0.8808, 0.9)), Interval(0, 1))], cases=(), options=options)
    assert judge((2, 0.88, 0.3)).right
    assert judge((2, 0.905, 1)).right
    assert judge((2, 0.89, 1.1)).components == (1, 0, 0)


def extras():
    return (
        Case("core", (1.0,), ("x",), public=True),
        Case("large 1", (1000.0,), ("x",), group="large", marks=HALF),
        Case("large 2", (-1000.0,), ("x",), group="large", marks=HALF),
    )


@pytest.mark.parametrize(
    ("seen", "credit"),
    [((1, 2, 3), 1), ((1, 2, 0), Fraction(3, 4)), ((1, np.nan, 3), Fraction(3, 4)), ((0, 2, 3), 0)],
)
def test_extra_marks_come_on_top_of_a_right_core(judging, seen, credit):
    """Half a mark of two hangs on large inputs, once for the group, and is not paid to a wrong core."""
    assert judging("numeric", [1, 2, 3], cases=extras())(*seen).credit == credit


def test_weights_share_the_marks_among_groups(judging):
    """With weights a group counts when all its repeats are right."""
    cases = [
        Case("a 1", (1,), ("n",), group="a", weight=Fraction(2)),
        Case("a 2", (2,), ("n",), group="a", weight=Fraction(2)),
        Case("b", (3,), ("n",), group="b", weight=Fraction(1)),
    ]
    judge = judging("numeric", [1, 2, 3], cases=cases)
    assert [judge(*seen).credit for seen in [(1, 2, 3), (1, 2, 0), (1, 0, 3), (0, 0, 0)]] == [
        1,
        Fraction(2, 3),
        Fraction(1, 3),
        0,
    ]


@pytest.mark.parametrize(
    ("forgives", "answer", "right"),
    [
        ({"nan"}, np.nan, None),
        ({"nan"}, np.inf, False),
        ({"inf", "nan"}, [np.nan, np.inf], None),
        ({"inf"}, Raised("OverflowError", "too large"), False),
        ({"raise"}, Raised("OverflowError", "too large"), None),
        ({"raise"}, TimedOut(2.0), False),
        ({"finite"}, 3.0, None),
        ({"finite"}, "3.0", False),
        ({"finite"}, [[3.0]], False),
    ],
)
def test_saturated_inputs_may_be_forgiven(judging, forgives, answer, right):
    """What a case forgives costs nothing and brings advice, where anything is right; else it is wrong there."""
    expected = [1.0, 1.0] if isinstance(answer, list) and len(answer) == 2 else 1.0
    cases = [CORE, Case("large", (1000,), ("n",), forgives=frozenset(forgives))]
    judge = judging("numeric", [1.0, expected], cases=cases)
    outcome = judge(1.0, answer)
    assert judge(2.0, answer).advice == ()
    assert outcome.evidence[1].right is right
    assert outcome.right is (right is None)
    assert bool(outcome.advice) is (right is None)


def test_forgiving_everything_is_not_right(judging):
    """Where every core case is forgiven, nothing was shown."""
    case = Case("large", (1000,), ("n",), forgives=frozenset({"nan"}))
    outcome = judging("numeric", [1.0], cases=[case])(np.nan)
    assert (outcome.verdict, outcome.credit) == (Verdict.INCORRECT, 0)


def test_raising_where_the_key_raises_is_agreement(judging):
    """A known mistake may raise in some cases; a key that raises in all of them answers nothing."""
    raised = Raised("ValueError", "shapes")
    assert judging("numeric", [1.0, raised])(1.0, Raised("IndexError", "other")).right
    assert not judging("numeric", [1.0, raised])(1.0, 1.0).right
    with pytest.raises(CheckError, match="raised ValueError"):
        judging("numeric", [raised, raised])(1.0, 1.0)


@pytest.mark.parametrize(
    "broken", [Missing("answer"), Unanswerable("a generator"), TimedOut(1.0), "text", None]
)
def test_a_key_without_numbers_is_our_fault(judging, broken):
    """No student is marked against a reference that gives nothing comparable."""
    with pytest.raises(CheckError):
        judging("numeric", [broken, broken])(1.0, 2.0)


def test_different_failures_are_incorrect_and_told(judging):
    """Only where all core cases fail in one way does the verdict name it."""
    outcome = judging("numeric", [1.0, 2.0])(Raised("ValueError", "no"), TimedOut(2.0))
    assert outcome.verdict is Verdict.INCORRECT
    assert "ValueError" in outcome.for_student
    assert judging("numeric", [1.0, 2.0])(TimedOut(2.0), TimedOut(2.0)).verdict is Verdict.TIMED_OUT


def test_changing_an_argument_is_advice(judging):
    """It costs nothing unless the rubric says so."""
    changing = Returned(1.0, mutated=(0,))
    outcome = judging("numeric", [1.0], cases=(CORE,))(changing)
    assert outcome.right
    assert "changes its argument `n` in place" in outcome.advice[0]
    both = judging("numeric", [1.0], cases=(CORE,))(Returned(1.0, mutated=(0, 1)))
    assert "changes its arguments `n` and number 2 in place" in both.advice[0]


def test_changing_an_argument_may_cost(judging):
    """With `in_place_credit` it leaves that share of what the values earn."""
    options = NumericOptions(in_place_credit=HALF)
    judge = judging("numeric", [1.0], cases=(CORE,), options=options)
    outcome = judge(Returned(1.0, mutated=(0,)))
    assert (outcome.verdict, outcome.credit) == (Verdict.PARTIAL, HALF)
    assert "in place" in outcome.for_student
    assert judge(Returned(2.0, mutated=(0,))).credit == 0


def test_hidden_cases_tell_no_input_no_answer_and_no_expected_value(judging):
    """A student reads how a hidden case differs, and nothing of what was in it."""
    hidden = Case("random 3", (np.array([0.123456, 7.0]),), ("secret_name",))
    outcome = judging("numeric", [np.array([0.654321, 8.0])], cases=[hidden])(np.array([0.654321, 9.5]))
    text = outcome.for_student + outcome.evidence[0].student
    assert "random 3" in text
    assert not [word for word in ("0.123", "0.654", "9.5", "8", "secret_name") if word in text]
    assert "0.123456" in outcome.for_staff
    assert "8" in outcome.for_staff


def test_public_cases_tell_the_input_and_the_answer_alone(judging):
    """The expected value is told where the rubric allows, and then only."""
    shown = Case("shown", (np.array([1.0, 2.0]),), ("x",), public=True)
    outcome = judging("numeric", [VECTOR], cases=[shown])(np.array([1.0, 2.0, 5.0]))
    assert "With x = [1, 2], `answer` returned [1, 2, 5]" in outcome.for_student
    assert "1 of 3 entries is wrong" in outcome.for_student
    assert "4" not in outcome.for_student
    allowed = Case("shown", (1,), ("x",), public=True, show_expected=True)
    assert "Expected: [1, 2, 4]." in judging("numeric", [VECTOR], cases=[allowed])(VECTOR + 1).for_student


def test_the_public_case_is_told_first(judging):
    """Where a hidden case fails too, the student reads of the one they can repeat."""
    outcome = judging("numeric", [1.0, 2.0], cases=[CORE, PUBLIC])(0.0, 0.0)
    assert outcome.for_student.startswith("With n = 0")
    assert "Not right either in 1 more hidden case." in outcome.for_student


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        (None, 1.0, "None (is a `return` missing?)"),
        (None, (1.0, VECTOR), "missing?), where 2 components were asked for"),
        (3.0, [VECTOR], "is a number, where 1 component was asked for"),
        (3.0, {"a": 1}, "is a number, where a dictionary was asked for"),
        (
            [[1.0], [2.0]],
            np.ones(2),
            "is an array of shape (2, 1), where an array of shape (2,) was asked for",
        ),
        ((1.0,), (1.0, VECTOR), "has 1 component, where 2 components were asked for"),
        ((1.0, "x"), (1.0, VECTOR), "is text in its second component"),
        ({"b": 1}, {"a": 1}, "has other keys than the ones asked for"),
        ([1.0, 2.0], np.array([1.0, 2.0000041]), "(it agrees to about 5 digits)"),
        ([5.0, 5.0], np.array([1.0, 2.0]), "is wrong in both entries"),
        (np.zeros((2, 2)), np.eye(2), "2 of 4 entries are wrong, for example entry (0, 0)"),
    ],
)
def test_the_difference_is_told(judging, answer, right, words):
    """What kind of thing came back, its shape, or which entries are wrong."""
    assert words in judging("numeric", [right], cases=(PUBLIC,))(answer).for_student


def test_every_case_for_extras_leaves_no_core(judging):
    """A rubric in which every case pays extra marks is at fault."""
    with pytest.raises(CheckError, match="core"):
        judging("numeric", [1.0], cases=[Case("x", (1,), marks=HALF)])(1.0)


def test_more_extras_than_marks_are_refused(judging):
    """Extra marks come out of the check's own."""
    cases = [CORE, Case("x", (1,), marks=Fraction(3))]
    with pytest.raises(CheckError, match="more than"):
        judging("numeric", [1.0, 1.0], cases=cases)(1.0, 1.0)
