"""Values as a rubric writes them: lists of numbers are arrays, the rest says what it is.

[1.0, 2.0]  [[1, 2], [3, 4]]            arrays, of integers where every number is written as one
{list: …}  {tuple: …}  {dict: …}        containers, whose members are read likewise
{rng: 7}                                a fresh numpy.random.default_rng(7) for whoever is asked
{symbol: x}  {symbols: [x1, x2]}        SymPy symbols, real
{text: …}  {float: 3}  {int: 3}  {complex: [re, im]}
{linspace: [a, b, n]}  {zeros: shape}  {full: {shape: …, value: …}}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.errors import did_you_mean
from grader.rubric.problems import BadValue
from grader.values.codec import Seeded

MAX_ENTRIES = 10_000_000


def written(spec: Any) -> Any:
    """The value that a rubric's YAML stands for.

    Raises:
        BadValue: it stands for nothing.
    """
    if isinstance(spec, list):
        return _array_or_list(spec)
    if isinstance(spec, dict):
        return _constructed(spec)
    return spec


def _array_or_list(spec: list[Any]) -> Any:
    if _numeric(spec):
        try:
            return np.array(spec, dtype=_dtype(spec))
        except OverflowError as error:
            hint = "write it as a float, such as 1e30, or the list as {list: […]}"
            raise BadValue("an integer here is too large for an array", (), hint) from error
        except ValueError as error:
            raise BadValue(
                "the rows are not of one length", (), "a list of lists is written {list: …}"
            ) from error
    return _members(spec)


def _members(spec: list[Any]) -> list[Any]:
    built = []
    for index, item in enumerate(spec):
        try:
            built.append(written(item))
        except BadValue as bad:
            raise bad.within(index) from bad
    return built


def _numeric(spec: Any) -> bool:
    if isinstance(spec, list):
        return all(_numeric(item) for item in spec)
    return isinstance(spec, bool | int | float)


def _dtype(spec: list[Any]) -> type:
    kinds = {type(leaf) for leaf in _leaves(spec)}
    if not kinds or float in kinds:
        return float
    return bool if kinds == {bool} else int


def _leaves(spec: Any) -> list[Any]:
    return [leaf for item in spec for leaf in _leaves(item)] if isinstance(spec, list) else [spec]


def _constructed(spec: dict[str, Any]) -> Any:
    if len(spec) != 1:
        raise BadValue(
            "a value of several keys means nothing here", (), "a dictionary is written {dict: {…}}"
        )
    [(name, inner)] = spec.items()
    if name not in MAKERS:
        raise BadValue(f"unknown kind of value '{name}'", (name,), did_you_mean(name, MAKERS), key=True)
    try:
        return MAKERS[name](inner)
    except BadValue as bad:
        raise bad.within(name) from bad
    except (TypeError, ValueError, OverflowError, KeyError) as error:
        raise BadValue(f"'{name}' can't be made of this: {error}", (name,)) from error


def _list(inner: Any) -> list[Any]:
    if not isinstance(inner, list):
        raise BadValue("must be a list")
    return _members(inner)


def _dict(inner: Any) -> dict[str, Any]:
    if not isinstance(inner, dict):
        raise BadValue("must be a mapping")
    built = {}
    for key, value in inner.items():
        try:
            built[key] = written(value)
        except BadValue as bad:
            raise bad.within(key) from bad
    return built


def symbol(name: Any) -> Any:
    """A real SymPy symbol.

    Raises:
        BadValue: the name is not a string.
    """
    from sympy import Symbol

    if not isinstance(name, str) or not name:
        raise BadValue("a symbol needs a name")
    return Symbol(name, real=True)


def shape_of(spec: Any) -> tuple[int, ...]:
    """A shape: an integer or a list of them.

    Raises:
        BadValue: it is neither, negative, or too large.
    """
    sizes = spec if isinstance(spec, list) else [spec]
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in sizes):
        raise BadValue("a shape is a list of integers that are not negative")
    entries = 1
    for size in sizes:
        entries *= size
    if entries > MAX_ENTRIES:
        raise BadValue(f"more than {MAX_ENTRIES} entries")
    return tuple(sizes)


def _full(inner: Any) -> Any:
    if not isinstance(inner, dict) or set(inner) != {"shape", "value"}:
        raise BadValue("needs 'shape' and 'value'")
    return np.full(shape_of(inner["shape"]), written(inner["value"]))


def _linspace(inner: Any) -> Any:
    if not isinstance(inner, list) or len(inner) != 3:
        raise BadValue("is written [first, last, how many]")
    return np.linspace(float(inner[0]), float(inner[1]), shape_of(inner[2])[0])


def _integer(inner: Any) -> int:
    if isinstance(inner, bool) or not isinstance(inner, int | str):
        raise BadValue("must be an integer")
    return int(inner)


def _seeded(inner: Any) -> Seeded:
    seed = _integer(inner)
    if not 0 <= seed < 2**63:
        raise BadValue("a seed is an integer, zero or more")
    return Seeded(seed)


def _text(inner: Any) -> str:
    if not isinstance(inner, str):
        raise BadValue("must be text; put quotes around it")
    return inner


def _complex(inner: Any) -> complex:
    if not isinstance(inner, list) or len(inner) != 2:
        raise BadValue("is written [real part, imaginary part]")
    return complex(float(inner[0]), float(inner[1]))


MAKERS: dict[str, Callable[[Any], Any]] = {
    "list": _list,
    "tuple": lambda inner: tuple(_list(inner)),
    "dict": _dict,
    "rng": _seeded,
    "symbol": symbol,
    "symbols": lambda inner: tuple(symbol(name) for name in _list(inner)),
    "text": _text,
    "float": float,
    "int": _integer,
    "complex": _complex,
    "linspace": _linspace,
    "zeros": lambda inner: np.zeros(shape_of(inner)),
    "full": _full,
}
