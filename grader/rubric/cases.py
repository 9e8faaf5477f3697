"""Cases as a rubric writes them become Cases with arguments in the reference's order."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from grader.errors import CourseCodeError, did_you_mean
from grader.model import Case
from grader.rubric.arguments import written
from grader.rubric.document import Place
from grader.rubric.draws import GENERATORS, Dice, draw, generator_of, seed_of
from grader.rubric.problems import BadValue, Problems
from grader.rubric.reference import Reference
from grader.rubric.schema import CaseKeys


class AtItsDrawing(BadValue):
    """A fault of a named generator: told where the generator is written, once, wherever it is used."""

    def within(self, *keys: str | int) -> BadValue:  # noqa: ARG002 - its place is known
        """The same fault, at the same place."""
        return self


class CaseMaker:
    """Makes the cases of one check.

    Args:
        draws: the file's named generators.
        reference: for the order of arguments and for `made_by`; None leaves the written order.
        answers: the name in the reference that answers for the check.
        seed: what every case's own seed is derived from, with its name and number.
        problems: takes what is wrong.
    """

    def __init__(
        self,
        draws: dict[str, Any],
        reference: Reference | None,
        answers: str,
        seed: tuple[object, ...],
        problems: Problems,
    ) -> None:
        self.draws = draws
        self.reference = reference
        self.answers = answers
        self.seed = seed
        self.problems = problems

    def cases(self, all_keys: list[CaseKeys], place: Place) -> tuple[Case, ...]:
        """Every case, repeats included; what is wrong is noted and its case left out."""
        built: list[Case] = []
        groups: set[str] = set()
        weights = weights_of(all_keys)
        for index, keys in enumerate(all_keys):
            at = (*place, "cases", index)
            group = keys.name or f"case {index + 1}"
            if group in groups:
                self.problems.add(f"two cases are called '{group}'", (*at, "name"))
            groups.add(group)
            try:
                built += self.repeats(keys, group, weights[index])
            except BadValue as bad:
                self.problems.bad(bad, () if isinstance(bad, AtItsDrawing) else at)
        return tuple(built)

    def repeats(self, keys: CaseKeys, group: str, weight: Fraction) -> Iterator[Case]:
        """The repeats of one case. Raises BadValue."""
        drawn = bool(keys.draw or keys.sizes or keys.made_by)
        for number in range(1, keys.repeat + 1):
            seed = seed_of(*self.seed, group, number) if drawn else None
            names, args = self.ordered(self.arguments(keys, seed), keys)
            yield Case(
                name=f"{group} {number}" if keys.repeat > 1 else group,
                args=args,
                names=names,
                group=group,
                weight=weight,
                marks=keys.marks,
                public=keys.public,
                show_expected=keys.show_expected,
                forgives=frozenset(keys.forgives),
                seed=seed,
                tags=frozenset(keys.tags),
            )

    def arguments(self, keys: CaseKeys, seed: int | None) -> dict[str, Any]:
        """Arguments by name: written, then drawn in the order of the file, then made. Raises BadValue."""
        named: dict[str, Any] = {}
        for name, spec in keys.args.items():
            try:
                named[name] = written(spec)
            except BadValue as bad:
                raise bad.within("args", name) from bad
        if seed is None:
            return named
        rng = np.random.default_rng(seed)
        sizes: dict[str, int] = {}
        for source, specs, into in (("sizes", keys.sizes, sizes), ("draw", keys.draw, named)):
            for name, spec in specs.items():
                integers = {known: value for known, value in named.items() if type(value) is int}
                try:
                    into[name] = draw(Dice(rng, sizes | integers), self.generator(spec))
                except BadValue as bad:
                    raise bad.within(source, name) from bad
        if keys.made_by:
            named |= self.made(keys.made_by, rng)
        return named

    def generator(self, spec: Any) -> Any:
        """A generator written here, one named under `draws`, or one that needs no keys. Raises BadValue."""
        if not isinstance(spec, str):
            return spec
        if spec in self.draws:
            self.examine(spec)
            return self.draws[spec]
        if spec in GENERATORS and not GENERATORS[spec].needs:
            return {spec: {}}
        raise BadValue(f"no generator is named '{spec}'", (), did_you_mean(spec, [*self.draws, *GENERATORS]))

    def examine(self, name: str) -> None:
        """See that a named generator is one. Raises BadValue."""
        try:
            generator_of(self.draws[name])
        except BadValue as bad:
            raise AtItsDrawing(bad.message, ("draws", name, *bad.at), bad.hint, key=bad.key) from bad

    def made(self, name: str, rng: np.random.Generator) -> dict[str, Any]:
        """Arguments from a function of the reference. Raises BadValue."""
        if self.reference is None:
            raise BadValue("needs the reference", ("made_by",))
        if not self.reference.has(name):
            raise BadValue(
                f"the reference has no '{name}'", ("made_by",), did_you_mean(name, self.reference.names)
            )
        try:
            made = self.reference.call(name, rng)
        except CourseCodeError as error:
            raise BadValue(f"{error.where}: {error.message}", ("made_by",), error.hint) from error
        if not isinstance(made, dict) or not all(isinstance(key, str) for key in made):
            raise BadValue(f"'{name}' must return a dict of arguments", ("made_by",))
        return made

    def ordered(self, named: dict[str, Any], keys: CaseKeys) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Names and values in the order of the reference's parameters. Raises BadValue."""
        if self.reference is None or not self.reference.has(self.answers):  # which `loading` tells
            return tuple(named), tuple(named.values())
        signature = self.reference.signature(self.answers)
        if signature is not None:
            return self.positional(named, signature, keys)
        if named:
            raise BadValue(f"'{self.answers}' of the reference takes no arguments")
        return (), ()

    def positional(
        self, named: dict[str, Any], signature: inspect.Signature, keys: CaseKeys
    ) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Likewise, by a signature: parameters left out must come last and have defaults. Raises BadValue."""
        parameters = {
            name: parameter
            for name, parameter in signature.parameters.items()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        }
        for name in named:
            if name not in parameters:
                written_at = ("args" if name in keys.args else "draw", name)
                hint = did_you_mean(name, parameters)
                raise BadValue(f"'{self.answers}' has no parameter '{name}'", written_at, hint, key=True)
        order = [name for name in parameters if name in named]
        for name, parameter in parameters.items():
            needed = parameter.default is parameter.empty or name in list(parameters)[: len(order)]
            if name not in named and needed:
                raise BadValue(f"the argument '{name}' of '{self.answers}' is missing")
        return tuple(order), tuple(named[name] for name in order)


def weights_of(all_keys: list[CaseKeys]) -> list[Fraction]:
    """Each case's weight. Weights that are all 1 mean "all or nothing", so equal shares are told by 2s."""
    weights = [Fraction(1) if keys.weight is None else keys.weight for keys in all_keys]
    stated = any(keys.weight is not None for keys in all_keys)
    return [2 * weight for weight in weights] if stated and set(weights) == {Fraction(1)} else weights
