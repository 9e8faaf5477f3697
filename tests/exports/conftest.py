"""A small class with all that is awkward: thirds, late work, pending parts, hostile names and texts."""

from fractions import Fraction

import pytest

from grader.gradebook import Gradebook
from grader.model import Assignment, Check, Graded, Mark, Part, Question, Verdict

HOSTILE = (
    '=HYPERLINK("http://evil.example";"x")',
    "<script>alert(1)</script>",
    "אבג שלום \u202eevil",
    "👩‍🎓 é" + "x" * 300,
    "@import ::error ::no%0A ]]> &amp; | `x` $(rm)",
    "\x1b]0;owned\x07 \x00 \ud800 \uffff",
)


@pytest.fixture
def assignment() -> Assignment:
    """Eight marks in two parts."""
    checks = (Check("numeric", "sigmoid", Fraction(5)),)
    parts = (Part("a.1", "a", "One", Fraction(5), checks), Part("a.2", "a", "Two", Fraction(3), ()))
    return Assignment("warm_up", "HW 3", (Question("a", "First", parts),))


def graded(student: str, marks: tuple[Fraction | None, Fraction], name: str = "", text: str = "") -> Graded:
    """A marked submission, a sixth taken off for being late."""
    first, second = marks
    verdict = Verdict.PENDING if first is None else Verdict.PARTIAL
    raw = (first or Fraction(0)) + second
    return Graded(
        student,
        "warm_up",
        (
            Mark("a.1", "a", first, Fraction(5), verdict, "slope", feedback=text, staff=f"SECRET {text}"),
            Mark("a.2", "a", second, Fraction(3), Verdict.CORRECT if second == 3 else Verdict.INCORRECT),
        ),
        raw,
        raw - Fraction(1, 6),
        Fraction(8),
        name,
        notes=(text,) if text else (),
        handed_in_at="2026-11-03T23:15:07.5+01:00",
    )


@pytest.fixture
def book(assignment) -> Gradebook:
    """Four ordinary students, one of them pending."""
    return Gradebook(
        [
            graded("12345", (Fraction(5, 3), Fraction(3)), "Jane Doe", "softmax: rows must sum to 1"),
            graded("12346", (Fraction(5, 2), Fraction(1, 2)), "Jürgen Müller"),
            graded("12347", (None, Fraction(3)), "Ann Lee"),
            graded("4711", (Fraction(5), Fraction(3)), "Bo Li"),
        ],
        [assignment],
    )


@pytest.fixture
def hostile(assignment) -> Gradebook:
    """Students whose ids, names and feedback attack."""
    return Gradebook([graded(text, (Fraction(1), Fraction(0)), text, text) for text in HOSTILE], [assignment])
