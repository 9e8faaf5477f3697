"""Numbers: shape first, then every entry within `atol + rtol * abs(reference)`.

    {check: numeric, entry: softmax, tolerance: {rtol: 1e-6}, cases: [...]}
    {check: numeric, entry: forward_table, per: component, value: [2, 3, 4, 5, 4, 3, 5]}

Lists, tuples, arrays of any numeric dtype, 0-d arrays for numbers and True for 1 are accepted; text, `(n, 1)`
for `(n,)` and `[x]` for `x` are not. A check without cases asks for a constant or a function of no arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np

from grader.checks.at_once import all_close
from grader.checks.base import Example, Key, Usual
from grader.checks.cases import (
    ONE,
    ZERO,
    Ruling,
    Trial,
    cases_of,
    component_names,
    options_of,
    probes_of,
    ruling_of_failure,
    settle,
    trials,
)
from grader.checks.diagnosis import diagnose
from grader.checks.texts import difference, inputs, place, short, what_is
from grader.checks.up_to import UpTo, aligned
from grader.errors import CheckError
from grader.model import Case, Check, Observation, Outcome, Probe, Raised, Returned, Verdict
from grader.values.closeness import DEFAULT, Comparison, Fault, Tolerance, compare, components


@dataclass(frozen=True, slots=True)
class NumericOptions:
    """The rubric's keys of `numeric`."""

    tolerance: Tolerance = DEFAULT
    """How far an entry may be off: `{rtol: 1e-7, atol: 1e-9}`."""
    up_to: UpTo | None = None
    """What may differ: `scale`, `positive_scale` or `sign`, alike in all cases; `permutation`, the order."""
    per: Literal["component"] | None = None
    """`component`: the marks are split over the components of the answer."""
    shares: tuple[Fraction, ...] | None = None
    """What each component is worth, in any unit; equal where left out."""
    value: object = None
    """The right value itself, where the reference file has none."""
    in_place_credit: Fraction | None = None
    """The share of the marks that stays where an argument is changed in place; without it, advice alone."""


TOLD = 4
"""So many wrong cases are described; more of them say nothing that these don't."""
KINDS = {"nan": "NaN", "inf": "infinity", "finite": "a value that is not right"}


PLUS_MINUS = (
    Case("by hand", (np.array([1.0, 2.0]),), ("x",), public=True),
    Case("random 1", (np.array([-3.0, 0.5]),), ("x",)),
)
DOUBLE = Check("numeric", "double", Fraction(2), cases=PLUS_MINUS)
DOUBLED = (Returned(np.array([2.0, 4.0])), Returned(np.array([-6.0, 1.0])))
TABLE = Check("numeric", "table", Fraction(2), NumericOptions(per="component", value=(2, 3)))
EXAMPLES = (
    Example(
        "A list of numbers is as good as an array.",
        DOUBLE,
        DOUBLED,
        (Returned([2, 4]), Returned((-6.0, 1.0))),
        Verdict.CORRECT,
        ONE,
    ),
    Example(
        "A flipped sign is wrong, and only the public case's input is told.",
        DOUBLE,
        DOUBLED,
        (Returned(np.array([-2.0, -4.0])), Returned(np.array([6.0, -1.0]))),
        Verdict.INCORRECT,
        ZERO,
        ("x = [1, 2]", "1 more hidden case"),
    ),
    Example(
        "A column is no vector, whatever is in it.",
        DOUBLE,
        DOUBLED,
        (Returned(np.array([[2.0], [4.0]])), Returned(np.array([[-6.0], [1.0]]))),
        Verdict.INCORRECT,
        ZERO,
        ("shape (2, 1)",),
    ),
    Example(
        "One of two components earns half.",
        TABLE,
        (Returned((2, 3)),),
        (Returned([2, 5], called=False),),
        Verdict.PARTIAL,
        Fraction(1, 2),
        ("second",),
    ),
    Example(
        "Text that spells the number, and an empty array, are not numbers.",
        DOUBLE,
        DOUBLED,
        (Returned("[2, 4]"), Returned(np.empty(0))),
        Verdict.INCORRECT,
        ZERO,
        ("text",),
    ),
    Example(
        "Raising everywhere is told by the verdict.",
        DOUBLE,
        DOUBLED,
        (Raised("ValueError", "no"), Raised("ValueError", "secret")),
        Verdict.CRASHED,
        ZERO,
        ("ValueError: no",),
    ),
)


class NumericKind(Usual):
    """Compares numbers with the reference's, case by case."""

    kind: ClassVar[str] = "numeric"
    options: ClassVar[type] = NumericOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    casewise: ClassVar[bool] = True
    """Who is wrong in one case is not right in all of them: `up_to` only ever allows less to more cases."""

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """A call for each case, or the value of a constant."""
        return probes_of(check)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """Compare every answer with the key's; see `settle` for what it earns.

        Raises:
            CheckError: the key fails, or its values are no numbers.
        """
        options = options_of(check, NumericOptions)
        seen = [with_numbers(one) for one in seen]
        by_component = options.per == "component"
        tried = trials(check, key, seen, options.value)
        if not by_component and options.up_to is None and all_close(tried, options.tolerance.atol):
            return _in_place(check, options, seen, _right(check))
        tried = aligned(tried, options.up_to, options.tolerance)
        rulings: list[Ruling] = []
        wrong: Counter[bool] = Counter()
        for trial in tried:
            core = trial.case.marks is None
            told = trial.case.public or wrong[core] < TOLD
            rulings.append(rule(check, trial, options.tolerance, by_component=by_component, told=told))
            wrong[core] += rulings[-1].right is False
        outcome = settle(check, rulings, options.shares or (), per_component=by_component)
        return _in_place(check, options, seen, outcome)

    def diagnose(self, check: Check, key: Key, seen: Sequence[Observation]) -> str:
        """One true sentence on how wrong numbers differ, or nothing."""
        options = options_of(check, NumericOptions)
        seen = [with_numbers(one) for one in seen]
        return diagnose(trials(check, key, seen, options.value), options.tolerance)


@lru_cache(maxsize=1024)
def _right(check: Check) -> Outcome:
    """What is said of who is right in every case; checks are known by identity."""
    options = options_of(check, NumericOptions)
    return settle(check, [Ruling(case, (ONE,)) for case in cases_of(check)], options.shares or ())


def with_numbers(seen: Observation) -> Observation:
    """The observation with SymPy's numbers as Python's, alone and in lists, tuples and matrices."""
    if not isinstance(seen, Returned):
        return seen
    value = _numbers(seen.value)
    return seen if value is seen.value else replace(seen, value=value)


def _numbers(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        parts = [_numbers(one) for one in value]
        changed = any(part is not one for part, one in zip(parts, value, strict=True))
        return type(value)(parts) if changed else value
    if not type(value).__module__.startswith("sympy."):
        return value
    from grader.values.numbers import number

    if hasattr(value, "tolist"):
        return _numbers(value.tolist())
    plain = number(value)
    if plain is None:
        return value
    return plain.real if plain.imag == 0 else plain


def rule(
    check: Check, trial: Trial, tolerance: Tolerance, *, by_component: bool = False, told: bool = True
) -> Ruling:
    """What one case earns by the numbers alone, as a whole or for each component; `told` with the texts."""
    if failure := ruling_of_failure(check, trial):
        return failure
    if trial.pair is None:
        return Ruling(trial.case, (ZERO,), _sentence(check, trial, "is not right"), _staff(trial, None))
    answer, expected = trial.pair
    compared = compare(answer, expected, tolerance)
    earned: tuple[Fraction | None, ...] = (ONE if compared.close else ZERO,)
    if by_component:
        earned = _by_component(answer, expected, tolerance)
    if compared.close:
        return Ruling(trial.case, earned)
    if compared.fault is Fault.VALUE and compared.found <= trial.case.forgives:
        return Ruling(trial.case, (None,), advice=(_forgiven(trial, compared),))
    if not told:
        return Ruling(trial.case, earned, "Not right.", "not right")
    words = difference(answer, compared)
    if len(earned) > 1 and compared.fault is Fault.VALUE and any(earned):
        words = f"is not right in {component_names([credit == 1 for credit in earned])} component"
    return Ruling(trial.case, earned, _sentence(check, trial, words), _staff(trial, compared))


def _by_component(answer: object, expected: object, tolerance: Tolerance) -> tuple[Fraction | None, ...]:
    wanted, given = components(expected), components(answer)
    if wanted is None:
        raise CheckError(f"`per: component` needs a reference with components, not {what_is(expected)}")
    if given is None or len(given) != len(wanted):
        return (ZERO,) * len(wanted)
    pairs = zip(given, wanted, strict=True)
    return tuple(ONE if compare(one, value, tolerance).close else ZERO for one, value in pairs)


def _sentence(check: Check, trial: Trial, words: str) -> str:
    """For the student: what came back for a public case, and how it differs."""
    answer, expected = trial.pair or (None, None)
    case, at = trial.case, place(trial.case)
    if not case.public:
        return f"{at[0].upper()}{at[1:]} what `{check.entry}` gives {words}."
    gives = "returned" if case.args else "is"
    text = f"{at[0].upper()}{at[1:]}, `{check.entry}` {gives}" if at else f"Your `{check.entry}` is"
    text += f" {short(answer)}; this {words}."
    return f"{text} Expected: {short(expected)}." if case.show_expected and trial.pair else text


def _staff(trial: Trial, compared: Comparison | None) -> str:
    seen = trial.seen.value if isinstance(trial.seen, Returned) else None
    expected = short(trial.expected.value, 400) if isinstance(trial.expected, Returned) else "an exception"
    text = f"{inputs(trial.case, 1000)}; answered {short(seen, 400)}; expected {expected}"
    found = compared.first_fault() if compared else None
    if found and found[1].fault is Fault.VALUE:
        where = [*found[0], *found[1].worst]
        text += f"; worst {f'at {where} ' if where else ''}with error {found[1].error:.3g}"
    return text.removeprefix("; ")


def _forgiven(trial: Trial, compared: Comparison) -> str:
    what = " and ".join(KINDS[kind] for kind in sorted(compared.found))
    where = f"In the case '{trial.case.name}'" if trial.case.public else "For extreme inputs"
    return f"{where} your code gives {what}; a form that stays accurate there exists. Nothing was taken off."


def _in_place(
    check: Check, options: NumericOptions, seen: Sequence[Observation], outcome: Outcome
) -> Outcome:
    """Changing an argument is advice, or costs what the rubric says."""
    changed = sorted({spot for one in seen if isinstance(one, Returned) for spot in one.mutated})
    if not changed:
        return outcome
    names = next((case.names for case in check.cases if case.names), ())
    which = " and ".join(
        f"`{names[spot]}`" if spot < len(names) else f"number {spot + 1}" for spot in changed
    )
    several = "s"[: len(changed) > 1]
    text = f"`{check.entry}` changes its argument{several} {which} in place: work on a copy."
    if options.in_place_credit is None or not outcome.credit:
        return replace(outcome, advice=(*outcome.advice, text))
    return replace(
        outcome,
        verdict=Verdict.PARTIAL,
        credit=outcome.credit * options.in_place_credit,
        for_student=text if outcome.right else f"{outcome.for_student} {text}",
        for_staff=f"{outcome.for_staff}\n{text}",
        components=tuple(part * options.in_place_credit for part in outcome.components),
    )


CHECK = NumericKind()
