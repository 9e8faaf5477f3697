"""Formulas as MathML: what an answer was read as, in the way people write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from grader.values.expression import Node
from grader.values.names import FUNCTIONS, Names
from grader.values.reader import Reader
from grader.values.text import GREEK, Unreadable

READ_AS = re.compile(r"(?<=\bread as )[^\n…]{1,300}?(?=\.(?:\s|$)|, but could)")
"""Where a text tells how a formula was read."""
_SUM, _FACTOR, _ATOM = range(3)
_OVER_AN_INDEX = {"sum": "∑", "product": "∏"}
_BRACKETS = {"list": "[]", "tuple": "()"}
_LETTERS = {word: letter for letter, word in GREEK.items()} | {"E": "e", "I": "i", "oo": "∞"}


def formula(text: str) -> Markup | None:
    """A formula, in the syntax in which answers are told, as a `math` element; None where we draw none."""
    try:
        return _tag("math", _drawn(Reader(text, Names(frozenset(), open=True)).whole())[0])
    except (Unreadable, LookupError, RecursionError):
        return None


def _tag(name: str, *inner: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(name), Markup("").join(map(escape, inner)))  # noqa: S704


def _held(node: Node, strength: int = _SUM) -> Markup:
    """A node, in brackets where it holds together less tightly than is needed."""
    drawn, own = _drawn(node)
    return drawn if own >= strength else _bracketed("()", drawn)


def _drawn(node: Node) -> tuple[Markup, int]:
    """A node, and how tightly it holds together; LookupError for one that is not drawn."""
    if node.op in ("var", "const"):
        return _name(str(node.value)), _ATOM
    if node.op in _OVER_AN_INDEX:
        body, low, high = node.args
        start = _tag("mrow", _name(str(node.value)), _tag("mo", "="), _held(low))
        sign = _tag("munderover", _tag("mo", _OVER_AN_INDEX[node.op]), start, _held(high))
        return _tag("mrow", sign, _held(body, _FACTOR)), _SUM
    if node.op == "Matrix" and node.args[0].op == "list":
        rows = [row.args if row.op == "list" else (row,) for row in node.args[0].args]
        cells = [[_tag("mtd", _held(cell)) for cell in row] for row in rows]
        return _bracketed("[]", _tag("mtable", *(_tag("mtr", *row) for row in cells))), _ATOM
    if node.op in _BRACKETS:
        return _bracketed(_BRACKETS[node.op], *_listed(node.args)), _ATOM
    if node.op == "entry":
        return _tag("msub", _held(node.args[0], _ATOM), _tag("mrow", *_listed(node.args[1:]))), _ATOM
    return _calculated(node)


def _name(name: str) -> Markup:
    """A name as a letter, with the number at its end below it."""
    stem = name.rstrip("0123456789")
    letter = _tag("mi", _LETTERS.get(stem.rstrip("_"), stem.rstrip("_")))
    return _tag("msub", letter, _tag("mn", name[len(stem) :])) if stem != name else letter


def _bracketed(brackets: str, *inner: Markup) -> Markup:
    return _tag("mrow", _tag("mo", brackets[0]), *inner, _tag("mo", brackets[1]))


def _listed(nodes: Iterable[Node]) -> Iterator[Markup]:
    """Nodes with commas between them."""
    for place, node in enumerate(nodes):
        yield from (_tag("mo", ","),) if place else ()
        yield _held(node)


def _calculated(node: Node) -> tuple[Markup, int]:
    """What numbers are made of: sums, products, powers, functions of one argument."""
    if node.op == "num" and node.value >= 0 and node.value.denominator == 1:
        return _tag("mn", str(node.value)), _ATOM
    if node.op == "num" and node.value >= 0:
        return _tag("mfrac", *(_tag("mn", str(part)) for part in node.value.as_integer_ratio())), _FACTOR
    if node.op in ("+", "neg", "num"):
        return _tag("mrow", *_terms(node.args if node.op == "+" else (node,))), _SUM
    if node.op == "*" and node.args[0].op == "neg":  # -y·log(f), not (-y)·log(f)
        positive = Node("*", (*node.args[0].args, *node.args[1:]))
        return _tag("mrow", *_terms((Node("neg", (positive,)),))), _SUM
    if node.op in ("*", "inv"):
        factors = node.args if node.op == "*" else (node,)
        over = [arg for arg in factors if arg.op != "inv"]
        under = [arg.args[0] for arg in factors if arg.op == "inv"]
        return (_tag("mfrac", _product(over), _product(under)) if under else _product(over)), _FACTOR
    if node.op == "^":
        return _tag("msup", _held(node.args[0], _ATOM), _held(node.args[1])), _FACTOR
    if node.op == "sqrt":
        return _tag("msqrt", _held(node.args[0])), _ATOM
    if len(node.args) != 1 or node.op not in FUNCTIONS:
        raise LookupError(node.op)
    name = (_tag("mi", node.op), _tag("mo", "\u2061"))
    called = (*name, _tag("mo", "("), _held(node.args[0]), _tag("mo", ")"))
    return _tag("mrow", *called), _ATOM


def _terms(terms: Iterable[Node]) -> Iterator[Markup]:
    """Terms with the signs between them."""
    for place, term in enumerate(terms):
        minus = term.op == "neg" or (term.op == "num" and term.value < 0)
        if minus or place:
            yield _tag("mo", "−" if minus else "+")
        yield _held((term.args or (Node("num", (), -term.value),))[0] if minus else term, _FACTOR)


def _product(factors: list[Node]) -> Markup:
    """Factors side by side, with a dot only before a number."""
    if len(factors) < 2:
        return _held(factors[0]) if factors else _tag("mn", "1")
    pieces = [_held(factors[0], _FACTOR)]
    for factor in factors[1:]:
        pieces += [_tag("mo", "⋅" if factor.op == "num" else "\u2062"), _held(factor, _FACTOR)]
    return _tag("mrow", *pieces)
