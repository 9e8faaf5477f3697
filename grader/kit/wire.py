"""A sheet as text that a person can read: JSON, with values in the codec of the box.

Only what stands in the table below is written or read; anything else is refused.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from grader.checks.registry import kind
from grader.errors import CheckError, CodecError, UsageError
from grader.kit.sheet import Sheet
from grader.model import (
    Assignment,
    Case,
    Check,
    Interval,
    Limits,
    OneOf,
    Part,
    Question,
    Raised,
    Returned,
)
from grader.values import codec
from grader.values.closeness import Tolerance
from grader.values.codec import Seeded

SCHEMA = "grader-kit/1"
KNOWN: Mapping[str, type[Any]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            Assignment, Question, Part, Check, Case, Limits, Interval, OneOf, Raised, Returned, Seeded, Sheet,
            Tolerance,
        )
    }
)  # fmt: skip
DATA = frozenset({"args", "value", "low", "high"})  # values of the course's own: by the codec


def dumps(sheet: Sheet) -> str:
    """The sheet as JSON text.

    Raises:
        CodecError: it holds a value that is not data.
    """
    return json.dumps({"schema": SCHEMA, "sheet": _written(sheet)}, indent=1, ensure_ascii=False) + "\n"


def loads(text: str) -> Sheet:
    """The sheet in this text.

    Raises:
        UsageError: it is damaged, or of another version.
    """
    try:
        plain = json.loads(text)
        if plain["schema"] != SCHEMA:
            raise UsageError(f"the cases are of another version: {plain['schema']!r}")
        sheet = _read(plain["sheet"])
    except (ValueError, KeyError, TypeError, AttributeError, CodecError, CheckError) as error:
        raise UsageError("the file of cases is damaged", hint="take it from the kit again") from error
    if not isinstance(sheet, Sheet):
        raise UsageError("the file of cases is damaged", hint="take it from the kit again")
    return sheet


def _written(value: Any, kinds: str = "") -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value, kinds)
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    if isinstance(value, Mapping):
        return {"map": {name: _written(one) for name, one in value.items()}}
    if isinstance(value, tuple | list):
        return [_written(one, kinds) for one in value]
    if (
        value is None
        or isinstance(value, bool | int | str)
        or (type(value) is float and math.isfinite(value))
    ):
        return value
    return _data(value)


def _record(value: Any, kinds: str) -> dict[str, Any]:
    name = type(value).__name__
    if name not in KNOWN and not (kinds and type(value) is kind(kinds).options):
        raise CodecError(f"a kit holds no {name}")
    kinds = value.kind if isinstance(value, Check) else kinds
    return {
        name: {
            one.name: _data(found) if one.name in DATA else _written(found, kinds)
            for one in fields(value)
            if not _is_default(found := getattr(value, one.name), one)
        }
    }


def _is_default(value: Any, of: Field[Any]) -> bool:
    return of.default is not MISSING and type(value) is type(of.default) and bool(value == of.default)


def _data(value: Any) -> Any:
    if is_dataclass(value) and type(value).__name__ in KNOWN:
        return _record(value, "")
    if type(value) is tuple and any(is_dataclass(one) for one in value):
        return {"tuple": [_data(one) for one in value]}
    return {"data": b64encode(codec.encode(value)).decode("ascii")}


def _read(plain: Any, kinds: str = "") -> Any:
    if isinstance(plain, list):
        return tuple(_read(one, kinds) for one in plain)
    if not isinstance(plain, dict):
        return plain
    ((tag, inside),) = plain.items()
    if tag == "fraction":
        return Fraction(inside)
    if tag == "set":
        return frozenset(inside)
    if tag == "map":
        return {name: _read(one) for name, one in inside.items()}
    if tag == "tuple":
        return tuple(_read(one) for one in inside)
    if tag == "data":
        return _decoded(inside)
    made = KNOWN[tag] if tag in KNOWN else kind(kinds).options
    kinds = inside["kind"] if made is Check else kinds
    return made(**{name: _read(one, kinds) for name, one in inside.items()})


def _decoded(text: str) -> Any:
    return codec.decode(b64decode(text, validate=True))
