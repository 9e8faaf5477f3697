"""Writes vectors, matrices and families out in single expressions, so that only numbers are left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from grader.values.expression import (
    ONE,
    ZERO,
    Node,
    add,
    inv,
    mul,
    neg,
    num,
    substitute,
    var,
    variables,
    walk,
)
from grader.values.names import canonical
from grader.values.text import Fault, Unreadable

ENTRY_LIMIT = 400
NODE_LIMIT = 20_000
_INVERSE_LIMIT = 4
_OVER_ITEMS = frozenset({"Max", "Min"})
_NOT_ENTRYWISE = frozenset({"exp", "log", "sqrt", "sin", "cos", "cosh", "sinh", "inv"})
_MATRIX = frozenset({
    "matrix", "list", "tuple", "Matrix", "diag", "eye", "zeros", "ones", "transpose", "det", "trace",
    "inverse", "softmax", "logsumexp", "norm", "dot", "outer", "entry", "index", "sqnorm", "hadamard",
})  # fmt: skip


def expand(node: Node, names: frozenset[str] = frozenset()) -> Node:
    """A formula with every vector and matrix written out: one scalar, or a `matrix` of scalars.

    Args:
        node: what was read.
        names: the question's variables, among which `x[2]` is found as `x2` or `x_2`.

    Raises:
        Unreadable: shapes do not fit, or it grows beyond bounds.
    """
    if not any(part.op in _MATRIX or part.op in ("Sum", "Product") for part in walk(node)):
        return node
    return _Expander(names).visit(node)


def matrix(rows: Sequence[Sequence[Node]]) -> Node:
    """A matrix of nodes."""
    return Node("matrix", tuple(cell for row in rows for cell in row), (len(rows), len(rows[0])))


def column(items: Sequence[Node]) -> Node:
    """A vector, as one column."""
    return Node("matrix", tuple(items), (len(items), 1))


def _grid(node: Node) -> list[list[Node]]:
    rows, columns = node.value
    return [list(node.args[row * columns : (row + 1) * columns]) for row in range(rows)]


class _Expander:
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.count = 0

    def visit(self, node: Node) -> Node:
        """One node, its operands first."""
        self.count += 1
        if self.count > NODE_LIMIT:
            raise Unreadable("it has too many entries when written out", None, Fault.LIMIT)
        if node.op in ("sum", "product"):
            return self.summed(node)
        if node.op == "index":
            return self.member(node)
        args = tuple(self.visit(arg) for arg in node.args)
        special: Callable[[tuple[Node, ...]], Node] | None = getattr(self, f"on_{node.op}", None)
        if special is not None:
            return special(args)
        grids = [arg for arg in args if arg.op == "matrix"]
        if node.op == "matrix" and not grids:
            return Node("matrix", args, node.value)
        if not grids:
            return Node(node.op, args, node.value)
        return self.arithmetic(node, args, grids)

    def arithmetic(self, node: Node, args: tuple[Node, ...], grids: list[Node]) -> Node:
        """Operations of numbers with a matrix among the operands."""
        if node.op == "+":
            if len(grids) < len(args) or len({grid.value for grid in grids}) > 1:
                raise Unreadable("a sum of matrices or vectors of different shapes")
            cells = zip(*(grid.args for grid in grids), strict=True)
            return Node("matrix", tuple(add(*cell) for cell in cells), grids[0].value)
        if node.op == "*":
            return self.product(args)
        if node.op == "neg":
            return Node("matrix", tuple(neg(cell) for cell in grids[0].args), grids[0].value)
        if node.op == "inv":
            return self.on_inverse(args)
        if node.op == "^":
            return self.power(*args)
        if node.op in _OVER_ITEMS:
            items = (arg.args if arg.op == "matrix" else (arg,) for arg in args)
            return Node(node.op, tuple(chain.from_iterable(items)))
        square = grids[0].value[0] == grids[0].value[1] > 1
        if len(args) == 1 and not (square and node.op in _NOT_ENTRYWISE):
            return Node("matrix", tuple(Node(node.op, (cell,)) for cell in args[0].args), args[0].value)
        raise Unreadable(f"“{node.op}” of a matrix or vector is not read")

    def product(self, args: tuple[Node, ...]) -> Node:
        """A product from left to right; numbers scale, matrices are multiplied as matrices."""
        result = args[0]
        for factor in args[1:]:
            if result.op != "matrix" or factor.op != "matrix":
                scalar, other = (result, factor) if result.op != "matrix" else (factor, result)
                result = self.scaled(scalar, other)
                continue
            left, right = _grid(result), _grid(factor)
            if result.value[1] != factor.value[0]:
                raise Unreadable(f"a product of shapes {result.value} and {factor.value}")
            self.limit(len(left) * len(right[0]) * len(right))
            cells = [[add(*map(mul, row, column)) for column in zip(*right, strict=True)] for row in left]
            result = matrix(cells)
            result = result.args[0] if result.value == (1, 1) else result
        return result

    def scaled(self, scalar: Node, other: Node) -> Node:
        if other.op != "matrix":
            return mul(scalar, other)
        return Node("matrix", tuple(mul(scalar, cell) for cell in other.args), other.value)

    def power(self, base: Node, exponent: Node) -> Node:
        sign, size = (neg, exponent.args[0]) if exponent.op == "neg" else (None, exponent)
        whole = size.op == "num" and size.value.denominator == 1
        if base.op != "matrix" or not whole or abs(size.value) > 8 or base.value[0] != base.value[1]:
            raise Unreadable("a power of a matrix needs a square one and a small whole exponent")
        times = int(size.value) * (-1 if sign else 1)
        if times == 0:
            return self.on_eye((num(base.value[0]),))
        base = self.on_inverse((base,)) if times < 0 else base
        return self.product((base,) * abs(times)) if abs(times) > 1 else base

    def limit(self, entries: int) -> None:
        """Refuse what grows beyond bounds."""
        self.count += entries
        if entries > NODE_LIMIT or self.count > NODE_LIMIT:
            raise Unreadable("it has too many entries when written out", None, Fault.LIMIT)

    # ---- building

    def on_list(self, args: tuple[Node, ...]) -> Node:
        if not args:
            raise Unreadable("an empty list is no formula")
        if len(args) == 1 and (args[0].op != "matrix" or args[0].value[1] > 1):
            return args[0]
        if all(arg.op != "matrix" for arg in args):
            return column(args)
        if all(arg.op == "matrix" and arg.value[1] == 1 and arg.value == args[0].value for arg in args):
            return matrix([list(arg.args) for arg in args])
        raise Unreadable("the rows of a matrix have different lengths")

    on_tuple = on_list

    def on_Matrix(self, args: tuple[Node, ...]) -> Node:  # noqa: N802
        if len(args) == 1:
            return args[0] if args[0].op == "matrix" else column(args)
        if len(args) != 3 or args[2].op != "matrix":
            raise Unreadable("Matrix takes a list of rows, or rows, columns and a list")
        rows, columns = self.size(args[0]), self.size(args[1])
        if rows * columns != len(args[2].args):
            raise Unreadable(f"a matrix of {rows} rows and {columns} columns has another number of entries")
        return Node("matrix", args[2].args, (rows, columns))

    def size(self, node: Node) -> int:
        if node.op != "num" or node.value.denominator != 1 or not 1 <= node.value <= ENTRY_LIMIT:
            raise Unreadable("a matrix needs a small whole number of rows and columns")
        return int(node.value)

    def shape(self, args: tuple[Node, ...]) -> tuple[int, int]:
        shape = (self.size(args[0]), self.size(args[-1]))
        if shape[0] * shape[1] > ENTRY_LIMIT:
            raise Unreadable(f"a matrix of more than {ENTRY_LIMIT} entries", None, Fault.LIMIT)
        return shape

    def on_eye(self, args: tuple[Node, ...]) -> Node:
        rows, columns = self.shape(args)
        return matrix([[ONE if i == j else ZERO for j in range(columns)] for i in range(rows)])

    def on_zeros(self, args: tuple[Node, ...]) -> Node:
        rows, columns = self.shape(args)
        return matrix([[ZERO] * columns] * rows)

    def on_ones(self, args: tuple[Node, ...]) -> Node:
        rows, columns = self.shape(args)
        return matrix([[ONE] * columns] * rows)

    def on_diag(self, args: tuple[Node, ...]) -> Node:
        cells: list[Node] = []
        for arg in args:
            if arg.op == "matrix" and 1 not in arg.value:
                raise Unreadable("diag takes the entries of the diagonal")
            cells.extend(arg.args if arg.op == "matrix" else (arg,))
        self.limit(len(cells) ** 2)
        return matrix([[cell if i == j else ZERO for j in range(len(cells))] for i, cell in enumerate(cells)])

    # ---- taking apart

    def grid(self, node: Node) -> list[list[Node]]:
        if node.op != "matrix":
            raise Unreadable("a matrix or vector is needed here")
        return _grid(node)

    def cells(self, args: tuple[Node, ...]) -> tuple[Node, ...]:
        """The entries of a vector, or of as many numbers as there are arguments."""
        if len(args) == 1 and args[0].op == "matrix":
            return args[0].args
        if len(args) > 1 and all(arg.op != "matrix" for arg in args):
            return args
        raise Unreadable("a vector is needed here")

    def entries(self, node: Node) -> tuple[Node, ...]:
        """The entries of a vector; a number is one of itself."""
        return node.args if node.op == "matrix" else (node,)

    def on_transpose(self, args: tuple[Node, ...]) -> Node:
        if args[0].op != "matrix":
            return args[0]
        return matrix([list(row) for row in zip(*_grid(args[0]), strict=True)])

    def on_trace(self, args: tuple[Node, ...]) -> Node:
        grid = self.square(args[0])
        return add(*(grid[i][i] for i in range(len(grid))))

    def square(self, node: Node) -> list[list[Node]]:
        grid = _grid(node) if node.op == "matrix" else [[node]]
        if len(grid) != len(grid[0]):
            raise Unreadable("a square matrix is needed here")
        return grid

    def on_det(self, args: tuple[Node, ...]) -> Node:
        grid = self.square(args[0])
        if len(grid) > _INVERSE_LIMIT:
            raise Unreadable(f"a determinant of more than {_INVERSE_LIMIT} rows", None, Fault.LIMIT)
        return _determinant(grid)

    def on_inverse(self, args: tuple[Node, ...]) -> Node:
        if args[0].op != "matrix":
            return inv(args[0])
        grid = self.square(args[0])
        if len(grid) > _INVERSE_LIMIT:
            raise Unreadable(f"an inverse of more than {_INVERSE_LIMIT} rows", None, Fault.LIMIT)
        under = inv(_determinant(grid))
        size = range(len(grid))
        return matrix([[mul(_cofactor(grid, j, i), under) for j in size] for i in size])

    def on_softmax(self, args: tuple[Node, ...]) -> Node:
        powers = [Node("exp", (cell,)) for cell in self.cells(args)]
        under = inv(add(*powers))
        shape = args[0].value if args[0].op == "matrix" else (len(args), 1)
        return Node("matrix", tuple(mul(power, under) for power in powers), shape)

    def on_logsumexp(self, args: tuple[Node, ...]) -> Node:
        return Node("log", (add(*(Node("exp", (cell,)) for cell in self.cells(args))),))

    def on_sqnorm(self, args: tuple[Node, ...]) -> Node:
        return add(*(Node("^", (Node("Abs", (cell,)), num(2))) for cell in self.entries(args[0])))

    def on_norm(self, args: tuple[Node, ...]) -> Node:
        return Node("sqrt", (self.on_sqnorm(args),))

    def on_dot(self, args: tuple[Node, ...]) -> Node:
        left, right = map(self.entries, args)
        if len(left) != len(right):
            raise Unreadable("an inner product of vectors of different lengths")
        return add(*map(mul, left, right))

    def on_outer(self, args: tuple[Node, ...]) -> Node:
        left, right = self.cells(args[:1]), self.cells(args[1:])
        self.limit(len(left) * len(right))
        return matrix([[mul(x, y) for y in right] for x in left])

    def on_hadamard(self, args: tuple[Node, ...]) -> Node:
        if args[0].op != "matrix" or args[1].op != "matrix":
            return self.product(args)
        if args[0].value != args[1].value:
            raise Unreadable("an entry by entry product of different shapes")
        return Node("matrix", tuple(map(mul, args[0].args, args[1].args)), args[0].value)

    def on_entry(self, args: tuple[Node, ...]) -> Node:
        """`M[0, 1]` and `v[0]`, counted from 0 as in Python."""
        grid = self.grid(args[0])
        at = [int(arg.value) if arg.op == "num" and arg.value.denominator == 1 else -1 for arg in args[1:]]
        flat = args[0].args if len(at) == 1 else grid[at[0]] if 0 <= at[0] < len(grid) else ()
        if not 0 <= at[-1] < len(flat):
            raise Unreadable("an index outside the vector or matrix")
        return flat[at[-1]]

    def on_Sum(self, args: tuple[Node, ...]) -> Node:  # noqa: N802
        return add(*self.entries(args[0]))

    def on_Product(self, args: tuple[Node, ...]) -> Node:  # noqa: N802
        return mul(*self.entries(args[0]))

    # ---- families

    def summed(self, node: Node) -> Node:
        """A sum whose body names members of a family is written out; others stay as they are."""
        low, high = (self.visit(arg) for arg in node.args[1:])
        body, index = node.args[0], node.value
        over = [part for part in walk(body) if part.op == "index" and index in variables(part)]
        if "matrix" in (low.op, high.op):
            raise Unreadable(f"the limits of “{index}” are vectors")
        if not over:
            inside = self.visit(body)
            each = tuple(Node(node.op, (entry, low, high), index) for entry in self.entries(inside))
            return Node("matrix", each, inside.value) if inside.op == "matrix" else each[0]
        if low.op != "num" or high.op not in ("num", "var"):
            raise Unreadable(f"the limits of “{index}” must be numbers, to pick {over[0].value}[{index}]")
        first = int(low.value)
        last = int(high.value) if high.op == "num" else max(self.members(over[0].value))
        self.limit(max(0, last - first))
        terms = [self.visit(substitute(body, index, num(k))) for k in range(first, last + 1)]
        return add(*terms) if node.op == "sum" else mul(*terms)

    def members(self, family: str) -> dict[int, str]:
        """The declared names of a family by their number."""
        pattern = re.compile(re.escape(canonical(family)) + r"(\d+)")
        found = ((pattern.fullmatch(canonical(name)), name) for name in self.names)
        return {int(match.group(1)): name for match, name in found if match}

    def member(self, node: Node) -> Node:
        """`x[2]` as the declared `x2`; indices count as the names do."""
        index = self.visit(node.args[0])
        members = self.members(node.value)
        if index.op != "num" or int(index.value) not in members:
            message = f"“{node.value}[…]” needs one of the indices {sorted(members)}"
            raise Unreadable(message, None, Fault.NAME)
        return var(members[int(index.value)])


def _minor(grid: list[list[Node]], i: int, j: int) -> list[list[Node]]:
    return [[cell for c, cell in enumerate(row) if c != j] for r, row in enumerate(grid) if r != i]


def _cofactor(grid: list[list[Node]], i: int, j: int) -> Node:
    minor = _determinant(_minor(grid, i, j)) if len(grid) > 1 else ONE
    return minor if (i + j) % 2 == 0 else neg(minor)


def _determinant(grid: list[list[Node]]) -> Node:
    if len(grid) == 1:
        return grid[0][0]
    return add(*(mul(cell, _cofactor(grid, 0, j)) for j, cell in enumerate(grid[0])))
