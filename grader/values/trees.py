"""SymPy objects as trees of the codec: rebuilt from a list of known classes, never from text.

Nothing is evaluated on the way, so `10**10**10` and `factorial(10**9)` cost what they cost to write down,
and an expression comes back with the very arguments it had. A node is one byte of tag and its content.

    I Q F     Integer, Rational, Float            C     a constant (pi, E, I, oo, nan, true …)
    y         Symbol or Dummy                     U     an undefined function, applied
    M         a dense matrix: shape, entries      B     a class of the lists below: name, arguments
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef
from sympy.core.operations import LatticeOp
from sympy.functions.elementary.piecewise import ExprCondPair

from grader.errors import CodecError, TooLarge
from grader.values.stream import COUNT, ByteReader, ByteWriter

MAX_NODES = 20_000
"""Of one message; rebuilding takes about ten microseconds a node."""
_MAX_PRECISION = 10_000
_MAX_EXPONENT = 100_000

_UNEVALUATED = """
    Add Mul Pow exp log sin cos tan cot sec csc asin acos atan acot asec acsc atan2 sinc
    sinh cosh tanh coth sech csch asinh acosh atanh acoth asech acsch
    Abs sign re im arg conjugate floor ceiling frac Max Min Mod Heaviside DiracDelta KroneckerDelta
    factorial binomial gamma loggamma polygamma beta erf erfc erfi zeta LambertW harmonic
    RisingFactorial FallingFactorial Equality Unequality LessThan StrictLessThan GreaterThan
    StrictGreaterThan Not Implies ITE
"""
"""Classes that take `evaluate=False`."""

_BY_HAND = "And Or Xor Piecewise ExprCondPair Sum Product Integral Derivative Order Lambda Tuple"
"""Classes whose constructors compute whatever one asks of them: here they only hold their arguments."""

_CONSTANTS = """
    Pi Exp1 ImaginaryUnit Infinity NegativeInfinity ComplexInfinity NaN EulerGamma GoldenRatio Catalan
    TribonacciConstant true false
"""
_ASSUMPTIONS = """
    algebraic antihermitian commutative complex composite even extended_negative extended_nonnegative
    extended_nonpositive extended_nonzero extended_positive extended_real finite hermitian imaginary
    infinite integer irrational negative noninteger nonnegative nonpositive nonzero odd positive prime
    rational real transcendental zero
"""
_REFUSED = (TypeError, ValueError, AttributeError, ArithmeticError, LookupError, NotImplementedError)
"""What SymPy's constructors raise for arguments that make no sense."""


@cache
def _assumptions() -> frozenset[str]:
    return frozenset(_ASSUMPTIONS.split())


@cache
def _constants() -> Mapping[str, Any]:
    return MappingProxyType({name: getattr(sympy.S, name) for name in _CONSTANTS.split()})


@cache
def _constant_names() -> Mapping[Any, str]:
    return MappingProxyType({type(value): name for name, value in _constants().items()})


@cache
def _makers() -> Mapping[str, tuple[type, Callable[..., Any]]]:
    """Every known class by its name, with how it is made from its arguments."""
    makers: dict[str, tuple[type, Callable[..., Any]]] = {}
    for name in _UNEVALUATED.split():
        makers[name] = getattr(sympy, name), _unevaluated(getattr(sympy, name))
    for name in _BY_HAND.split():
        kind = ExprCondPair if name == "ExprCondPair" else getattr(sympy, name)
        makers[name] = kind, _by_hand(kind)
    return MappingProxyType(makers)


@cache
def _class_names() -> Mapping[type, str]:
    return MappingProxyType({kind: name for name, (kind, _make) in _makers().items()})


def _unevaluated(kind: type) -> Callable[..., Any]:
    return lambda *args: kind(*args, evaluate=False)


def _by_hand(kind: type) -> Callable[..., Any]:
    """What the constructor would store, without what it would work out."""

    def make(*args: Any) -> Any:
        if not args:
            raise TypeError("no arguments")
        made = sympy.Basic.__new__(kind, *args)
        if issubclass(kind, LatticeOp):
            made._argset = frozenset(args)  # noqa: SLF001
        if issubclass(kind, ExprWithLimits):
            made.is_commutative = args[0].is_commutative
        return made

    return make


def is_tree(value: object) -> bool:
    """Whether this is SymPy's: an expression, a relation, a matrix."""
    return isinstance(value, sympy.Basic | sympy.MatrixBase)


def write(writer: ByteWriter, value: Any, depth: int) -> None:
    """Append a SymPy object.

    Raises:
        CodecError: it holds a class that is not known here.
        TooLarge: it lies outside the limits.
    """
    writer.count(depth)
    kind = type(value)
    if isinstance(value, sympy.Float):
        _write_float(writer, value)
    elif kind in _constant_names():
        writer.put(b"C")
        writer.text(_constant_names()[kind])
    elif isinstance(value, sympy.Integer) and kind.__module__ == "sympy.core.numbers":
        writer.put(b"I")
        writer.integer(int(value.p))
    elif isinstance(value, sympy.Rational) and kind.__module__ == "sympy.core.numbers":
        writer.put(b"Q")
        writer.integer(int(value.p))
        writer.integer(int(value.q))
    elif kind in (sympy.Symbol, sympy.Dummy):
        _write_symbol(writer, value)
    else:
        _write_compound(writer, value, depth)


def _write_compound(writer: ByteWriter, value: Any, depth: int) -> None:
    kind = type(value)
    if isinstance(value, sympy.MatrixBase):
        _write_matrix(writer, value, depth)
    elif isinstance(value, AppliedUndef):
        writer.put(b"U")
        writer.text(kind.__name__)
        _write_assumptions(writer, getattr(kind, "_kwargs", {}))
        _write_args(writer, value.args, depth)
    elif kind in _class_names():
        writer.put(b"B")
        writer.text(_class_names()[kind])
        _write_args(writer, value.args, depth)
    else:
        raise CodecError(f"SymPy's {kind.__name__!r} is not known here")


def _write_args(writer: ByteWriter, args: tuple[Any, ...], depth: int) -> None:
    writer.put(COUNT.pack(len(args)))
    for arg in args:
        write(writer, arg, depth + 1)


def _write_float(writer: ByteWriter, value: Any) -> None:
    sign, mantissa, exponent, _bits = value._mpf_
    if abs(exponent) > _MAX_EXPONENT or value._prec > _MAX_PRECISION:  # noqa: SLF001
        raise TooLarge("a Float is too long")
    writer.put(b"F")
    writer.integer(-int(mantissa) if sign else int(mantissa))
    writer.integer(int(exponent))
    writer.integer(int(value._prec))  # noqa: SLF001


def _write_symbol(writer: ByteWriter, value: Any) -> None:
    writer.put(b"y")
    writer.text(value.name)
    given = getattr(value, "_assumptions_orig", None)
    _write_assumptions(writer, value.assumptions0 if given is None else given)
    writer.integer(value.dummy_index if type(value) is sympy.Dummy else -1)


def _write_assumptions(writer: ByteWriter, given: Mapping[str, Any]) -> None:
    kept = {name: said for name, said in given.items() if isinstance(said, bool) and name in _assumptions()}
    writer.put(COUNT.pack(len(kept)))
    for name in sorted(kept):
        writer.text(name)
        writer.put(b"T" if kept[name] else b"F")


def _write_matrix(writer: ByteWriter, value: Any, depth: int) -> None:
    if type(value) not in (sympy.Matrix, sympy.ImmutableMatrix):
        raise CodecError(f"SymPy's {type(value).__name__!r} is not known here")
    if value.rows * value.cols > MAX_NODES:
        raise TooLarge(f"a matrix has more than {MAX_NODES} entries")
    writer.put(b"MT" if type(value) is sympy.Matrix else b"MF")
    writer.put(COUNT.pack(value.rows) + COUNT.pack(value.cols))
    _write_args(writer, tuple(value), depth)


def read(reader: ByteReader, depth: int) -> Any:
    """The SymPy object that comes next in a message.

    Raises:
        CodecError: it is not one.
        TooLarge: it lies outside the limits.
    """
    reader.tree_nodes += 1
    if reader.tree_nodes > MAX_NODES:
        raise TooLarge(f"an expression has more than {MAX_NODES} nodes")
    if depth > reader.limits.depth:
        raise TooLarge(f"an expression is nested more than {reader.limits.depth} deep")
    tag = reader.take(1)
    make = _READERS.get(tag)
    if make is None:
        raise CodecError(f"unknown tag {tag!r} in an expression")
    try:
        return make(reader, depth)
    except _REFUSED as error:
        raise CodecError(f"SymPy refuses this expression: {type(error).__name__}") from error


def _read_args(reader: ByteReader, depth: int) -> list[Any]:
    return [read(reader, depth + 1) for _ in range(reader.count())]


def _read_rational(reader: ByteReader, _depth: int) -> Any:
    numerator, denominator = reader.integer(), reader.integer()
    if denominator < 1:
        raise CodecError("a denominator is less than 1")
    return sympy.Rational(numerator, denominator)


def _read_float(reader: ByteReader, _depth: int) -> Any:
    mantissa, exponent, precision = reader.integer(), reader.integer(), reader.integer()
    if abs(exponent) > _MAX_EXPONENT or not 1 <= precision <= _MAX_PRECISION:
        raise TooLarge("a Float is too long")
    size = abs(mantissa)
    return sympy.Float((int(mantissa < 0), size, exponent, size.bit_length()), precision=precision)


def _read_constant(reader: ByteReader, _depth: int) -> Any:
    name = reader.text()
    if name not in _constants():
        raise CodecError("unknown constant")
    return _constants()[name]


def _read_assumptions(reader: ByteReader) -> dict[str, bool]:
    found = {}
    for _ in range(reader.count()):
        name = reader.text()
        if name not in _assumptions():
            raise CodecError("unknown assumption")
        found[name] = reader.take(1) == b"T"
    return found


def _read_symbol(reader: ByteReader, _depth: int) -> Any:
    name, given, dummy = reader.text(), _read_assumptions(reader), reader.integer()
    if dummy >= 0:
        return sympy.Dummy(name, dummy_index=dummy, **given)
    return sympy.Symbol(name, **given)


def _read_matrix(reader: ByteReader, depth: int) -> Any:
    kind = sympy.Matrix if reader.take(1) == b"T" else sympy.ImmutableMatrix
    rows, columns = COUNT.unpack(reader.take(4))[0], COUNT.unpack(reader.take(4))[0]
    entries = _read_args(reader, depth)
    if rows * columns != len(entries) or max(rows, columns) > MAX_NODES:
        raise CodecError("a matrix has another number of entries than its shape says")
    return kind(rows, columns, entries)


def _read_undefined(reader: ByteReader, depth: int) -> Any:
    name, given = reader.text(), _read_assumptions(reader)
    return cast("Any", sympy.Function(name, **given))(*_read_args(reader, depth), evaluate=False)


def _read_known(reader: ByteReader, depth: int) -> Any:
    name = reader.text()
    if name not in _makers():
        raise CodecError("unknown class of SymPy")
    _kind, make = _makers()[name]
    return make(*_read_args(reader, depth))


_READERS: Mapping[bytes, Callable[[ByteReader, int], Any]] = MappingProxyType(
    {
        b"I": lambda reader, _depth: sympy.Integer(reader.integer()),
        b"Q": _read_rational,
        b"F": _read_float,
        b"C": _read_constant,
        b"y": _read_symbol,
        b"M": _read_matrix,
        b"U": _read_undefined,
        b"B": _read_known,
    }
)
