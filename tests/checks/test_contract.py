"""What every kind of check promises, run over all that the registry finds."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from grader.checks.base import Example, ExampleKey
from grader.checks.registry import kinds
from grader.model import (
    Check,
    Crashed,
    Forbidden,
    Missing,
    OutOfMemory,
    OutputLimit,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
    Verdict,
)

EXAMPLES = [
    pytest.param(kind, example, id=f"{name}: {example.name}")
    for name, kind in kinds().items()
    for example in kind.examples
]
KINDS = [pytest.param(kind, id=name) for name, kind in kinds().items()]

FAILURES = {
    Verdict.CRASHED: (Raised("ValueError", "x\x1b[31m\u202e<b>"), Crashed("SIGSEGV")),
    Verdict.MISSING: (Missing("f"),),
    Verdict.TIMED_OUT: (TimedOut(5.0),),
    Verdict.OUT_OF_MEMORY: (OutOfMemory(1024),),
    Verdict.OUTPUT_LIMIT: (OutputLimit(256),),
    Verdict.FORBIDDEN: (Forbidden("opened a network connection"),),
    Verdict.INCORRECT: (Unanswerable("gives a function"),),
}
FAILED = [(verdict, seen) for verdict, all_seen in FAILURES.items() for seen in all_seen]


def nested(depth):
    value = 1.0
    for _ in range(depth):
        value = [value]
    return value


HOSTILE = {
    "nothing": None,
    "empty list": [],
    "empty array": np.empty(0),
    "empty text": "",
    "empty dictionary": {},
    "not a number": float("nan"),
    "arrays of nan": np.full((3, 3), np.nan),
    "infinity": float("inf"),
    "minus infinity": np.array([-np.inf]),
    "huge integer": 10**5000,
    "huge array": np.zeros(1_000_000),
    "many axes": np.zeros((1,) * 20),
    "deep list": nested(60),
    "ragged list": [[1.0], [1.0, 2.0]],
    "mixed list": [1.0, "1", None, {}],
    "control characters": "\x1b[2J\u202e\x00</script>",
    "power tower": "10**10**10**10",
    "ten thousand brackets": "(" * 10_000,
    "bytes": b"\xff\x00",
    "complex nan": complex("nan+nanj"),
    "object array": np.array([1, None], dtype=object),
    "text array": np.array(["1", "2"]),
    "zero size axes": np.empty((0, 3)),
    "dictionary of text": {"x": "y", 1: None},
}


def judged(kind, example: Example, seen):
    key = ExampleKey(example, kind)
    count = len(kind.probes(example.check))
    outcome = kind.judge(example.check, key, (seen,) * count)
    sentence = kind.diagnose(example.check, key, (seen,) * count)
    assert isinstance(sentence, str)
    return outcome


def assert_sound(outcome, check: Check):
    assert 0 <= outcome.credit <= 1
    assert isinstance(outcome.credit, Fraction)
    assert all(0 <= part <= 1 for part in outcome.components)
    assert (outcome.verdict is Verdict.CORRECT) <= (outcome.credit == 1)
    assert (outcome.verdict is Verdict.PARTIAL) <= (0 < outcome.credit < 1)
    texts = [outcome.for_student, *outcome.advice, *(one.student for one in outcome.evidence)]
    assert outcome.for_student
    assert all(char.isprintable() for text in texts for char in text)
    assert all(len(text) < 2000 for text in texts)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_is(kind):
    """A kind has frozen options with defaults, a docstring, and examples of every sort."""
    assert dataclasses.is_dataclass(kind.options)
    assert kind.options.__dataclass_params__.frozen
    assert kind.options() is not None
    assert type(kind).__doc__
    assert isinstance(kind.needs_cases, bool)
    verdicts = {example.verdict for example in kind.examples}
    assert kind.grades_by_hand or {Verdict.CORRECT, Verdict.INCORRECT} <= verdicts
    assert len(kind.examples) >= 3


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_examples_hold(kind, example):
    """Each worked example comes out as it says, with the words it promises."""
    outcome = kind.judge(example.check, ExampleKey(example, kind), example.seen)
    assert (outcome.verdict, outcome.credit) == (example.verdict, example.credit), outcome
    assert_sound(outcome, example.check)
    said = " ".join([outcome.for_student, *outcome.advice])
    assert [words for words in example.says if words not in said] == [], said


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_judging_is_pure_and_deterministic(kind, example):
    """The same answers are judged alike twice, and the questions are the same twice."""
    key = ExampleKey(example, kind)
    first, second = (kind.judge(example.check, key, example.seen) for _ in range(2))
    assert first == second
    asked = [[(one.entry, one.case, one.how) for one in kind.probes(example.check)] for _ in range(2)]
    assert asked[0] == asked[1]
    assert len(asked[0]) == len(example.seen)
    assert len(set(asked[0])) == len(asked[0])


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_the_reference_earns_everything(kind, example):
    """Whoever answers as the reference does is right in full, or waits for a person."""
    values = [one for one in example.right if isinstance(one, Returned)]
    if len(values) != len(kind.probes(example.check)):
        pytest.skip("a predicate or the rubric stands for the reference")
    outcome = kind.judge(example.check, ExampleKey(example, kind), example.right)
    wanted = Verdict.PENDING if kind.grades_by_hand else Verdict.CORRECT
    assert outcome.verdict is wanted, outcome
    assert kind.diagnose(example.check, ExampleKey(example, kind), example.right) == ""


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in HOSTILE.items()])
def test_hostile_answers_are_never_right(kind, example, value):
    """Nothing, emptiness, wrong shapes, NaN, infinities and monsters earn no full marks, and end soon."""
    outcome = judged(kind, example, Returned(value))
    assert_sound(outcome, example.check)
    assert outcome.verdict is not Verdict.CORRECT


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
@pytest.mark.parametrize(("verdict", "seen"), FAILED, ids=lambda one: type(one).__name__)
def test_no_answer_is_no_marks_and_says_why(kind, example, verdict, seen):
    """Code that fails in every case earns nothing, and the verdict names the way it failed."""
    outcome = judged(kind, example, seen)
    assert_sound(outcome, example.check)
    assert (outcome.verdict, outcome.credit) == (verdict, 0)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_hidden_cases_stay_hidden(kind, example):
    """A wrong answer's text holds no hidden input: what an exception says in a hidden case is left out."""
    if any(case.public for case in example.check.cases) or not example.check.cases:
        pytest.skip("it has public cases only, or none")
    outcome = judged(kind, example, Raised("ValueError", "the-hidden-input"))
    assert "the-hidden-input" not in outcome.for_student
