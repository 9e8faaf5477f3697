"""What this machine can enforce: which walls of the box stand, and what that leaves open."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from grader.errors import SandboxError

_PROMISES = (
    ("landlock", "reads only Python's files and writes only its scratch folder",
     "student code can read every file that you can, the reference and other submissions among them"),
    ("seccomp", "starts no process, opens no connection, makes no unusual system call",
     "student code can start other programs and may reach the network"),
    ("rlimits", "memory, CPU time and file sizes are bounded",
     "student code can use up this machine's memory"),
    ("namespaces", "sees no other process, no network and no file but Python's; its scratch is in memory",
     "the box relies on Landlock and seccomp alone to hide other processes and the network"),
    ("uid", "runs as a user that nobody is",
     "student code runs as you: the other walls alone keep it from your files"),
)  # fmt: skip
_ESSENTIAL = frozenset({"landlock", "seccomp", "rlimits"})


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall.

    Attributes:
        name: "landlock", "seccomp" …
        stands: whether a throw-away child ran into it just now.
        does: what it is for.
        why_not: what went wrong where it does not stand.
        leaves_open: what that means.
    """

    name: str
    stands: bool
    does: str
    why_not: str = ""
    leaves_open: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found.

    Attributes:
        system: kernel, machine and Python.
        strength: the line that every run records.
        level: "strong": all of Landlock, seccomp and rlimits; "weak": not all; "none": a plain process.
        walls: one by one.
        fault: why there is no box at all, or an empty string.
    """

    system: str
    strength: str
    level: str
    walls: tuple[Wall, ...] = ()
    fault: str = ""

    def __str__(self) -> str:
        lines = [f"system    {self.system}", f"box       {self.level}: {self.strength}"]
        for wall in self.walls:
            lines.append(f"  {'stands ' if wall.stands else 'MISSING'}  {wall.name:<11} {wall.does}")
            if not wall.stands:
                lines.append(f"           because {wall.why_not}")
                lines.append(f"           so {wall.leaves_open}")
        if self.fault:
            lines.append(f"because   {self.fault}")
        if self.level != "strong":
            lines.append("advice    grade strangers' code on Linux 5.13 or later, in WSL 2 or in a container")
        return "\n".join(lines)


def examine() -> Report:
    """Make a box and try each of its walls on a throw-away child."""
    system = (
        f"{platform.system()} {platform.release()} {platform.machine()}, Python {platform.python_version()}"
    )
    if sys.platform != "linux":
        return Report(system, "a plain process", "none", fault="the box needs the Linux kernel")
    from grader.sandbox.forked import ForkServerRunner

    try:
        with ForkServerRunner() as runner:
            found, strength = runner.walls, runner.strength
    except SandboxError as error:
        return Report(system, "a plain process", "none", fault=str(error))
    walls = tuple(
        Wall(name, not found[name], does, found[name], without if found[name] else "")
        for name, does, without in _PROMISES
    )
    level = "strong" if all(not found[name] for name in _ESSENTIAL) else "weak"
    return Report(system, strength, level, walls)
