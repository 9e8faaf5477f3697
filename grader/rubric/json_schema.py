"""The JSON Schema of a rubric, so that editors complete keys and mark faults while an author types."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from grader.checks import registry
from grader.rubric.schema import CheckKeys, PartKeys, RubricKeys, SinglePartKeys

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of `rubrics/*.yaml` in draft 2020-12, every kind of check with its own keys."""
    models = [(model, "validation") for model in (RubricKeys, PartKeys, SinglePartKeys, CheckKeys)]
    _, parts = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    definitions: dict[str, Any] = parts["$defs"]
    kinds = []
    for name, kind in registry.kinds().items():
        options = TypeAdapter(kind.options).json_schema(ref_template="#/$defs/{model}")
        definitions |= options.pop("$defs", {})
        definitions[f"{name} options"] = options
        kinds.append((name, options))
    for model in ("CheckKeys", "SinglePartKeys"):
        _specialise(definitions[model], kinds)
    either = [{"$ref": "#/$defs/PartKeys"}, {"$ref": "#/$defs/SinglePartKeys"}]
    definitions["QuestionKeys"]["properties"]["parts"]["items"] = {
        "if": {"required": ["checks"]},
        "then": either[0],
        "else": either[1],
    }
    return {"$schema": DRAFT, "title": "Rubric", **definitions.pop("RubricKeys"), "$defs": definitions}


def _specialise(check: dict[str, Any], kinds: list[tuple[str, dict[str, Any]]]) -> None:
    """Each kind adds its keys, and refuses what neither it nor every check knows."""
    check.pop("additionalProperties", None)
    check["properties"]["check"] = {"enum": [name for name, _ in kinds]}
    check["allOf"] = [
        {
            "if": {"properties": {"check": {"const": name}}},
            "then": {"properties": options.get("properties", {})},
        }
        for name, options in kinds
    ]
    check["unevaluatedProperties"] = False
