"""Chooses the runner: the strongest box that this machine gives, or no less than was asked for."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from grader.errors import BoxTooWeak, SandboxError, UsageError
from grader.sandbox.runner import Runner

STRENGTHS = ("best", "strict", "weak", "none")
ESSENTIAL = ("landlock", "seccomp", "rlimits")
_ADVICE = "see `grader doctor`; a Linux machine, WSL 2 or a container has every wall"


def open_runner(
    strength: str = "best", *, secrets: Iterable[Path | str] = (), preload: Iterable[str] = ()
) -> Runner:
    """A runner of the strength asked for.

    Args:
        strength: "best": whatever walls stand, with a warning where the essential ones do not; "strict":
            all of Landlock, seccomp and rlimits, or none at all; "weak": like "best", without the warning;
            "none" (or "subprocess"): plain processes.
        secrets: what student code must not be able to read: the course.
        preload: modules that boxes find loaded, for speed.

    Raises:
        BoxTooWeak: "strict", and a wall is missing.
        SandboxError: the box could not be made, or a secret lies where student code reads.
        UsageError: there is no such strength.
    """
    if strength in ("none", "subprocess"):
        return _plain()
    if strength not in STRENGTHS:
        raise UsageError(f"no box of strength {strength!r}", hint=f"one of {', '.join(STRENGTHS)}")
    if sys.platform != "linux":
        return _instead(strength, f"there is no box on {sys.platform}")
    from grader.sandbox.forked import ForkServerRunner

    runner = ForkServerRunner(secrets=secrets, preload=preload)
    missing = [f"{name} ({runner.walls[name]})" for name in ESSENTIAL if runner.walls[name]]
    if missing and strength == "strict":
        runner.close()
        raise BoxTooWeak(f"not every wall stands: {'; '.join(missing)}", hint=_ADVICE)
    if missing and strength == "best":
        logging.getLogger(__name__).warning("the box is weak: without %s; %s", "; ".join(missing), _ADVICE)
    return runner


def _instead(strength: str, reason: str) -> Runner:
    if strength == "strict":
        raise BoxTooWeak(reason, hint=_ADVICE)
    if strength == "best":
        raise SandboxError(
            f"{reason}: student code would run with all that you may do",
            hint=f"`--sandbox weak` if you trust the submissions; {_ADVICE}",
        )
    return _plain()


def _plain() -> Runner:
    from grader.sandbox.subprocesses import SubprocessRunner

    return SubprocessRunner()
