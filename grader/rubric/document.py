"""A YAML file with the place of everything in it, read by the 1.2 core rules.

PyYAML parses and composes; what a word means is decided here, since its own rules are those of YAML 1.1,
where `no` is false, `1e-6` a string and `0123` eighty-three. Aliases are allowed and counted, so that a
few lines cannot stand for billions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from grader.errors import RubricError, Where

MAX_BYTES = 2_000_000
MAX_NODES = 200_000
MAX_DEPTH = 60

TAG_PREFIX = "tag:yaml.org,2002:"

Place = tuple[str | int, ...]
"""The keys and indices that lead to a value: `("questions", 0, "parts", 2, "marks")`."""

_CORE = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}


class _CoreLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Parses like its parent, and knows the scalars of YAML 1.2's core schema alone."""

    yaml_implicit_resolvers: ClassVar[dict[str | None, list[tuple[str, re.Pattern[str]]]]] = {
        None: [(TAG_PREFIX + name, re.compile(f"^(?:{pattern})$")) for name, pattern in _CORE.items()]
    }


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file.

    Attributes:
        data: plain dicts, lists, strings, numbers, booleans and None.
        file: its name in messages.
        lines: its text, for carets.
        values: where each value starts, line and column from 1.
        keys: where each mapping's key starts, under the place of its value.
        problems: double keys and the like, which leave the rest readable.
    """

    data: Any
    file: str
    lines: tuple[str, ...] = ()
    values: dict[Place, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Place, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[RubricError, ...] = ()

    def where(self, place: Place, *, key: bool = False) -> Where:
        """The line and column of a value (or of its key), or of the nearest thing around it that is there."""
        for length in range(len(place), -1, -1):
            found = (self.keys if key else self.values).get(place[:length]) or self.values.get(place[:length])
            if found:
                return self.at(*found)
        return Where(self.file)

    def at_place(self, place: Place) -> Any:
        """The value at a place, which must be there."""
        value = self.data
        for step in place:
            value = value[step]
        return value

    def at(self, line: int, column: int) -> Where:
        """A place by numbers, with its line's text."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Where(self.file, line, column, text)


def read(path: Path, as_text: Callable[[Place], bool] = lambda _: False) -> Document:
    """Read a YAML file.

    Args:
        path: the file, UTF-8.
        as_text: says of which places a plain scalar is kept as it is written (`id: 1.10` is "1.10").

    Raises:
        RubricError: it is not there, not UTF-8, not YAML, or too big.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise RubricError(f"{shown(path)} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        where = Where(shown(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise RubricError("this is not UTF-8", hint="save the file as UTF-8", where=where) from error
    return parse(text, shown(path), as_text)


def shown(path: Path) -> str:
    """A path as messages give it: from the current folder where it lies inside, with forward slashes."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def parse(text: str, file: str, as_text: Callable[[Place], bool] = lambda _: False) -> Document:
    """Read YAML from a string; `file` is what messages call it. Raises RubricError as `read` does."""
    lines = tuple(text.splitlines())
    document = Document(None, file, lines)
    if len(text) > MAX_BYTES:
        raise RubricError(f"the file is larger than {MAX_BYTES} bytes", where=Where(file))
    try:
        _refuse_depth(text, document)
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, document) from error
    if root is None:
        raise RubricError("the file is empty", where=Where(file))
    builder = _Builder(document, as_text)
    data = builder.build(root, (), ())
    return Document(data, file, lines, document.values, document.keys, tuple(builder.problems))


def _not_yaml(error: yaml.YAMLError, text: str, document: Document) -> RubricError:
    """What the parser says, at the place, and what is most often behind it."""
    refused = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if refused:
        before = text[: refused.start()]
        where = document.at(before.count("\n") + 1, len(before) - before.rfind("\n"))
        return RubricError(
            f"this is not YAML: it holds the control character {refused[0]!r}",
            where=where,
            hint="delete it, or write it as an escape between double quotes",
        )
    if not isinstance(error, yaml.MarkedYAMLError):
        return RubricError(f"this is not YAML: {error}", where=Where(document.file))
    mark = error.problem_mark or error.context_mark
    where = document.at(mark.line + 1, mark.column + 1) if mark else Where(document.file)
    if "nesting depth" in str(error.problem):  # newer parsers have a bound of their own
        return _too_deep(where)
    said = [words for words in (error.context, error.problem) if words]
    if str(error.context).startswith("while"):
        said.reverse()
    began = error.context_mark.line + 1 if error.context_mark else 0
    since = f" that begins in line {began}" if mark and 0 < began <= mark.line else ""
    hint = next((hint for words, hint in _YAML_HINTS.items() if words in str(error.problem)), None)
    return RubricError(f"this is not YAML: {' '.join(said)}{since}", where=where, hint=hint)


_YAML_HINTS = {
    "cannot start any token": "indent by spaces, never by tabs; put quotes around a text such as @home",
    "mapping values are not allowed": "put quotes around a text that holds a colon and a space",
    "expected ',' or": "a bracket is not closed, or a comma is missing",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "did not find expected": "see that quotes are closed and that what belongs together is indented alike",
    "undefined alias": "an alias *name needs an anchor &name above it; quote a text such as *this",
    "another document": "a rubric is one document: leave the line --- out",
}
"""What the parser says, and what to look for."""


def _refuse_depth(text: str, document: Document) -> None:
    # Composing recurses, in C where the fast parser is installed, so depth is bounded before it.
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _too_deep(document.at(*_spot(event)))


def _too_deep(where: Where) -> RubricError:
    return RubricError(f"nested deeper than {MAX_DEPTH} levels", where=where)


def _spot(part: Any) -> tuple[int, int]:
    return part.start_mark.line + 1, part.start_mark.column + 1


class _Builder:
    """Turns composed nodes into plain data and remembers where each stood."""

    def __init__(self, document: Document, as_text: Callable[[Place], bool]) -> None:
        self.document = document
        self.as_text = as_text
        self.problems: list[RubricError] = []
        self.nodes = 0

    def build(self, node: yaml.Node, place: Place, above: tuple[int, ...]) -> Any:
        self.nodes += 1
        spot = _spot(node)
        if self.nodes > MAX_NODES:
            raise RubricError(
                f"aliases unfold to more than {MAX_NODES} values", where=self.document.at(*spot)
            )
        if id(node) in above or len(above) > MAX_DEPTH:
            why = "an alias leads back to itself" if id(node) in above else "aliases nest too deep"
            raise RubricError(why, where=self.document.at(*spot))
        self.document.values[place] = spot
        above = (*above, id(node))
        if not isinstance(node, yaml.ScalarNode) and node.tag.removeprefix(TAG_PREFIX) not in ("map", "seq"):
            self.unknown_tag(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place, above)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*place, index), above) for index, item in enumerate(node.value)]
        return self.scalar(node, place)

    def mapping(self, node: yaml.MappingNode, place: Place, above: tuple[int, ...]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            spot = _spot(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem("a key must be a word", spot)
                continue
            key = str(key_node.value)
            if key in built:
                first = self.document.keys[*place, key][0]
                self.problem(f"'{key}' is written twice here, first in line {first}", spot)
                continue
            self.document.keys[*place, key] = spot
            built[key] = self.build(value_node, (*place, key), above)
        return built

    def scalar(self, node: yaml.Node, place: Place) -> Any:
        text = str(node.value)
        kind = node.tag.removeprefix(TAG_PREFIX)
        if kind == "str" or (kind in {"int", "float", "bool"} and self.as_text(place)):
            return text
        if kind not in _READ:
            return self.unknown_tag(node)
        try:
            return _READ[kind](text)
        except ValueError:
            self.problem("this number can't be read: it has too many digits, or none", _spot(node))
            return None

    def unknown_tag(self, node: yaml.Node) -> None:
        tag = node.tag.replace(TAG_PREFIX, "!!")
        self.problem(f"a value of the tag {tag} is not allowed; leave the tag out", _spot(node))

    def problem(self, message: str, spot: tuple[int, int]) -> None:
        self.problems.append(RubricError(message, where=self.document.at(*spot)))


def _integer(text: str) -> int:
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _real(text: str) -> float:
    return float(re.sub(r"\.(?=[iInN])", "", text))


_READ: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _integer,
    "float": _real,
}
