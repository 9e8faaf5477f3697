"""A tiny course and a tiny class, and the command line over them."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.batch.run import Run
from grader.intake import read
from grader.rubric import Course

ROOT = Path(__file__).parents[2]
RUBRIC = """\
assignment: tiny
title: A tiny assignment
defaults: {tolerance: {rtol: 1.0e-7, atol: 1.0e-9}, limits: {seconds: 1}}
questions:
  - id: a
    title: Two functions
    parts:
      - id: a.double
        marks: 2
        check: numeric
        entry: double
        cases: [{name: two, args: {x: 2.0}, public: true}, {name: minus, args: {x: -1.5}}]
        mistakes: [{like: squared, marks: 1, say: "That is the square."}]
      - id: a.slow
        marks: 1
        check: numeric
        entry: slow
        cases: [{name: one, args: {x: 1.0}, public: true}]
"""
REFERENCE = '''"""The tiny reference."""

from __future__ import annotations


def double(x: float) -> float:
    """Twice x."""
    return 2 * x


def squared(x: float) -> float:
    """The mistake of squaring."""
    return x * x


def slow(x: float) -> float:
    """One more than x."""
    return x + 1
'''
RIGHT = (
    "import time\ndef double(x):\n    return 2 * x\ndef slow(x):\n    time.sleep(0.03)\n    return x + 1\n"
)
VARIANTS = (
    RIGHT,
    RIGHT.replace("2 * x", "x * x"),
    RIGHT.replace("x + 1", "x - 1"),
    "def double(x):\n    raise ValueError('no')\n",
)


@dataclass
class Class:
    """A course, its submissions, and where a run goes."""

    root: Path
    out: Path

    @property
    def submissions(self):
        """Everything handed in, read anew."""
        return read([self.root / "submissions"], self.course.names).submissions

    @property
    def course(self):
        """The course, read anew."""
        return Course(self.root)

    def hand_in(self, student, text):
        """Put a student's file in its folder."""
        folder = self.root / "submissions" / student
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tiny.py").write_text(text)

    def edit(self, old, new):
        """Change the rubric."""
        path = self.root / "rubrics" / "tiny.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def run(self, **more):
        """A run in this process's name."""
        return Run(self.course, self.out, **more)

    def command(self, *more, out=None):
        """The arguments of the command that grades the class."""
        place = [
            "--course",
            str(self.root),
            "grade",
            str(self.root / "submissions"),
            "-o",
            str(out or self.out),
        ]
        return [sys.executable, "-m", "grader", *place, "-q", "--no-reports", *more]

    def start(self, *more, out=None):
        """Start grading, in a session of its own."""
        return subprocess.Popen(
            self.command(*more, out=out), cwd=ROOT, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def grade(self, *more, out=None):
        """Grade with the command line; the finished process."""
        return subprocess.run(
            self.command(*more, out=out), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )


def marks(out):
    """The results without what a clock said."""

    def timeless(value):
        if isinstance(value, dict):
            return {key: timeless(one) for key, one in value.items() if key != "seconds"}
        return [timeless(one) for one in value] if isinstance(value, list) else value

    return timeless(json.loads((out / "results.json").read_text()))


def descendants(pid):
    """Every process below this one that still runs, with its command."""
    below = {pid}
    table = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text().rsplit(")", 1)[1].split()
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            table.append((int(path.name), stat[0], int(stat[1]), line))
    grown = True
    while grown:
        more = {pid for pid, _state, parent, _line in table if parent in below} - below
        below |= more
        grown = bool(more)
    return {child: line for child, state, _, line in table if child in below - {pid} and state != "Z"}


def runs(pid):
    """Whether a process is still there."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def tiny(tmp_path):
    """A course of two parts and a dozen submissions: right, a known mistake, wrong, crashing."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "rubrics" / "tiny.yaml").write_text(RUBRIC)
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "tiny.py").write_text(REFERENCE)
    made = Class(tmp_path, tmp_path / "out")
    for number in range(12):
        made.hand_in(f"s{number:02}", VARIANTS[number % len(VARIANTS)])
    return made


@pytest.fixture
def timeless():
    """Reads a run's results without what a clock said."""
    return marks


@pytest.fixture
def started():
    """Starts processes that are ended with the test, whatever becomes of it."""
    processes = []

    def start(process):
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def below():
    """Lists the processes below one."""
    return descendants


@pytest.fixture
def alive():
    """Tells whether a process is still there."""
    return runs
