"""A growth class: the same as the right one, constants and lower-order terms forgiven.

    {check: big_o, entry: runtime_iteration, variables: [n, m, k], answer: m*n}

`m*n`, `O(m n)`, `Theta(m*n)`, `3*m*n + 7` and LaTeX are the same. Two formulas are of one class when their
quotient stays between two constants however the sizes grow, alone or together, at whatever pace: so
`m n k + k^2` is not in O(m n k), and `n log n` is not in O(n).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from grader.checks.base import Example, Key, Usual
from grader.checks.cases import options_of
from grader.checks.formula import ONE, TEXT, ZERO, not_compared
from grader.checks.symbolic import symbols_of
from grader.checks.texts import clean, failed
from grader.errors import CheckError
from grader.model import Ask, Check, Missing, Observation, Outcome, Probe, Returned, Verdict
from grader.values.arithmetic import Arithmetic, TooLarge, Undefined, arithmetic
from grader.values.equivalence import Equivalence
from grader.values.expression import Node, show
from grader.values.formulas import understand
from grader.values.names import Names
from grader.values.program import Program, program, result
from grader.values.text import Fault, Unreadable, caret

PACES = (0, 1, 2, 5)
SCALES = ((1 << 9, 1 << 18), (2, 6))
"""Sizes are 16 · 2^(pace · scale): between the first scales one factor of log n is a factor of 512.

The second ones are for what can't be computed that far out: sums, factorials, exponentials.
"""
_STILL = 16
_SHORT = 64
_BOUNDED = 0.4
_LETTER = r"\\(?:mathcal|mathrm|mathbf|operatorname|text)\s*(?:\{\s*O\s*\}|O\b)"
_WRAPPER = re.compile(
    rf"(?:{_LETTER}|\\Theta|\\bigO|\bBig_?O\b|\bTheta\b|\bO\b|Θ|𝒪|𝓞)\s*(?=\\left|\\big|\(|\{{|\[)"
)
_WORDS = re.compile(r"(?<=\))\s*(?:time|operations|steps|flops)\s*$", re.IGNORECASE)
_LOG = r"(?P<log>log_?2|log_?10|log|ln|lg)"
_LOG_OF_LOG = re.compile(rf"(?<![\\\w]){_LOG}\s*(?P<size>log\w*\(\w+\))", re.IGNORECASE)
_OTHER = re.compile(r"\\Omega|\bOmega\b|Ω|\bo\s*\(|\\omega|ω")


@dataclass(frozen=True, slots=True)
class BigOOptions:
    """The rubric's keys of `big_o`."""

    variables: tuple[str, ...] = ()
    """The sizes, each at least 1 and growing."""
    answer: str = ""
    """The right class, where the reference file has none."""


SIZES = Check("big_o", "runtime", Fraction(2), BigOOptions(("n", "m", "k"), "m*n"))
EXAMPLES = (
    Example(
        "Constants and lower-order terms do not matter.",
        SIZES, (), (Returned("O(3 m n + 7 n)", called=False),), Verdict.CORRECT, ONE,
    ),
    Example(
        "A size too many.", SIZES, (), (Returned(r"\mathcal{O}(mnk)", called=False),), Verdict.INCORRECT,
        ZERO, ("faster",),
    ),
    Example(
        "A size too few.", SIZES, (), (Returned("n", called=False),), Verdict.INCORRECT, ZERO, ("slower",)
    ),
    Example(
        "A lower bound is another question, and a person looks at it.",
        SIZES, (), (Returned("Omega(m*n)", called=False),), Verdict.PENDING, ZERO, ("Omega",),
    ),
    Example(
        "A name that is no size of the question.", SIZES, (), (Returned("O(m*q)", called=False),),
        Verdict.INCORRECT, ZERO, ("“q”",),
    ),
)  # fmt: skip


class BigOKind(Usual):
    """Compares growth along many directions."""

    kind: ClassVar[str] = "big_o"
    options: ClassVar[type] = BigOOptions
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def probes(self, check: Check) -> tuple[Probe, ...]:
        """The value, or what a function gives for symbols."""
        sizes = dict.fromkeys(options_of(check, BigOOptions).variables, "positive")
        return (Probe(check.entry, symbols_of(sizes), Ask.EITHER),)

    def judge(self, check: Check, key: Key, seen: Sequence[Observation]) -> Outcome:
        """The same class or not.

        Raises:
            CheckError: the right class can't be read.
        """
        options = options_of(check, BigOOptions)
        names = Names(frozenset(options.variables))
        right = _right(check, key, options, names)
        outcome = failed(check, seen[0])
        if outcome is not None or not isinstance(seen[0], Returned):
            return outcome or Outcome(Verdict.INCORRECT, ZERO, f"`{check.entry}` gives no formula.")
        try:
            own = read(seen[0].value, names)
        except Unreadable as fault:
            return _unread(check, seen[0].value, fault)
        return _judged(check, own, right, options.variables)


def _right(check: Check, key: Key, options: BigOOptions, names: Names) -> Node:
    said = key.answer(BigOKind().probes(check)[0])
    value = said.value if isinstance(said, Returned) else options.answer if isinstance(said, Missing) else ""
    if value in ("", None):
        raise CheckError(f"there is no growth class for {check.entry!r}")
    try:
        return read(value, names)
    except Unreadable as fault:
        raise CheckError(f"the growth class of {check.entry!r} can't be read: {fault.message}") from fault


def read(value: Any, names: Names) -> Node:
    """A growth class as a formula: what stands inside `O(…)` or `Theta(…)`.

    Raises:
        Unreadable: it is another bound, or no formula in the sizes.
    """
    if type(value).__name__ in ("Order", "O", "Theta") and getattr(value, "args", None):
        value = value.args[0]
    if not isinstance(value, str):
        return _single(understand(value, names))
    other = _OTHER.search(value)
    if other is not None:
        raise Unreadable(f"“{other.group().strip('( ')}” is another bound than O and Theta", other.start())
    text = _WRAPPER.sub(lambda found: " " * len(found.group()), value)
    text = _WORDS.sub(lambda found: " " * len(found.group()), text)
    text = _with_brackets(text, names)
    try:
        return _single(understand(text, names))
    except Unreadable as fault:
        if fault.fault is Fault.NAME and text != text.lower():
            return _single(understand(text.lower(), names))
        raise


def _with_brackets(text: str, names: Names) -> str:
    """`n log n`, `nlogn` and `log log n` with the brackets that are meant."""
    sizes = "|".join(sorted(map(re.escape, names.declared), key=len, reverse=True))
    meant = rf"(?<![\\A-Za-z_])(?P<times>{sizes})?{_LOG}\s*(?P<size>{sizes})\b(?!\s*[\^(_\[])"
    bare = re.compile(meant, re.IGNORECASE)
    text = bare.sub(lambda found: f"{found['times'] or ''} {_log(found)}({found['size']})", text)
    return _LOG_OF_LOG.sub(lambda found: f"{_log(found)}({found['size']})", text)


def _log(found: re.Match[str]) -> str:
    name = found["log"].lower().replace("_", "")
    return "log" if name == "lg" else name


def _single(node: Node) -> Node:
    if node.op == "matrix":
        raise Unreadable("a growth class is one formula", None, Fault.CODE)
    return node


def _unread(check: Check, value: Any, fault: Unreadable) -> Outcome:
    under = caret(value, fault.position) if isinstance(value, str) else ""
    position = fault.position if isinstance(value, str) else None
    return not_compared(
        check.entry, Equivalence("unreadable", fault.message, "", position, str(fault.fault), under)
    )


def _judged(check: Check, own: Node, right: Node, sizes: Sequence[str]) -> Outcome:
    pair = program(own), program(right)
    read_as = f" It was read as {clean(show(own), TEXT)}."
    said: dict[tuple[int, ...], str | None] = {}
    for paces in sorted(
        itertools.product(PACES, repeat=len(sizes)), key=lambda one: (sum(map(bool, one)), one)
    ):
        try:
            said[paces] = _pace(pair, dict(zip(sizes, paces, strict=True)))
        except Undefined as fault:
            return Outcome(Verdict.INCORRECT, ZERO, f"`{check.entry}` is no growth class: {fault}.{read_as}")
    wrong = [
        f"{word} than what is right as {_growing(sizes, where[0])}"
        for word in ("faster", "slower")
        if (where := [paces for paces, found in said.items() if found == word])
    ]
    if wrong:
        text = f"`{check.entry}` grows {', and '.join(wrong)}."
        return Outcome(
            Verdict.INCORRECT, ZERO, text + read_as, f"{text}{read_as} Right is {clean(show(right))}."
        )
    together = {tuple(map(bool, paces)) for paces in said}
    if together - {tuple(map(bool, paces)) for paces, found in said.items() if found is not None}:
        return _undecided(check, pair[1], sizes, read_as)
    return Outcome(Verdict.CORRECT, ONE, "Right.", f"Right.{read_as}")


def _growing(sizes: Sequence[str], paces: Sequence[int]) -> str:
    growing = [size for size, pace in zip(sizes, paces, strict=True) if pace]
    return f"{' and '.join(growing)} grow{'s' if len(growing) == 1 else ''}"


def _undecided(check: Check, right: Program, sizes: Sequence[str], read_as: str) -> Outcome:
    """The outcome where numbers are too large to compare; the course's class must not be the reason."""
    try:
        _size(right, dict.fromkeys(sizes, 1), SCALES[-1][0])
    except (TooLarge, Undefined) as fault:
        raise CheckError(f"the right growth class can't be compared: {fault}") from fault
    text = f"Whether `{check.entry}` is the right growth class could not be decided.{read_as}"
    return Outcome(Verdict.PENDING, ZERO, f"{text} A person will look at it.", text, flags=("undecided",))


def _pace(pair: tuple[Program, Program], paces: Mapping[str, int]) -> str | None:
    """`faster` or `slower` where the quotient does not stay bounded; None where it can't be computed."""
    if not any(paces.values()):
        return ""
    for scales in SCALES:
        try:
            before, after = (_size(pair[0], paces, scale) - _size(pair[1], paces, scale) for scale in scales)
        except TooLarge:
            continue
        return "" if abs(after - before) < _BOUNDED else "faster" if after > before else "slower"
    return None


def _size(made: Program, paces: Mapping[str, int], scale: int) -> float:
    """The binary logarithm of a growth class at one scale."""
    a = arithmetic(0)
    a.work = 0
    value = a.number(a.real(result(made, a, {n: _at(a, pace * scale) for n, pace in paces.items()})))
    if value <= 0:
        raise Undefined("it is not positive for large sizes")
    return float(a.ctx.log(value) / a.ctx.log(2))


def _at(a: Arithmetic, power: int) -> Any:
    """A size; a whole number where it is short, so that sums can run up to it."""
    return _STILL << power if power < _SHORT else a.ctx.ldexp(_STILL, power)


CHECK = BigOKind()
