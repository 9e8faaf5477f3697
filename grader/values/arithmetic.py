"""Arithmetic at a chosen precision that says when it can't be trusted: exact where it can be, bounded always.

Values are ints and Fractions (exact), mpmath reals and complexes, and booleans for relations. Sizes are
estimated before a power, an exponential or a factorial is formed. What rounding may have swallowed is
counted in `lost`: a term too small to show beside another, a decision too close to call. What rounding makes
of a value is seen by shaking: each inexact result is moved by a few of its last digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from mpmath.ctx_mp import MPContext

LEVELS = (150, 530, 3400)
"""Binary digits at which pairs are compared: 40, 150 and 1,000 decimals, with a guard."""
_EXACT_BITS = 20_000
_EXPONENT_BITS = 60
_TRIG_BITS = 4_000
_SHAKEN_BITS = 10


class Undefined(ArithmeticError):
    """The expression has no value at this point."""


class TooLarge(ArithmeticError):
    """A value, or the work for it, is beyond any sensible size."""


def simple(value: Fraction | int) -> Fraction | int:
    """An exact number, an int where it is whole."""
    if type(value) is Fraction and value.denominator == 1:
        return value.numerator
    return value


def _bits(value: Fraction | int) -> int:
    if type(value) is int:
        return value.bit_length()
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def length(value: Any) -> int:
    """How many binary digits tell an exact number from its neighbours; 0 for other values."""
    if type(value) is not int and type(value) is not Fraction:
        return 0
    return sum(
        (part // (part & -part or 1)).bit_length() for part in (abs(value.numerator), value.denominator)
    )


class Arithmetic:
    """The operations of a formula at one precision.

    Args:
        bits: the precision of inexact values.
        top: the last level: a decision that is too close to call is then called.
        shaken: whether inexact results are moved by their last digits.
    """

    def __init__(self, bits: int, top: bool, shaken: bool = False) -> None:
        self.bits = bits
        self.top = top
        self.shaken = shaken
        self.turn = 0
        self.ctx: Any = MPContext()
        self.ctx.prec = bits
        self.mpf = self.ctx.mpf
        self.mpc = self.ctx.mpc
        self.nothing = self.ctx.ldexp(1, 40 - bits)
        self.little = (
            16 - bits // 2
        )  # what an argument of this size adds to a function may be too small to see
        self.lost = 0
        self.work = 0

    # ---- values

    def real(self, value: Any) -> Any:
        """An exact number, or a truth value as 1 or 0, as an mpf; mpf and mpc as they are."""
        if type(value) is int:
            return self.mpf(value)
        if type(value) is Fraction:
            return self.mpf(value.numerator) / value.denominator
        return self.mpf(int(value)) if type(value) is bool else value

    def mag(self, value: Any) -> int | None:
        """The binary exponent of a value's size; None for zero."""
        kind = type(value)
        if kind is self.mpf:
            _, mantissa, exponent, length = value._mpf_
            return exponent + length if mantissa else None
        if kind is self.mpc:
            parts = [m for m in (self.mag(value.real), self.mag(value.imag)) if m is not None]
            return max(parts) if parts else None
        if kind is int:
            return value.bit_length() or None
        size: int = self.real(value)._mpf_[2] + self.real(value)._mpf_[3]
        return size

    def number(self, value: Any) -> Any:
        """An ordered value: exact, or an mpf; a complex one with a negligible imaginary part is real."""
        if type(value) is self.mpc:
            if abs(value.imag) > self.nothing * max(1, abs(value.real)):
                raise Undefined("a complex number has no order")
            self.lost += bool(value.imag) and not self.top
            value = value.real
        if type(value) is self.mpf and self.ctx.isnan(value):
            raise Undefined("it is not a number")
        return value

    def imprecise(self, magnitude: int | None, low: int, high: int) -> None:
        """Count an operand so small or so large that a function can't show the difference it makes."""
        if magnitude is not None and not low < magnitude < high:
            self.lost += 1

    def shake(self, value: Any) -> Any:
        """An inexact value moved by some of its last digits, another way at each turn; others as they are."""
        if not self.shaken or (type(value) is not self.mpf and type(value) is not self.mpc):
            return value
        self.turn = (self.turn * 1103515245 + 12345) % (1 << 31)
        return value * (1 + self.ctx.ldexp(self.turn - (1 << 30), _SHAKEN_BITS - 30 - self.bits))

    # ---- sums and products

    def add(self, *terms: Any) -> Any:
        """A sum; exact when every term is."""
        if all(type(term) is int or type(term) is Fraction for term in terms):
            return self.small(sum(terms))
        numbers = [self.real(term) for term in terms]
        sizes = [size for size in map(self.mag, numbers) if size is not None]
        if sizes and max(sizes) - min(sizes) > self.bits - 30:
            noise = self.top and abs(min(sizes) + self.bits) < 100
            self.lost += not noise
        total = numbers[0]
        for term in numbers[1:]:
            total = self.shake(total + term)
        return total

    def mul(self, *factors: Any) -> Any:
        """A product; exact when every factor is."""
        if all(type(factor) is int or type(factor) is Fraction for factor in factors):
            return self.small(math.prod(factors))
        total = self.real(factors[0])
        for factor in factors[1:]:
            total = total * self.real(factor)
        return total

    def small(self, value: Any) -> Any:
        """An exact value, rounded when it has grown too long to carry on."""
        value = simple(value)
        if _bits(value) > _EXACT_BITS:
            self.lost += 1
            return self.real(value)
        return value

    def neg(self, value: Any) -> Any:
        """Minus a value."""
        return -value

    def inv(self, value: Any) -> Any:
        """One over a value."""
        if value == 0:
            raise Undefined("a division by zero")
        if type(value) is int or type(value) is Fraction:
            return simple(Fraction(1) / value)
        return 1 / self.real(value)

    # ---- powers

    def power(self, base: Any, exponent: Any) -> Any:
        """A power, principal where several values are; `0^0` is 1."""
        exact = type(exponent) is int or type(exponent) is Fraction
        if base == 0:
            return self._zero_power(exponent)
        if exact and exponent.denominator == 1:
            return self._whole_power(base, int(exponent))
        if exact and exponent.denominator == 2 and abs(exponent) < 100:
            return self.power(self.sqrt(base), exponent.numerator)
        base, exponent = self.real(base), self.real(exponent)
        self.check_power(base, exponent)
        return base**exponent

    def _zero_power(self, exponent: Any) -> int:
        if exponent == 0:
            return 1
        if self.real(exponent).real > 0:
            return 0
        raise Undefined("zero to a negative power")

    def _whole_power(self, base: Any, exponent: int) -> Any:
        if type(base) is int or type(base) is Fraction:
            if base in (1, -1):
                return base if exponent % 2 else 1
            if _bits(base) * abs(exponent) <= _EXACT_BITS:
                return simple(Fraction(base) ** exponent) if exponent < 0 else base**exponent
        base = self.real(base)
        if exponent.bit_length() > _EXPONENT_BITS:
            raise TooLarge("a power is too large")
        self.check_power(base, exponent)
        return base**exponent

    def check_power(self, base: Any, exponent: Any) -> None:
        """Estimate the size of a power before it is formed."""
        size = self.mag(exponent) or 0
        self.imprecise(size, self.little, 10**9)
        self.work += 40 * self.top
        if size + abs(self.mag(base) or 0).bit_length() > _EXPONENT_BITS:
            raise TooLarge("a power is too large")

    def sqrt(self, value: Any) -> Any:
        """The principal square root, exact where it is rational."""
        if (type(value) is int or type(value) is Fraction) and value >= 0:
            top, under = math.isqrt(value.numerator), math.isqrt(value.denominator)
            if top * top == value.numerator and under * under == value.denominator:
                return simple(Fraction(top, under))
        return self.ctx.sqrt(self.real(value))

    # ---- exponentials and other functions of one argument

    def exp(self, value: Any) -> Any:
        """The exponential, refused where its exponent would not fit 60 bits."""
        if value == 0:
            return 1
        value = self.real(value)
        size = self.mag(value)
        if size is not None and size > _EXPONENT_BITS:
            raise TooLarge("an exponential is too large")
        self.imprecise(size, self.little, 10**9)
        self.work += 40 * self.top
        return self.ctx.exp(value)

    def log(self, value: Any) -> Any:
        """The natural logarithm, principal for complex and negative numbers."""
        if value == 0:
            raise Undefined("the logarithm of zero")
        self.work += 40 * self.top
        return self.ctx.log(self.real(value)) if value != 1 else 0

    def apply(self, function: Callable[[Any], Any], value: Any, reach: int = 10**9) -> Any:
        """A function of mpmath, at a point that its own cost and precision allow.

        Args:
            function: a bound function of this level's context.
            value: its argument.
            reach: the size (in binary digits) from which on its value no longer shows a difference.
        """
        value = self.real(value)
        size = self.mag(value)
        if size is not None and size > _TRIG_BITS:
            raise TooLarge("a function's argument is too large")
        self.imprecise(size, self.little, min(reach, self.bits // 2))
        self.work += 40 * self.top
        try:
            return function(value)
        except (ValueError, ZeroDivisionError) as error:
            raise Undefined(str(error) or "outside a function's domain") from error
        except (OverflowError, NotImplementedError, self.ctx.NoConvergence) as error:
            raise TooLarge(str(error)) from error

    # ---- decisions

    def sign(self, value: Any) -> int:
        """-1, 0 or 1; what can't be told from zero is zero, and counted."""
        value = self.number(value)
        if type(value) is self.mpf and value != 0 and abs(value) < self.nothing:
            self.lost += not self.top
            if self.top or not self.shaken:
                return 0
        return (value > 0) - (value < 0)

    def compare(self, left: Any, right: Any) -> int:
        """The sign of left - right, told at the scale of both."""
        left, right = self.number(left), self.number(right)
        if type(left) is not self.mpf and type(right) is not self.mpf:
            return (left > right) - (left < right)
        left, right = self.real(left), self.real(right)
        if self.ctx.isinf(left) or self.ctx.isinf(right):
            return (left > right) - (left < right)
        scale = max(abs(left), abs(right), 1)
        return self.sign((left - right) / scale)

    def floor(self, value: Any) -> Any:
        """The largest integer below; what can't be told from an integer is that integer, and counted."""
        value = self.number(value)
        if type(value) is not self.mpf:
            return math.floor(value)
        if self.ctx.isinf(value):
            raise Undefined("infinity has no whole part")
        size = self.mag(value) or 0
        if size > self.bits - 60:
            self.lost += 1
            if size > _EXACT_BITS:
                return value  # its whole part begins far below its last digit
        nearest = int(self.ctx.nint(value))
        distance = value - nearest
        if distance == 0:
            return nearest
        if abs(distance) < self.nothing * max(1, abs(value)):
            self.lost += not self.top
            if self.top or not self.shaken:
                return nearest
        return nearest - (distance < 0)


@lru_cache(maxsize=2 * len(LEVELS))
def arithmetic(level: int, shaken: bool = False) -> Arithmetic:
    """The arithmetic of a level; its precision is its own, never the process's."""
    return Arithmetic(LEVELS[level], level == len(LEVELS) - 1, shaken)
