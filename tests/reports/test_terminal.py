"""Results in the terminal."""

import io
from fractions import Fraction

from rich.console import Console

from grader.gradebook import Gradebook
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict
from grader.reports.terminal import show, stats, summary


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


def test_one_student_part_by_part():
    """Marks, verdicts in words, reasons; the staff's text only when asked; markup in feedback is text."""
    wrong = Mark(
        "a",
        "q",
        Fraction(5, 3),
        Fraction(2),
        Verdict.PARTIAL,
        "slope",
        feedback="[bold]no[/bold]",
        staff="1e-7",
    )
    each = Graded("ada", "warm_up", (wrong,), Fraction(5, 3), Fraction(5, 3), Fraction(2), "Ada", ("late",))
    text = text_of(show(each))
    for words in (
        "ada (Ada), warm_up: 1.67 of 2",
        "[bold]no[/bold]",
        "partial",
        "known mistake: slope",
        "late",
    ):
        assert words in text
    assert "1e-7" not in text
    assert "1e-7" in text_of(show(each, staff=True))


def test_statistics_of_the_class(classroom):
    """Every part with its figures, in words and numbers; on a narrow terminal no name is broken."""
    text = text_of(stats(classroom[0]), width=80)
    for words in (
        "baby_cnn: parts",
        "warm_up: parts",
        "discr.",
        "baby_cnn: known mistakes",
        "slope",
        "share earned, 1",
    ):
        assert words in text
