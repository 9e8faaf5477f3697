"""Turns formulas into one list of steps in which nothing is computed twice, and runs it at a point.

The answer and the reference share one program, so a subformula of both is evaluated once, and formulas
that differ only in the order of terms end in the same step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from grader.values.arithmetic import Arithmetic, TooLarge, Undefined, length, simple
from grader.values.expression import Node, inv, mul, num
from grader.values.operations import CONSTANT_VALUES, OPERATIONS, Operation

WORK_LIMIT = 150_000
"""Steps of one comparison: counted once at 40 digits, 2 times at 150, 5 at 1,000; functions count more."""
STEP_LIMIT = 20_000
_TERM_LIMIT = 20_000
_LOGICAL = frozenset({"and", "or", "not"})
_WEIGHTS = {150: 1, 530: 2, 3400: 5}
_RATIONAL = frozenset({
    "+", "*", "neg", "inv", "^", "Abs", "sign", "Heaviside", "relu", "floor", "ceiling", "frac", "round",
    "Mod",
    "Max", "Min", "KroneckerDelta", "<", "<=", "==", "!=", "and", "or", "not", "true", "false", "num", "var",
    "piecewise", "sum", "product", "binomial", "factorial",
})  # fmt: skip


@dataclass(slots=True)
class Step:
    """One operation: its operands' slots; a lazy one holds programs of its own (branches, a sum's body)."""

    op: str
    args: tuple[int, ...] = ()
    value: Any = None
    blocks: tuple[Program, ...] = ()
    constant: bool = False


@dataclass
class Program:
    """Formulas compiled together.

    Attributes:
        steps: in an order in which operands come first; the index is the slot.
        outputs: the slots of the formulas.
        exact: whether every operation keeps exact numbers exact, so that points stay exact too.
    """

    steps: list[Step] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    exact: bool = True
    _slots: dict[Any, int] = field(default_factory=dict)
    _folded: dict[tuple[int, bool], tuple[list[Any], int]] = field(default_factory=dict)

    def compile(self, node: Node) -> int:
        """Add a formula; returns the slot that will hold its value."""
        args: tuple[int, ...] = ()
        blocks: tuple[Program, ...] = ()
        node = _recognised(node)
        if node.op in ("piecewise", "sum", "product"):
            blocks = tuple(program(arg) for arg in node.args)
            self.exact = self.exact and all(block.exact for block in blocks)
            key: Any = node
        else:
            args = tuple(self.compile(arg) for arg in node.args)
            if node.op in ("+", "*"):
                args = tuple(sorted(args))
            key = (node.op, args, node.value)
        slot = self._slots.get(key)
        if slot is None:
            slot = self._new(Step(node.op, args, node.value, blocks), key)
        return slot

    def _new(self, step: Step, key: Any) -> int:
        if len(self.steps) >= STEP_LIMIT:
            raise TooLarge("it has too many operations")
        lazy = bool(step.blocks)
        step.constant = step.op != "var" and not lazy and all(self.steps[arg].constant for arg in step.args)
        self.exact = self.exact and step.op in _RATIONAL
        self.steps.append(step)
        self._slots[key] = len(self.steps) - 1
        return len(self.steps) - 1

    def run(self, a: Arithmetic, point: Mapping[str, Any]) -> list[Any]:
        """The value of every slot at a point, or the reason why there is none.

        An operand without a value leaves its users without one, so one formula may be undefined while
        the other is not.
        """
        folded, lost = self._constants(a)
        a.lost += lost
        values: list[Any] = list(folded)
        a.work += len(self.steps) * _WEIGHTS[a.bits]
        if a.work > WORK_LIMIT:
            raise TooLarge("it takes too long to evaluate")
        for slot, step in enumerate(self.steps):
            if values[slot] is None:
                values[slot] = self._step(step, values, a, point)
        return values

    def _constants(self, a: Arithmetic) -> tuple[list[Any], int]:
        """The slots that no variable reaches, computed once a level, and what was lost over them."""
        key = (a.bits, a.shaken)
        if key not in self._folded:
            before, a.lost = a.lost, 0
            folded: list[Any] = [None] * len(self.steps)
            for slot, step in enumerate(self.steps):
                if step.constant:
                    folded[slot] = self._step(step, folded, a, {})
            long = not self.exact and any(length(value) > a.bits - 40 for value in folded)
            self._folded[key] = folded, a.lost + long
            a.lost = before
        return self._folded[key]

    def _step(self, step: Step, values: list[Any], a: Arithmetic, point: Mapping[str, Any]) -> Any:
        try:
            if step.op == "var":
                return point[step.value]
            if step.op == "num":
                return simple(step.value)
            if step.op == "const":
                return a.shake(CONSTANT_VALUES[step.value](a))
            if step.blocks:
                return _lazy(step, a, point)
            operands = [values[arg] for arg in step.args]
            for k, operand in enumerate(operands):
                if isinstance(operand, ArithmeticError):
                    return operand
                if type(operand) is bool and step.op not in _LOGICAL:
                    operands[k] = int(operand)  # as in Python, `x*(x > 0)` is x or 0
            operation: Operation = OPERATIONS[step.op]
            return a.shake(operation(a, *operands))
        except (Undefined, TooLarge) as error:
            return error


def program(*nodes: Node) -> Program:
    """Compile formulas into one program with an output each."""
    made = Program()
    made.outputs = [made.compile(node) for node in nodes]
    return made


def _lazy(step: Step, a: Arithmetic, point: Mapping[str, Any]) -> Any:
    if step.op == "piecewise":
        for value, condition in zip(step.blocks[::2], step.blocks[1::2], strict=True):
            holds = result(condition, a, point)
            if type(holds) is not bool:
                raise Undefined("a condition that is not true or false")
            if holds:
                return result(value, a, point)
        raise Undefined("no case holds")
    return _summed(step, a, point)


def result(block: Program, a: Arithmetic, point: Mapping[str, Any]) -> Any:
    """The value of a program with one formula.

    Raises:
        Undefined, TooLarge: it has none here.
    """
    value = block.run(a, point)[block.outputs[0]]
    if isinstance(value, ArithmeticError):
        raise value
    return value


def _summed(step: Step, a: Arithmetic, point: Mapping[str, Any]) -> Any:
    """A sum or product over whole numbers; an endless sum as far as its terms shrink fast."""
    body = step.blocks[0]
    low, high = (result(block, a, point) for block in step.blocks[1:])
    low = _whole(a, low)
    endless = type(high) is a.mpf and a.ctx.isinf(high) and high > 0
    if endless:
        return _series(step, a, point, low)
    high = _whole(a, high)
    if high - low >= _TERM_LIMIT:
        raise TooLarge("a sum of too many terms")
    terms = (result(body, a, {**point, step.value: k}) for k in range(low, high + 1))
    total: Any = 0 if step.op == "sum" else 1
    for term in terms:
        total = a.add(total, term) if step.op == "sum" else a.mul(total, term)
    return total


def _whole(a: Arithmetic, value: Any) -> int:
    """A limit of a sum, which must be a whole number of moderate size."""
    nearest = a.floor(value)
    if value != nearest:
        raise Undefined("a sum over limits that are not whole numbers")
    if abs(nearest) > 10**12:
        raise TooLarge("a sum of too many terms")
    return nearest


def _series(step: Step, a: Arithmetic, point: Mapping[str, Any], low: int) -> Any:
    """An endless sum whose terms come to shrink at least by a tenth each, down to the precision."""
    if step.op == "product":
        raise TooLarge("an endless product")
    body, total, last, small = step.blocks[0], a.mpf(0), a.mpf(0), 0
    for k in range(low, low + 4000):
        term = a.real(result(body, a, {**point, step.value: k}))
        total = total + term
        shrinks = abs(term) <= abs(last) * 0.9
        small = small + 1 if shrinks and abs(term) < abs(total) * a.ctx.eps else 0
        if small >= 5 or (small and term == 0 and k > low + 50):
            return total
        last = term
    raise TooLarge("an endless sum that does not come to its value fast enough")


def _recognised(node: Node) -> Node:
    """Multiples of pi under sine, cosine and exponential, which have exact values, and `E^x`."""
    if node.op == "^" and node.args[0] == Node("const", (), "E"):
        node = Node("exp", (node.args[1],))
    if node.op == "exp":
        rest = _without(_without(node.args[0], "pi"), "I")
        return Node("cispi", (rest,)) if rest else node
    rest = _without(node.args[0], "pi") if node.op in ("sin", "cos", "tan", "cot") else None
    if rest is None:
        return node
    if node.op in ("sin", "cos"):
        return Node(node.op + "pi", (rest,))
    sine, cosine = Node("sinpi", (rest,)), Node("cospi", (rest,))
    return mul(sine, inv(cosine)) if node.op == "tan" else mul(cosine, inv(sine))


def _without(node: Node | None, constant: str) -> Node | None:
    """The other factors of a product that has this constant as one; None where it has not."""
    if node is None:
        return None
    if node.op == "neg":
        inner = _without(node.args[0], constant)
        return Node("neg", (inner,)) if inner else None
    if node == Node("const", (), constant):
        return num(Fraction(1))
    if node.op != "*":
        return None
    factors = list(node.args)
    wanted = Node("const", (), constant)
    if wanted not in factors:
        return None
    factors.remove(wanted)
    return mul(*factors)
