"""What the proofs found, and what they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """An error makes the rubric unsound; a warning wants a look; what is excused was looked at."""

    ERROR = "error"
    WARNING = "warning"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a proof found.

    Attributes:
        level: how bad it is.
        where: file, line and column.
        message: what was found.
        proof: the proof's name.
        part: the id of the part, or an empty string.
        reason: why it is excused, in the author's words.
    """

    level: Level
    where: str
    message: str
    proof: str
    part: str = ""
    reason: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        part = f"{self.part}: " if self.part else ""
        excuse = f"\n    excused: {self.reason}" if self.reason else ""
        return f"{self.level}: {place}{part}{self.message} [{self.proof}]{excuse}"


def _counted(level: Level, count: int) -> str:
    plural = "s" if level is not Level.EXCUSED and count != 1 else ""
    return f"{count} {level}{plural}"


@dataclass(frozen=True, slots=True)
class ProofRun:
    """What one proof did.

    Attributes:
        name: the proof's name.
        claim: what it proves.
        done: what it tried ("41 mutants, 40 caught").
        seconds: how long it took.
    """

    name: str
    claim: str
    done: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LintReport:
    """The proofs of one assignment.

    Attributes:
        name: the assignment.
        findings: what was found, errors first.
        proofs: what was done.
        explain: whether the text tells of the proofs.
    """

    name: str
    findings: tuple[Finding, ...]
    proofs: tuple[ProofRun, ...] = ()
    explain: bool = False

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the rubric unsound."""
        return self.of(Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What wants a look."""
        return self.of(Level.WARNING)

    def of(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.level is level)

    def __str__(self) -> str:
        verdict = "sound" if not self.errors else "NOT sound"
        counts = ", ".join(_counted(level, len(self.of(level))) for level in Level)
        lines = [f"{self.name}: {verdict} ({counts})"]
        plain = self.findings if self.explain else self.errors + self.warnings
        lines += [f"  {line}" for finding in plain for line in str(finding).splitlines()]
        if not self.explain:
            lines += [f"  {line}" for line in self._excuses()]
        else:
            lines += [f"  {run.name}: {run.claim}: {run.done} ({run.seconds:.2f} s)" for run in self.proofs]
        return "\n".join(lines)

    def _excuses(self) -> list[str]:
        # One reason often stands for many small faults of one function: the first is shown, the rest counted.
        groups: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.of(Level.EXCUSED):
            groups.setdefault((finding.proof, finding.part, finding.reason), []).append(finding)
        lines = []
        for (_, _, reason), group in groups.items():
            more = f"    and {len(group) - 1} more" if len(group) > 1 else ""
            told = replace(group[0], reason="")
            lines += [str(told), *([more] if more else []), f"    excused: {reason}"]
        return lines


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, each as it was found; the same finding (under another seed, say) once."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda finding: list(Level).index(finding.level)))
