"""Turns a SymPy object, or a plain number, into our own tree: by a table of exact classes, never by printing.

A symbol's name is checked before anything is made of it: SymPy itself runs what hides in one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from mpmath.libmp import from_rational

from grader.values.domain import Domain
from grader.values.expression import Node, add, const, inv, mul, neg, num, relation_of, var
from grader.values.names import ARITY, FUNCTIONS, Names, build, is_plain
from grader.values.text import Fault, Unreadable

DEPTH_LIMIT = 120
NODE_LIMIT = 20_000
_BIT_LIMIT = 20_000
_SIMPLE_DENOMINATOR = 1000

_CONSTANTS = MappingProxyType({
    "Pi": "pi", "Exp1": "E", "ImaginaryUnit": "I", "Infinity": "oo", "EulerGamma": "EulerGamma",
    "GoldenRatio": "GoldenRatio", "Catalan": "Catalan",
})  # fmt: skip
_RELATIONS = MappingProxyType({
    "Equality": "==", "Unequality": "!=", "StrictLessThan": "<", "LessThan": "<=", "StrictGreaterThan": ">",
    "GreaterThan": ">=",
})  # fmt: skip
_NAMED = MappingProxyType({
    "And": "and", "Or": "or", "Not": "not", "Max": "Max", "Min": "Min", "Tuple": "list", "List": "list",
})  # fmt: skip
_MATRICES = frozenset({
    "MutableDenseMatrix", "ImmutableDenseMatrix", "ImmutableSparseMatrix", "MutableSparseMatrix",
})  # fmt: skip


def is_foreign(value: Any) -> bool:
    """Whether a value is an object of SymPy's."""
    kind = type(value)
    return (kind.__module__ or "").split(".")[0] == "sympy" or type(kind).__name__ == "UndefinedFunction"


def convert(value: Any, names: Names, read: Callable[[str, Names], Node]) -> Node:
    """The tree of a SymPy object, a number, or lists and tuples of them; `read` reads texts in a list.

    Raises:
        Unreadable: it holds something that is no formula, an unknown name, or too much.
    """
    return _Converter(names, read).visit(value, 0)


def assumed(value: Any) -> dict[str, Domain]:
    """What SymPy's own symbols say of themselves, alone or in a list: names to their domains."""
    if isinstance(value, (list, tuple)):
        return {name: domain for item in value for name, domain in assumed(item).items()}
    symbols = getattr(value, "free_symbols", ()) if is_foreign(value) else ()
    return {symbol.name: _assumed(symbol) for symbol in symbols if type(symbol).__name__ == "Symbol"}


def _assumed(symbol: Any) -> Domain:
    low = Fraction(0) if symbol.is_nonnegative else None
    high = Fraction(0) if symbol.is_nonpositive else None
    if symbol.is_integer:
        return Domain("integer", Fraction(1) if symbol.is_positive else low, high)
    if symbol.is_positive:
        return Domain("positive")
    if symbol.is_complex and symbol.is_real is None:
        return Domain("complex")
    return Domain("real", low, high, open=bool(symbol.is_negative))


def from_float(value: float) -> Node:
    """A double as the number meant: the simple fraction that rounds to it, else its shortest decimal."""
    if not math.isfinite(value):
        if math.isnan(value):
            raise Unreadable("it is not a number")
        return const("oo") if value > 0 else neg(const("oo"))
    near = Fraction(value).limit_denominator(_SIMPLE_DENOMINATOR)
    return num(near if float(near) == value else Fraction(repr(value)))


class _Converter:
    def __init__(self, names: Names, read: Callable[[str, Names], Node]) -> None:
        self.names = names
        self.read = read
        self.count = 0

    def visit(self, value: Any, depth: int) -> Node:
        self.count += 1
        if depth > DEPTH_LIMIT or self.count > NODE_LIMIT:
            raise Unreadable("it is nested too deep or has too many operations", None, Fault.LIMIT)
        if is_foreign(value):
            return self.symbolic(value, depth + 1)
        return self.plain(value, depth + 1)

    def plain(self, value: Any, depth: int) -> Node:
        """A number of Python's or NumPy's, or a list of formulas."""
        if hasattr(value, "tolist") and type(value).__module__ == "numpy":
            if value.size > NODE_LIMIT:
                raise Unreadable("it has too many entries", None, Fault.LIMIT)
            value = value.tolist()
        if isinstance(value, bool):
            return Node("true" if value else "false")
        if isinstance(value, (int, Fraction)):
            return self.exact(Fraction(value))
        if isinstance(value, float):
            return from_float(value)
        if isinstance(value, complex):
            return add(from_float(value.real), mul(from_float(value.imag), const("I")))
        if isinstance(value, (list, tuple)):
            return Node("list", tuple(self.visit(item, depth) for item in value))
        if isinstance(value, str):
            return self.read(value, self.names)
        raise Unreadable(f"a value of type “{type(value).__name__}” is no formula", None, Fault.CODE)

    def exact(self, value: Fraction) -> Node:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _BIT_LIMIT:
            raise Unreadable("the number has too many digits", None, Fault.LIMIT)
        return num(value)

    def symbolic(self, value: Any, depth: int) -> Node:
        name = type(value).__name__
        if name in ("Symbol", "Dummy"):
            return self.symbol(value)
        if name in _CONSTANTS:
            return const(_CONSTANTS[name])
        if name in _MATRICES:
            rows, columns = value.shape
            cells = tuple(self.visit(cell, depth) for cell in value)
            return Node("matrix", cells, (rows, columns))
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, value, depth)
        own = FUNCTIONS.get(name, "")
        if not value.args or not (own in ARITY or name in _RELATIONS or name in _NAMED):
            raise Unreadable(f"SymPy's “{name[:40]}” is not a formula that can be compared", None)
        args = tuple(self.visit(arg, depth) for arg in value.args)
        if name in _RELATIONS:
            return relation_of(_RELATIONS[name], *args)
        return Node(_NAMED[name], args) if name in _NAMED else build(own, args)

    def symbol(self, value: Any) -> Node:
        name = str(value.name)
        bare = name.strip("\\").replace("{", "").replace("}", "")
        known = self.names.variable(bare) if len(name) < 64 else None
        if known is not None:
            return var(known)
        if is_plain(name) and self.names.open:
            self.names.free.add(name)
            return var(name)
        if not is_plain(name):
            raise Unreadable("a symbol's name is not a name", None, Fault.CODE)
        if type(value).__name__ == "Dummy":
            raise Unreadable(f"“{name}” is a dummy symbol, not the question's", None, Fault.NAME)
        raise self.names.unknown(name, 0)

    def whole(self, value: Any, _depth: int) -> Node:
        return self.exact(Fraction(int(value.p), int(value.q)))

    def decimal(self, value: Any, _depth: int) -> Node:
        sign, mantissa, exponent, _ = value._mpf_
        if abs(exponent) > _BIT_LIMIT:
            raise Unreadable("the number is too large or too small", None, Fault.LIMIT)
        number = (-1 if sign else 1) * Fraction(int(mantissa)) * Fraction(2) ** exponent
        meant = (number.limit_denominator(_SIMPLE_DENOMINATOR), Fraction(str(value)))
        rounded = (from_rational(one.numerator, one.denominator, value._prec, "n") for one in meant)  # noqa: SLF001
        fits = (one for one, near in zip(meant, rounded, strict=True) if near == value._mpf_)
        return self.exact(next(fits, number))

    def sum(self, value: Any, depth: int) -> Node:
        return add(*(self.visit(arg, depth) for arg in value.args))

    def product(self, value: Any, depth: int) -> Node:
        factors = [self.visit(arg, depth) for arg in value.args]
        if factors[0] == num(-1) and len(factors) > 1:
            return neg(mul(*factors[1:]))
        return mul(*factors)

    def power(self, value: Any, depth: int) -> Node:
        base, exponent = (self.visit(arg, depth) for arg in value.args)
        if exponent == num(Fraction(1, 2)):
            return Node("sqrt", (base,))
        return inv(base) if exponent == num(-1) else Node("^", (base, exponent))

    def pieces(self, value: Any, depth: int) -> Node:
        pairs = [self.visit(part, depth) for pair in value.args for part in pair.args]
        return Node("piecewise", tuple(pairs))

    def summed(self, value: Any, depth: int) -> Node:
        """Sums and products with limits; the index is bound before its body is read."""
        op, limits = type(value).__name__.lower(), [limit.args for limit in value.args[1:]]
        if any(len(limit) != 3 for limit in limits):
            raise Unreadable("a sum needs limits", None)
        bound = [str(limit[0].name) for limit in limits]
        if not all(map(is_plain, bound)):
            raise Unreadable("a symbol's name is not a name", None, Fault.CODE)
        self.names.bound.extend(bound)
        node = self.visit(value.args[0], depth)
        for name, (_, low, high) in zip(bound, limits, strict=True):
            node = Node(op, (node, self.visit(low, depth), self.visit(high, depth)), name)
        del self.names.bound[len(self.names.bound) - len(bound) :]
        return node

    def indexed(self, value: Any, depth: int) -> Node:
        base = str(value.args[0])
        if not is_plain(base) or len(value.args) != 2:
            raise Unreadable("an indexed symbol's name is not a name", None, Fault.CODE)
        return Node("index", (self.visit(value.args[1], depth),), base)


_SPECIAL: Mapping[str, Callable[[_Converter, Any, int], Node]] = MappingProxyType({
    **dict.fromkeys(("Integer", "Zero", "One", "NegativeOne", "Rational", "Half"), _Converter.whole),
    "Float": _Converter.decimal, "Add": _Converter.sum, "Mul": _Converter.product, "Pow": _Converter.power,
    "MatAdd": _Converter.sum, "MatMul": _Converter.product, "MatPow": _Converter.power,
    "Piecewise": _Converter.pieces, "Sum": _Converter.summed, "Product": _Converter.summed,
    "Indexed": _Converter.indexed,
    "Inverse": _Converter.power,
    "UnevaluatedExpr": lambda self, value, depth: self.visit(value.args[0], depth),
    "Poly": lambda self, value, depth: self.visit(value.as_expr(), depth),
    "NegativeInfinity": lambda _self, _value, _depth: neg(const("oo")),
    "BooleanTrue": lambda _self, _value, _depth: Node("true"),
    "BooleanFalse": lambda _self, _value, _depth: Node("false"),
})  # fmt: skip
