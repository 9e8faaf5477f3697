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
from grader.values.text import LENGTH_LIMIT, Unreadable, plain

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


_FRAMES = r"(?:equation|displaymath|math|eqnarray|align(?:ed)?|gather(?:ed)?|split)\*?"
_FRAME = re.compile(rf"\\(?:begin|end)\{{{_FRAMES}\}}")
_STOP = re.compile(r"(?<!\\)(?<!\\right)[.;](?=\s*(?:(?:\$+|\\[)\]])\s*)?$)")


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
    if len(text) > LENGTH_LIMIT:
        plain(text)  # which refuses it, before anything looks through it
    text = _FRAME.sub(lambda found: " " * len(found.group()), text).replace("&=", " =")
    text = _STOP.sub(" ", text)
    start = _behind_names(text, names)
    try:
        return _reader(text[start:], names).whole()
    except Unreadable as fault:
        moved = None if fault.position is None else fault.position + start
        raise Unreadable(fault.message, moved, fault.fault) from fault


def _behind_names(text: str, names: Names) -> int:
    """Where a text goes on behind what it is said to be, `h =` or `f(x) =`; 0 where nothing is said."""
    start = 0
    while left := _LEFT_SIDE.match(text, start):
        if names.variable((left["name"] or "").lstrip("\\")) is not None:
            break
        start = left.end()
    return start


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


_PARTS = re.compile(r"\\(?P<edge>begin|end)\{[^{}]*\}|\\\\|\\[^A-Za-z]|&+|[\[({\])}]|(?<![<>!=])=(?!=)")
_RUN_ON = re.compile(r"[-+*/^=,(\[{|<>&][ \t]*\n|\n[ \t]*[-+*/^=,)\]}|<>&]|\\\\|\\begin")


def chain(text: str, names: Names) -> list[str]:
    r"""The members of a chain `a = b = c`; brackets and environments keep an `=` inside.

    The signs of `aligned`, and rules noted behind `&&`, are passed over; so is a name that the chain is said
    to be. Lines of text that stand for themselves are members too.
    """
    text = text.strip()
    if "\n" in text and not _RUN_ON.search(text):
        return [member for line in text.splitlines() for member in chain(line, names)]
    framed = "&=" in text or bool(_FRAME.search(text))
    members, depth, end, noted = [list[str]()], 0, 0, False
    for part in _PARTS.finditer(text):
        sign, before = part.group(), text[end : part.start()]
        members[-1].append("" if noted else before)
        end = part.end()
        if part["edge"] and _FRAME.fullmatch(sign):
            noted, sign = False, " "
        elif part["edge"] or sign in "([{)]}":
            depth += 1 if part["edge"] == "begin" or sign in "([{" else -1
        elif framed and depth == 0 and sign in (r"\\", "&", "&&"):
            noted, sign = sign == "&&", " "
        elif depth == 0 and sign == "=" and not noted:
            members.append([])
            continue
        members[-1].append("" if noted else sign)
    members[-1].append("" if noted else text[end:])
    texts = ["".join(member) for member in members]
    said = len(texts) > 1 and _behind_names(texts[0] + "=", names)
    return [one for one in texts[bool(said) :] if one.strip()]
