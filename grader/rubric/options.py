"""The keys of a check that belong to its kind, validated into the kind's own frozen dataclass."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from grader.checks import registry
from grader.checks.base import CheckKind
from grader.errors import GraderError, RubricError, did_you_mean
from grader.rubric.arguments import written
from grader.rubric.document import Place
from grader.rubric.problems import BadValue, Problems
from grader.rubric.schema import CheckKeys, PartKeys, SinglePartKeys
from grader.rubric.validation import note, unknown_keys
from grader.values.domain import parse


def known_kind(name: str, place: Place, problems: Problems) -> CheckKind | None:
    """The kind of that name, or None where there is none, which is noted at the check's place."""
    try:
        return registry.kind(name)
    except GraderError:
        hint = did_you_mean(name, registry.kinds())
        problems.add(f"unknown kind of check '{name}'", (*place, "check"), hint=hint)
        return None


def options_of(keys: CheckKeys, tolerance: dict[str, Any], place: Place, problems: Problems) -> object:
    """The kind's options from a check's further keys, or None where something is wrong, which is noted.

    Args:
        keys: the check as it is written.
        tolerance: the file's default, for the kinds that compare numbers.
        place: the check's place in the file.
        problems: takes what is wrong.
    """
    kind = known_kind(keys.check, place, problems)
    if kind is None:
        return None
    if kind.needs_cases and not keys.cases:
        problems.add(f"a check of kind '{keys.check}' needs 'cases'", place)
    data = dict(keys.model_extra or {})
    known = [field.name for field in dataclasses.fields(kind.options)]
    common = (
        [*type(keys).model_fields, *PartKeys.model_fields]
        if isinstance(keys, SinglePartKeys)
        else [*CheckKeys.model_fields]
    )
    for key in [key for key in data if key not in known]:
        problems.unknown(key, [*known, *common], (*place, key))
        del data[key]
    if "tolerance" in known and tolerance:
        own = data.get("tolerance", {})
        data["tolerance"] = {**tolerance, **own} if isinstance(own, dict) else own
    return _made(kind.options, data, place, problems)


def _made(options: type, data: dict[str, Any], place: Place, problems: Problems) -> object:
    free = [name for name in data if get_type_hints(options).get(name) in (object, Any)]
    values = {}
    for name in free:
        try:
            values[name] = written(data[name])
        except BadValue as bad:
            problems.bad(bad, (*place, name))
    try:
        made = _adapter(options).validate_python(data | values)
    except ValidationError as error:
        note(error, place, problems)
        return None
    _domains(data, place, problems)
    unknown_keys({name: inner for name, inner in data.items() if name not in free}, made, place, problems)
    return _exact(made)


def _domains(data: dict[str, Any], place: Place, problems: Problems) -> None:
    """Note variables whose domain is none: a kind reads them when it judges, which would be too late."""
    variables = data.get("variables")
    for name, spec in variables.items() if isinstance(variables, dict) else ():
        try:
            parse({name: spec})
        except RubricError as error:
            problems.add(error.message, (*place, "variables", name), hint=error.hint)


@cache
def _adapter(options: type) -> TypeAdapter[Any]:
    return TypeAdapter(options)


def _exact(value: Any) -> Any:
    # A share written 0.1 went through a float; one tenth was meant.
    if isinstance(value, Fraction):
        number = float(value)
        return Fraction(repr(number)) if math.isfinite(number) and Fraction(number) == value else value
    if isinstance(value, tuple):
        return tuple(_exact(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.init]
        return dataclasses.replace(value, **{name: _exact(getattr(value, name)) for name in fields})
    return value
