"""Boxes for the tests: kept warm for a module, with every wall or without namespaces."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from grader.model import Limits, SourceFile, Submission

SMALL = Limits(
    seconds=0.4, memory_mb=256, output_kb=64, import_seconds=0.8, total_seconds=20.0, file_mb=2, processes=16
)


def submission(source: str | bytes, name: str = "warm_up.py", **helpers: str) -> Submission:
    """A hand-in of one file, with helper modules."""
    content = source.encode() if isinstance(source, str) else source
    files = [
        SourceFile(name, content),
        *(SourceFile(f"{one}.py", text.encode()) for one, text in helpers.items()),
    ]
    return Submission("ada", "warm_up", tuple(files))


@pytest.fixture
def small() -> Limits:
    """Limits under which every attack ends soon."""
    return SMALL


@pytest.fixture
def hand_in() -> Callable[..., Submission]:
    """Makes a hand-in of one file, with helper modules."""
    return submission


@pytest.fixture(scope="module", params=["every wall", "no namespaces"])
def boxes(request) -> Iterator[object]:
    """A fork server with all the walls of this machine, and one as on a machine that forbids namespaces."""
    if sys.platform != "linux":
        pytest.skip("the box needs Linux")
    from grader.sandbox.forked import WALLS, ForkServerRunner

    walls = WALLS if request.param == "every wall" else [wall for wall in WALLS if wall != "namespaces"]
    with ForkServerRunner(walls) as runner:
        missing = {
            name: runner.walls[name] for name in ("landlock", "seccomp", "rlimits") if runner.walls[name]
        }
        if missing:
            pytest.skip(f"this machine has no {missing}")
        yield runner
