"""A formula as a tree of frozen nodes, whoever wrote it: the reader, a SymPy object, or an expansion.

    1/(1 + e**(-x))     "*"(num 1, "inv"("+"(num 1, "^"(const E, "neg"(var x)))))

Sums and products are flat; a difference is a sum with a `neg`, a quotient a product with an `inv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One operation, its operands, and what is not an operand (a number, a name, a shape).

    Operations: `num` (value: Fraction), `var`, `const` (value: name), `+ * neg inv ^`, the relations
    `< <= == !=`, `and or not true false`, `matrix` (value: (rows, columns), operands row by row), `tuple`,
    `piecewise` (value, condition, value, condition …), `sum` and `product` (value: the index's name; body,
    low, high), `index` (value: the family's name), and the functions of `names.FUNCTIONS`.
    """

    op: str
    args: tuple[Node, ...] = ()
    value: Any = None


ZERO = Node("num", (), Fraction(0))
ONE = Node("num", (), Fraction(1))


def num(value: int | Fraction) -> Node:
    """An exact number."""
    return Node("num", (), Fraction(value))


def var(name: str) -> Node:
    """A variable."""
    return Node("var", (), name)


def const(name: str) -> Node:
    """A named constant."""
    return Node("const", (), name)


def add(*terms: Node) -> Node:
    """A flat sum."""
    return _flat("+", terms, ZERO)


def mul(*factors: Node) -> Node:
    """A flat product."""
    return _flat("*", factors, ONE)


def _flat(op: str, operands: tuple[Node, ...], empty: Node) -> Node:
    flat: list[Node] = []
    for node in operands:
        flat.extend(node.args if node.op == op else (node,))
    if len(flat) == 1:
        return flat[0]
    return Node(op, tuple(flat)) if flat else empty


def neg(node: Node) -> Node:
    """Minus something."""
    return num(-node.value) if node.op == "num" else Node("neg", (node,))


def inv(node: Node) -> Node:
    """One over something."""
    return Node("inv", (node,))


def relation_of(sign: str, left: Node, right: Node) -> Node:
    """A comparison; `>` is `<` with its sides exchanged."""
    if sign in (">", ">="):
        return Node("<" if sign == ">" else "<=", (right, left))
    return Node("==" if sign == "=" else sign, (left, right))


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, without recursion."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.args))


def variables(node: Node) -> frozenset[str]:
    """The names of the free variables; the indices of sums and products are bound."""
    if node.op == "var":
        return frozenset({node.value})
    found: frozenset[str] = frozenset().union(*(variables(arg) for arg in node.args))
    if node.op in ("sum", "product"):
        return (variables(node.args[0]) - {node.value}).union(*(variables(arg) for arg in node.args[1:]))
    return found


def substitute(node: Node, name: str, value: Node) -> Node:
    """The tree with a variable replaced throughout; an inner binding of the same name hides it."""
    if node.op == "var":
        return value if node.value == name else node
    if not node.args:
        return node
    args = tuple(substitute(arg, name, value) for arg in node.args)
    if node.op in ("sum", "product") and node.value == name:
        args = (node.args[0], *args[1:])
    return node if args == node.args else Node(node.op, args, node.value)


_LOOSE, _TERM, _FACTOR, _UNARY, _POWER, _ATOM = range(6)
_LONG = 400  # bits
_INFIX = {"<": " < ", "<=": " <= ", "==": " == ", "!=": " != ", "and": " and ", "or": " or "}


def show(node: Node, limit: int = 300) -> str:
    """The tree as one line of plain syntax, so that a student sees how an answer was read."""
    text = _show(node, _LOOSE)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _show(node: Node, outer: int) -> str:
    text, strength = _written(node)
    return f"({text})" if strength < outer else text


def _written(node: Node) -> tuple[str, int]:
    """The text of a node, and how tightly it holds together."""
    if node.op == "num":
        value: Fraction = node.value
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _LONG:
            return "(a long number)", _ATOM
        if value.denominator == 1:
            return str(value), _ATOM if value >= 0 else _UNARY
        return str(value), _TERM
    if node.op in ("var", "const"):
        return str(node.value), _ATOM
    if node.op in ("+", "*", "neg", "inv", "^"):
        return _arithmetic(node)
    if node.op in _INFIX:
        return _INFIX[node.op].join(_show(arg, _TERM) for arg in node.args), _LOOSE
    if node.op == "matrix":
        return _grid(node), _ATOM
    if node.op in ("sum", "product"):
        body, low, high = (_show(arg, _LOOSE) for arg in node.args)
        return f"{node.op.capitalize()}({body}, ({node.value}, {low}, {high}))", _ATOM
    if node.op == "piecewise":
        cases = zip(node.args[::2], node.args[1::2], strict=True)
        pairs = (f"({_show(value, _LOOSE)}, {_show(holds, _LOOSE)})" for value, holds in cases)
        return f"Piecewise({', '.join(pairs)})", _ATOM
    inside = ", ".join(_show(arg, _LOOSE) for arg in node.args)
    if node.op == "tuple":
        return f"({inside})", _ATOM
    if node.op == "index":
        return f"{node.value}[{inside}]", _ATOM
    return (f"{node.op}({inside})" if node.args else node.op.capitalize()), _ATOM


def _arithmetic(node: Node) -> tuple[str, int]:
    if node.op == "neg":
        return "-" + _show(node.args[0], _UNARY), _UNARY
    if node.op == "inv":
        return "1/" + _show(node.args[0], _UNARY), _FACTOR
    if node.op == "^":
        return f"{_show(node.args[0], _ATOM)}^{_show(node.args[1], _POWER)}", _POWER
    sign, under = ("+", "neg") if node.op == "+" else ("*", "inv")
    text = ""
    for arg in node.args:
        if sign == "+" and text and arg.op == "num" and arg.value < 0:
            text += f" - {-arg.value}"
        elif arg.op == under and sign == "+":
            text += (" - " if text else "-") + _show(arg.args[0], _FACTOR)
        elif arg.op == under and text:
            text += "/" + _show(arg.args[0], _UNARY)
        else:
            joint = "" if not text else " + " if sign == "+" else "*"
            text += joint + _show(arg, _FACTOR if sign == "+" else _UNARY)
    return text, _TERM if sign == "+" else _FACTOR


def _grid(node: Node) -> str:
    rows, columns = node.value
    cells = [_show(arg, _LOOSE) for arg in node.args]
    if columns == 1:
        return "[" + ", ".join(cells) + "]"
    lines = (", ".join(cells[row * columns : (row + 1) * columns]) for row in range(rows))
    return "[" + ", ".join(f"[{line}]" for line in lines) + "]"
