"""Hostile submissions: each file of `attacks/` is named by what must come out of it.

`<verdict>_<trick>.py` defines `f`, which is asked for f(2.0); 4.0 would be right. A line `# value: …` is what
must come back. A question to the same submission follows, and then another submission: neither may suffer.
"""

from __future__ import annotations

import ast
import json
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.model import (
    Crashed,
    Forbidden,
    Limits,
    Missing,
    OutOfMemory,
    OutputLimit,
    Probe,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
)

VERDICTS = {
    "returned": Returned,
    "raised": Raised,
    "timed_out": TimedOut,
    "out_of_memory": OutOfMemory,
    "output_limit": OutputLimit,
    "forbidden": Forbidden,
    "crashed": Crashed,
    "missing": Missing,
    "unanswerable": Unanswerable,
    "refused": (Forbidden, Raised),
    "killed": (Forbidden, Crashed),
    "ended": (OutOfMemory, OutputLimit, Crashed, Raised, TimedOut),
}
ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.py"))
FOLLOWED_BY = "\n\ndef after():\n    return 1.0\n"
HONEST = "def f(x):\n    return x * x\n"


def verdict_of(name: str) -> str:
    """The verdict that a name begins with."""
    return next(verdict for verdict in VERDICTS if name.startswith(verdict))


def patient(limits: Limits, name: str = "") -> Limits:
    """Time enough on a busy machine for whoever is not meant to run out of it."""
    hurried = name.startswith(("timed_out", "ended"))
    return limits if hurried else replace(limits, seconds=10.0, import_seconds=10.0, total_seconds=60.0)


def remark(source: str, key: str) -> str | None:
    """What a comment `# key: …` at the top of an attack says."""
    found = [line for line in source.splitlines()[:5] if line.startswith(f"# {key}:")]
    return found[0].partition(":")[2].strip() if found else None


def is_value(seen: object, wanted: object) -> bool:
    """Whether an answer is the value that an attack must get: never its own __eq__."""
    if wanted == "nan":
        return type(seen) is float and math.isnan(seen)
    if isinstance(seen, np.ndarray):
        return type(seen) is np.ndarray and seen.tolist() == wanted
    return type(seen) is type(wanted) and seen == wanted


def left_behind(runner) -> list[str]:
    """Processes under the fork server, and files in its scratch place, that no box accounts for."""
    server = runner._keeper.process.pid
    found, todo = [], [server]
    while todo:
        pid = todo.pop()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        found += children
        todo += map(int, children)
    namespaced = not runner.walls["namespaces"]
    scratch = Path(runner._keeper.scratch)
    return found[namespaced:] + (os.listdir(scratch) if scratch.exists() else [])


def assert_unharmed(runner, honest, limits) -> None:
    """The next submission gets its own right answer, and nothing is left of the last one."""
    with runner.open(honest, limits) as session:
        seen = session.ask([Probe("f", (3.0,))], limits)[0]
    assert isinstance(seen, Returned)
    assert seen.value == 9.0
    assert left_behind(runner) == []


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_attack(boxes, small, hand_in, path, monkeypatch):
    """The attack gets the verdict in its name and no right answer; everyone else goes on unharmed."""
    monkeypatch.setenv("GRADER_SECRET", "canary")
    source = path.read_text()
    verdict, limits = verdict_of(path.stem), patient(small, path.stem)
    with boxes.open(hand_in(source + FOLLOWED_BY), limits) as session:
        seen, after = session.ask([Probe("f", (2.0,)), Probe("after")], limits)
    assert isinstance(seen, VERDICTS[verdict]), (seen, session.arrival)
    if isinstance(seen, Returned):
        wanted = remark(source, "value")
        assert is_value(
            seen.value,
            "nan" if wanted == "nan" else math.inf if wanted == "inf" else ast.literal_eval(wanted),
        )
    if "at_import" in path.stem and verdict != "missing":
        assert type(session.arrival.fault) is type(seen) is type(after)
    elif verdict != "missing":
        expected = VERDICTS[remark(source, "after") or "returned"]
        assert isinstance(after, expected), after
    assert_unharmed(boxes, hand_in(HONEST), patient(small))


def notebook(*cells: str) -> bytes:
    """A notebook with these code cells."""
    made = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


DEFINES_F = "def f(x):\n    return x * x\n"
SOURCES = {
    "returned byte order mark": ("a.py", b"\xef\xbb\xbf" + DEFINES_F.encode()),
    "returned CRLF": ("a.py", DEFINES_F.replace("\n", "\r\n").encode()),
    "returned latin-1 as it declares": ("a.py", b"# -*- coding: latin-1 -*-\n# \xe9\n" + DEFINES_F.encode()),
    "missing latin-1 undeclared": ("a.py", b's = "\xe9"\n' + DEFINES_F.encode()),
    "missing UTF-16": ("a.py", DEFINES_F.encode("utf-16")),
    "missing null bytes": ("a.py", b"\0" * 100),
    "missing mixed tabs": ("a.py", b"if True:\n        x = 1\n\ty = 2\n" + DEFINES_F.encode()),
    "missing empty": ("a.py", b""),
    "missing zip": ("a.py", b"PK\x03\x04" + bytes(range(256)) * 20),
    "returned 10 MB": ("a.py", (DEFINES_F + "x = 1  # " + "a" * 1000 + "\n").encode() + b"#" * (10 << 20)),
    "ended deep brackets": ("a.py", b"(" * 100_000 + b")" * 100_000),
    "ended deep attributes": ("a.py", b"x = a" + b".a" * 100_000),
    "ended deep operators": ("a.py", b"x = " + b"-" * 100_000 + b"1"),
    "returned notebook": ("a.ipynb", notebook("%matplotlib inline\n!ls\n", DEFINES_F)),
    "returned notebook with broken cells": (
        "a.ipynb",
        notebook("1/0", "def (", DEFINES_F, "raise SystemExit"),
    ),
    "returned notebook that exits": ("a.ipynb", notebook("import sys\nsys.exit()\n" + DEFINES_F)),
    "missing notebook that is not JSON": ("a.ipynb", b"{"),
    "missing notebook of deep JSON": ("a.ipynb", b"[" * 100_000),
    "missing notebook of other JSON": (
        "a.ipynb",
        b'{"cells": [1, {"cell_type": "code", "source": {"a": 1}}]}',
    ),
    "timed_out notebook at import": ("a.ipynb", notebook("while True: pass", DEFINES_F)),
    "crashed notebook at import": ("a.ipynb", notebook("import os; os._exit(0)", DEFINES_F)),
    "output_limit notebook at import": ("a.ipynb", notebook("while True: print('x' * 1000)")),
}


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_source(boxes, small, hand_in, name):
    """Whatever bytes are handed in as a source or a notebook, the verdict is the one that they deserve."""
    (file, content), limits = SOURCES[name], patient(small, name)
    with boxes.open(hand_in(content, file), limits) as session:
        seen = session.ask([Probe("f", (2.0,))], limits)[0]
    wanted = VERDICTS[verdict_of(name)]
    assert isinstance(seen, wanted if not name.startswith("ended") else (*wanted, Missing)), (
        seen,
        session.arrival,
    )
    if isinstance(seen, Returned):
        assert seen.value == 4.0
    assert_unharmed(boxes, hand_in(HONEST), patient(small))
