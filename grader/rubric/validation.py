"""pydantic's findings in an author's words, at the place in the file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.rubric.document import Place
from grader.rubric.problems import Problems

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], data: Any, place: Place, problems: Problems) -> M | None:
    """An instance of a model, or None where something is wrong, which is noted."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        note(error, place, problems, model)
        return None


def note(
    error: ValidationError, place: Place, problems: Problems, model: type[BaseModel] | None = None
) -> None:
    """Note every finding of a ValidationError under a place."""
    for detail in error.errors(include_url=False, include_context=True):
        inside = _in_document((*place, *detail["loc"]), problems)
        kind = detail["type"]
        if kind == "missing":
            lacking, written = str(detail["loc"][-1]), problems.document.at_place(inside)
            near = get_close_matches(lacking, written, n=1) if isinstance(written, dict) else []
            hint = f"is '{near[0]}' meant to be '{lacking}'?" if near else None
            problems.add(f"'{lacking}' is missing", (*inside, *near), hint=hint, key=bool(near))
        elif kind == "extra_forbidden":
            word = str(detail["loc"][-1])
            problems.unknown(word, _known(model, detail["loc"][:-1]), inside)
        else:
            problems.add(_words(detail), inside, hint=_near(detail))


def _in_document(place: Place, problems: Problems) -> Place:
    # pydantic names the branch of a union that failed; such a name is no key of the file.
    kept: Place = ()
    for step in place:
        if (*kept, step) in problems.document.values:
            kept = (*kept, step)
    return kept


def _known(model: type[BaseModel] | None, loc: tuple[int | str, ...]) -> Iterable[str]:
    for step in loc:
        if isinstance(step, int) or model is None:
            continue
        field = model.model_fields.get(step)
        model = _model_in(field.annotation) if field is not None else None
    return model.model_fields if model is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _near(detail: ErrorDetails) -> str | None:
    """Which of the words that may stand here was meant."""
    words = re.findall(r"'([^']*)'", detail["msg"]) if detail["type"] == "literal_error" else []
    near = get_close_matches(str(detail["input"]), words, n=1)
    return f"did you mean '{near[0]}'?" if near else None


_WORDS = {
    "string_type": "must be text; put quotes around it",
    "bool_type": "must be true or false",
    "int_type": "must be an integer",
    "int_from_float": "must be an integer",
    "int_parsing": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be finite",
    "fraction_parsing": "must be a number, or a fraction such as 5/3",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dataclass_type": "must be a mapping of keys to values",
    "string_pattern_mismatch": "must be a name as Python writes it: letters, digits and _",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def _words(detail: ErrorDetails) -> str:
    if detail["type"] in _WORDS:
        return _WORDS[detail["type"]]
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return message if message != detail["msg"] and detail["type"] == "value_error" else f"must be {message}"


def unknown_keys(data: Any, value: Any, place: Place, problems: Problems) -> None:
    """Note keys that a dataclass does not have, however deep: pydantic passes them over in silence."""
    if dataclasses.is_dataclass(value) and isinstance(data, dict):
        known = [field.name for field in dataclasses.fields(value)]
        for key, inner in data.items():
            if key not in known:
                problems.unknown(key, known, (*place, key))
            else:
                unknown_keys(inner, getattr(value, key), (*place, key), problems)
    elif isinstance(value, dict) and isinstance(data, dict):
        for key, inner in data.items():
            unknown_keys(inner, value.get(key), (*place, key), problems)
    elif isinstance(value, tuple | list) and isinstance(data, list) and len(data) == len(value):
        for index, (inner, made) in enumerate(zip(data, value, strict=True)):
            unknown_keys(inner, made, (*place, index), problems)
