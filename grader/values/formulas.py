"""Reads an answer, whatever form it came in: Python or SymPy syntax, LaTeX, or a SymPy object."""

from __future__ import annotations

import re
from typing import Any

from grader.values.expansion import expand
from grader.values.expression import Node, variables
from grader.values.latex import LatexReader
from grader.values.names import Names
from grader.values.reader import Reader
from grader.values.symbols import convert
from grader.values.text import Unreadable

_LATEX = re.compile(r"\\|[_^]\s*\{|\$")
_LEFT_SIDE = re.compile(
    r"\s*(\\?[A-Za-z]\w*(?:\{[A-Za-z]\})?(?:_\{[A-Za-z0-9]+\})?)\s*(\([A-Za-z0-9_,\s]*\))?\s*=(?![=<>])"
)


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX: it has a backslash, braces behind `_` or `^`, or dollar signs."""
    return bool(_LATEX.search(text))


def read(text: str, names: Names) -> Node:
    """A text as a tree, vectors and matrices still as they were written.

    `h = …` and `f(x) = …` before a formula are passed over where the name is not one of the question's.

    Raises:
        Unreadable: with a place in the text.
    """
    left = _LEFT_SIDE.match(text)
    if left and names.variable(left.group(1).lstrip("\\")) is None:
        try:
            return read(text[left.end() :], names)
        except Unreadable as fault:
            moved = None if fault.position is None else fault.position + left.end()
            raise Unreadable(fault.message, moved, fault.fault) from fault
    reader = LatexReader(text, names) if is_latex(text) else Reader(text, names)
    return reader.whole()


def understand(value: Any, names: Names) -> Node:
    """Any answer as a tree with vectors and matrices written out, ready to be compared.

    Raises:
        Unreadable: it is no formula that we read.
    """
    node = read(value, names) if isinstance(value, str) else convert(value, names, read)
    known = names.declared | names.free
    node = expand(node, frozenset(known))
    stray = variables(node) - known
    if stray:
        raise names.unknown(min(stray), 0)
    return node.args[0] if node.op == "matrix" and node.value == (1, 1) else node


_ALIGNED = re.compile(r"\\(?:begin|end)\{(?:aligned|align\*?|split|eqnarray\*?|gathered)\}")


def chain(text: str) -> list[str]:
    r"""The members of a chain `a = b = c`, also one in `aligned`; brackets keep an `=` inside."""
    if _ALIGNED.search(text):
        text = _ALIGNED.sub(" ", text).replace("&", " ").replace("\\\\", " ")
    members, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += letter in "([{"
        depth -= letter in ")]}"
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if letter == "=" and depth == 0 and after != "=" and before not in ("<", ">", "!", "="):
            members.append(text[start:at])
            start = at + 1
    return [member for member in (*members, text[start:]) if member.strip()]
