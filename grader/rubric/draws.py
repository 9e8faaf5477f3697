"""Drawn arguments: named generators of inputs, each reproducible from the seed of its case.

A case's seed is a hash of the run's seed, the part, the case's name and the repeat, so adding a case
changes no other. Sizes in a shape may be names of integers drawn before, or sums and products of them:
`{normal: {shape: [N, "2*d"]}}`.
"""

from __future__ import annotations

import ast
import hashlib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.errors import did_you_mean
from grader.rubric.arguments import shape_of, written
from grader.rubric.problems import BadValue
from grader.values.codec import Seeded


def seed_of(*parts: object) -> int:
    """A seed of 48 bits from anything with a text: the same on every machine, and unlike any neighbour's."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


@dataclass(frozen=True, slots=True)
class Dice:
    """What a generator draws with: the stream of random numbers and the integers that it may name."""

    rng: np.random.Generator
    names: Mapping[str, int]

    def number(self, spec: Any) -> Any:
        """A number, or a formula in the names.

        Raises:
            BadValue: an unknown name, or no number at all.
        """
        if isinstance(spec, str):
            return self._formula(spec)
        if isinstance(spec, bool) or not isinstance(spec, int | float):
            raise BadValue("must be a number or a name")
        return spec

    def integer(self, spec: Any) -> int:
        """Likewise, an integer. Raises BadValue."""
        value = self.number(spec)
        if not isinstance(value, int):
            raise BadValue("must be an integer")
        return value

    def shape(self, spec: Any) -> tuple[int, ...]:
        """A shape whose sizes may be names. Raises BadValue."""
        sizes = spec if isinstance(spec, list) else [spec]
        return shape_of([self.integer(size) for size in sizes])

    def _formula(self, text: str) -> int:
        try:
            return self._value(ast.parse(text, mode="eval").body)
        except (SyntaxError, ZeroDivisionError, RecursionError) as error:
            raise BadValue(f"'{text}' is not a size") from error

    def _value(self, node: ast.expr) -> int:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name) and node.id in self.names:
            return self.names[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            return _SIGNS[type(node.op)](self._value(node.left), self._value(node.right))
        if isinstance(node, ast.Name):
            hint = did_you_mean(node.id, self.names) or "nothing is drawn before that could be a size"
            raise BadValue(f"no size '{node.id}'", (), hint)
        raise BadValue(f"'{ast.unparse(node)}' is not a size; use names, integers, + - * //")


_SIGNS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) or np.ndim(value) == 0 else value


def _normal(dice: Dice, spec: dict[str, Any]) -> Any:
    mean, sd = dice.number(spec.get("mean", 0)), dice.number(spec.get("sd", 1))
    return _plain(mean + sd * dice.rng.standard_normal(dice.shape(spec.get("shape", []))))


def _uniform(dice: Dice, spec: dict[str, Any]) -> Any:
    low, high = dice.number(spec.get("low", 0)), dice.number(spec.get("high", 1))
    if not low <= high:
        raise BadValue("low is above high")
    return _plain(dice.rng.uniform(low, high, dice.shape(spec.get("shape", []))))


def _integer(dice: Dice, spec: dict[str, Any]) -> Any:
    low, high = dice.integer(spec.get("low", 0)), dice.integer(spec["high"])
    if low > high:
        raise BadValue("low is above high")
    return _plain(dice.rng.integers(low, high, dice.shape(spec.get("shape", [])), endpoint=True))


def _pool(dice: Dice, spec: Any) -> list[Any]:
    pool = spec if isinstance(spec, list) else list(range(*dice.shape([spec])))
    if not pool:
        raise BadValue("there is nothing to draw from")
    return pool


def _choice(dice: Dice, spec: dict[str, Any]) -> Any:
    pool = _pool(dice, spec["of"])
    if "shape" not in spec:
        return written(pool[int(dice.rng.integers(len(pool)))])
    shape = dice.shape(spec["shape"])
    return np.array(pool)[dice.rng.integers(len(pool), size=shape)]


def _permutation(dice: Dice, spec: dict[str, Any]) -> Any:
    return dice.rng.permutation(np.array(_pool(dice, spec["of"])))


def _subset(dice: Dice, spec: dict[str, Any]) -> Any:
    pool, size = _pool(dice, spec["of"]), dice.integer(spec["size"])
    if not 0 <= size <= len(pool):
        raise BadValue(f"{size} of {len(pool)} can't be drawn")
    return dice.rng.choice(np.array(pool), size, replace=False)


def _one_hot(dice: Dice, spec: dict[str, Any]) -> Any:
    vector = np.zeros(dice.shape([spec["size"]]))
    vector[dice.rng.integers(vector.size)] = 1
    return vector


def _labels(dice: Dice, spec: dict[str, Any]) -> Any:
    return _plain(
        dice.rng.integers(dice.integer(spec.get("classes", 2)), size=dice.shape(spec.get("shape", [])))
    )


def _saturated(dice: Dice, spec: dict[str, Any]) -> Any:
    shape, size = dice.shape(spec.get("shape", [])), dice.number(spec.get("size", 40))
    return _plain(size * dice.rng.choice([-1.0, 1.0], shape) * dice.rng.uniform(0.95, 1.05, shape))


def _rng(dice: Dice, _spec: dict[str, Any]) -> Any:
    return Seeded(int(dice.rng.integers(2**32)))


@dataclass(frozen=True, slots=True)
class Generator:
    """A way to draw: its function, the keys it needs and the keys it may have."""

    draw: Callable[[Dice, dict[str, Any]], Any]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


GENERATORS: dict[str, Generator] = {
    "normal": Generator(_normal, (), ("shape", "mean", "sd")),
    "uniform": Generator(_uniform, (), ("shape", "low", "high")),
    "image": Generator(_uniform, ("shape",), ("low", "high")),
    "integer": Generator(_integer, ("high",), ("low", "shape")),
    "choice": Generator(_choice, ("of",), ("shape",)),
    "permutation": Generator(_permutation, ("of",)),
    "subset": Generator(_subset, ("of", "size")),
    "one_hot": Generator(_one_hot, ("size",)),
    "labels": Generator(_labels, (), ("shape", "classes")),
    "saturated": Generator(_saturated, (), ("shape", "size")),
    "rng": Generator(_rng),
}


def generator_of(spec: Any) -> tuple[str, dict[str, Any]]:
    """The name and the keys of a generator as it is written, `{normal: {shape: [3]}}`.

    Raises:
        BadValue: the generator or a key is unknown or missing.
    """
    if not isinstance(spec, dict) or len(spec) != 1:
        raise BadValue("a generator is written {name: {…}}")
    [(name, inner)] = spec.items()
    if name not in GENERATORS:
        raise BadValue(f"unknown generator '{name}'", (name,), did_you_mean(name, GENERATORS), key=True)
    inner = {} if inner is None else inner
    generator = GENERATORS[name]
    if not isinstance(inner, dict):
        raise BadValue(f"the keys of '{name}' are written {{…}}", (name,))
    for key in inner:
        if key not in generator.needs + generator.may:
            known = generator.needs + generator.may
            hint = did_you_mean(key, known)
            raise BadValue(f"unknown key '{key}' of '{name}'", (name, key), hint, key=True)
    lacking = [key for key in generator.needs if key not in inner]
    if lacking:
        raise BadValue(f"'{name}' needs '{lacking[0]}'", (name,))
    return name, inner


def draw(dice: Dice, spec: Any) -> Any:
    """One value of a generator.

    Raises:
        BadValue: the generator or a key is unknown or missing, or can't be drawn.
    """
    name, inner = generator_of(spec)
    try:
        return _finite(GENERATORS[name].draw(dice, inner))
    except BadValue as bad:
        raise bad.within(name) from bad
    except (TypeError, ValueError, OverflowError, MemoryError) as error:
        raise BadValue(f"'{name}' can't be drawn: {error}", (name,)) from error


def _finite(value: Any) -> Any:
    numbers = isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")
    if numbers and not np.all(np.isfinite(value)):
        raise BadValue("a drawn number is not finite")
    return value
