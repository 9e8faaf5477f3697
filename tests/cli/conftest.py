"""A small course, as `grader new` makes one, and the command line as a shell starts it."""

import subprocess
import sys

import pytest

from grader.rubric.skeleton import write_skeleton

DEFAULT_SIGNALS = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from grader.cli import main; main(sys.argv[1:])"
)


def start(*args, **how):
    """A process of its own; a background job's ignored Ctrl-C is made to count again."""
    command = [sys.executable, "-c", DEFAULT_SIGNALS, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


@pytest.fixture
def course(tmp_path):
    """A course of two assignments, `week_3` and `week_4`, with three hand-ins for each."""
    for name in ("week_3", "week_4"):
        write_skeleton(tmp_path, name)
    return tmp_path
