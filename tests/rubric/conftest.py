"""A small course in a folder of its own."""

from textwrap import dedent

import pytest

REFERENCE = '''
"""Right and wrong answers."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LIMIT = 3


@dataclass
class Pair:
    left: float
    right: float


def double(x):
    """Twice x."""
    return 2 * x


def shifted(x, by=1):
    """Twice x, and then some."""
    return double(x) + by


def double_wrong_sign(x):
    """A mistake."""
    return -2 * x


def grows(x):
    """Changes its argument."""
    x += 1
    return x


def draws(rng):
    """A random number."""
    return float(rng.normal())


def fails(x):
    """Raises."""
    raise ValueError("no")


def make(rng):
    """Arguments for `shifted`."""
    return {"by": 5, "x": float(rng.normal())}
'''

RUBRIC = """
assignment: tiny
title: Tiny
marks: 3
questions:
  - id: q
    title: Numbers
    parts:
      - id: 1.10
        title: Twice
        marks: 2
        check: numeric
        entry: double
        cases:
          - {name: three, args: {x: 3.0}, public: true}
          - {name: drawn, draw: {x: {normal: {shape: [4]}}}, repeat: 3}
        mistakes:
          - {like: double_wrong_sign, marks: 0.5, say: The sign.}
      - id: b
        marks: 1
        check: numeric
        entry: shifted
        cases:
          - {args: {by: 2, x: 1.0}}
"""


class Folder:
    """A course's folder that a test may rewrite."""

    def __init__(self, root):
        self.root = root
        for name in ("rubrics", "reference"):
            (root / name).mkdir()
        self.write(RUBRIC)
        self.reference(REFERENCE)

    def write(self, text, name="tiny"):
        """Write the rubric; returns its path."""
        path = self.root / "rubrics" / f"{name}.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def change(self, old, new):
        """The rubric with one text replaced; returns its path."""
        assert old in RUBRIC
        return self.write(RUBRIC.replace(old, new))

    def reference(self, text, name="tiny"):
        """Write the reference; returns its path."""
        path = self.root / "reference" / f"{name}.py"
        path.write_text(dedent(text), encoding="utf-8")
        return path


@pytest.fixture
def folder(tmp_path):
    """A course of one assignment, `tiny`."""
    return Folder(tmp_path)
