"""How the courses' systems name what they export: one table of patterns, recognised by the names alone.

Sources: Canvas `lib/content_zipper.rb`; Moodle `mod/assign/classes/downloader.php`; Gradescope's bulk export
(`submission_metadata.yml`); Blackboard's and Brightspace's download names. See `docs/formats.md`.
A pattern matches a whole path below the root. Its groups: `student_id`, `name`, `email`, `late`, `timestamp`,
`serial` (grows from hand-in to hand-in), `assignment`, `file_id` (the file as the student called it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.errors import SubmissionError, UsageError


@dataclass(frozen=True, slots=True)
class Layout:
    """One system's way of naming files.

    Attributes:
        name: what notes call it.
        pattern: of a whole path.
        times: `strptime` formats of `timestamp`.
        skip: paths of the system's own that are no files handed in; `student_id` where they say whose.
        one_title: an export is of one assignment, named in each path before the student's id.
    """

    name: str
    pattern: re.Pattern[str]
    times: tuple[str, ...] = ()
    skip: re.Pattern[str] | None = None
    one_title: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """What a path says: whose file it is, when it came, and what the student called it."""

    student: str
    file: str
    name: str = ""
    email: str = ""
    late: bool = False
    handed_in_at: str | None = None
    serial: int = 0


LAYOUTS = (
    Layout(
        "Gradescope",
        re.compile(r"(?:[^/]*/)??submission_(?P<student_id>\d+)/(?P<file_id>.+)"),
        skip=re.compile(r"(?:[^/]*/)?(?:submission_metadata\.yml|submission_(?P<student_id>\d+)\.pdf)"),
    ),
    Layout(
        "Moodle",
        re.compile(
            r"(?:Participant|(?P<name>[^_/]+))_(?P<student_id>\d+)_assignsubmission_(?P<plugin>[a-z]+)"
            r"_?/?(?P<file_id>[^/].*)"
        ),
    ),
    Layout(
        "Blackboard",
        re.compile(
            r"(?P<assignment>[^/]+)_(?P<student_id>[^_/]+)_attempt_(?P<timestamp>\d{4}(?:-\d\d){5})_(?P<file_id>.+)"
        ),
        times=("%Y-%m-%d-%H-%M-%S",),
        one_title=True,
        skip=re.compile(r"(?P<assignment>[^/]+)_(?P<student_id>[^_/]+)_attempt_\d{4}(?:-\d\d){5}\.txt"),
    ),
    Layout(
        "Brightspace",
        re.compile(
            r"(?P<student_id>\d+)-(?P<folder>\d+) ?- (?P<name>[^/]+?) ?- "
            r"(?P<timestamp>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: - |/)(?P<file_id>.+)"
        ),
        times=("%b %d, %Y %I%M %p",),
        skip=re.compile(r"index\.html"),
    ),
    Layout(
        "Canvas",
        re.compile(
            r"(?:(?P<name>(?!LATE_|anon_)[^\W_]+)_)?(?:(?P<late>LATE)_)?"
            r"(?P<student_id>\d+|anon_[^\W_]+)_(?P<serial>\d+)_(?P<file_id>.+)"
        ),
        skip=re.compile(r"(?:[^\W_]+?_)?(?:LATE_)?(?P<student_id>\d+|anon_[^\W_]+)_(?:text|link)\.html"),
    ),
)


def recognise(paths: Iterable[str]) -> Layout | None:
    """The layout that fits most paths, and at least half of them; None for plain folders and files."""
    listed = list(paths)
    counts = [sum(bool(layout.pattern.fullmatch(path)) for path in listed) for layout in LAYOUTS]
    best = max(range(len(LAYOUTS)), key=counts.__getitem__)
    return LAYOUTS[best] if counts[best] and 2 * counts[best] >= len(listed) else None


def own(pattern: str) -> Layout:
    """A course's own layout from a regular expression with named groups.

    Raises:
        UsageError: it does not compile, or has no group `student_id`.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"the pattern is no regular expression: {error}") from error
    if "student_id" not in compiled.groupindex:
        raise UsageError(
            "the pattern names no student", hint="Put (?P<student_id>…) around the student's id."
        )
    return Layout("the given pattern", compiled)


def shared_title(layout: Layout, paths: Iterable[str]) -> str:
    """The title that all paths begin with: what stands between it and `_attempt` is the user's name."""
    if not layout.one_title:
        return ""
    titles = {match["assignment"] for path in paths if (match := layout.pattern.fullmatch(path))}
    shortest = min(titles, key=len, default="")
    return shortest if all(f"{title}_".startswith(f"{shortest}_") for title in titles) else ""


def parse(layout: Layout, path: str, title: str = "") -> Named | None:
    """What a path says under a layout; None where it does not fit."""
    match = layout.pattern.fullmatch(path)
    if match is None:
        return None
    said = {key: value for key, value in match.groupdict().items() if value}
    name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    serial = said.get("serial", "")
    return Named(
        student=_student(match, title),
        file=said.get("file_id") or path.rpartition("/")[2],
        name=name,
        email=said.get("email", ""),
        late="late" in said,
        handed_in_at=_time(said.get("timestamp", ""), layout.times),
        serial=int(serial) if serial.isdecimal() and len(serial) < 19 else 0,
    )


def owner_of_text(layout: Layout, path: str, title: str = "") -> str | None:
    """Who handed in what the system keeps as a file of its own: "" for nobody, None for any other file."""
    match = layout.skip.fullmatch(path) if layout.skip else None
    if match is None:
        return None
    return _student(match, title) if match.groupdict().get("student_id") else ""


def _student(match: re.Match[str], title: str) -> str:
    """The student's id; what stands between the title and the last underscore belongs to it."""
    student = match["student_id"]
    before = match.groupdict().get("assignment") or ""
    return f"{before[len(title) + 1 :]}_{student}" if title and len(before) > len(title) else student


def _time(text: str, formats: tuple[str, ...]) -> str | None:
    """A time as ISO 8601; the systems write local time without an offset, so this machine's is taken."""
    padded = re.sub(r"(?<= )(?=\d{3} )", "0", text)  # else 115 PM would be read as 11:05 PM
    for form in formats:
        try:
            return datetime.strptime(padded, form).astimezone().isoformat()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).astimezone().isoformat() if text else None
    except ValueError:
        return None


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
