"""A small course with a part for a person and a part for the grader, graded once for all tests."""

import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.batch.run import Run
from grader.desk.queue import Desk
from grader.desk.server import Server
from grader.model import SourceFile, Submission
from grader.rubric import Course

RUBRIC = """
assignment: essay
title: An essay
questions:
  - id: "1"
    title: Why and what
    parts:
      - {id: why, title: Why, marks: 2, check: manual, entry: why, model_answer: "The slope <vanishes> & stalls."}
      - {id: two, title: Two, marks: 3, check: numeric, entry: two, cases: [{name: it, args: {}, public: true}]}
"""
REFERENCE = '''"""Answers."""


def two():
    """2."""
    return 2.0


why = ""
'''
ANSWERS = {
    "ada": ("It <b>saturates</b>, says Ada Lovelace.", 2),
    "bob": ("=HYPERLINK(1)", 3),
    "eve": ("", 2),
    "<script>alert(1)</script>": ("</textarea><script>alert(2)</script>", 2),
    "王小明": ("斜率消失 \u202eevil", 2),
}


def handed_in(student, why, two) -> Submission:
    source = f"why = {why!r}\n\n\ndef two():\n    return {two}.0\n"
    name = "Ada Lovelace" if student == "ada" else ""
    return Submission(student, "essay", (SourceFile("essay.py", source.encode()),), name=name)


@pytest.fixture(scope="session")
def graded(tmp_path_factory) -> Path:
    """The course with a run in it, graded once for all tests."""
    root = tmp_path_factory.mktemp("course")
    for folder, name, text in (("rubrics", "essay.yaml", RUBRIC), ("reference", "essay.py", REFERENCE)):
        (root / folder).mkdir()
        (root / folder / name).write_text(text, encoding="utf-8")
    Run(Course(root), root / "out", strength="none").grade(
        [handed_in(student, *answer) for student, answer in ANSWERS.items()]
    )
    return root


@pytest.fixture
def run(graded, tmp_path) -> Run:
    """A run of one's own: four answers wait for a person, one is empty."""
    root = shutil.copytree(graded, tmp_path / "course")
    return Run.again(Course(root), root / "out")


@pytest.fixture
def desk(run) -> Desk:
    return Desk(run, "rb")


@pytest.fixture
def serving():
    """Serves desks; each is ended with the test."""

    @contextmanager
    def serve(desk):
        with Server(desk) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()

    return serve
