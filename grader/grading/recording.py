"""What a submission's code answered, kept by question: marking reads it, and can be done again from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from grader.model import Limits, Missing, Observation, Probe
from grader.sandbox.runner import Arrival, Session
from grader.values import codec

Asker = Callable[[Probe], Observation]


def probe_keys(probes: Sequence[Probe]) -> tuple[str, ...]:
    """A stable name for each question; the same question asked again gets a number of its own."""
    return _keys(tuple(probes))


@lru_cache(maxsize=4096)
def _keys(probes: tuple[Probe, ...]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    keys = []
    for probe in probes:
        digest = probe_digest(probe)
        seen[digest] += 1
        keys.append(digest if seen[digest] == 1 else f"{digest}#{seen[digest]}")
    return tuple(keys)


def probe_digest(probe: Probe) -> str:
    """The digest of what is asked: the entry, the way of asking and the arguments, not the case's name."""
    return codec.digest((probe.entry, str(probe.how), probe.args))


@dataclass(slots=True)
class Recording:
    """The answers of one submission by question, and how its top level ran.

    Attributes:
        arrival: how running the top level went.
        answers: by `probe_keys`.
    """

    arrival: Arrival = field(default_factory=Arrival)
    answers: MutableMapping[str, Observation] = field(default_factory=dict)

    def unasked(self, probes: Sequence[Probe]) -> dict[str, Probe]:
        """The questions that are not recorded yet, by key, in order."""
        named = zip(probe_keys(probes), probes, strict=True)
        return {key: probe for key, probe in named if key not in self.answers}

    def ask_all(
        self, session: Session, probes: Mapping[str, Probe], limits: Limits, entries: Collection[str]
    ) -> None:
        """Ask in order, and keep the answers by key; none of `entries` is another one misspelt."""
        seen = session.ask(list(probes.values()), limits)
        told = (
            replace(one, nearest="") if isinstance(one, Missing) and one.nearest in entries else one
            for one in seen
        )
        self.answers.update(zip(probes, told, strict=True))

    def seen(self, probes: Sequence[Probe]) -> tuple[Observation, ...]:
        """The recorded answers to these questions; one never asked is `Missing`, and says so."""
        return tuple(
            self.answers.get(key, Missing(probe.entry, reason=NOT_RECORDED))
            for key, probe in zip(probe_keys(probes), probes, strict=True)
        )

    def asker(self, opened: Callable[[], Session] | None, limits: Limits) -> Asker:
        """Asks one question at a time: from the record, else of the box, and keeps the answer."""

        def ask(probe: Probe) -> Observation:
            key = probe_digest(probe)
            if key not in self.answers:
                if opened is None:
                    return Missing(probe.entry, reason=NOT_RECORDED)
                (self.answers[key],) = opened().ask([probe], limits)
            return self.answers[key]

        return ask


NOT_RECORDED = "this question has not been asked of the submission yet; grade again to ask it"


def nothing_handed_in(probes: Sequence[Probe], reason: str) -> Mapping[str, Observation]:
    """The record of a submission that can't be run at all: every question is missing, with the reason."""
    return {
        key: Missing(probe.entry, reason=reason)
        for key, probe in zip(probe_keys(probes), probes, strict=True)
    }
