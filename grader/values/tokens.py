"""The pieces of a formula's text, and a place among them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.values.names import Names
from grader.values.text import Fault, Plain, Unreadable, plain

CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `num`, `name`, `op`, `cmd` (LaTeX) or `end`; `start` indexes the plain text."""

    kind: str
    text: str
    start: int


_TOKEN = re.compile(
    r"(?P<num>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<op>\*\*|//|<=|>=|==|!=|<>|=<|=>|[-+*/%^(){}\[\],=<>!&|~@;:.?'√∛∜])"
)


def stranger(source: Plain, at: int) -> Unreadable:
    """The refusal of a character: quotes and the like belong to code, others may be a notation."""
    character = source.text[at]
    code = character in "\"'`#" or "__" in source.text
    fault = Fault.CODE if code else Fault.NOTATION
    return Unreadable(f"the character “{character}” has no meaning here", source.at(at), fault)


class Cursor:
    """A text in pieces, read from left to right."""

    def __init__(self, text: str, names: Names) -> None:
        self.source: Plain = plain(text)
        self.names = names
        self.tokens = self.lex()
        self.index = 0

    def lex(self) -> list[Token]:
        """The text in pieces."""
        text, at, tokens = self.source.text, 0, []
        while at < len(text):
            if text[at] == " ":
                at += 1
                continue
            found = _TOKEN.match(text, at)
            if found is None:
                raise stranger(self.source, at)
            tokens.append(Token(found.lastgroup or "", found.group(), at))
            at = found.end()
        tokens.append(Token("end", "", len(text)))
        return tokens

    def fail(self, message: str, start: int | None = None, fault: Fault = Fault.NOTATION) -> Unreadable:
        """The refusal at a place of the plain text (the next token's, unless said)."""
        start = self.peek.start if start is None else start
        return Unreadable(message, self.source.at(start), fault)

    @property
    def peek(self) -> Token:
        """The next token."""
        return self.tokens[self.index]

    def take(self) -> Token:
        """The next token, consumed."""
        token = self.tokens[self.index]
        self.index += token.kind != "end"
        return token

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these."""
        token = self.peek
        return token.text in texts and token.kind != "end"

    def expect(self, text: str) -> Token:
        """The next token, which must be this one."""
        if not self.sees(text):
            found = f"“{self.peek.text}”" if self.peek.kind != "end" else "the end"
            raise self.fail(f"expected “{text}” before {found}")
        return self.take()

    def unexpected(self) -> Unreadable:
        """Why the next token can't stand where it stands."""
        text = self.peek.text
        if text in CLOSES.values():
            return self.fail(f"“{text}” closes a bracket that was not opened")
        if text == ".":
            return self.fail("attributes have no place in a formula", fault=Fault.CODE)
        if text == "'":
            return self.fail("quotes have no place in a formula", fault=Fault.CODE)
        if text in ("=", ":", ";"):
            return self.fail(f"“{text}” has no place inside a formula")
        return self.fail(f"“{text}” is unexpected here" if text else "the formula ends too early")
