"""A small course that is sound, and that a test may spoil."""

import pytest

from grader.lint import lint
from grader.rubric import Course

REFERENCE = '''
"""Right and wrong answers."""
import numpy as np


def gate(x):
    """1 where x is positive."""
    return np.where(x > 0, 1.0, 0.0)


def slope(x, scale):
    """The derivative of scale * relu(x)."""
    return scale * gate(x)


def slope_ungated(x, scale):
    """A mistake."""
    return scale * np.ones_like(x)


def moved(x, scale, rate):
    """A step against the slope."""
    return x - rate * slope(x, scale)


def moved_up(x, scale, rate):
    """A mistake."""
    return x + rate * slope(x, scale)


sides = (3, 4)
"""A constant."""
'''

RUBRIC = """
assignment: small
marks: 6
questions:
  - id: q
    parts:
      - id: a
        marks: 2
        check: numeric
        entry: slope
        cases:
          - {name: both sides, args: {x: [-1.0, 2.0, 0.0], scale: 3.0}, public: true}
          - {name: drawn, draw: {x: {normal: {shape: [5]}}, scale: {uniform: {low: 1, high: 2}}}, repeat: 2}
        mistakes:
          - {like: slope_ungated, marks: 1, say: The gate.}
      - id: b
        marks: 3
        check: numeric
        entry: moved
        follows: [slope]
        cases:
          - {name: both sides, args: {x: [-1.0, 2.0, 0.0], scale: 3.0, rate: 0.5}, public: true}
          - {name: drawn, draw: {x: {normal: {shape: [5]}}}, args: {scale: 2.0, rate: 0.1}, repeat: 2}
        mistakes:
          - {like: moved_up, marks: 1, say: The sign.}
      - id: c
        marks: 1
        check: numeric
        entry: sides
"""


class Small:
    """The course's folder."""

    def __init__(self, root):
        self.root = root
        for name, text in (("rubrics/small.yaml", RUBRIC), ("reference/small.py", REFERENCE)):
            path = root / name
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")

    def change(self, name, old, new):
        """Replace one text in a file."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def rubric(self, old, new):
        """Replace one text in the rubric."""
        self.change("rubrics/small.yaml", old, new)

    def reference(self, old, new):
        """Replace one text in the reference."""
        self.change("reference/small.py", old, new)

    def lint(self, **options):
        """The report on it."""
        return lint(Course(self.root), "small", **options)


@pytest.fixture
def small(tmp_path):
    """A sound course of one assignment, `small`."""
    return Small(tmp_path)
