"""The codec: what it carries, what it refuses, and what hostile bytes may cost."""

from __future__ import annotations

import contextlib
import math
import re
import struct
import subprocess
import sys
import time

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.errors import CodecError, TooLarge
from grader.values.codec import MAGIC, CodecLimits, Seeded, decode, digest, encode

x, y = sp.symbols("x y", real=True)
n = sp.Symbol("n", integer=True, positive=True)
i = sp.Symbol("i")
f = sp.Function("f")
HUGE = sp.Pow(10, sp.Pow(10, 10, evaluate=False), evaluate=False)

EXPRESSIONS = (
    x + 1, sp.Rational(1, 2) * x**2, sp.pi * sp.E**x, sp.log(x, 2), sp.sqrt(2), sp.Float("1.5", 50),
    sp.Float(-0.3),
    sp.Piecewise((x, x > 0), (0, True)), sp.And(x > 0, y < 1), sp.Or(x > 0, y < 1), sp.Not(sp.Eq(x, y)),
    sp.Sum(x**i, (i, 1, n)), sp.Product(x, (i, 1, 3)), sp.Integral(f(x), x), sp.Integral(x, (x, 0, sp.oo)),
    sp.Derivative(f(x), x, 2), sp.Matrix([[x, 1], [2, y]]), sp.ImmutableMatrix([[x]]), sp.Matrix(0, 3, []),
    sp.Tuple(x, (1, 2)), sp.oo, -sp.oo, sp.zoo, sp.true, sp.false, sp.Dummy("d"), sp.Max(x, y, 3),
    sp.Min(x, 2),
    sp.floor(n / 2), sp.KroneckerDelta(i, n), sp.Lambda(x, x**2), sp.Abs(x), sp.Heaviside(x), sp.factorial(n),
    sp.binomial(n, 2), sp.erf(x), sp.tanh(x / 2), sp.Symbol("q", commutative=False) * x, sp.Mod(n, 3),
    sp.I * x,
    sp.S.Zero, sp.S.Half, sp.Xor(x > 0, y > 0), sp.ITE(x > 0, y > 0, y < 0), sp.atan2(x, y),
    sp.LambertW(x), sp.O(x**2),
    sp.sign(x), sp.conjugate(i), sp.Add(x, x, evaluate=False), HUGE, sp.factorial(10**9, evaluate=False),
    sp.sin(HUGE, evaluate=False),
    sp.Function("g", positive=True)(x), sp.Symbol("θ_1"), sp.nan,
)  # fmt: skip

numbers = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary(max_size=50)
)
arrays = hnp.arrays(
    dtype=st.sampled_from(["?", "i1", "<i8", ">i8", "u4", "f2", "f4", "<f8", ">f8", "c8", ">c16"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
keys = st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.booleans()) | st.none()
values = st.recursive(
    numbers | arrays | arrays.map(lambda a: a.ravel()[0] if a.size else 0),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def identical(left: object, right: object) -> bool:
    """The same types, shapes and bits, all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray | np.generic):
        plain = left.dtype.newbyteorder("=")
        same = left.shape == right.shape and right.dtype == plain
        return same and left.astype(plain).tobytes() == right.tobytes()
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict):
        return identical(list(left.items()), list(right.items()))
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, complex):
        return identical(left.real, right.real) and identical(left.imag, right.imag)
    return left == right


@given(values)
@settings(max_examples=200)
def test_values_come_back_as_they_went(value):
    """What is encoded decodes to the same types, shapes, bits and order."""
    assert identical(value, decode(encode(value)))


@given(values)
@settings(max_examples=50)
def test_decoded_values_have_the_same_digest(value):
    """Encoding is a function of the value: a copy has its digest."""
    assert digest(decode(encode(value))) == digest(value)


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_decode_or_raise_one_error(data):
    """Random bytes give a value or CodecError, nothing else."""
    for message in (data, MAGIC + data):
        with contextlib.suppress(CodecError):
            decode(message)


@given(values, st.data())
@settings(max_examples=200)
def test_damaged_messages_decode_or_raise_one_error(value, data):
    """A real message with a byte changed, cut or added gives a value or CodecError."""
    message = bytearray(encode(value))
    at = data.draw(st.integers(0, len(message) - 1))
    message[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(message)))
    for bad in (bytes(message), bytes(message[:cut])):
        with contextlib.suppress(CodecError):
            decode(bad)


@given(st.sampled_from(EXPRESSIONS), st.data())
@settings(max_examples=300, deadline=2000)
def test_damaged_expressions_decode_or_raise_one_error(expression, data):
    """An expression's message with two bytes changed gives a value or CodecError, soon."""
    message = bytearray(encode(expression))
    for _ in range(2):
        message[data.draw(st.integers(4, len(message) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CodecError):
        decode(bytes(message))


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda e: re.sub(r"\d{3,}", "n", sp.srepr(e)[:40]))
def test_expressions_come_back_the_same(expression):
    """A SymPy object comes back with its class, its arguments and its assumptions, unevaluated."""
    back = decode(encode(expression))
    assert type(back) == type(expression)  # noqa: E721 - undefined functions are classes made anew
    assert back is sp.nan or back == expression
    assert sp.srepr(back) == sp.srepr(expression)
    assert getattr(back, "is_commutative", None) == getattr(expression, "is_commutative", None)


def test_rebuilt_expressions_are_alive():
    """What was put together by hand can still be worked with."""
    assert decode(encode(sp.Sum(i, (i, 1, 4)))).doit() == 10
    assert decode(encode(sp.Integral(x, (x, 0, 2)))).doit() == 2
    assert decode(encode(sp.Piecewise((x, x > 0), (0, True)))).subs(x, 3) == 3
    assert decode(encode(sp.Derivative(x**2, x))).doit() == 2 * x
    assert decode(encode(sp.And(x > 0, y < 1))).subs({x: 1, y: 0}) == sp.true
    assert decode(encode(sp.Lambda(x, x**2)))(3) == 9


def test_seeds_become_fresh_generators():
    """Every reader of a seeded argument draws the same numbers, and an answer may hold none."""
    message = encode((Seeded(3), Seeded(3)))
    first, second = decode(message)
    assert first is not second
    assert first.integers(10**9) == second.integers(10**9) == np.random.default_rng(3).integers(10**9)
    with pytest.raises(CodecError):
        decode(message, generators=False)


def test_decoded_arrays_are_writable_and_own():
    """A decoded array shares no memory with the message."""
    array = decode(encode(np.arange(3.0)))
    array[0] = 7
    assert array.flags.owndata or array.base.flags.owndata
    assert array.flags.writeable


class Liar(float):
    """A subclass, which may lie."""


class Shape(np.ndarray):
    """A subclass of ndarray."""


@pytest.mark.parametrize(
    "value",
    [
        Liar(1), True.__class__, object(), {1, 2}, range(3), iter([]), lambda: 0, np.zeros(2).view(Shape),
        np.array([1, None]), np.array(["a"]), np.longdouble(1), np.zeros(1, np.longdouble), np.zeros(1,
        "i4,f8"),
        np.datetime64("2026-01-01"), np.random.default_rng(1), bytearray(b"x"), "\ud800", Seeded(-1),
        Seeded(True),
        sp.tanh, sp.Symbol, type("Symbol", (sp.Symbol,), {})("x"), sp.SparseMatrix([[1]]), sp.Interval(0, 1),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_not_data_is_refused(value):
    """Subclasses, objects and machine-dependent numbers are CodecError on the way in, also inside a list."""
    for wrapped in (value, [value], {"a": value}):
        with pytest.raises(CodecError):
            encode(wrapped)


def nested(depth: int) -> list:
    """A list in a list in a list."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


def looped() -> list:
    """A list that holds itself."""
    value: list = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        nested(101), looped(), [None] * (1 << 20), 1 << 70_000, bytes(65 << 20),
        np.broadcast_to(0.0, (10**9, 10**9)), np.zeros((0, 10**9)), sp.Integer(2) ** 70_000 * x,
        sp.Add(*[x**k for k in range(12_000)], evaluate=False),
    ],
    ids=["deep", "looped", "long", "int", "bytes", "broadcast", "empty but long", "integer in a tree",
    "many nodes"],
)  # fmt: skip
def test_what_is_too_large_is_refused_on_one_side_or_the_other(value):
    """Values outside the limits never come through, and are refused before they are laid out."""
    with pytest.raises(TooLarge):
        decode(encode(value))


def array_message(code: bytes, shape: tuple[int, ...], data: bytes) -> bytes:
    """An array's message, as a forger would write it."""
    return MAGIC + b"A" + code + bytes([len(shape)]) + b"".join(struct.pack("<Q", s) for s in shape) + data


@pytest.mark.parametrize(
    "message",
    [
        b"", b"N", MAGIC, MAGIC + b"?", MAGIC + b"NN", b"GV\x93\x02N", MAGIC + b"i\xff\xff\xff\xff",
        MAGIC + b"l\xff\xff\xff\x7f", MAGIC + b"s\x01\x00\x00\x00\xff",
        MAGIC + b"l\x01\x00\x00\x00" * 200 + b"N",
        array_message(b"f8 ", (2**63, 2), b""), array_message(b"f8 ", (3,), b"\x00" * 23),
        array_message(b"O  ", (1,), b"\x00" * 8), array_message(b"f8 ", (1,) * 33, b"\x00" * 8),
        MAGIC + b"d\x02\x00\x00\x00" + b"TNTN", MAGIC + b"d\x01\x00\x00\x00" + b"l\x00\x00\x00\x00" + b"N",
        MAGIC + b"G\x01\x00\x00\x00\xff", MAGIC + b"SQ\x01\x00\x00\x00\x01\x01\x00\x00\x00\x00",
        MAGIC + b"SB\x04\x00\x00\x00eval\x00\x00\x00\x00", MAGIC + b"SC\x02\x00\x00\x00os",
    ],
)  # fmt: skip
def test_forged_messages_are_refused(message):
    """Lengths beyond the end, unknown tags, absurd shapes, double keys: each is CodecError."""
    with pytest.raises(CodecError):
        decode(message)


def test_booleans_are_zero_or_one():
    """A byte of 2 in a boolean array becomes True, not a third truth."""
    assert decode(array_message(b"b1 ", (2,), b"\x02\x00")).tobytes() == b"\x01\x00"


@pytest.mark.parametrize("step", [2**61 - 1, 1 << 40])
def test_colliding_keys_cost_bounded_time(step):
    """A dict whose integer keys collide is refused or built within a second."""
    message = [MAGIC, b"d", struct.pack("<I", 100_000)]
    for k in range(100_000):
        digits = (k * step).to_bytes(12, "little", signed=True)
        message += [b"i", struct.pack("<I", len(digits)), digits, b"N"]
    start = time.process_time()
    with pytest.raises(TooLarge):
        decode(b"".join(message))
    assert time.process_time() - start < 1.5


def test_rebuilding_evaluates_nothing():
    """Powers, factorials and relations of astronomical numbers are rebuilt as written, at once."""
    written = [
        HUGE,
        sp.Gt(sp.sin(HUGE, evaluate=False), 0, evaluate=False),
        sp.factorial(HUGE, evaluate=False),
        sp.Sum(1, (i, 1, HUGE)),
    ]
    start = time.process_time()
    assert decode(encode(written)) == written
    assert time.process_time() - start < 0.5


def test_limits_are_the_callers():
    """Smaller limits refuse what the usual ones take, in both directions."""
    value = [1, [2, [3]]]
    for limits in (CodecLimits(bytes=10), CodecLimits(depth=1), CodecLimits(elements=3)):
        with pytest.raises(TooLarge):
            encode(value, limits)
        with pytest.raises(TooLarge):
            decode(encode(value), limits)


def test_nan_and_infinities_cross():
    """NaN and both infinities come back, signs of zeros too."""
    back = decode(encode([math.nan, math.inf, -math.inf, -0.0]))
    assert identical(back, [math.nan, math.inf, -math.inf, -0.0])


def test_numbers_do_not_load_sympy():
    """A process that only handles numbers never imports SymPy."""
    code = (
        "import sys, numpy as np; from grader.values.codec import *; decode(encode([1, np.zeros(3)]));"
        "sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_an_array_alone_is_written_as_in_a_list(shape):
    """The short way for a whole message that is one array gives the same bytes, and keeps the same limits."""
    array = np.ones(shape).T
    assert encode([array])[len(MAGIC) + 5 :] == encode(array)[len(MAGIC) :]
    assert identical(array, decode(encode(array)))
    with pytest.raises(TooLarge):
        encode(array, CodecLimits(bytes=len(encode(array)) - 1))
