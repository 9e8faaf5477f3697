"""What each operation of a formula computes, by name: the table that the evaluator looks into."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from grader.values.arithmetic import Arithmetic, TooLarge, Undefined

Operation = Callable[..., Any]
"""Takes the arithmetic of a level and the operands' values."""

_COUNT_LIMIT = 10**15
_EXACT_FACTORIAL = 500
_SHORT_PRODUCT = 20


def _mp(name: str, reach: int = 10**9) -> Operation:
    """A function of one argument that mpmath has under this name."""

    def operation(a: Arithmetic, x: Any) -> Any:
        return a.apply(getattr(a.ctx, name), x, reach)

    return operation


def _saturating(name: str, factor: float) -> Operation:
    """A function that reaches ±1 to the last digit where |x| exceeds `factor` times the precision."""

    def operation(a: Arithmetic, x: Any) -> Any:
        limit = a.bits * factor if name == "tanh" else factor * math.sqrt(a.bits)
        size = abs(a.real(x))
        a.lost += bool(size > limit)
        if name == "erf":
            a.work += 15_000 * a.top
            if size > limit + 10 and type(x) is not a.mpc:
                return a.real(a.sign(x))
        return a.apply(getattr(a.ctx, name), x)

    return operation


def _pole(name: str) -> Operation:
    """A circular or hyperbolic function that is one over another one."""
    under = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh", "csch": "sinh"}[name]
    plain = _saturating("tanh", 0.3) if under == "tanh" else _mp(under)
    return lambda a, x: a.inv(plain(a, x))


def _inverse_pole(name: str) -> Operation:
    """The inverse of a function that is one over another one."""
    under = {
        "acot": "atan",
        "asec": "acos",
        "acsc": "asin",
        "acoth": "atanh",
        "asech": "acosh",
        "acsch": "asinh",
    }[name]
    return lambda a, x: a.apply(getattr(a.ctx, under), a.inv(x))


def _sinpi(a: Arithmetic, x: Any) -> Any:
    """sin(pi x), exact at multiples of a half."""
    if type(x) in (int, Fraction) and 2 % x.denominator == 0:
        turns = int(2 * x) % 4
        return (0, 1, 0, -1)[turns]
    return a.apply(a.ctx.sinpi, x)


def _cospi(a: Arithmetic, x: Any) -> Any:
    return _sinpi(a, a.add(x, Fraction(1, 2))) if type(x) in (int, Fraction) else a.apply(a.ctx.cospi, x)


def _cispi(a: Arithmetic, x: Any) -> Any:
    """exp(i pi x)."""
    imaginary = a.mul(a.mpc(0, 1), _sinpi(a, x))
    return a.add(_cospi(a, x), imaginary) if imaginary != 0 else _cospi(a, x)


def _sigmoid(a: Arithmetic, x: Any) -> Any:
    return a.inv(a.add(1, a.exp(a.neg(x))))


def _softplus(a: Arithmetic, x: Any) -> Any:
    return a.log(a.add(1, a.exp(x)))


def _tan(a: Arithmetic, x: Any) -> Any:
    return a.apply(a.ctx.tan, x)


def _factorial(a: Arithmetic, x: Any) -> Any:
    if type(x) is int and 0 <= x <= _EXACT_FACTORIAL:
        return math.factorial(x)
    return _gamma(a, a.add(x, 1))


def _gamma(a: Arithmetic, x: Any) -> Any:
    """The gamma function; large arguments by its asymptotic series, beyond 10^15 refused."""
    if type(x) is int and 1 <= x <= _EXACT_FACTORIAL:
        return math.factorial(x - 1)
    value = a.real(x)
    if a.ctx.isint(value) and value.real <= 0:
        raise Undefined("a pole of the gamma function")
    _bounded(a, x)
    _affordable(a, a.ctx.isint(2 * value))
    return a.apply(a.ctx.gamma, x)


def _affordable(a: Arithmetic, quick: bool = False) -> None:
    """Refuse what takes seconds at 1,000 digits."""
    if a.top and not quick:
        raise TooLarge("a special function to 1,000 digits")
    a.work += 20


def _bounded(a: Arithmetic, x: Any) -> None:
    if not abs(a.real(x)) <= _COUNT_LIMIT:
        raise TooLarge("a factorial or gamma function is too large")
    a.imprecise(a.mag(x), -(10**9), 45)


def _loggamma(a: Arithmetic, x: Any) -> Any:
    _bounded(a, x)
    _affordable(a)
    return a.apply(a.ctx.loggamma, x)


def _digamma(a: Arithmetic, x: Any) -> Any:
    _bounded(a, x)
    _affordable(a)
    return a.apply(a.ctx.digamma, x)


def _polygamma(a: Arithmetic, order: Any, x: Any) -> Any:
    if type(order) is not int or not 0 <= order <= 20:
        raise TooLarge("a polygamma function of this order")
    _bounded(a, x)
    _affordable(a)
    a.work += 200
    return a.apply(lambda value: a.ctx.psi(order, value), x)


def _beta(a: Arithmetic, x: Any, y: Any) -> Any:
    return a.mul(_gamma(a, x), _gamma(a, y), a.inv(_gamma(a, a.add(x, y))))


def _binomial(a: Arithmetic, n: Any, k: Any) -> Any:
    """A binomial coefficient: exact for whole numbers of moderate size, else by the gamma function."""
    if type(k) is int and k < 0:
        return 0
    if type(k) is int and k <= _EXACT_FACTORIAL and type(n) in (int, Fraction):
        steps = (n - j for j in range(k))
        return a.small(Fraction(math.prod(steps)) / math.factorial(k))
    if type(k) is int and k <= _SHORT_PRODUCT:
        return a.mul(1, *(a.add(n, -j) for j in range(k)), Fraction(1, math.factorial(k)))
    if type(n) is int and type(k) is int and 0 <= n < k:
        return 0
    under = a.mul(_factorial(a, k), _factorial(a, a.add(n, a.neg(k))))
    return a.mul(_factorial(a, n), a.inv(under))


def _parts(name: str) -> Operation:
    """`re`, `im`, `conjugate`."""

    def operation(a: Arithmetic, x: Any) -> Any:
        if type(x) is a.mpc:
            return {"re": x.real, "im": x.imag}[name] if name != "conjugate" else a.ctx.conj(x)
        return x if name != "im" else 0

    return operation


def _arg(a: Arithmetic, x: Any) -> Any:
    if x == 0:
        raise Undefined("the argument of zero")
    return a.ctx.arg(a.real(x))


def _atan2(a: Arithmetic, y: Any, x: Any) -> Any:
    y, x = a.number(y), a.number(x)
    if x == 0 and y == 0:
        raise Undefined("atan2 at the origin")
    return a.ctx.atan2(a.real(y), a.real(x))


def _erfc(a: Arithmetic, x: Any) -> Any:
    if abs(a.real(x)) > 10**6:
        raise TooLarge("the error function so far out")
    a.work += 15_000 * a.top
    return a.apply(a.ctx.erfc, x)


def _heaviside(a: Arithmetic, x: Any, at_zero: Any = Fraction(1, 2)) -> Any:
    return (at_zero, 1, 0)[a.sign(x)]


def _extreme(sign: int) -> Operation:
    """`Max` and `Min`."""

    def operation(a: Arithmetic, *values: Any) -> Any:
        best = a.number(values[0])
        for value in values[1:]:
            if a.compare(value, best) == sign:
                best = a.number(value)
        return best

    return operation


def _mod(a: Arithmetic, x: Any, y: Any) -> Any:
    turns = a.floor(a.mul(x, a.inv(y)))
    if a.top and (a.mag(turns) or 0) > a.bits:
        raise TooLarge("the remainder of a number of more than 1,000 digits")
    return a.add(x, a.neg(a.mul(y, turns)))


def _round(a: Arithmetic, x: Any) -> Any:
    """To the nearest integer, halves to the even one."""
    low = a.floor(x)
    side = a.compare(a.add(x, -low), Fraction(1, 2))
    return low + (side > 0 or (side == 0 and low % 2 == 1))


def _sinc(a: Arithmetic, x: Any) -> Any:
    return 1 if x == 0 else a.mul(a.apply(a.ctx.sin, x), a.inv(x))


def _steps(direction: int) -> Operation:
    """Rising and falling factorials."""

    def operation(a: Arithmetic, x: Any, n: Any) -> Any:
        if type(n) is not int or not 0 <= n <= _EXACT_FACTORIAL:
            raise TooLarge("a rising or falling factorial of this size")
        return a.mul(1, *(a.add(x, direction * j) for j in range(n)))

    return operation


def _factorial2(_a: Arithmetic, n: Any) -> Any:
    if type(n) is not int or not -1 <= n <= _EXACT_FACTORIAL:
        raise Undefined("a double factorial is for whole numbers of moderate size")
    return math.prod(range(n, 0, -2))


def _zeta(a: Arithmetic, x: Any) -> Any:
    if x == 1:
        raise Undefined("the pole of the zeta function")
    if abs(a.real(x)) > 50:
        raise TooLarge("the zeta function so far out")
    _affordable(a)
    a.work += 200
    return a.apply(a.ctx.zeta, x)


def _relation(name: str) -> Operation:
    def operation(a: Arithmetic, x: Any, y: Any) -> bool:
        if name in ("==", "!="):
            return _same(a, x, y) is (name == "==")
        side = a.compare(x, y)
        return side < 0 or (side == 0 and name == "<=")

    return operation


def _same(a: Arithmetic, x: Any, y: Any) -> bool:
    if a.mpc in (type(x), type(y)):
        return bool(abs(a.real(x) - a.real(y)) < a.nothing)
    return a.compare(x, y) == 0


def _logical(name: str) -> Operation:
    def operation(_a: Arithmetic, *values: Any) -> bool:
        if any(type(value) is not bool for value in values):
            raise Undefined("a number stands where a condition is needed")
        return all(values) if name == "and" else any(values) if name == "or" else not values[0]

    return operation


OPERATIONS: Mapping[str, Operation] = MappingProxyType({
    "+": Arithmetic.add, "*": Arithmetic.mul, "neg": Arithmetic.neg, "inv": Arithmetic.inv,
    "^": Arithmetic.power, "exp": Arithmetic.exp, "log": Arithmetic.log, "sqrt": Arithmetic.sqrt,
    "sinpi": _sinpi, "cospi": _cospi, "cispi": _cispi, "sinc": _sinc, "tan": _tan,
    "log2": lambda a, x: a.mul(a.log(x), a.inv(a.log(2))),
    "log10": lambda a, x: a.mul(a.log(x), a.inv(a.log(10))),
    "log1p": lambda a, x: a.log(a.add(1, x)), "expm1": lambda a, x: a.add(a.exp(x), -1),
    "logit": lambda a, x: a.add(a.log(x), a.neg(a.log(a.add(1, a.neg(x))))),
    **{name: _mp(name) for name in ("sin", "cos", "sinh", "cosh", "asin", "acos", "asinh", "acosh", "atanh")},
    "atan": _mp("atan", 50), "tanh": _saturating("tanh", 0.3), "erf": _saturating("erf", 0.8),
    "erfc": _erfc,
    **{name: _pole(name) for name in ("cot", "sec", "csc", "coth", "sech", "csch")},
    **{name: _inverse_pole(name) for name in ("acot", "asec", "acsc", "acoth", "asech", "acsch")},
    "sigmoid": _sigmoid, "softplus": _softplus,
    "relu": lambda a, x: x if a.sign(x) > 0 else 0,
    "factorial": _factorial, "gamma": _gamma, "loggamma": _loggamma, "digamma": _digamma, "beta": _beta,
    "binomial": _binomial, "polygamma": _polygamma, "factorial2": _factorial2, "zeta": _zeta,
    "LambertW": _mp("lambertw"),
    "RisingFactorial": _steps(1), "FallingFactorial": _steps(-1),
    "fibonacci": _mp("fibonacci"),
    "Abs": lambda _a, x: abs(x), "arg": _arg, **{name: _parts(name) for name in ("re", "im", "conjugate")},
    "atan2": _atan2, "hypot": lambda a, x, y: a.sqrt(a.add(a.mul(x, x), a.mul(y, y))),
    "sign": lambda a, x: a.sign(x) if type(x) is not a.mpc else a.mul(x, a.inv(abs(x))),
    "Heaviside": _heaviside, "floor": Arithmetic.floor, "ceiling": lambda a, x: -a.floor(a.neg(x)),
    "frac": lambda a, x: _mod(a, x, 1), "round": _round, "Mod": _mod,
    "Max": _extreme(1), "Min": _extreme(-1),
    "KroneckerDelta": lambda a, x, y: int(_same(a, x, y)),
    **{name: _relation(name) for name in ("<", "<=", "==", "!=")},
    **{name: _logical(name) for name in ("and", "or", "not")},
    "true": lambda _a: True, "false": lambda _a: False,
})  # fmt: skip

CONSTANT_VALUES: Mapping[str, Callable[[Arithmetic], Any]] = MappingProxyType({
    "pi": lambda a: +a.ctx.pi, "E": lambda a: +a.ctx.e, "I": lambda a: a.mpc(0, 1), "oo": lambda a: a.ctx.inf,
    "EulerGamma": lambda a: +a.ctx.euler, "GoldenRatio": lambda a: +a.ctx.phi,
    "Catalan": lambda a: +a.ctx.catalan,
})  # fmt: skip

BRANCHING = frozenset({
    "Abs", "sign", "Heaviside", "relu", "floor", "ceiling", "frac", "round", "Mod", "Max", "Min",
    "KroneckerDelta", "<", "<=", "==", "!=", "arg",
})  # fmt: skip
"""Operations that change their formula from one side of a place to the other."""
