"""A formula: equal to the reference as a function on the declared domain, in whatever form.

    {check: symbolic, entry: sigmoid_grad, variables: {x: {domain: real, low: -8, high: 8}}}
    {check: symbolic, entry: sigmoid_from_tanh, variables: {x: real}, must_use: [tanh], must_not_use: [exp]}

A SymPy object, text in Python's, SymPy's or LaTeX syntax, or a function of the variables in the order they
are declared. A function is asked for numbers first; what it does with symbols can only help it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, ClassVar, Literal

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import Ruling, Trial, expected_of, options_of, ruling_of_failure, settle
from grader.checks.formula import ONE, TEXT, ZERO, missing_form, not_compared, question_of
from grader.checks.numeric import with_numbers
from grader.checks.pointwise import Numbers, compared, plain
from grader.checks.texts import clean, failed, inputs, place, short
from grader.errors import CheckError, RubricError
from grader.model import (
    Ask,
    Case,
    Check,
    Missing,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Unanswerable,
    Verdict,
)
from grader.values import closeness
from grader.values.closeness import DEFAULT, Tolerance
from grader.values.domain import Point, parse
from grader.values.equivalence import DIFFERENT, EQUAL, Equivalence, Question, compare
from grader.values.expression import Node, neg
from grader.values.formulas import understand
from grader.values.numbers import arguments, evaluate, number, sample
from grader.values.text import Unreadable

SYMBOLS = "symbols"


@dataclass(frozen=True, slots=True)
class SymbolicOptions:
    """The rubric's keys of `symbolic`."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    """Names to domains, in the order of a function's arguments: `{x: {domain: real, low: -8, high: 8}}`."""
    answer: str = ""
    """The right formula, where the reference file has none."""
    up_to: Literal["positive_factor", "factor", "constant"] | None = None
    """What the answer may differ by."""
    must_use: tuple[str, ...] = ()
    """Functions that it must be written with."""
    must_not_use: tuple[str, ...] = ()
    """Functions that it must not be written with; `e^x` counts as `exp`."""
    form_credit: Fraction = Fraction(1, 2)
    """The share of the marks for the right function in the wrong form, or in one that can't be seen."""
    where: tuple[str, ...] = ()
    """Conditions on the variables: `k <= i + 2*p`."""
    tolerance: Tolerance = DEFAULT
    """How far the numbers of a function may be off."""
    within: Tolerance | None = None
    """How far a formula may be off; without it, not at all."""
    points: int = 14
    """At how many points a function is asked."""
    seed: int = 0
    """Of the points."""


X = {"x": {"domain": "real", "low": -4, "high": 4}}
SQUARE = Check("symbolic", "square", Fraction(2), SymbolicOptions(X, points=2))
F = {"f": {"domain": "real", "low": 0, "high": 1, "open": True}}
LOG = Check("symbolic", "log_odds", Fraction(1), SymbolicOptions(F, points=1))
HALF_TANH = Check(
    "symbolic", "s", Fraction(2), SymbolicOptions(X, must_use=("tanh",), must_not_use=("exp",), points=1)
)
NOT_CALLED = Unanswerable("it is text, and can't be called")
RIGHT_SQUARE = (Returned("(x + 1)**2"), Raised("TypeError", ""), Raised("TypeError", ""))
EXAMPLES = (
    Example(
        "Another form of the same function, in LaTeX.",
        SQUARE, RIGHT_SQUARE, (Returned(r"x^2 + 2x + \frac{2}{2}", called=False), NOT_CALLED, NOT_CALLED),
        Verdict.CORRECT, ONE,
    ),
    Example(
        "A formula that differs by little is wrong, and the student reads where.",
        SQUARE, RIGHT_SQUARE, (Returned("(x + 1)**2 + 1e-9", called=False), NOT_CALLED, NOT_CALLED),
        Verdict.INCORRECT, ZERO, ("at x =",),
    ),
    Example(
        "The right function without the tanh that was asked for earns the form's share.",
        HALF_TANH, (Returned("(tanh(x/2) + 1)/2"), NOT_CALLED),
        (Returned("1/(1 + exp(-x))", called=False), NOT_CALLED),
        Verdict.PARTIAL, Fraction(1, 2), ("tanh",),
    ),
    Example(
        "What reads in two ways waits for a person, with a caret for the student.",
        LOG, (Returned("log(f/(1-f))"), NOT_CALLED), (Returned("1/2f", called=False), NOT_CALLED),
        Verdict.PENDING, ZERO, ("fraction stroke", "1/2▸f"),
    ),
    Example(
        "Code in a text is not run.",
        LOG, (Returned("log(f/(1-f))"), NOT_CALLED),
        (Returned("__import__('os').getcwd()", called=False), NOT_CALLED),
        Verdict.INCORRECT, ZERO, ("can't be read",),
    ),
)  # fmt: skip


class SymbolicKind(Usual):
    """Compares formulas as functions."""

    kind: ClassVar[str] = "symbolic"
    options: ClassVar[type] = SymbolicOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """With symbols, at seeded points, and in the rubric's own cases."""
        options = options_of(check, SymbolicOptions)
        asked = [Probe(check.entry, symbols_of(options.variables), Ask.EITHER, case=SYMBOLS)]
        for index, point in enumerate(_points(check, options)):
            asked.append(Probe(check.entry, arguments(point), case=f"numbers {index + 1}"))
        asked += [Probe(check.entry, case.args, case=case.name) for case in check.cases]
        return tuple(asked)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """By numbers, then by symbols; then by form.

        Raises:
            CheckError: the reference has no formula, or one that can't be read.
        """
        options, points = (
            options_of(check, SymbolicOptions),
            _points(check, options_of(check, SymbolicOptions)),
        )
        if len(seen) != 1 + len(points) + len(check.cases):
            raise CheckError(f"{1 + len(points) + len(check.cases)} questions and {len(seen)} answers")
        numbers = self._numbers(check, key, points, seen)
        found, node = self._formula(check, key, seen[0])
        if found is not None and found.verdict == EQUAL:
            return _formed(options, node, found)
        if numbers is not None and numbers.wrong is None:
            called = any(isinstance(one, Returned) for one in seen[1:])  # a formula has no cases of its own
            outcome = _settled(check, key, seen[1 + len(points) :]) if called else None
            return outcome if outcome and not outcome.right else _formed(options, node, found)
        return _not_right(check, seen, found, numbers)

    def _formula(self, check: Check, key: Key, seen: Observation) -> tuple[Equivalence | None, Node | None]:
        """The decision about what came back for symbols, and its tree; None where nothing did."""
        if not isinstance(seen, Returned):
            return None, None
        options = options_of(check, SymbolicOptions)
        question = _question(check, key)
        if question is None:
            return None, None
        within = (
            None if options.within is None else {"rtol": options.within.rtol, "atol": options.within.atol}
        )
        found = compare(
            seen.value, question, up_to=options.up_to, tolerance=within, seed=_seed(check, options)
        )
        try:
            return found, understand(seen.value, question.names)
        except Unreadable:
            return found, None

    def _numbers(
        self, check: Check, key: Key, points: Sequence[Point], seen: Sequence[Observation]
    ) -> Numbers | None:
        """How a function's numbers compare; None where no call gave a value."""
        options, asked = options_of(check, SymbolicOptions), seen[1 : 1 + len(points)]
        own: list[complex | None]
        if any(isinstance(one, Returned) for one in asked):
            own = [number(one.value) if isinstance(one, Returned) else None for one in asked]
        else:
            return self._formula_by_numbers(check, key, points, seen[0])
        return compared(options.up_to, options.tolerance, points, own, _wanted(check, key, points))

    def _formula_by_numbers(
        self, check: Check, key: Key, points: Sequence[Point], seen: Observation
    ) -> Numbers | None:
        """A formula at the points, where the key can give numbers alone."""
        if not isinstance(seen, Returned) or _question(check, key) is not None:
            return None
        options = options_of(check, SymbolicOptions)
        question = question_of(_Zero(), Probe(""), "0", options.variables, ())
        try:
            own = evaluate(understand(seen.value, question.names), points)
        except Unreadable:
            return None
        return compared(options.up_to, options.tolerance, points, own, _wanted(check, key, points))

    def diagnose(self, check: Check, key: Key, seen: Sequence[Observation]) -> str:
        """Whether a wrong formula is right but for its sign, a factor or a constant."""
        question = _question(check, key)
        if question is None or not isinstance(seen[0], Returned):
            return ""
        options = options_of(check, SymbolicOptions)
        value, seed = seen[0].value, options.seed
        if compare(value, question, up_to=options.up_to, seed=seed).verdict != DIFFERENT:
            return ""
        flipped = replace(question, reference=_negative(question.reference))
        if compare(value, flipped, seed=seed).equal:
            return "It is the right formula with the sign turned round."
        for up_to, words in (("factor", "a constant factor"), ("constant", "an added constant")):
            if compare(value, question, up_to=up_to, seed=seed).equal:
                return f"It is the right formula but for {words}."
        return ""


class _Zero:
    """A key that has nothing, so that the rubric's own formula stands."""

    def answer(self, probe: Probe) -> Observation:
        return Missing(probe.entry)

    def value(self, name: str) -> Any:
        raise CheckError(f"there is no {name!r}")


def _negative(node: Node) -> Node:
    return Node("matrix", tuple(map(neg, node.args)), node.value) if node.op == "matrix" else neg(node)


def symbols_of(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """SymPy symbols of the declared domains, in order."""
    import sympy

    assumed = {
        "positive": {"positive": True},
        "integer": {"integer": True},
        "complex": {},
        "real": {"real": True},
    }
    return tuple(sympy.Symbol(name, **assumed[domain.kind]) for name, domain in parse(variables).items())


def _seed(check: Check, options: SymbolicOptions) -> int:
    return options.seed + zlib.crc32(check.entry.encode())


def _points(check: Check, options: SymbolicOptions) -> list[Point]:
    try:
        return sample(options.variables, options.where, options.points, _seed(check, options))
    except RubricError as fault:
        raise CheckError(f"{check.entry!r}: {fault.message}") from fault


def _question(check: Check, key: Key) -> Question | None:
    """The key's formula; None where it can only give numbers."""
    options = options_of(check, SymbolicOptions)
    probe = Probe(check.entry, symbols_of(options.variables), Ask.EITHER, case=SYMBOLS)
    if isinstance(key.answer(probe), (Returned, Missing)):
        return question_of(key, probe, options.answer, options.variables, options.where)
    return None


def _wanted(check: Check, key: Key, points: Sequence[Point]) -> list[complex | None]:
    """The right numbers: of the key's formula, or of the key itself."""
    question = _question(check, key)
    if question is not None:
        return (
            evaluate(question.reference, points)
            if question.reference.op != "matrix"
            else [None] * len(points)
        )
    wanted: list[complex | None] = []
    for index, point in enumerate(points):
        said = key.answer(Probe(check.entry, arguments(point), case=f"numbers {index + 1}"))
        wanted.append(number(said.value) if isinstance(said, Returned) else None)
    if all(value is None for value in wanted):
        raise CheckError(f"the reference has neither a formula nor numbers for {check.entry!r}")
    return wanted


def _settled(check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
    """The rubric's own cases, asked of a function that is right at the points."""
    rulings = [Ruling(Case("numbers", public=True), (ONE,))]
    options = options_of(check, SymbolicOptions)
    for case, one in zip(check.cases, seen, strict=True):
        trial = Trial(
            case, with_numbers(one), expected_of(key, Probe(check.entry, case.args, case=case.name))
        )
        failure = ruling_of_failure(check, trial)
        rulings.append(failure or _ruling(check, trial, options))
    return settle(check, rulings)


def _ruling(check: Check, trial: Trial, options: SymbolicOptions) -> Ruling:
    if trial.pair is None:
        return Ruling(
            trial.case, (ZERO,), f"`{check.entry}` gives a value {place(trial.case)}, where none is right."
        )
    found = closeness.compare(*trial.pair, options.tolerance)
    if found.fault is None or options.up_to is not None:
        return Ruling(trial.case, (ONE,))
    at, told = place(trial.case), short(trial.pair[0])
    student = f"{at[:1].upper()}{at[1:]}, `{check.entry}` is not right" + (
        f": {told}." if trial.case.public else "."
    )
    return Ruling(trial.case, (ZERO,), student, f"{inputs(trial.case)}; {told}")


def _formed(options: SymbolicOptions, node: Node | None, found: Equivalence | None) -> Outcome:
    """The right function: full marks where its form is as asked."""
    read = f" It was read as {clean(found.read_as, TEXT)}." if found is not None and found.read_as else ""
    if not options.must_use and not options.must_not_use:
        return Outcome(Verdict.CORRECT, ONE, "Right.", f"Right.{read}")
    if node is None:
        text = "The function is right, but its form can't be seen: hand in the formula."
    else:
        fault = missing_form(node, options.must_use, options.must_not_use)
        if not fault:
            return Outcome(Verdict.CORRECT, ONE, "Right.", f"Right.{read}")
        text = f"The function is right, but not in the form that is asked for: {fault}."
    verdict = Verdict.PARTIAL if 0 < options.form_credit < 1 else Verdict.INCORRECT
    return Outcome(verdict, options.form_credit, text + read, text + read)


def _not_right(
    check: Check, seen: Sequence[Observation], found: Equivalence | None, numbers: Numbers | None
) -> Outcome:
    """What to say where neither the numbers nor the formula are right."""
    if numbers is not None and numbers.wrong is not None and (found is None or found.verdict != DIFFERENT):
        return _wrong_number(check, numbers)
    if found is None:
        asked = [one for one in seen[1:] if not isinstance(one, Unanswerable)]
        outcome = failed(check, asked[0] if asked else seen[0]) or failed(check, seen[0])
        return outcome or Outcome(Verdict.INCORRECT, ZERO, f"`{check.entry}` gives no number and no formula.")
    if found.verdict != DIFFERENT:
        return not_compared(check.entry, found)
    return _different(check, found)


def _wrong_number(check: Check, numbers: Numbers) -> Outcome:
    k = numbers.wrong or 0
    at = ", ".join(
        f"{name} = {short(value)}"
        for name, value in zip(numbers.points[k], arguments(numbers.points[k]), strict=True)
    )
    given = "no number" if numbers.found[k] is None else short(plain(numbers.found[k]))
    text = f"With {at}, `{check.entry}` gives {given}, which is not right."
    return Outcome(Verdict.INCORRECT, ZERO, text, f"{text} Right is {short(plain(numbers.wanted[k]))}.")


def _different(check: Check, found: Equivalence) -> Outcome:
    read = f" It was read as {clean(found.read_as, TEXT)}."
    staff = f"`{check.entry}`: {clean(found.reason, TEXT)}.{read}"
    if not found.found:
        where = f" at {found.at}" if found.at else ""
        said = f"it has no value{where}, where the right one has" if found.hole else clean(found.reason, TEXT)
        said = "it is not the right formula" if "up to" in said else said
        return Outcome(Verdict.INCORRECT, ZERO, f"`{check.entry}`: {said}.{read}", staff)
    at = f"at {found.at} it" if found.at else "it"
    text = f"`{check.entry}`: {at} is {clean(found.found)}, which is not right.{read}"
    return Outcome(Verdict.INCORRECT, ZERO, text, staff)


CHECK = SymbolicKind()
