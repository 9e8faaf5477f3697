"""Results in the terminal."""

import io
from fractions import Fraction

from rich.console import Console

from grader.gradebook import Gradebook
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict
from grader.reports.terminal import summary


def text_of(renderable, width=100) -> str:
    """What a terminal without colour shows."""
    console = Console(width=width, record=True, file=io.StringIO(), color_system=None)
    console.print(renderable)
    return console.export_text()


def test_a_batch_at_a_glance():
    """Students, marks, what to look at, and the assignment's mean; names can't command the terminal."""
    assignment = Assignment("warm_up", "W", (Question("a", "A", (Part("a", "a", "", Fraction(2), ()),)),))
    wait = Mark("a", "a", None, Fraction(2), Verdict.PENDING)
    full = Mark("a", "a", Fraction(2), Fraction(2), Verdict.CORRECT)
    graded = [
        Graded("[red]x\x1b[31m", "warm_up", (wait,), Fraction(0), Fraction(0), Fraction(2)),
        Graded("bob", "warm_up", (full,), Fraction(2), Fraction(2), Fraction(2)),
    ]
    text = text_of(summary(Gradebook(graded, [assignment])))
    assert "1 pending" in text
    assert "[red]x[31m" in text
    assert "\x1b" not in text
    assert "warm_up" in text
    assert " 1 " in text
