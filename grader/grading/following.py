"""Follow-through: the reference computed with the student's own earlier functions and values.

The reference calls its entries by name, so the student's own version can stand in for one of them: each
call becomes a question to the box. Nothing is paid where the earlier answer makes the question empty: a
gradient that is zero, not a number, or the same for every input asks nothing of the step that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.base import Key
from grader.errors import CheckError
from grader.grading.asked import Asked
from grader.grading.recording import NOT_RECORDED, Asker
from grader.model import Ask, Check, Missing, Observation, Probe, Raised, Returned, Unanswerable
from grader.values import codec

if TYPE_CHECKING:  # a student's kit marks without the rubric's libraries
    from grader.rubric import Reference


class NoAnswer(Exception):
    """The student's own version gave nothing that can stand in; the follow-through is not tried further."""


def answering(reference: Reference, check: Check) -> Key:
    """The reference as it answers for this check: by the entry's name, or by the one the rubric gives."""
    return (
        reference.instead(check.entry, check.reference)
        if check.reference not in ("", check.entry)
        else reference
    )


@dataclass(frozen=True, eq=False, slots=True)
class Unfailing:
    """The reference as the key to a check: where it raises in what the rubric asks, nothing can be judged.

    A known mistake may raise, and a formula may be asked where it has no value.
    """

    key: Key
    check: Check

    def answer(self, probe: Probe) -> Observation:
        """What the reference answers.

        Raises:
            CheckError: it raises in a case of the rubric, or as a whole.
        """
        answer = self.key.answer(probe)
        if not isinstance(answer, Raised) or probe.how is Ask.EITHER:
            return answer
        if probe.how is Ask.CALL and all(case.name != probe.case for case in self.check.cases):
            return answer
        where = f" in the case {probe.case!r}" if probe.case else ""
        raise CheckError(f"the reference raised {answer.type}{where}: {answer.message}")

    def value(self, name: str) -> Any:
        """A name of the course's file as it stands."""
        return self.key.value(name)


@dataclass
class StandIns:
    """The student's own versions of the entries that a check follows, and what they answered meanwhile.

    Attributes:
        asking: the check and its questions.
        reference: what the answers must look like.
        ask: asks the student's code.
        answers: by entry and arguments, what came back.
        unfit: the entries that gave nothing that can stand in.
        followed: the entries that are in `own`.
        unasked: whether a question could not be put, since there is no box to put it to.
    """

    asking: Asked
    reference: Reference
    ask: Asker
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    unfit: set[str] = field(default_factory=set)
    followed: tuple[str, ...] = ()
    unasked: bool = False

    @cached_property
    def own(self) -> Reference | None:
        """The reference with the student's entries in it; None where it can't be computed with them.

        An entry that gives no answer that can stand in is left out: the others can still be followed.

        Raises:
            CheckError: a question that this needs has not been asked yet, and can't be asked now.
        """
        wanted = self.asking.check.follows
        while wanted:
            self.unfit.clear()
            own = self._with(wanted)
            if self.unasked:
                raise CheckError(NOT_RECORDED)
            if own is not None:
                self.followed = wanted
                return own
            fit = tuple(name for name in wanted if name not in self.unfit)
            wanted = fit if fit != wanted else ()
        return None

    def emptiness(self) -> str:
        """Why the earlier answers make the question empty, or an empty string."""
        for name in self.followed:
            numbers = [flat for one in self.answers.get(name, {}).values() if (flat := numbers_of(one)).size]
            if any(not np.all(np.isfinite(flat)) for flat in numbers):
                return f"your `{name}` answers with values that are not finite"
            if numbers and all(not flat.any() for flat in numbers):
                return f"your `{name}` is zero throughout"
            if len(numbers) > 1 and always_the_same(numbers) and not self._is_constant(name):
                return f"your `{name}` is the same whatever its arguments are"
        return ""

    def _with(self, wanted: Sequence[str]) -> Reference | None:
        check = self.asking.check
        try:
            own = self.reference.following({name: self._stand_in(name) for name in wanted})
        except NoAnswer:
            return None
        return own if usable(answering(own, check), self.asking.probes) else None

    def _is_constant(self, name: str) -> bool:
        return not callable(self.reference.value(name))

    def _stand_in(self, name: str) -> Callable[..., object] | object:
        if self._is_constant(name):
            return self._answer(Probe(name, (), Ask.VALUE))

        def stand_in(*args: object) -> object:
            return self._answer(Probe(name, args, Ask.CALL if args else Ask.VALUE))

        return stand_in

    def _answer(self, probe: Probe) -> object:
        seen = self.ask(probe)
        self.unasked |= isinstance(seen, Missing) and seen.reason == NOT_RECORDED
        if isinstance(
            seen, (Raised, Unanswerable)
        ):  # a formula, or a function of fewer arguments, may be there
            seen = self.ask(replace(probe, how=Ask.EITHER))
        model = self.reference.answer(probe)
        try:
            if not isinstance(seen, Returned) or not isinstance(model, Returned):
                raise NoAnswer(probe.entry)
            value = shaped_like(model.value, seen.value)
        except NoAnswer:
            self.unfit.add(probe.entry)
            raise
        self.answers.setdefault(probe.entry, {})[codec.digest(probe.args)] = value
        return value


def shaped_like(model: Any, value: Any) -> Any:
    """The answer in the reference's own containers: lists become arrays where the reference has arrays.

    Raises:
        NoAnswer: it has another shape, so the reference can't use it.
    """
    if value is None:
        raise NoAnswer("nothing")
    if isinstance(value, str) or getattr(value, "free_symbols", None):
        return value  # a formula: the reference knows what to do with it, or can't be computed
    if isinstance(model, tuple):
        if not isinstance(value, list | tuple | np.ndarray) or len(value) != len(model):
            raise NoAnswer("another number of values")
        return tuple(shaped_like(part, own) for part, own in zip(model, value, strict=True))
    if isinstance(model, np.ndarray | float | int | np.number):
        try:
            array = np.asarray(value, dtype=complex if np.iscomplexobj(value) else float)
        except (TypeError, ValueError) as error:
            raise NoAnswer("not numbers") from error
        if array.ndim and array.shape != np.shape(model):  # one number for all entries can be used like them
            raise NoAnswer("another shape")
        return array if array.ndim else array.item()
    return value


def numbers_of(value: Any) -> np.ndarray[Any, Any]:
    """Every number in an answer, flat; nothing for text and formulas."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, tuple | list):
        parts = [numbers_of(part) for part in value]
        return np.concatenate(parts) if parts else np.zeros(0)
    if isinstance(value, bool | int | float | complex | np.number | np.ndarray):
        return np.ravel(np.asarray(value)).astype(complex if np.iscomplexobj(value) else float)
    return np.zeros(0)


def always_the_same(numbers: Sequence[np.ndarray[Any, Any]]) -> bool:
    """Whether answers never differ: one number throughout, or one answer for each length there is."""
    entries = np.concatenate(numbers)
    lengths = {flat.size for flat in numbers}
    return bool(np.all(entries == entries[0])) or (
        len(lengths) < len(numbers) and len({tuple(flat.tolist()) for flat in numbers}) == len(lengths)
    )


def usable(key: Key, probes: tuple[Probe, ...]) -> bool:
    """Whether the reference can be computed with the stand-ins for every question.

    A question with symbols may go without where numbers are asked for too: the student's own function may
    know numbers alone.
    """
    needed = [probe for probe in probes if probe.how is not Ask.EITHER] or probes
    return all(isinstance(key.answer(probe), Returned) for probe in needed)
