"""Recordings as bytes, in the codec of the box: what the store keeps, and what a worker hands back.

=, seconds, value     an answer that a call gave and that has nothing else to tell, as nearly all are
a record              anything else: a tuple of MARK, the name of a class, its fields
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from grader.errors import CodecError
from grader.grading.recording import Recording
from grader.model import (
    NO_OUTPUT,
    Crashed,
    Forbidden,
    Frame,
    Missing,
    Observation,
    OutOfMemory,
    Output,
    OutputLimit,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
)
from grader.sandbox.runner import Arrival
from grader.values import codec

KNOWN: Mapping[str, type[Any]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            Returned, Unanswerable, Raised, Missing, TimedOut, OutOfMemory, OutputLimit, Forbidden, Crashed,
            Frame, Output, Arrival,
        )
    }
)  # fmt: skip
FIELDS: Mapping[str, tuple[tuple[str, object], ...]] = MappingProxyType(
    {name: tuple((each.name, each.default) for each in fields(one)) for name, one in KNOWN.items()}
)
MARK = "\x00"
_PLAIN = struct.Struct("<cd")
_SIGN = b"="


@dataclass(frozen=True, slots=True)
class Packed:
    """A recording as the store holds it: the arrival, and a row a question."""

    arrival: bytes
    answers: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def pack(recording: Recording) -> Packed:
    """The whole recording as bytes.

    Raises:
        CodecError: an answer is outside the codec's bounds (it can't be: it came through the codec).
    """
    rows = {key: pack_one(one) for key, one in recording.answers.items()}
    return Packed(pack_arrival(recording.arrival), rows)


def unpack(packed: Packed) -> Recording:
    """The recording in these bytes; an answer is unpacked when somebody looks at it.

    Raises:
        CodecError: the bytes are damaged, or of another version.
    """
    return Recording(unpack_arrival(packed.arrival), _Unpacked(packed.answers))


class _Unpacked(MutableMapping[str, Observation]):
    """Answers that are unpacked when somebody looks at them."""

    def __init__(self, packed: Mapping[str, bytes]) -> None:
        self._packed = dict(packed)
        self._seen: dict[str, Observation] = {}

    def __getitem__(self, key: str) -> Observation:
        if key not in self._seen:
            self._seen[key] = unpack_one(self._packed[key])
        return self._seen[key]

    def __setitem__(self, key: str, value: Observation) -> None:
        self._seen[key] = value
        self._packed[key] = b""

    def __delitem__(self, key: str) -> None:
        del self._packed[key]
        self._seen.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def pack_one(observation: Observation) -> bytes:
    """One answer as bytes."""
    if type(observation) is Returned and _tells_only_its_value(observation):
        return _PLAIN.pack(_SIGN, observation.seconds) + codec.encode(observation.value)
    return codec.encode(_plain(observation))


def unpack_one(data: bytes) -> Observation:
    """The answer in these bytes.

    Raises:
        CodecError: the bytes are damaged, or of another version.
    """
    if data[:1] == _SIGN and len(data) > _PLAIN.size:
        return Returned(codec.decode(data[_PLAIN.size :]), seconds=_PLAIN.unpack_from(data)[1])
    built = _built(codec.decode(data))
    if isinstance(built, Observation):
        return built
    raise CodecError("these bytes do not hold an answer")


def _tells_only_its_value(one: Returned) -> bool:
    usual = one.called and one.peak_bytes is None and one.output is NO_OUTPUT
    return usual and not one.mutated and not one.note


def pack_arrival(arrival: Arrival) -> bytes:
    """How a top level ran, as bytes."""
    return codec.encode(_plain(arrival))


def unpack_arrival(data: bytes) -> Arrival:
    """How a top level ran, from these bytes.

    Raises:
        CodecError: the bytes are damaged, or of another version.
    """
    built = _built(codec.decode(data))
    if isinstance(built, Arrival):
        return built
    raise CodecError("these bytes do not hold an arrival")


def _plain(value: Any) -> Any:
    """A dataclass of ours as mark, name and fields, usual ones at the end left out; an answer as it is."""
    name = type(value).__name__
    if name in KNOWN and type(value) is KNOWN[name]:
        parts = [getattr(value, each) for each, _ in FIELDS[name]]
        for _, usual in reversed(FIELDS[name]):
            if parts[-1] is not usual:
                break
            parts.pop()
        named = zip(FIELDS[name], parts, strict=False)
        return (MARK, name, *(part if each == "value" else _plain(part) for (each, _), part in named))
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _built(plain: Any) -> Any:
    if isinstance(plain, tuple) and len(plain) > 1 and plain[0] == MARK and plain[1] in KNOWN:
        named = zip(FIELDS[plain[1]], plain[2:], strict=False)
        try:
            return KNOWN[plain[1]](*(part if each == "value" else _built(part) for (each, _), part in named))
        except TypeError as error:
            raise CodecError(f"a record of {plain[1]} has other fields") from error
    return tuple(map(_built, plain)) if isinstance(plain, list) else plain
