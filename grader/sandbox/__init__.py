"""All that touches the processes in which student code runs.

The program in the box imports from this package: nothing is loaded here but names.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.runner import Runner


def open_runner(
    strength: str = "best", *, secrets: Iterable[Path | str] = (), preload: Iterable[str] = ()
) -> Runner:
    """A runner of the strength asked for: see `grader.sandbox.opening.open_runner`."""
    from grader.sandbox import opening

    return opening.open_runner(strength, secrets=secrets, preload=preload)
