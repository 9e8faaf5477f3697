"""The keys of a rubric that do not depend on the kind of check, as pydantic models.

They say what may be written where; turning it into the values of `grader.model` is `loading`'s work.
A check's further keys belong to its kind and are kept in `model_extra`.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)


def exact(value: object) -> Fraction:
    """A number as it was written: 0.1 is one tenth, "5/3" five thirds.

    Raises:
        ValueError: it is not a finite number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        raise ValueError("must be a number, or a fraction such as 5/3")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("must be finite")
        value = repr(value)
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):  # '1e999999999' would take for ever
        raise ValueError("must be a number, or a fraction such as 5/3")
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("must be a number, or a fraction such as 5/3") from error


_WRITTEN = re.compile(r"[-+]?[\d.]{1,30}(?:/\d{1,20}|[eE][-+]?\d{1,3})?")


def _not_negative(value: Fraction) -> Fraction:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise ValueError("must be positive")
    return value


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("must be a date and time such as 2026-12-01T23:00:00+01:00") from error
    if moment.tzinfo is None:
        raise ValueError("must say its offset from UTC, such as +01:00 or Z at the end")
    return value


_NUMBER = WithJsonSchema(
    {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d+(/\d+|\.\d+)?$"}]}
)
Marks = Annotated[Fraction, PlainValidator(exact), AfterValidator(_not_negative), _NUMBER]
Weight = Annotated[Fraction, PlainValidator(exact), AfterValidator(_positive), _NUMBER]
_TEXT = WithJsonSchema({"type": ["string", "number", "boolean"]})  # the reader keeps it as it is written
Name = Annotated[str, Field(min_length=1, strict=True), _TEXT]
Text = Annotated[StrictStr, _TEXT]
Identifier = Annotated[str, Field(pattern=r"^[^\W\d]\w*$", strict=True)]
Forgiven = Literal["inf", "nan", "raise", "finite"]
Values = dict[str, Any]


class Keys(BaseModel):
    """Base of every model: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ToleranceKeys(Keys):
    """How far a number may be from the reference's: `atol + rtol * abs(reference)`."""

    rtol: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    atol: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class LimitKeys(Keys):
    """What one question, or the submission, may cost."""

    seconds: Annotated[float, Field(gt=0, le=3600)] | None = None
    memory_mb: Annotated[StrictInt, Field(ge=16)] | None = None
    output_kb: Annotated[StrictInt, Field(ge=1)] | None = None
    import_seconds: Annotated[float, Field(gt=0, le=3600)] | None = None
    total_seconds: Annotated[float, Field(gt=0, le=86400)] | None = None
    file_mb: Annotated[StrictInt, Field(ge=0)] | None = None
    processes: Annotated[StrictInt, Field(ge=1)] | None = None


class CaseKeys(Keys):
    """A case, written out or drawn."""

    name: Name = ""
    args: Values = {}
    draw: Values = {}
    sizes: Values = {}
    made_by: Identifier | None = None
    repeat: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1
    weight: Weight | None = None
    marks: Marks | None = None
    public: StrictBool = False
    show_expected: StrictBool = False
    forgives: list[Forgiven] = []
    tags: list[Name] = []


class MistakeKeys(Keys):
    """A known wrong answer."""

    like: Identifier | list[Identifier] = []
    value: Any = None
    combines: list[Name] = []
    id: Name = ""
    marks: Marks | None = None
    say: Text = ""


class CheckKeys(BaseModel):
    """One judgement of one entry; the kind's own keys are extra."""

    model_config = ConfigDict(extra="allow", frozen=True)

    check: Name
    entry: Identifier
    marks: Marks | None = None
    reference: Identifier | None = None
    label: Text = ""
    cases: list[CaseKeys] = []
    mistakes: list[MistakeKeys] = []
    follows: list[Identifier] = []
    limits: LimitKeys = LimitKeys()


class PartKeys(Keys):
    """A part that lists its checks."""

    id: Name
    title: Text = ""
    ask: Text = ""
    marks: Marks | None = None
    bonus: StrictBool = False
    checks: Annotated[list[CheckKeys], Field(min_length=1)]


class SinglePartKeys(CheckKeys):
    """A part that is itself one check."""

    id: Name
    title: Text = ""
    ask: Text = ""
    bonus: StrictBool = False


class QuestionKeys(Keys):
    """Parts that belong together; each is a `PartKeys` or a `SinglePartKeys`, told apart by `checks`."""

    id: Name
    title: Text = ""
    text: Text = ""
    parts: Annotated[list[dict[str, Any]], Field(min_length=1)]


class DefaultKeys(Keys):
    """What every check takes where it says nothing else."""

    tolerance: ToleranceKeys = ToleranceKeys()
    limits: LimitKeys = LimitKeys()


class BestOfKeys(Keys):
    """The options of the policy `best_of`: of these questions only so many count."""

    questions: Annotated[list[str | int | float], Field(min_length=2)]
    count: Annotated[int, Field(ge=1)]


class RubricKeys(Keys):
    """The whole file."""

    assignment: Identifier
    title: Text = ""
    marks: Marks | None = None
    step: Weight = Fraction(1, 2)
    due: Annotated[str, AfterValidator(_moment)] | None = None
    defaults: DefaultKeys = DefaultKeys()
    draws: Values = {}
    policies: list[Values] = []
    preload: list[Name] = []
    questions: Annotated[list[QuestionKeys], Field(min_length=1)]


TEXT_KEYS = frozenset({"id", "title", "text", "ask", "say", "label", "name", "entry", "assignment", "check"})
"""Keys whose value is kept as it is written, so that `id: 1.10` is not the number 1.1."""

VALUE_KEYS = frozenset({"args", "draw", "draws", "sizes", "value", "answer", "defaults"})
"""Keys under which names are the author's own, so that nothing is read as text for its name."""
