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
from grader.values.arithmetic import TooLarge, Undefined, arithmetic
from grader.values.equivalence import Equivalence
from grader.values.expression import Node, show
from grader.values.formulas import understand
from grader.values.names import Names
from grader.values.program import Program, program, result
from grader.values.text import Fault, Unreadable, caret

PACES = (0, 1, 2, 5)
SCALES = (1 << 9, 1 << 18)
"""Sizes are 16 · 2^(pace · scale): between the scales one factor of log n is a factor of 512."""
_STILL = 16
_BOUNDED = 0.4
_WRAPPER = re.compile(
    r"(?:\\mathcal\s*\{?\s*O\s*\}?|\\mathrm\s*\{\s*O\s*\}|\\operatorname\s*\{\s*O\s*\}|\\Theta|\\bigO|\bBig_?O\b"
    r"|\bTheta\b|\bO\b|Θ|𝒪|𝓞)\s*(?=\\left|\\big|\(|\{)"
)
_BARE_LOG = re.compile(r"(?<!\\)\b(log|ln|log2)\s+([A-Za-z]\w*)\b(?!\s*[\^(_])")
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
    if type(value).__name__ == "Order" and hasattr(value, "args"):
        value = value.args[0]
    if not isinstance(value, str):
        return _single(understand(value, names))
    other = _OTHER.search(value)
    if other is not None:
        raise Unreadable(f"“{other.group().strip('( ')}” is another bound than O and Theta", other.start())
    text = _WRAPPER.sub(lambda found: " " * len(found.group()), value)
    text = _BARE_LOG.sub(r"\1(\2)", text)
    try:
        return _single(understand(text, names))
    except Unreadable as fault:
        if fault.fault is Fault.NAME and text != text.lower():
            return _single(understand(text.lower(), names))
        raise


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
    a, pair = arithmetic(0), (program(own), program(right))
    a.work = 0
    read_as = f" It was read as {clean(show(own), TEXT)}."
    verdicts: dict[str, list[str]] = {"faster": [], "slower": []}
    for paces in sorted(
        itertools.product(PACES, repeat=len(sizes)), key=lambda paces: (sum(map(bool, paces)), paces)
    ):
        try:
            said = _pace(pair, dict(zip(sizes, paces, strict=True)))
        except TooLarge:
            text = f"`{check.entry}` grows faster than any power.{read_as}"
            return Outcome(Verdict.INCORRECT, ZERO, text)
        except Undefined as fault:
            return Outcome(Verdict.INCORRECT, ZERO, f"`{check.entry}` is no growth class: {fault}.{read_as}")
        if said:
            growing = " and ".join(size for size, pace in zip(sizes, paces, strict=True) if pace)
            verdicts[said].append(f"{growing} grow{'' if ' and ' in growing else 's'}")
    wrong = [f"{said} than what is right as {where[0]}" for said, where in verdicts.items() if where]
    if not wrong:
        return Outcome(Verdict.CORRECT, ONE, "Right.", f"Right.{read_as}")
    text = f"`{check.entry}` grows {', and '.join(wrong)}."
    return Outcome(Verdict.INCORRECT, ZERO, text + read_as, f"{text}{read_as} Right is {clean(show(right))}.")


def _pace(pair: tuple[Program, Program], paces: Mapping[str, int]) -> str:
    """`faster` or `slower` where the quotient does not stay bounded along a direction."""
    if not any(paces.values()):
        return ""
    quotients = [_quotient(pair, paces, scale) for scale in SCALES]
    drift = quotients[1] - quotients[0]
    return "" if abs(drift) < _BOUNDED else "faster" if drift > 0 else "slower"


def _quotient(pair: tuple[Program, Program], paces: Mapping[str, int], scale: int) -> float:
    """The binary logarithm of answer over class, at one scale."""
    a = arithmetic(0)
    point = {name: a.ctx.ldexp(_STILL, pace * scale) for name, pace in paces.items()}
    try:
        right = a.number(a.real(result(pair[1], a, point)))
    except (TooLarge, Undefined) as fault:
        raise CheckError(f"the right growth class can't be compared: {fault}") from fault
    own = a.number(a.real(result(pair[0], a, point)))
    if own <= 0 or right <= 0:
        raise Undefined("it is not positive for large sizes")
    return float((a.ctx.log(own) - a.ctx.log(right)) / a.ctx.log(2))


CHECK = BigOKind()
