"""A part that is right given the student's own earlier answer is paid, in whatever form that answer came."""

from fractions import Fraction

import pytest

LOSSES = [
    ("a fourth power, as text", "mse = '(f-y)^4'", "dmse_da = '4*(f-y)^3*f*(1-f)'", 2),
    ("a function, then text", "def mse(f, y):\n    return (f - y)**4", "dmse_da = '(f-y)^3*f*(1-f)'", 2),
    ("text, then a function", "mse = '(f-y)^4'", "def dmse_da(f, y):\n    return (f - y)**3*f*(1 - f)", 2),
    ("LaTeX", r"mse = r'\left|f-y\right|^3'", r"dmse_da = r'(f-y) \left|f-y\right| f (1-f)'", 2),
    (
        "SymPy expressions of the student's own symbols",
        "import sympy as sp\nf, y = sp.symbols('f y')\nmse = sp.Abs(f - y)",
        "dmse_da = sp.sign(f - y)*f*(1 - f)",
        2,
    ),
    (
        "a function that knows numbers only",
        "import math\ndef mse(f, y):\n    return -math.log(f if y == 1 else 1 - f)",
        "def dmse_da(f, y):\n    return f - y",
        2,
    ),
    ("a loss with its sign turned", "mse = '-(f-y)^2'", "dmse_da = '-2*(f-y)*f*(1-f)'", 2),
    ("a known mistake on one's own loss", "mse = '(f-y)^4'", "dmse_da = '(f-y)^3'", Fraction(1, 2)),
    ("a loss that is a constant", "mse = '7'", "dmse_da = '0'", 0),
    ("a loss that raises", "def mse(f, y):\n    raise ValueError", "dmse_da = '(f-y)*f'", 0),
    ("a loss in other names", "mse = '(p-y)^2'", "dmse_da = '(p-y)*p*(1-p)'", 0),
]


@pytest.mark.parametrize(
    ("loss", "derivative", "marks"), [row[1:] for row in LOSSES], ids=[row[0] for row in LOSSES]
)
def test_the_derivative_follows_the_students_own_loss(loss, derivative, marks, grade_text):
    """1.6 of feedforward_conv is the derivative of whatever loss the student handed in at 1.5."""
    graded = grade_text("feedforward_conv", f"{loss}\n{derivative}\n")
    mark = next(one for one in graded.marks if one.part == "1.6")
    assert mark.marks == marks, mark.staff
    assert mark.followed_through == (marks == 2)


FORWARD = [
    (
        "sigmoids of the wrong sums",
        "(6, 3, 0.9975, 0.9526, 1.95)",
        "(0.015, 0.1355, 0.0025, 0.0452, -0.0025, -0.0452)",
        6,
    ),
    ("the second sigmoid 0", "[2, 0, 0.88, 0, 0.88]", "[0.2112, 0, 0.1056, 0, -0.1056, 0]", 6),
    ("both units off, which leaves nothing to show", "(0, 0, 0.5, 0.5, 1)", "(0, 0, 0, 0, 0, 0)", 3),
    ("one from each", "(2, -1, 0.88, 0.27, 1.15)", "(0.21, -0.197, 0.1, 0.2, -0.1, -0.2)", 4),
    ("four of the six", "(6, 0, 0.7, 0.5, 1.2)", "(1.26, 0, 0.21, 0, 0.21, 1)", 4),
    ("too few values", "(6, 0, 0.7, 0.5)", "(1.26, 0, 0.21, 0, -0.21, 0)", 3),
]


@pytest.mark.parametrize(
    ("values", "partials", "marks"), [row[1:] for row in FORWARD], ids=[row[0] for row in FORWARD]
)
def test_the_partials_follow_the_students_own_forward_values(values, partials, marks, grade_text):
    """2b.partials of logistic_backprop is right if it follows from the student's own forward values."""
    graded = grade_text("logistic_backprop", f"forward_values = {values}\nbackprop_partials = {partials}\n")
    mark = next(one for one in graded.marks if one.part == "2b.partials")
    assert mark.marks == marks, mark.staff


def test_a_chain_is_followed_from_end_to_end(grade_text):
    """A flipped gradient costs its own part only: the average and the step on top of it are paid in full."""
    code = """
import numpy as np
W = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
def sample_gradient(x, y, theta, w):
    V = np.array([x[i] for i in W])
    e = y - 1 / (1 + np.exp(-(w @ V @ theta)))
    return list(e * (w @ V)), list(e * (V @ theta))
def batch_gradient(X, y, theta, w, batch):
    return [sum(np.array(sample_gradient(X[i], y[i], theta, w)[k]) for i in batch) / len(batch) for k in (0, 1)]
def sgd_step(X, y, theta, w, batch, lr):
    g, k = batch_gradient(X, y, theta, w, batch)
    return theta - lr * g, w - lr * k
"""
    marks = {mark.part: mark for mark in grade_text("baby_cnn", code).marks}
    assert [marks[part].marks for part in ("c.gradient", "c.batch", "c.step")] == [Fraction(3, 2), 2, 2]
    assert [marks[part].followed_through for part in ("c.gradient", "c.batch", "c.step")] == [
        False,
        True,
        True,
    ]


def test_an_entry_is_not_another_one_misspelt(grade_text):
    """`df_du` is asked for itself: whoever lacks `df_dv` is not asked whether it was meant."""
    code = "def df_du(*args):\n    return 0\ndef losss(*args):\n    return 0\n"
    marks = {mark.part: mark for mark in grade_text("tiny_cnn_training", code).marks}
    assert "is it that?" not in marks["1.uv"].feedback
    assert "There is `losss`: is it that?" in marks["1.loss"].feedback
