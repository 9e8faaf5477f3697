"""Reads what comes out of a box: hostile bytes, turned into an Observation or refused.

A reply is a codec message `(kind, fields)`, or a value by itself. Every field is checked for its exact type;
text is cut and cleaned; an answer is decoded under the codec's limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from grader.errors import CodecError
from grader.model import (
    NO_OUTPUT,
    Forbidden,
    Frame,
    Limits,
    Missing,
    Observation,
    OutOfMemory,
    Output,
    OutputLimit,
    Raised,
    Returned,
    Unanswerable,
)
from grader.sandbox.answering import ANSWER_LIMITS, Reply
from grader.sandbox.channel import PLAIN, Message
from grader.sandbox.tracing import MAX_FRAMES
from grader.sandbox.words import clean
from grader.values.codec import CodecLimits, decode

MESSAGE_LIMITS = CodecLimits(bytes=ANSWER_LIMITS.bytes + (1 << 20), depth=8, elements=10_000)


@dataclass(frozen=True, slots=True)
class About:
    """What the trusted side knows of a question: nothing of it comes from the box.

    Attributes:
        entry: the name that was asked.
        limits: what it might cost.
        wall: how long it took, in seconds.
        output: what was printed meanwhile.
    """

    entry: str
    limits: Limits
    wall: float = 0.0
    output: Output = NO_OUTPUT


def read_reply(message: Message) -> Reply:
    """The kind and fields of a reply.

    Raises:
        CodecError: it is none.
    """
    if message.flags & PLAIN:
        return "returned", {"value": message.body, "seconds": message.seconds}
    match decode(message.body, MESSAGE_LIMITS, generators=False):
        case (str() as kind, dict() as fields) if all(type(key) is str for key in fields):
            return kind, fields
    raise CodecError("this is not a reply")


def observe(reply: Reply, about: About) -> Observation:
    """What a reply says.

    Raises:
        CodecError: a field is missing or of another type.
    """
    kind, fields = reply
    read = _KINDS.get(kind)
    if read is None:
        raise CodecError("unknown kind of reply")
    return read(_Fields(fields), about)


class _Fields:
    """The fields of a reply, each taken with the type that it must have."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self.fields = fields

    def take(self, name: str, kind: type, default: object) -> Any:
        value = self.fields.get(name, default)
        if type(value) is not kind:
            raise CodecError(f"field {name!r} is of another type")
        return value

    def text(self, name: str) -> str:
        return clean(self.take(name, str, ""))

    def seconds(self, about: About) -> float:
        said: float = self.take("seconds", float, about.wall)
        return said if 0.0 <= said <= about.wall * 64 else about.wall  # threads add up; NaN fails

    def frames(self) -> tuple[Frame, ...]:
        return tuple(_frame(frame) for frame in self.take("frames", list, [])[: MAX_FRAMES + 1])


def _frame(frame: object) -> Frame:
    match frame:
        case (str() as file, int() as line, str() as function, str() as text, int() as cell):
            place = clean(file, 200), min(abs(line), 10**9)
            return Frame(*place, clean(function, 200), clean(text, 200), min(abs(cell), 10**6) or None)
    raise CodecError("a frame is malformed")


def _returned(fields: _Fields, about: About) -> Observation:
    mutated = fields.take("mutated", tuple, ())
    if len(mutated) > 100 or not all(type(position) is int and 0 <= position < 100 for position in mutated):
        raise CodecError("positions are malformed")
    peak = fields.take("peak", int, 0) if "peak" in fields.fields else None
    return Returned(
        value=decode(fields.take("value", bytes, b""), ANSWER_LIMITS, generators=False),
        called=fields.take("called", bool, True),
        seconds=fields.seconds(about),
        peak_bytes=None if peak is None else min(max(peak, 0), 1 << 60),
        mutated=mutated,
        note=fields.text("note"),
        output=about.output,
    )


def _unanswerable(fields: _Fields, about: About) -> Observation:
    return Unanswerable(fields.text("reason"), fields.seconds(about), about.output)


def _raised(fields: _Fields, about: About) -> Observation:
    kind = clean(fields.take("type", str, "Exception"), 100)
    return Raised(kind, fields.text("message"), fields.frames(), fields.seconds(about), about.output)


def _missing(fields: _Fields, about: About) -> Observation:
    nearest = clean(fields.take("nearest", str, ""), 100)
    return Missing(about.entry, nearest, fields.text("reason"), fields.frames())


def _forbidden(fields: _Fields, about: About) -> Observation:
    return Forbidden(fields.text("action"), fields.frames(), about.output)


def _memory(_fields: _Fields, about: About) -> Observation:
    return OutOfMemory(about.limits.memory_mb, about.output)


def _large(fields: _Fields, about: About) -> Observation:
    if fields.text("what") == "written":
        return OutputLimit(about.limits.file_mb << 10, "written", about.output)
    return OutputLimit(ANSWER_LIMITS.bytes >> 10, "returned", about.output)


_KINDS: Mapping[str, Callable[[_Fields, About], Observation]] = MappingProxyType(
    {
        "returned": _returned,
        "unanswerable": _unanswerable,
        "raised": _raised,
        "missing": _missing,
        "forbidden": _forbidden,
        "memory": _memory,
        "large": _large,
    }
)
