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
_NAMED = r"\\?[^\W\d_][^\W_]*(?:\{[^\W\d]\})?(?:_(?:\{[^{}=]*\}|\\?[^\W_]+))*"
_OF = r"(?:\s*\([\w\\,\s]*\))?"
_LEFT_SIDE = re.compile(
    r"\$?\s*(?:"
    rf"(?P<name>{_NAMED}){_OF}"
    rf"|{_NAMED}(?:'+|\^\{{?\\prime\}}?){_OF}"
    rf"|\\nabla(?:_(?:\{{[^{{}}=]*\}}|\\?\w+))?\s*{_NAMED}{_OF}"
    r"|\\[dt]?frac\s*\{\s*(?:\\partial\b|\\mathrm\{d\}|d)(?:[^{}=]|\{[^{}=]*\})*\}"
    rf"\s*\{{\s*(?:\\partial\b|\\mathrm\{{d\}}|d)(?:[^{{}}=]|\{{[^{{}}=]*\}})*\}}\s*(?:{_NAMED}{_OF})?"
    rf"|[d∂]\s*{_NAMED}{_OF}\s*/\s*[d∂]\s*{_NAMED}"
    r")\s*=(?![=<>])"
)
"""What an answer is said to be before it: `h =`, `f(x) =`, `f'(x) =`, `\\frac{dL}{dx} =`, `\\nabla_x L =`."""


_FRAME = re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math|align(?:ed)?|gather(?:ed)?|split)\*?\}")
_STOP = re.compile(r"(?<!\\)(?<!\\right)[.;](?=\s*(?:\$+|\\[)\]])?\s*$)")


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX: it has a backslash, braces behind `_` or `^`, or dollar signs."""
    return bool(_LATEX.search(text))


def read(text: str, names: Names) -> Node:
    """A text as a tree, vectors and matrices still as they were written.

    `h = …`, `f(x) = …` and the signs of a derivative before a formula are passed over where the name is not
    one of the question's, and so are a full stop behind it and the frame of a displayed formula.

    Raises:
        Unreadable: with a place in the text.
    """
    text = _FRAME.sub(lambda found: " " * len(found.group()), text).replace("&=", " =")
    text, start = _STOP.sub(" ", text), 0
    while left := _LEFT_SIDE.match(text, start):
        if names.variable((left["name"] or "").lstrip("\\")) is not None:
            break
        start = left.end()
    try:
        return _reader(text[start:], names).whole()
    except Unreadable as fault:
        moved = None if fault.position is None else fault.position + start
        raise Unreadable(fault.message, moved, fault.fault) from fault


def _reader(text: str, names: Names) -> Reader:
    return LatexReader(text, names) if is_latex(text) else Reader(text, names)


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
    r"""The members of a chain `a = b = c`, also with the signs of `aligned`; brackets keep an `=` inside."""
    if _ALIGNED.search(text) or "&=" in text:
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
