"""The diagnosis of wrong numbers: true sentences, a fixed order, nothing rather than a guess."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.cases import Trial
from grader.checks.diagnosis import diagnose
from grader.model import Case, Interval, OneOf, Raised, Returned
from grader.values.closeness import Tolerance

TOLERANCE = Tolerance(1e-5, 1e-6)


def cases(count=8, rows=None, length=None, tags=()):
    """Cases with a matrix X (N, d), a vector v (d,), a batch and a rate, drawn from fixed seeds."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        n, d = rows or int(rng.integers(3, 8)), length or int(rng.integers(4, 7))
        args = (
            rng.normal(size=(n, d)),
            rng.normal(size=d),
            np.arange(rng.integers(2, n)),
            float(rng.uniform(0.1, 0.9)),
        )
        yield Case(
            f"random {seed}", args, ("X", "v", "batch", "rate"), "random", seed=seed, tags=frozenset(tags)
        )


def vector(X, v, batch, rate):
    return np.sin(X).sum(axis=0) + np.cos(3 * v)


def number(X, v, batch, rate):
    return float(np.sin(X).sum() + np.cos(3 * v[0]))


def matrix(X, v, batch, rate):
    return np.sin(X)


def square(X, v, batch, rate):
    return np.sin(X.T @ X)


def pair(X, v, batch, rate):
    return vector(X, v, batch, rate), np.cos(X).sum(axis=1)


def update(X, v, batch, rate):
    return v - rate * vector(X, v, batch, rate)


def said(right, wrong, drawn=None):
    """The sentence for answers `wrong(right answer, *args)` where `right(*args)` was asked for."""
    trials = []
    for case in drawn or cases():
        expected = right(*case.args)
        answer = wrong(expected, *case.args)
        trials.append(
            Trial(case, answer if isinstance(answer, Raised) else Returned(answer), Returned(expected))
        )
    return diagnose(trials, TOLERANCE)


WHOLE = [
    (vector, lambda r, *a: -r, "has the wrong sign"),
    (pair, lambda r, *a: (-r[0], -r[1]), "has the wrong sign"),
    (vector, lambda r, *a: 2 * r, "is 2 times what was asked for"),
    (number, lambda r, *a: -r / 2, "is minus 1/2 times what was asked for"),
    (number, lambda r, *a: r / np.log(2), "is 1/ln 2 (a logarithm to base 2?) times"),
    (number, lambda r, *a: r / np.log(10), "is 1/ln 10 (a logarithm to base 10?) times"),
    (vector, lambda r, *a: r * np.pi / 180, "is π/180 (degrees?) times"),
    (vector, lambda r, *a: r * 0.37, "is 0.37 times what was asked for"),
    (vector, lambda r, X, v, b, e: r * len(b), "is the length of `batch` times what was asked for"),
    (vector, lambda r, X, v, b, e: r / len(X), "divided by the number of rows of `X`"),
    (vector, lambda r, X, v, b, e: r * len(b) / len(X), "times the length of `batch` divided by the number of rows"),
    (number, lambda r, X, v, b, e: r * e, "is `rate` times what was asked for"),
    (vector, lambda r, X, v, b, e: r * (1 + v[0] ** 2), "is right but for a positive factor, another one in each case"),
    (vector, lambda r, X, v, b, e: -r * (1 + v[0] ** 2), "is right but for a negative factor"),
    (matrix, lambda r, *a: r.T, "is transposed"),
    (square, lambda r, *a: r[::-1], "has its rows in reverse order"),
    (matrix, lambda r, *a: r[:, ::-1], "has its columns in reverse order"),
    (matrix, lambda r, *a: r[::-1, ::-1], "is turned by half a circle"),
    (vector, lambda r, *a: r[::-1], "is in reverse order"),
    (vector, lambda r, *a: np.roll(r, 1), "is shifted by one place"),
    (vector, lambda r, *a: np.concatenate([[9.0], r[:-1]]), "one place later than it should"),
    (vector, lambda r, *a: np.sort(r), "has the right values in another order"),
    (vector, lambda r, *a: r + 1, "is too large by 1 everywhere"),
    (vector, lambda r, X, v, b, e: r - v[0] * v[1], "is off by one amount for all entries"),
    (vector, lambda r, X, v, b, e: r - v, "is too small by exactly `v`"),
    (vector, lambda r, X, v, b, e: r + 2 * v, "is too large by exactly twice `v`"),
    (vector, lambda r, X, v, b, e: r / v, "is divided by `v` once too often"),
    (vector, lambda r, X, v, b, e: r * v, "has the factor `v` once too often"),
    (vector, lambda r, X, v, b, e: v, "is the argument `v`, unchanged"),
    (number, lambda r, X, v, b, e: r - v[0], "is too small by exactly `v[0]`"),
    (update, lambda r, X, v, b, e: 2 * v - r, "starts from `v`, and the change has the wrong sign"),
    (update, lambda r, X, v, b, e: v + 2 * (r - v), "starts from `v`, and the change is 2 times"),
    (update, lambda r, X, v, b, e: v - r, "is `v` minus what was asked for"),
    (number, lambda r, *a: 1 - r, "is one minus what was asked for"),
    (number, lambda r, *a: r**2, "is what was asked for to the power 2"),
    (number, lambda r, *a: 1 / r, "is one over what was asked for"),
    (number, lambda r, *a: np.exp(r), "is the exponential of what was asked for"),
    (number, lambda r, *a: np.exp(-r), "is the exponential of minus what was asked for"),
    (vector, lambda r, *a: np.round(r, 2), "is rounded to 2 decimals"),
    (vector, lambda r, *a: r * (1 + 1e-3 * np.sin(9 * r)), "agrees to about 3 digits everywhere"),
    (vector, lambda r, *a: r * 1.001, "agrees to about 3 digits everywhere"),
    (vector, lambda r, *a: r * -1.001, "is minus 1.001 times what was asked for"),
    (vector, lambda r, *a: np.zeros_like(r), "is zero in every case"),
    (number, lambda r, *a: 0.7, "is the same in every case"),
    (vector, lambda r, *a: np.abs(r), "has the right sizes, but no minus signs"),
    (vector, lambda r, *a: np.where(r == r[0], np.nan, r), "is infinite or not a number wherever it is wrong"),
    (vector, lambda r, *a: r[:, None], "in a table of one column or row, where a vector was asked for"),
    (vector, lambda r, *a: r.reshape(1, -1, 1), "in a table of one column or row, where a vector was asked for"),
    (number, lambda r, *a: [r], "wrapped in a list or an array"),
    (matrix, lambda r, *a: r.ravel(), "has the right numbers in the wrong shape"),
    (vector, lambda r, *a: r.sum(), "is one number, the sum of the entries"),
    (number, lambda r, *a: np.array([r / 2, r / 2]), "their sum is the one number"),
    (square, lambda r, *a: np.diag(r), "is the diagonal alone"),
    (vector, lambda r, *a: np.add.outer(r, r) / 2, "with what was asked for on its diagonal"),
    (square, lambda r, *a: np.diag(np.diag(r)), "is zero off its diagonal"),
    (square, lambda r, *a: r + np.eye(len(r)), "is wrong on its diagonal alone"),
    (vector, lambda r, *a: r[:-1], "lacks its last entry"),
    (vector, lambda r, *a: np.append(r, 0), "has one entry too many, at the end"),
    (vector, lambda r, *a: np.zeros(len(r) + 2), "has 2 entries too many"),
    (matrix, lambda r, *a: np.zeros((len(r) // 2, r.shape[1])), "has the wrong number of rows"),
    (vector, lambda r, *a: 0.3, "is one number, where an array was asked for"),
    (square, lambda r, *a: 4 * r - 3.5 * np.diag(np.diag(r)), "off it is 4 times what was asked for"),
    (square, lambda r, *a: np.diag(np.diag(r)) * 5 - r, "the wrong sign off its diagonal, and its diagonal is"),
    (vector, lambda r, *a: np.append(r[:-1], 9), "is wrong in its last entry alone"),
    (pair, lambda r, *a: r[::-1], "has its two components swapped"),
    (pair, lambda r, *a: np.concatenate(r), "joined into one array, where 2 components"),
    (pair, lambda r, *a: r[1], "is one component alone"),
    (pair, lambda r, *a: (r[0], -r[1]), "second component that has the wrong sign; the others are right"),
    (pair, lambda r, *a: (r[0][::-1], r[1][::-1]), "one fault in every component: it is in reverse order"),
    (pair, lambda r, *a: (np.sin(9 * r[0]), r[1]), "is wrong in its first component alone"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "words"), WHOLE, ids=[row[2] for row in WHOLE])
def test_a_transformation_is_named(right, wrong, words):
    """What an answer is to the right one, when it is so in every case."""
    assert words in said(right, wrong)


def test_a_table_of_several_rows_is_not_called_a_column():
    """The right numbers in a square, where a vector was asked for."""
    words = said(vector, lambda r, *a: r.reshape(2, 2), list(cases(length=4)))
    assert "in an array of several axes, where a vector was asked for" in words


def test_the_same_length_everywhere_names_places():
    """Where answers have one length, the wrong entries are told by their indices."""
    drawn = list(cases(length=6))
    sentence = said(vector, lambda r, *a: np.append(r[:3], np.sin(9 * r[3:])), drawn)
    assert sentence == "Your answer is wrong in entries 3 to 5 alone, counted from 0."


def test_entries_are_told_by_an_argument():
    """A wrong branch shows in the entries that take it."""
    sentence = said(vector, lambda r, X, v, b, e: np.where(v < 0, np.sin(9 * r), r))
    assert sentence == "Your answer is right except where `v` is negative."


TAGGED = [
    (*cases(6),),
    (*(case for case in cases(3, tags=("saturated",))),),
]


def test_wrong_cases_are_told_by_their_tag():
    """Right except for very large inputs, and how it is wrong there."""
    drawn = [*TAGGED[0], *TAGGED[1]]
    wrong = {id(case.args[0]) for case in TAGGED[1]}
    sentence = said(vector, lambda r, X, *a: np.full_like(r, np.nan) if id(X) in wrong else r, drawn)
    assert sentence.startswith("Your answer is right except for very large or very small inputs")


def test_wrong_cases_are_told_by_an_argument():
    """With enough cases on both sides an argument's sign tells which are wrong, and the rule says how."""
    drawn = list(cases(16))
    sentence = said(number, lambda r, X, v, b, e: -r if v[0] < 0 else r, drawn)
    assert "the others it has the wrong sign" in sentence
    label = [
        Case(
            f"label {seed}",
            (*case.args[:3], seed % 2),
            ("X", "v", "batch", "y"),
            f"label {seed % 2}",
            seed=seed,
        )
        for seed, case in enumerate(drawn)
    ]
    sentence = said(number, lambda r, X, v, b, y: -r if y == 1 else r, label)
    assert sentence == "Your answer is right except where `y` is 1: there it has the wrong sign."


def test_right_in_public_alone():
    """An answer made for the cases that are shown is told so."""
    public = [Case(f"shown {i}", case.args, case.names, public=True) for i, case in enumerate(cases(2))]
    shown = {id(case.args[0]) for case in public}
    drawn = [*public, *list(cases(9))[2:]]
    sentence = said(vector, lambda r, X, *a: r if id(X) in shown else np.sin(9 * r), drawn)
    assert sentence == "Your answer is right in the public cases only."


def test_different_from_call_to_call():
    """A question that is asked twice as it stands must get one answer."""
    twice = [Case(f"again {i}", (1.0,), ("x",), "again") for i in (1, 2)]
    trials = [
        Trial(case, Returned(answer), Returned(5.0)) for case, answer in zip(twice, (1.0, 2.0), strict=True)
    ]
    assert diagnose(trials, TOLERANCE) == "The same question gets different answers from call to call."


def test_cases_without_an_answer_are_left_aside():
    """Where the code raises in some cases, the others are still looked at."""
    failure, drawn = Raised("ValueError", ""), list(cases())
    some = {id(case.args[0]): i for i, case in enumerate(drawn)}
    assert "in the cases in which your code answers" in said(
        vector, lambda r, X, *a: failure if some[id(X)] % 2 else -r, drawn
    )
    assert "right in every case in which your code answers" in said(
        vector, lambda r, X, *a: failure if some[id(X)] % 2 else r, drawn
    )
    assert said(vector, lambda r, *a: failure, drawn) == ""


def test_intervals_and_alternatives_are_left_out():
    """Where more than one value is right, the others still tell."""

    def right(X, v, batch, rate):
        return Interval(np.where(v > 0, v**2, -1.0), np.where(v > 0, v**2, 1.0))

    assert "has the wrong sign" in said(right, lambda r, X, v, b, e: np.where(v > 0, -(v**2), 0.5))
    assert (
        said(lambda *a: OneOf((number(*a), 0.5)), lambda r, *a: -r.values[0])
        == "Your answer has the wrong sign."
    )


@pytest.mark.parametrize("answer", [(3, 2), (2, 3.5), (-2, -3), (4, 6), (3, 4)])
def test_a_constant_is_not_given_away(answer):
    """A factor, a sign or an offset of a constant would be the answer itself; its order is not."""
    trial = Trial(Case("", public=True), Returned(answer), Returned((2, 3)))
    sentence = diagnose([trial], TOLERANCE)
    assert sentence == ("Your answer is in reverse order." if answer == (3, 2) else "")


def test_extras_are_diagnosed_when_the_core_is_right():
    """With a right core the cases with extra marks are looked at."""
    large = [
        Case("large", case.args, case.names, marks=Fraction(1), tags=frozenset({"saturated"}))
        for case in cases(1)
    ]
    first = id(large[0].args[0])
    sentence = said(vector, lambda r, X, *a: r * np.inf if id(X) == first else r, [*cases(4), *large])
    assert sentence.startswith("Your answer is right except for very large or very small inputs")


def test_right_answers_have_no_diagnosis():
    """Nothing is said of what is right, of no cases, or of answers that are no numbers."""
    assert said(pair, lambda r, *a: [list(r[0]), list(r[1])]) == ""
    assert diagnose([], TOLERANCE) == ""
    assert said(vector, lambda r, *a: "text") == ""
    assert said(vector, lambda r, *a: None) == ""
    assert said(pair, lambda r, *a: {"a": 1}) == ""


STRONG_WORDS = (
    "times what",
    "sign",
    "order",
    "argument",
    "exactly",
    "factor",
    "transposed",
    "shifted",
    "starts from",
)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_unrelated_answers_are_not_explained(seed):
    """Random numbers of the right shape are no transformation of anything."""
    rng = np.random.default_rng(seed)
    sentence = said(vector, lambda r, *a: rng.normal(size=r.shape))
    assert not [words for words in STRONG_WORDS if words in sentence]


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_unrelated_labels_are_not_explained(seed):
    """Nor are random zeros and ones, where coincidence is easier."""
    rng = np.random.default_rng(seed)
    sentence = said(lambda X, v, b, e: (v > 0).astype(float), lambda r, *a: rng.integers(0, 2, size=r.shape))
    assert not [words for words in STRONG_WORDS if words in sentence]
