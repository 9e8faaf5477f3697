"""What a check asks, worked out once for all students: its questions, their names, and its core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from grader.checks.base import CheckKind
from grader.checks.registry import kind
from grader.grading.recording import probe_keys
from grader.model import Check, Observation, Probe

REMEMBERED = 2048


@dataclass(frozen=True, eq=False)
class Asked:
    """A check and its questions.

    Attributes:
        check: as the rubric has it.
        probes: what it asks, in order.
        keys: the name of each question in a recording.
    """

    check: Check
    probes: tuple[Probe, ...]
    keys: tuple[str, ...]
    _reduced: dict[frozenset[str], Asked] = field(default_factory=dict, init=False)

    @property
    def kind(self) -> CheckKind:
        """How it is judged."""
        return kind(self.check.kind)

    @cached_property
    def core(self) -> tuple[tuple[str, tuple[Probe, ...], tuple[int, ...]], ...]:
        """For each core case its name, its questions, and where their answers stand among all."""
        cases = [case for case in self.check.cases if case.marks is None]
        asked = [(case.name, self.kind.probes(replace(self.check, cases=(case,)))) for case in cases]
        return tuple((name, probes, self.places(probes)) for name, probes in asked)

    @cached_property
    def decisive(self) -> frozenset[str]:
        """A core case that rules a key out by itself, where the kind judges case by case; none else."""
        if not self.kind.casewise:
            return frozenset()
        able = [case.name for case in self.check.cases if case.marks is None and not case.forgives]
        return frozenset(able[:1])

    def only(self, names: frozenset[str]) -> Asked:
        """The same check with these cases alone."""
        if len(names) == len(self.check.cases):
            return self
        if names not in self._reduced:
            cases = tuple(case for case in self.check.cases if case.name in names)
            self._reduced[names] = asked(replace(self.check, cases=cases))
        return self._reduced[names]

    def places(self, probes: Sequence[Probe]) -> tuple[int, ...]:
        """Where the answers to these questions stand among the answers to all."""
        by_key = {key: place for place, key in enumerate(self.keys)}
        return tuple(by_key[key] for key in probe_keys(probes))

    def pick(self, part: Asked, seen: Sequence[Observation]) -> tuple[Observation, ...]:
        """The answers to a reduced check's questions, out of the answers to all."""
        return tuple(seen) if part is self else tuple(seen[place] for place in self.places(part.probes))


@lru_cache(maxsize=REMEMBERED)
def asked(check: Check) -> Asked:
    """What a check asks; checks are known by identity, since a rubric is read once."""
    probes = kind(check.kind).probes(check)
    return Asked(check, probes, probe_keys(probes))
