"""What a part's mark depends on besides the answers: the part as the rubric has it, and what is around it.

As a digest, so that marking again after a change of the rubric judges the parts that it concerns, and leaves
the marks of all others as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from grader.errors import CodecError
from grader.model import Assignment
from grader.values import codec


def rule_digests(assignment: Assignment, *around: object) -> dict[str, str]:
    """A digest for each part; a part that holds something without a lasting form has none.

    Args:
        assignment: its parts, with their checks, cases, options and mistakes.
        around: what every mark depends on: the reference's digest, versions, the seed.
    """
    found = {}
    for part in assignment.parts:
        try:
            plain = _plain((part, assignment.step, around))
            found[part.id] = hashlib.sha256(codec.encode(plain)).hexdigest()
        except CodecError:
            continue
    return found


def _plain(value: Any) -> Any:
    """The value as data of the codec: classes by their names, sets in order."""
    if isinstance(value, Enum):
        return [type(value).__name__, str(value.value)]
    if isinstance(value, Fraction):
        return ["Fraction", value.numerator, value.denominator]
    if is_dataclass(value) and not isinstance(value, (type, codec.Seeded)):
        return [type(value).__name__, *(_plain(getattr(value, one.name)) for one in fields(value))]
    if isinstance(value, Mapping):
        return ["Mapping", *([_plain(key), _plain(one)] for key, one in value.items())]
    if isinstance(value, (set, frozenset)):
        return ["set", *sorted(map(_plain, value), key=codec.encode)]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(_plain, value)]
    return value
