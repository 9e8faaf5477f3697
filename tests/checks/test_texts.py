"""Words for values and failures: short, clean, and the same for every kind."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks.texts import clean, failed, inputs, paragraphs, short, told
from grader.model import (
    Case,
    Check,
    Crashed,
    Forbidden,
    Frame,
    Interval,
    Missing,
    OneOf,
    OutOfMemory,
    OutputLimit,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
    Verdict,
)
from grader.values.codec import Seeded

CHECK = Check("numeric", "softmax", Fraction(1))
FRAMES = (Frame("warm_up.py", 3, "helper"), Frame("warm_up.py", 12, "softmax"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (np.float32(0.5), "0.5"),
        (True, "True"),
        (None, "None"),
        (float("nan"), "nan"),
        (2 + 1j, "2+1j"),
        pytest.param(10**5000, "an integer of 16610 bits", id="huge"),
        ("a\nb", r"'a\nb'"),
        (np.array(3), "3"),
        (np.eye(2), "[[1, 0], [0, 1]]"),
        (np.zeros((20, 9)), "array of shape (20, 9): 0, 0, 0, 0, …"),
        ((1, [2.5, "x"]), "(1, [2.5, 'x'])"),
        ((1,), "(1,)"),
        (list(range(50)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]"),
        ({"a": 1}, "{'a': 1}"),
        (Interval(0, 1), "anything from 0 to 1"),
        (OneOf((0.8808, 0.9)), "0.8808 or 0.9"),
        (Seeded(7), "numpy.random.default_rng(7)"),
    ],
)
def test_values_are_written_short(value, text):
    """Six digits, large arrays by their shape, long lists by their beginning."""
    assert short(value) == text


@pytest.mark.parametrize(
    "evil", ["\x1b[31mred", "a\u202eb", "zero\u200bwidth", "\ud800", "new\nline", "\x00"]
)
def test_text_is_cleaned_and_cut(evil):
    """No control, bidirectional or invisible character and no lone surrogate comes through; one line of bounded length."""
    for text in (clean(evil * 200), short(evil * 200), paragraphs(evil).replace("\n", "")):
        assert text.isprintable()
        assert len(text) <= 160


def test_paragraphs_keep_their_lines():
    """A student's prose is shown line by line."""
    assert paragraphs("one\n\n two \x1b \n") == "one\n\ntwo"
    assert len(paragraphs("x" * 100_000)) <= 8001


def test_inputs_have_their_names():
    """Arguments are told by name, or by number where there are no names."""
    assert inputs(Case("c", (1, np.array([1.5])), ("n", "x"))) == "n = 1, x = [1.5]"
    assert inputs(Case("c", (1,))) == "argument 1 = 1"


FAILURES = [
    (Raised("ValueError", "bad shape", FRAMES), Verdict.CRASHED, "raised ValueError (warm_up.py, line 12"),
    (Crashed("SIGSEGV"), Verdict.CRASHED, "SIGSEGV"),
    (Missing("softmax", nearest="sofmax"), Verdict.MISSING, "There is `sofmax`: is it that?"),
    (Missing("softmax", reason="line 3 does not compile"), Verdict.MISSING, "Line 3 does not compile"),
    (TimedOut(2.0), Verdict.TIMED_OUT, "longer than 2 s"),
    (TimedOut(10.0, while_importing=True), Verdict.TIMED_OUT, "top level took longer than 10 s"),
    (OutOfMemory(1024), Verdict.OUT_OF_MEMORY, "1024 MiB"),
    (OutputLimit(256, "printed"), Verdict.OUTPUT_LIMIT, "printed more than 256 KiB"),
    (
        Forbidden("opened a network connection"),
        Verdict.FORBIDDEN,
        "opened a network connection, which is not",
    ),
    (Unanswerable("gives a function"), Verdict.INCORRECT, "`softmax` gives a function."),
    (
        Unanswerable("softmax is a float, not a function"),
        Verdict.INCORRECT,
        "softmax is a float, not a function.",
    ),
]


@pytest.mark.parametrize(("seen", "verdict", "words"), FAILURES, ids=lambda one: type(one).__name__)
def test_failures_have_one_verdict_and_one_sentence(seen, verdict, words):
    """Each way of giving no answer has its verdict, no marks, and a sentence that says what happened."""
    outcome = failed(CHECK, seen)
    assert (outcome.verdict, outcome.credit) == (verdict, 0)
    assert words in outcome.for_student
    assert "softmax" in outcome.for_student or "top level" in outcome.for_student


def test_a_value_is_no_failure():
    """What came back is judged elsewhere."""
    assert failed(CHECK, Returned(1.0)) is None


def test_a_hidden_cases_message_is_for_staff():
    """An exception's message may repeat a hidden input, so the student reads its type and line."""
    outcome = failed(CHECK, Raised("ValueError", "x was 0.1234", FRAMES), public=False)
    assert "0.1234" not in outcome.for_student
    assert "0.1234" in outcome.for_staff
    assert "line 12" in outcome.for_student


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Raised("NameError", "name 'np' is not defined", FRAMES), "Running the file raised NameError"),
        (Missing("warm_up", reason="not UTF-8"), "not UTF-8"),
        (Missing("warm_up"), "nothing to ask"),
        (TimedOut(10.0, while_importing=True), "Running the file's top level took longer than 10 s."),
        (Crashed("exit 0"), "Running the file ended the process"),
    ],
)
def test_what_stopped_a_file_is_told(seen, words):
    """A hand-in that stops at its top level is told as a whole."""
    assert words in told(seen)
    assert told(Returned(1)) == ""
