r"""The groups of a LaTeX formula: braces, what they hold as text, and environments (`cases`, matrices)."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.values.expression import Node
from grader.values.latex_pieces import pieces as latex_pieces
from grader.values.names import CONSTANTS
from grader.values.reader import Reader
from grader.values.text import Fault
from grader.values.tokens import Token

_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "array"})
_LARGE = re.compile(r"\\(?:left|[bB]igg?l?)\s*$")


class GroupReader(Reader):
    """The part of a LaTeX reader that takes groups."""

    def lex(self) -> list[Token]:
        """The text in LaTeX's pieces."""
        return latex_pieces(self.source, self.names)

    def raw_group(self) -> list[Token]:
        """The tokens of a braced group, or the one that stands without braces."""
        if not self.sees("{"):
            return [self.take()]
        self.take()
        pieces, depth = list[Token](), 1
        while True:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
            if token.kind == "end":
                raise self.fail("a bracket is not closed: “}” is missing")
            if depth == 0:
                return pieces
            pieces.append(token)

    def group_text(self) -> str:
        """What stands in a group, as text."""
        return "".join(piece.text for piece in self.raw_group())

    def nested(self, pieces: list[Token]) -> Node:
        """An expression of its own among some tokens."""
        tokens, index = self.tokens, self.index
        self.tokens, self.index = [*pieces, Token("end", "", tokens[index].start)], 0
        node = self.expression()
        if self.peek.kind != "end":
            raise self.unexpected()
        self.tokens, self.index = tokens, index
        return node

    def bracket(self, token: Token) -> Node:
        """A group; braces are brackets that are not seen, and so is `[` before an environment."""
        framed = self.sees("\\begin")
        if framed and self.source.text.startswith(("\\{", "\\lbrace"), token.start):
            node = self.environment(self.take(), braced=True)
            if self.sees(")"):
                self.take()
            return node
        if token.text != "{":
            node = super().bracket(token)
            alone = node.op == "list" and len(node.args) == 1
            return node.args[0] if alone and (framed or self.is_large(token)) else node
        outer, self.bars = self.bars, []
        items = self.items("}")
        self.bars = outer
        if len(items) != 1:
            raise self.fail("an empty group" if not items else "a group of several expressions", token.start)
        return items[0]

    def prefix(self) -> Node:
        """Braces may begin an operand here."""
        if self.sees("{"):
            self.count()
            self.bare = ""
            return self.bracket(self.take())
        return super().prefix()

    def is_large(self, token: Token) -> bool:
        r"""Whether a bracket is written with `\left` or `\big`: it groups, and is no index."""
        start = token.start
        return token.text == "[" and bool(_LARGE.search(self.source.text, max(0, start - 20), start))

    def binding(self, sign: str) -> int | None:
        """How tightly a sign binds; a bracket that groups is none."""
        return None if self.is_large(self.peek) else super().binding(sign)

    def starts_factor(self) -> bool:
        """Whether the next token begins a factor, as a bracket that groups does."""
        return self.is_large(self.peek) or super().starts_factor()

    # ---- environments

    def environment(self, token: Token, braced: bool = False) -> Node:
        """`cases` and matrices; behind a brace an array is `cases` too."""
        name = self.group_text()
        if name == "array" and self.sees("{"):
            self.raw_group()
        cases = name in ("cases", "dcases") or (braced and name == "array")
        rows = [self.row(cases)]
        while self.sees("\\\\"):
            self.take()
            if not self.sees("\\end"):
                rows.append(self.row(cases))
        self.expect("\\end")
        if self.group_text() != name:
            raise self.fail("an environment is closed by another name")
        if cases:
            return Node("piecewise", tuple(node for row in rows for node in row))
        if name not in _MATRICES:
            raise self.fail(f"the environment “{name[:20]}” is not read here", token.start, Fault.NOTATION)
        grid = Node("list", tuple(Node("list", tuple(row)) for row in rows))
        return Node("det", (grid,)) if name == "vmatrix" else grid

    def row(self, cases: bool) -> list[Node]:
        """The cells of a row; in `cases`, a value and its condition."""
        if not cases:
            cells = [self.expression(7)]
            while self.sees("&"):
                self.take()
                cells.append(self.expression(7))
            return cells
        value = self.expression(7)
        while self.sees("&", ",", "if", "for", "when"):
            self.take()
        if self.sees("otherwise", "else"):
            self.take()
            return [value, CONSTANTS["True"]]
        condition = self.condition(lambda: self.expression(5))
        if self.sees(",", "."):
            self.take()
        return [value, condition]

    def condition(self, reading: Callable[[], Node]) -> Node:
        """A condition; an `=` in it is a relation."""
        self.conditional = True
        node = reading()
        self.conditional = False
        return node

    def equals_relates(self) -> bool:
        """In the condition of a case, `y = 1` is a relation."""
        return self.conditional
