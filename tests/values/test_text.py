"""Formulas in one alphabet."""

import pytest

from grader.values.text import Fault, Unreadable, caret, plain


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x²+1", "x^(2)+1"),
        ("x⁻¹⁰", "x^(-10)"),
        ("x₁₂y", "x_12 y"),
        ("2πr", "2 pi r"),
        ("σ(x)", "sigma(x)"),
        ("αβ", "alpha beta"),
        ("𝑥＋１", "x+1"),
        ("ŷ", "y_hat"),
        ("y\u0302", "y_hat"),
        ("a−b–c", "a-b-c"),
        ("a\u00a0b\tc", "a b c"),
        ("½x", "(1/2)x"),
        ("x≤∞", "x<= oo "),
    ],
)
def test_signs_and_letters_by_name(text, wanted):
    """Raised and lowered digits, Greek, full-width and mathematical letters come out in ASCII."""
    assert plain(text).text == wanted


def test_places_point_into_the_text_as_handed_in():
    """Every character of the plain text knows where it came from."""
    made = plain("2π²+z")
    assert made.at(made.text.index("z")) == 4
    assert made.at(len(made.text)) == 5


@pytest.mark.parametrize(
    ("text", "position", "fault"),
    [
        ("x + а", 4, Fault.NOTATION),
        ("ο", 0, Fault.NOTATION),
        ("x\u200b", 1, Fault.NOTATION),
        ("a\u202eb", 1, Fault.NOTATION),
        ("x\0", 1, Fault.NOTATION),
        ("", 0, Fault.CODE),
        ("  \n", 0, Fault.CODE),
        ("x" * 10_001, 10_000, Fault.LIMIT),
    ],
)
def test_what_only_looks_like_ours_is_refused(text, position, fault):
    """Cyrillic and Greek look-alikes, invisible characters, nothing at all and too much are named and placed."""
    with pytest.raises(Unreadable) as refusal:
        plain(text)
    assert (refusal.value.position, refusal.value.fault) == (position, fault)


def test_caret_stands_under_the_place():
    """The line is cut around a place far to the right, and the caret stands under it."""
    line, under = caret("a" * 80 + "!" + "b" * 80, 80).split("\n")
    assert line[under.index("^")] == "!"
    assert len(line) < 100
    assert caret("x", None) == ""
