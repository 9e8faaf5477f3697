"""Modules that a rubric asks the box to load beforehand."""

from grader.batch.work import Bench, Workshop
from grader.model import SourceFile, Submission
from grader.rubric import Course

RUBRIC = """
assignment: hw
title: A module beforehand
preload: [mailbox]
questions:
  - id: "1"
    title: One
    parts: [{id: "1", marks: 1, check: numeric, entry: f}]
"""


def test_what_a_rubric_preloads_is_loaded_before_the_students_code(tmp_path):
    """A student's file finds the module there; without the key it is not."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "hw.py").write_text("f = 1\n")
    code = b"import sys\nf = int('mailbox' in sys.modules)\n"
    marks = []
    for text in (RUBRIC, RUBRIC.replace("preload: [mailbox]\n", "")):
        (tmp_path / "rubrics" / "hw.yaml").write_text(text)
        workshop = Workshop(Bench(tmp_path), Course(tmp_path))
        marks.append(workshop.grade(Submission("ada", "hw", (SourceFile("hw.py", code),))).graded.raw)
        workshop.close()
    assert marks == [1, 0]
