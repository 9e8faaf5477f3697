"""Gradescope's index of a bulk export: who is behind `submission_<number>`, and when it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.errors import SubmissionError


@dataclass(frozen=True, slots=True)
class Submitter:
    """One person behind a numbered submission."""

    student: str
    name: str
    email: str
    handed_in_at: str | None


def read_index(raw: bytes) -> dict[str, tuple[Submitter, ...]]:
    """Submission number → its submitters; group work has several.

    Raises:
        SubmissionError: the index is not the YAML that Gradescope writes.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        index = yaml.load(raw, Loader=loader)  # noqa: S506 (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SubmissionError(f"submission_metadata.yml can't be read: {error}") from error
    if not isinstance(index, Mapping):
        raise SubmissionError("submission_metadata.yml is not an index of submissions")
    return {
        str(key).removeprefix("submission_"): _submitters(entry, str(key))
        for key, entry in index.items()
        if isinstance(entry, Mapping)
    }


def _submitters(entry: Mapping[object, object], key: str) -> tuple[Submitter, ...]:
    people = entry.get(":submitters")
    when = _moment(entry.get(":created_at"))
    found = []
    for person in people if isinstance(people, list) else []:
        if isinstance(person, Mapping):
            sid, email, name = (str(person.get(field) or "") for field in (":sid", ":email", ":name"))
            found.append(Submitter(sid or email or name or key, name, email, when))
    return tuple(found)


def _moment(value: object) -> str | None:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return None
