"""A derivation: lines from one end that is asked for to the other, each equal to the line before.

    {check: derivation, entry: softmax_shift_steps, first_must_use: [c], last_must_not_use: [c], cases: [...]}

A line is an expression, or a list of them where the derivation is of a vector; a SymPy object, text or LaTeX;
a text may be a chain `a = b = c`. The credit is the share of right links before the first wrong one, rounded
down to a half mark. Repeated lines count once. Without a line between the ends the gap's share is paid; where
one end is not as asked, at most the ends' share; where neither is, nothing. Symbols are real.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Literal

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import expected_of, options_of
from grader.checks.formula import ONE, TEXT, ZERO, missing_form, stop, used
from grader.checks.symbolic import symbols_of
from grader.checks.texts import clean, failed
from grader.errors import CheckError
from grader.model import (
    Ask,
    Case,
    Check,
    Evidence,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Verdict,
)
from grader.values.domain import Domain, parse
from grader.values.equivalence import EQUAL, UNDECIDED, Equivalence, Question, decide
from grader.values.expression import Node, show, variables
from grader.values.formulas import chain, understand
from grader.values.names import Names
from grader.values.program import program
from grader.values.text import Fault, Unreadable, caret

LINES = 60
_INSIDE: Mapping[str, frozenset[str]] = {
    "softplus": frozenset({"exp", "log"}), "logsumexp": frozenset({"exp", "log"}),
    "log1p": frozenset({"log"}), "log2": frozenset({"log"}), "log10": frozenset({"log"}),
    **dict.fromkeys(("sigmoid", "tanh", "sinh", "cosh"), frozenset({"exp"})),
}  # fmt: skip
_WRITTEN = {"+": "a sum or difference", "*": "a product or quotient", "log": "a logarithm"}
_ARITHMETIC = frozenset({"+", "*", "^", "neg", "inv", "num", "matrix", "E"})


@dataclass(frozen=True, slots=True)
class DerivationOptions:
    """The rubric's keys of `derivation`."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    """Domains of the symbols; real where left out."""
    first: str | tuple[str, ...] = ""
    """The line that it must begin with; the first of the reference's where left out."""
    last: str | tuple[str, ...] = ""
    """The line that it must end with; the last of the reference's where left out."""
    first_must_use: tuple[str, ...] = ()
    """Symbols and functions that the first line must be written with."""
    first_is: Literal["", "+", "*", "log"] = ""
    """What the first line must be as written: a sum or difference, a product or quotient, a logarithm."""
    first_must_not_use: tuple[str, ...] = ()
    """Symbols and functions that the first line must not be written with."""
    last_must_use: tuple[str, ...] = ()
    """Symbols and functions that the last line must be written with."""
    last_must_not_use: tuple[str, ...] = ()
    """Symbols and functions that the last line must not be written with."""
    gap_credit: Fraction = Fraction(1, 2)
    """The share for a chain without any line between the first and the last."""
    ends_credit: Fraction = Fraction(1, 4)
    """The most that is paid where the first or the last line is not the one that is asked for."""
    seed: int = 0
    """Of the points at which lines are compared."""


STEPS = Check(
    "derivation", "steps", Fraction(2),
    DerivationOptions({"x": "real"}, first="log(exp(x)*exp(2))", last="x + 2", last_must_not_use=("log",)),
)  # fmt: skip
MODEL = (Returned(["log(exp(x)*exp(2))", "log(exp(x + 2))", "x + 2"]),)
EXAMPLES = (
    Example(
        "Text, and a chain in LaTeX.",
        STEPS, MODEL, (Returned(["log(exp(x)*exp(2))", r"= \ln e^{x} + \ln e^{2} = x + 2"]),),
        Verdict.CORRECT, ONE,
    ),
    Example(
        "The first wrong step is named, and what came before it is paid.",
        STEPS, MODEL, (Returned(["log(exp(x)*exp(2))", "log(exp(x + 2))", "log(exp(x))*2", "x + 2"]),),
        Verdict.PARTIAL, Fraction(1, 4), ("Line 3 does not equal line 2",),
    ),
    Example(
        "Nothing between the first and the last line: half.",
        STEPS, MODEL, (Returned(["log(exp(x)*exp(2))", "log(exp(2)*exp(x))", "x + 2"]),),
        Verdict.PARTIAL, Fraction(1, 2), ("between",),
    ),
    Example(
        "A chain that does not begin where it should earns a quarter at most.",
        STEPS, MODEL, (Returned(["x + 1 + 1", "2 + 1*x", "x + 2"]),),
        Verdict.PARTIAL, Fraction(1, 4), ("begin",),
    ),
    Example(
        "Something else entirely.",
        STEPS, MODEL, (Returned(["1 + 1", "2"]),), Verdict.INCORRECT, ZERO, ("begin",),
    ),
    Example(
        "Code in a line is not run.",
        STEPS, MODEL, (Returned(["log(exp(x)*exp(2))", "__import__('os')", "x + 2"]),),
        Verdict.INCORRECT, ZERO, ("Line 2 can't be read",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What one call of the student's code earned."""

    verdict: Verdict
    credit: Fraction
    student: str
    staff: str = ""
    flags: tuple[str, ...] = ()


class DerivationKind(Usual):
    """Judges a chain link by link."""

    kind: ClassVar[str] = "derivation"
    options: ClassVar[type] = DerivationOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """The case's symbols; those of the declared variables where there are no cases."""
        return tuple(Probe(check.entry, case.args, Ask.EITHER, case=case.name) for case in _cases(check))

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """The worst of the cases; for lines that are a constant the best, as they can be of one size only.

        Raises:
            CheckError: the reference's lines can't be read.
        """
        cases = _cases(check)
        rulings = [_ruled(check, key, case, one) for case, one in zip(cases, seen, strict=True)]
        constant = all(isinstance(one, Returned) and not one.called for one in seen)
        pick = max if constant else min
        worst = pick(rulings, key=lambda ruling: (ruling.credit, ruling.verdict is Verdict.PENDING))
        waiting = next((ruling for ruling in rulings if ruling.verdict is Verdict.PENDING), None)
        if waiting is not None and not (constant and worst.credit == 1):
            worst = waiting
        evidence = tuple(
            Evidence(
                case.name, ruling.credit == 1, case.public, ruling.student, ruling.staff or ruling.student
            )
            for case, ruling in zip(cases, rulings, strict=True)
        )
        return Outcome(
            worst.verdict,
            worst.credit,
            worst.student,
            worst.staff or worst.student,
            evidence,
            flags=worst.flags,
        )


def _cases(check: Check) -> tuple[Case, ...]:
    if check.cases:
        return check.cases
    options = options_of(check, DerivationOptions)
    return (Case("", symbols_of(options.variables), tuple(options.variables), public=True),)


def _ruled(check: Check, key: Key, case: Case, seen: Observation) -> _Ruling:
    outcome = failed(check, seen, public=case.public)
    if outcome is not None or not isinstance(seen, Returned):
        said = outcome or Outcome(Verdict.INCORRECT)
        return _Ruling(said.verdict, ZERO, said.for_student, said.for_staff)
    options = options_of(check, DerivationOptions)
    names = Names(frozenset(_symbols(case.args)) or frozenset(options.variables))
    first, last = _ends(check, key, case, options, names)
    domains = parse({name: options.variables.get(name, "real") for name in sorted(names.declared)})
    return _Chain(check, options, domains, first, last).ruling(seen.value, names)


def _symbols(args: Any) -> Iterator[str]:
    """The names of the symbols among a case's arguments."""
    for arg in args:
        if isinstance(arg, (list, tuple)):
            yield from _symbols(arg)
        elif type(arg).__name__ == "Symbol":
            yield str(arg.name)


def _ends(check: Check, key: Key, case: Case, options: DerivationOptions, names: Names) -> tuple[Node, Node]:
    """The first and last line that are asked for."""
    try:
        if options.first and options.last:
            return understand(_line(options.first), names), understand(_line(options.last), names)
        said = expected_of(key, Probe(check.entry, case.args, Ask.EITHER, case=case.name))
        if isinstance(said, Raised) or not isinstance(said.value, (list, tuple)) or not said.value:
            raise CheckError(f"the reference for {check.entry!r} gives no lines")
        ends = options.first or said.value[0], options.last or said.value[-1]
        return understand(_line(ends[0]), names), understand(_line(ends[1]), names)
    except Unreadable as fault:
        raise CheckError(
            f"the reference's lines for {check.entry!r} can't be read: {fault.message}"
        ) from fault


def _line(line: Any) -> Any:
    return list(line) if isinstance(line, tuple) else line


class _Chain:
    """One chain of lines and what is asked of it."""

    def __init__(
        self, check: Check, options: DerivationOptions, domains: Mapping[str, Domain], first: Node, last: Node
    ) -> None:
        self.check = check
        self.options = options
        self.domains = domains
        self.first = first
        self.last = last

    def ruling(self, value: Any, names: Names) -> _Ruling:
        """The credit, and the first thing that is wrong."""
        lines: list[Node] = []
        for number, raw in enumerate(_lines(value, names), 1):
            try:
                lines.append(understand(raw, names))
            except Unreadable as fault:
                return _unread(number, raw, fault)
        if len(lines) > LINES:
            return _Ruling(Verdict.INCORRECT, ZERO, f"More than {LINES} lines are not read.")
        kept = self.from_the_first(lines, _without_repeats(lines))
        if len(kept) < 2:
            return _Ruling(Verdict.INCORRECT, ZERO, "A derivation needs at least two different lines.")
        return self.judged(lines, kept)

    def from_the_first(self, lines: list[Node], kept: list[int]) -> list[int]:
        """The lines from the one that is asked for on: what leads up to it, by definitions, is no step."""
        for place, index in enumerate(kept[:-1]):
            if _same(lines[index], self.first):
                before = (lines[one] for one in kept[:place])
                return kept[place:] if all(self.link(self.first, line).equal for line in before) else kept
        return kept

    def judged(self, lines: list[Node], kept: list[int]) -> _Ruling:
        """Links between the lines that are not repeats, then the ends, then the gap."""
        right, broken = 0, None
        for before, after in pairwise(kept):
            found = self.link(lines[before], lines[after])
            if found.verdict == UNDECIDED:
                text = (
                    f"Whether line {after + 1} equals line {before + 1} could not be decided: {found.reason}."
                )
                return _Ruling(
                    Verdict.PENDING, ZERO, f"{text} A person will look at it.", text, ("undecided",)
                )
            if found.verdict != EQUAL:
                broken = (before, after, found)
                break
            right += 1
        share, said = Fraction(right, len(kept) - 1), []
        if broken is not None:
            said.append(_broken(*broken))
        begins, ends = self.begins(lines[kept[0]]), self.ends(lines[kept[-1]])
        if begins or ends:
            share = min(share, self.options.ends_credit) if not (begins and ends) else ZERO
            said += [text for text in (begins, ends) if text]
        elif broken is None and len(kept) == 2:
            share = self.options.gap_credit
            said.append(
                "There is no line between the first and the last. SymPy may have simplified yours away: "
                "hand the lines in as text, or with evaluate=False."
            )
        return self.paid(share, said, lines)

    def paid(self, share: Fraction, said: list[str], lines: list[Node]) -> _Ruling:
        """The share rounded down to a half mark."""
        marks = self.check.marks
        credit = Fraction(math.floor(share * marks * 2), 2) / marks if marks and share < 1 else share
        verdict = Verdict.CORRECT if credit == 1 else Verdict.PARTIAL if credit else Verdict.INCORRECT
        text = " ".join(said) or "Right."
        read = "; ".join(f"{k}: {clean(show(line), 120)}" for k, line in enumerate(lines[:12], 1))
        return _Ruling(verdict, credit, text, f"{text} Read as {read}.")

    def link(self, before: Node, after: Node) -> Equivalence:
        return decide(after, Question(before, self.domains), seed=self.options.seed)

    def begins(self, line: Node) -> str:
        """What is wrong with the first line; empty where nothing is."""
        options, apart = self.options, _apart(self.first, self.last)
        form = missing_form(line, options.first_must_use, options.first_must_not_use)
        if not form and options.first_is and outermost(line) != options.first_is:
            form = f"it is not written as {_WRITTEN[options.first_is]}"
        if not form and apart and not options.first_must_use and not _uses(line) & apart:
            form = "it is not written out"
        if not form and not self.link(self.first, line).equal:
            form = "it is not equal to it"
        return f"The first line is not the one to begin with: {form}." if form else ""

    def ends(self, line: Node) -> str:
        """What is wrong with the last line; empty where nothing is."""
        options, apart = self.options, _apart(self.first, self.last)
        form = missing_form(line, options.last_must_use, options.last_must_not_use)
        if not form and not options.last_must_not_use and _uses(line) & apart:
            form = f"it still uses {', '.join(sorted(_uses(line) & apart))}"
        if not form and not self.link(self.last, line).equal:
            form = "it is not equal to it"
        return f"The last line is not the one to end with: {form}." if form else ""


def outermost(node: Node) -> str:
    """The operation that a line is as a whole, a minus in front left aside."""
    return outermost(node.args[0]) if node.op == "neg" else node.op


def _uses(node: Node) -> frozenset[str]:
    names = used(node) - _ARITHMETIC
    return names.union(*(_INSIDE.get(name, frozenset()) for name in names))


def _apart(first: Node, last: Node) -> frozenset[str]:
    """What the first line that is asked for is written with and the last is not."""
    return _uses(first) - _uses(last)


def _lines(value: Any, names: Names) -> Iterator[Any]:
    """The lines as handed in, chains taken apart; equations are two lines."""
    if isinstance(value, str):
        yield from chain(value, names)
    elif hasattr(value, "tolist") and not hasattr(value, "free_symbols"):
        yield from _lines(value.tolist(), names) if getattr(value, "size", 0) <= LINES * LINES else ()
    elif isinstance(value, (list, tuple)):
        for line in value[: LINES + 1]:
            if isinstance(line, str):
                yield from chain(line, names)
            elif type(line).__name__ == "Equality":
                yield from line.args
            elif isinstance(line, (list, tuple)) and all(isinstance(one, str) for one in line):
                yield from _together(line, names)
            else:
                yield _line(line)
    else:
        yield value


def _together(line: Sequence[str], names: Names) -> Iterator[list[str]]:
    """A line of texts, or, where each entry is a chain of as many members, the lines that these make."""
    chains = [chain(entry, names) for entry in line]
    alike = len({len(members) for members in chains}) == 1
    yield from map(list, zip(*chains, strict=True)) if alike and chains[0] else (list(line),)


def _without_repeats(lines: Sequence[Node]) -> list[int]:
    """The indices of the lines that are not the line before, up to the order of terms."""
    kept: list[int] = []
    for index, line in enumerate(lines):
        if not kept or not _same(lines[kept[-1]], line):
            kept.append(index)
    return kept


def _same(left: Node, right: Node) -> bool:
    if left.op != right.op or left.value != right.value or variables(left) != variables(right):
        return False
    sides = (left.args, right.args) if left.op == "matrix" else ((left,), (right,))
    made = program(*sides[0], *sides[1])
    return made.outputs[: len(sides[0])] == made.outputs[len(sides[0]) :]


def _broken(before: int, after: int, found: Equivalence) -> str:
    why = clean(found.reason.replace("and not", "but the line before is"), TEXT)
    return f"Line {after + 1} does not equal line {before + 1}: {why}."


def _unread(number: int, raw: Any, fault: Unreadable) -> _Ruling:
    under = caret(raw, fault.position) if isinstance(raw, str) else ""
    found = Equivalence("unreadable", fault.message, "", fault.position, str(fault.fault), under)
    text = f"Line {number} can't be read{stop(found)}: {clean(fault.message, TEXT)}."
    if fault.fault is Fault.NOTATION:
        return _Ruling(Verdict.PENDING, ZERO, f"{text} A person will look at it.", text, ("unreadable",))
    return _Ruling(Verdict.INCORRECT, ZERO, text)


CHECK = DerivationKind()
