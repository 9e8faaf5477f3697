"""Recordings as bytes, in the codec of the box: what the store keeps, and what a worker hands back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from grader.errors import CodecError
from grader.grading.recording import Recording
from grader.model import (
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

KNOWN: dict[str, type[Any]] = {
    one.__name__: one
    for one in (
        Returned, Unanswerable, Raised, Missing, TimedOut, OutOfMemory, OutputLimit, Forbidden, Crashed,
        Frame, Output, Arrival,
    )
}  # fmt: skip
MARK = "\x00"


def pack(recording: Recording) -> bytes:
    """The whole recording as bytes.

    Raises:
        CodecError: an answer is outside the codec's bounds (it can't be: it came through the codec).
    """
    return codec.encode(
        (_plain(recording.arrival), {key: _plain(one) for key, one in recording.answers.items()})
    )


def unpack(data: bytes) -> Recording:
    """The recording in these bytes.

    Raises:
        CodecError: the bytes are damaged, or of another version.
    """
    arrival, answers = _pair(codec.decode(data))
    return Recording(_built(arrival), {key: _built(one) for key, one in answers.items()})


def pack_one(observation: Observation) -> bytes:
    """One answer as bytes."""
    return codec.encode(_plain(observation))


def unpack_one(data: bytes) -> Observation:
    """The answer in these bytes."""
    built = _built(codec.decode(data))
    if isinstance(built, Observation):
        return built
    raise CodecError("these bytes do not hold an answer")


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
    """A dataclass of ours as (mark, name, fields); an answer's own value is left as it is."""
    if is_dataclass(value) and type(value).__name__ in KNOWN:
        parts = {
            field.name: getattr(value, field.name)
            if field.name == "value"
            else _plain(getattr(value, field.name))
            for field in fields(value)
        }
        return (MARK, type(value).__name__, parts)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _built(plain: Any) -> Any:
    if isinstance(plain, tuple) and len(plain) == 3 and plain[0] == MARK and plain[1] in KNOWN:
        parts = {name: value if name == "value" else _built(value) for name, value in dict(plain[2]).items()}
        try:
            return KNOWN[plain[1]](**parts)
        except TypeError as error:
            raise CodecError(f"a record of {plain[1]} has other fields") from error
    if isinstance(plain, list):
        return tuple(_built(one) for one in plain)
    return plain


def _pair(plain: Any) -> tuple[Any, Any]:
    if isinstance(plain, tuple) and len(plain) == 2 and isinstance(plain[1], dict):
        return plain
    raise CodecError("these bytes do not hold a recording")
