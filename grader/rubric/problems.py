"""Every fault of an author's file, gathered so that all are told at once."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors import GraderError, RubricError, did_you_mean
from grader.rubric.document import Document, Place


class BadValue(ValueError):
    """What is wrong with a written value; `at` leads from the value to the spot inside it.

    Args:
        message: what is wrong.
        at: keys and indices.
        hint: what to do about it.
        key: the fault is the key at that spot, not its value.
    """

    def __init__(self, message: str, at: Place = (), hint: str | None = None, *, key: bool = False) -> None:
        super().__init__(message)
        self.message, self.at, self.hint, self.key = message, at, hint, key

    def within(self, *keys: str | int) -> BadValue:
        """The same fault seen from outside."""
        return BadValue(self.message, (*keys, *self.at), self.hint, key=self.key)


class Problems:
    """A growing list of what is wrong with one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[GraderError] = list(document.problems)

    def add(self, message: str, place: Place, *, hint: str | None = None, key: bool = False) -> None:
        """Note a fault at a place; `key` points at the key and not at its value."""
        where = self.document.where(place, key=key)
        if not any(one.message == message and one.where == where for one in self.found):
            self.found.append(RubricError(message, hint=hint, where=where))

    def bad(self, value: BadValue, place: Place) -> None:
        """Note a written value's fault, the value being at a place."""
        self.add(value.message, (*place, *value.at), hint=value.hint, key=value.key)

    def unknown(self, word: str, known: Iterable[str], place: Place, what: str = "key") -> None:
        """Note an unknown key (or name) with the nearest known one."""
        self.add(f"unknown {what} '{word}'", place, hint=did_you_mean(word, known), key=what == "key")

    def __bool__(self) -> bool:
        return bool(self.found)

    def raise_if_any(self) -> None:
        """Raise one RubricError with all that was found, in the order of the file.

        Raises:
            RubricError: something was found.
        """
        if not self.found:
            return
        ordered = sorted(
            self.found, key=lambda one: (one.where.line, one.where.column) if one.where else (0, 0)
        )
        if len(ordered) == 1:
            raise ordered[0]
        raise RubricError(f"{self.document.file}: {len(ordered)} problems", problems=tuple(ordered))
