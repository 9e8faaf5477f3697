"""Small faults in a syntax tree, of the kind that students make.

a + b  ->  a - b, a, b            a < b   ->  a <= b           np.outer(a, b)  ->  np.outer(b, a)
a - b  ->  a + b, a, -b           a == b  ->  a != b           np.sum(a)       ->  np.mean(a)
a * b  ->  a, b                   -a      ->  a                a.T, a[::-1]    ->  a
a / b  ->  a, a * b               3       ->  4                return a        ->  return -a
a @ b  ->  b @ a                  a and b ->  a or b           floor(a)        ->  ceil(a)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_RENAMED = {
    "sum": "mean",
    "mean": "sum",
    "floor": "ceil",
    "ceil": "floor",
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
}
_SWAPPED = frozenset({"outer", "dot", "matmul", "subtract", "divide"})
_DROPPED = frozenset(
    {"transpose", "flip", "reversed", "abs", "sign", "sqrt", "negative", "square", "tril", "triu"}
)
_SKIPPED = (ast.Raise, ast.Assert, ast.While, ast.JoinedStr, ast.arguments)


SWAP = "_lint_swap"
"""The name under which a mutated tree finds a `Swap`."""


@dataclass(slots=True)
class Swap:
    """`b @ a` for `a @ b`, noting whether it ever was anything but a product of two vectors."""

    used: bool = False
    mattered: bool = False

    def __call__(self, left: Any, right: Any) -> Any:
        """The swapped product."""
        self.used = True
        self.mattered |= max(np.ndim(left), np.ndim(right)) > 1
        return right @ left

    @property
    def commutes(self) -> bool:
        """Whether the two were vectors throughout, so that no case can tell the order."""
        return self.used and not self.mattered


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a tree where one node stands, and what could stand there instead."""

    node: ast.AST
    put: Callable[[ast.AST], None]
    statement: ast.stmt


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault that has been put into the tree.

    Attributes:
        line: where.
        statement: the line where its statement starts.
        before: the source of what was there.
        after: the source of what is there now.
    """

    line: int
    statement: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"`{self.before}` made `{self.after}`"


def mutations(definition: ast.stmt) -> Iterator[Mutation]:
    """Every fault of one definition in turn: the tree holds it until the next is asked for, then none."""
    for spot in list(_spots(definition)):
        node = spot.node
        for replacement in list(_faults(node)):
            if not hasattr(replacement, "lineno"):
                ast.fix_missing_locations(ast.copy_location(replacement, node))
            spot.put(replacement)
            line = getattr(node, "lineno", definition.lineno)
            try:
                yield Mutation(line, spot.statement.lineno, _text(node), _text(replacement))
            finally:
                spot.put(node)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == SWAP:
        node = ast.BinOp(node.args[1], ast.MatMult(), node.args[0])
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:67] + "..."


def _spots(definition: ast.stmt) -> Iterator[Spot]:
    waiting: list[tuple[ast.AST, ast.stmt]] = [(definition, definition)]
    while waiting:
        parent, statement = waiting.pop()
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list", "type_params", "ctx"):
                continue
            for index, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST) or isinstance(node, _SKIPPED) or _is_docstring(node):
                    continue
                inner = node if isinstance(node, ast.stmt) else statement
                yield Spot(node, _putter(parent, name, index if isinstance(value, list) else None), inner)
                waiting.append((node, inner))


def _putter(parent: ast.AST, name: str, index: int | None) -> Callable[[ast.AST], None]:
    def put(node: ast.AST) -> None:
        if index is None:
            setattr(parent, name, node)
        else:
            getattr(parent, name)[index] = node

    return put


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield ast.Compare(node.left, [_COMPARISONS[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)  # type: ignore[operator]
    elif isinstance(node, ast.Attribute | ast.Subscript) and _turns(node):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Return) and isinstance(
        node.value, ast.Call | ast.Name | ast.BinOp | ast.Subscript
    ):
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value))


def _turns(node: ast.Attribute | ast.Subscript) -> bool:
    return node.attr == "T" if isinstance(node, ast.Attribute) else ast.unparse(node.slice) == "::-1"


def _of_operation(node: ast.BinOp) -> Iterator[ast.AST]:
    left, right = node.left, node.right
    match node.op:
        case ast.Add():
            yield from (ast.BinOp(left, ast.Sub(), right), left, right)
        case ast.Sub():
            yield from (ast.BinOp(left, ast.Add(), right), left, ast.UnaryOp(ast.USub(), right))
        case ast.Mult():
            yield from (left, right)
        case ast.Div():
            yield from (left, ast.BinOp(left, ast.Mult(), right))
        case ast.MatMult():
            yield ast.Call(ast.Name(SWAP, ast.Load()), [left, right], [])
        case ast.Pow() | ast.FloorDiv() | ast.Mod():
            yield left


def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in _RENAMED and isinstance(function, ast.Attribute):
        yield ast.Call(ast.Attribute(function.value, _RENAMED[name], ast.Load()), node.args, node.keywords)
    if name in _SWAPPED and len(node.args) == 2 and ast.dump(node.args[0]) != ast.dump(node.args[1]):
        yield ast.Call(function, node.args[::-1], node.keywords)
    if name in _DROPPED and len(node.args) == 1:
        yield node.args[0]
