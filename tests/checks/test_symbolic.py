"""Formulas judged: texts, objects, functions, forms, factors, sizes."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from grader.checks.symbolic import CHECK, SymbolicOptions
from grader.errors import CheckError
from grader.model import Ask, Case, Check, Missing, Raised, Returned, Unanswerable, Verdict

X = {"x": {"domain": "real", "low": -8, "high": 8}}
SIZES = {
    "i": {"domain": "integer", "low": 1, "high": 40},
    "k": {"domain": "integer", "low": 1, "high": 9},
    "p": {"domain": "integer", "low": 0, "high": 4},
    "s": {"domain": "integer", "low": 1, "high": 5},
}
LOSS = {"f": {"domain": "real", "low": 0, "high": 1, "open": True}, "y": {"values": [0, 1]}}


def answered(entry, probe):
    """What an entry gives to a probe, as the box would report it."""
    if not callable(entry):
        if entry is None:
            return Missing(probe.entry)
        return (
            Returned(entry, called=False) if probe.how is Ask.EITHER else Unanswerable("it can't be called")
        )
    try:
        return Returned(entry(*probe.args))
    except (TypeError, ValueError, AttributeError) as error:
        return Raised(type(error).__name__, str(error))


class Key:
    def __init__(self, entry):
        self.entry = entry

    def answer(self, probe):
        return answered(self.entry, probe)

    def value(self, name):
        raise CheckError(name)


def judged(entry, reference, variables=X, cases=(), **options):
    check = Check("symbolic", "f", Fraction(2), SymbolicOptions(variables, **options), cases)
    seen = [answered(entry, probe) for probe in CHECK.probes(check)]
    return CHECK.judge(check, Key(reference), seen), CHECK.diagnose(check, Key(reference), seen)


def sigmoid(x):
    return 1 / (1 + sympy.exp(-x))


RIGHT = {
    "python": "1/(1+exp(-x))",
    "caret": "1/(1+e^(-x))",
    "latex": r"\frac{1}{1+e^{-x}}",
    "latex with a name": r"\sigma(x) = \frac{e^x}{e^x+1}",
    "known function": "sigmoid(x)",
    "tanh": "(1+tanh(x/2))/2",
    "sympy object": sigmoid(sympy.Symbol("x")),
    "sympy function": sigmoid,
    "math function": lambda x: 1 / (1 + math.exp(-x)),
    "numpy function": lambda x: 1 / (1 + np.exp(-x)),
    "stable function": lambda x: math.exp(-np.logaddexp(0, -x)),
    "numpy scalar in an array": lambda x: np.array([1 / (1 + np.exp(-x))]),
    "function that gives text": lambda x: f"1/(1+exp(-{x}))",
    "constant function of text": lambda x: "sigmoid(x)",
    "branches": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
}
WRONG = {
    "tanh": "tanh(x)",
    "sign": "1/(1+exp(x))",
    "nearly": "sigmoid(x) + 1e-12",
    "function": lambda x: 1 / (1 + math.exp(x)),
    "function off by little": lambda x: 1 / (1 + math.exp(-x)) + 1e-6,
    "function of text": lambda x: "tanh(x)",
    "nothing": lambda x: None,
    "a list": ["sigmoid(x)", "sigmoid(x)"],
    "foreign name": "sigmoid(z)",
    "code": "__import__('os')",
    "number": 0.5,
    "nan": lambda x: math.nan,
}


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in RIGHT.items()])
def test_right_in_any_form(answer):
    """Text, LaTeX, objects and functions of numbers or symbols earn everything, and no diagnosis."""
    outcome, diagnosis = judged(answer, sigmoid)
    assert (outcome.verdict, outcome.credit) == (Verdict.CORRECT, 1), outcome
    assert diagnosis == ""


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in WRONG.items()])
def test_wrong_earns_nothing_and_says_why(answer):
    """Wrong formulas and functions earn nothing; the student's text holds no right value."""
    outcome, _ = judged(answer, sigmoid)
    assert (outcome.verdict, outcome.credit) == (Verdict.INCORRECT, 0), outcome
    assert "and not" not in outcome.for_student


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        ("-sigmoid(x)", "sign"),
        ("3*sigmoid(x)", "a constant factor"),
        ("sigmoid(x) + 1", "an added constant"),
        ("x", ""),
    ],
)
def test_diagnosis(answer, diagnosis):
    """A wrong sign, factor or constant is named."""
    _, said = judged(answer, sigmoid)
    assert (diagnosis in said) if diagnosis else said == ""


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("(tanh(x/2)+1)/2", 1),
        (r"\tfrac12\left(1+\tanh\tfrac{x}{2}\right)", 1),
        (lambda x: (sympy.tanh(x / 2) + 1) / 2, 1),
        (lambda x: (math.tanh(x / 2) + 1) / 2, Fraction(1, 2)),
        ("1/(1+exp(-x))", Fraction(1, 2)),
        ("sigmoid(x)", Fraction(1, 2)),
        ("(tanh(x/2)+1)/2 + 0*e^x", Fraction(1, 2)),
        ("tanh(x)", 0),
    ],
)
def test_form_is_judged_after_value(answer, credit):
    """The right function in the wrong form, or in one that can't be seen, earns the form's share."""
    outcome, _ = judged(answer, sigmoid, must_use=("tanh",), must_not_use=("exp",))
    assert outcome.credit == credit, outcome


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (lambda i, k, p, s: (i + 2 * p - k) // s + 1, True),
        (lambda i, k, p, s: math.floor((i + 2 * p - k) / s) + 1, True),
        (lambda i, k, p, s: float((i + 2 * p - k) // s + 1), True),
        ("floor((i+2p-k)/s)+1", True),
        ("(i+2p-k)//s+1", True),
        (r"\left\lfloor\frac{i+2p-k}{s}\right\rfloor+1", True),
        (lambda i, k, p, s: (i + 2 * p - k) / s + 1, False),
        (lambda i, k, p, s: math.ceil((i + 2 * p - k) / s) + 1, False),
        ("ceil((i+2p-k)/s)+1", False),
        ("floor((i+2p-k)/s)", False),
    ],
)
def test_sizes(answer, right):
    """Whole numbers in, whole numbers out; strides that divide and strides that don't."""
    outcome, _ = judged(
        answer, lambda i, k, p, s: sympy.floor((i + 2 * p - k) / s) + 1, SIZES, where=("k <= i + 2*p",)
    )
    assert outcome.right is right, outcome


def loss(f, y):
    return (f - y) ** 2


@pytest.mark.parametrize("reference", [loss, lambda f, y: float((f - y) ** 2), "(f-y)^2"])
@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("(f-y)^2/2", True),
        (lambda f, y: 3 * (f - y) ** 2, True),
        (lambda f, y: np.mean((f - y) ** 2), True),
        ("f^2 - 2 f y + y^2", True),
        ("|f-y|", False),
        (lambda f, y: abs(f - y), False),
        ("-(f-y)^2", False),
        (lambda f, y: 0.0, False),
    ],
)
def test_up_to_a_positive_factor(reference, answer, right):
    """The factor is one positive number, whether the reference gives a formula, text, or numbers alone."""
    outcome, _ = judged(answer, reference, LOSS, up_to="positive_factor")
    assert outcome.right is right, outcome


def test_declared_names_win():
    """`f (1-f)` is a product, `y` takes the values 0 and 1 only, and E is a variable where it is declared."""
    assert judged("f (1-f)(f-y)", lambda f, y: (f - y) * f * (1 - f), LOSS)[0].right
    assert judged("y^2 f", lambda f, y: y * f, LOSS)[0].right
    assert judged("E + I", "I + E", {"E": "real", "I": "real"})[0].right


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ("1/2x", Verdict.PENDING, "1/2▸x"),
        (r"\ln x x", Verdict.PENDING, "person"),
        ("10**10**10**10", Verdict.PENDING, "person"),
        ("q", Verdict.INCORRECT, "“q”"),
        ("x.__class__", Verdict.INCORRECT, "can't be read"),
        ("(" * 10_000, Verdict.INCORRECT, "levels deep"),
        ("", Verdict.INCORRECT, "empty"),
    ],
)
def test_what_may_be_mathematics_waits_for_a_person(answer, verdict, words):
    """Nobody loses marks to our reader: a notation that it refuses is pending; code and foreign names are wrong."""
    outcome, _ = judged(answer, "x/2")
    assert (outcome.verdict, outcome.credit) == (verdict, 0)
    assert words in outcome.for_student


def test_cases_are_asked_of_functions_too():
    """A function that is right at numbers but not on an array fails the rubric's own case; a formula is not asked."""
    case = Case("vector", (np.array([0.0, 1.0]),), ("x",), public=True)
    values = lambda x: 1 / (1 + np.exp(-np.asarray(x, dtype=float)))  # noqa: E731
    reference = lambda x: sigmoid(x) if isinstance(x, sympy.Basic) else values(x)  # noqa: E731
    assert judged(values, reference, cases=(case,))[0].right
    assert judged("sigmoid(x)", reference, cases=(case,))[0].right
    assert not judged(lambda x: 1 / (1 + math.exp(-x)), reference, cases=(case,))[0].right


def test_the_rubric_may_write_the_formula():
    """`answer` stands where the reference file has no such entry, and a mistake's own formula goes before it."""
    assert judged("x*x", None, answer="x^2")[0].right
    assert judged("x*x", "x^2", answer="x")[0].right
    with pytest.raises(CheckError):
        judged("x", None)
    with pytest.raises(CheckError):
        judged("x", None, answer="1/2x")


def test_within_forgives_formulas():
    """A formula may be off only where the rubric says so."""
    from grader.values.closeness import Tolerance

    assert judged("0.3333*x", "x/3", within=Tolerance(rtol=1e-3))[0].right
    assert not judged("0.3333*x", "x/3")[0].right
