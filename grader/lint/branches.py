"""Both sides of every comparison in the reference are met by the cases of each check that uses it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.lint.report import Finding, Level
from grader.lint.source import Source
from grader.lint.subject import Asked, Subject
from grader.model import Probe

WATCH = "_lint_watch"
WATCH_PAIR = "_lint_watch_pair"
_PAIRS = ("maximum", "minimum")


@dataclass(slots=True)
class Fork:
    """A question in the source with two answers, and which of them came up."""

    line: int
    text: str
    definition: str
    sides: set[bool] = field(default_factory=set)


class Instrument(ast.NodeTransformer):
    """Wraps every comparison and condition, so that its outcomes are noted."""

    def __init__(self) -> None:
        self.forks: list[Fork] = []
        self.definition = ""

    def watch(self, node: ast.expr, text: str) -> int:
        """A new fork; returns its number."""
        self.forks.append(Fork(node.lineno, text, self.definition))
        return len(self.forks) - 1

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """A comparison of numbers or arrays."""
        return self.wrapped(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        """A guard that only raises is no branch of the mathematics."""
        if all(isinstance(inner, ast.Raise) for inner in node.body):
            node.orelse = [self.visit(inner) for inner in node.orelse]
            return node
        return self.conditional(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A conditional expression."""
        return self.conditional(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        """A loop ends: both its sides are met."""
        node.body = [self.visit(inner) for inner in node.body]
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """An assertion is a guard."""
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The larger or smaller of two: either may be it."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name not in _PAIRS or len(node.args) != 2 or node.keywords:
            return node
        number = self.watch(node, f"the first is larger in {ast.unparse(node)}")
        return self.call(WATCH_PAIR, number, node.func, *node.args)

    def conditional(self, node: Any) -> Any:
        """An `if`: its test is a fork even where it compares nothing."""
        compares = isinstance(node.test, ast.Compare)
        self.generic_visit(node)
        if not compares:
            node.test = self.call(WATCH, self.watch(node.test, ast.unparse(node.test)), node.test)
        return node

    def wrapped(self, node: ast.expr) -> ast.AST:
        """The expression, noted on its way."""
        number = self.watch(node, ast.unparse(node))
        self.generic_visit(node)
        return self.call(WATCH, number, node)

    def call(self, name: str, number: int, *args: ast.expr) -> ast.Call:
        """A call of one of the watchers."""
        return ast.Call(ast.Name(name, ast.Load()), [ast.Constant(number), *args], [])

    def note(self, number: int, value: Any) -> Any:
        """Keep which sides a condition, or an array of them, came out on."""
        try:
            sides = np.asarray(value, dtype=bool)
        except (TypeError, ValueError):  # a relation between symbols has no side
            self.forks[number].sides |= {True, False}
            return value
        self.forks[number].sides |= (
            {bool(side) for side in (sides.any(), sides.all())} if sides.size else set()
        )
        return value

    def note_pair(self, number: int, function: Any, left: Any, right: Any) -> Any:
        """Likewise for the larger of two."""
        self.note(number, np.asarray(left) > np.asarray(right))
        return function(left, right)


def branches_are_met(subject: Subject) -> Iterator[Finding]:
    """Every comparison in what a check's reference uses comes out both ways in the check's cases."""
    source = Source(subject.reference.text)
    instrument = Instrument()
    tree = copy.deepcopy(source.tree)
    for name, definition in Source(subject.reference.text).definitions.items():
        if isinstance(definition, ast.FunctionDef):
            instrument.definition = name
            place = next(i for i, node in enumerate(tree.body) if getattr(node, "name", "") == name)
            tree.body[place] = instrument.visit(definition)
    watched = {WATCH: instrument.note, WATCH_PAIR: instrument.note_pair}
    key = subject.reference.rerun(ast.fix_missing_locations(tree), watched)
    checks = [asked for asked in subject.checks() if asked.check.cases]
    for asked in checks:
        for fork in instrument.forks:
            fork.sides.clear()
        for probe in subject.probes(asked.check):
            key.answer(Probe(asked.check.reference, probe.args, probe.how))
        reach = source.reach(asked.check.reference)
        for fork in instrument.forks:
            if fork.definition in reach and len(fork.sides) < 2:
                yield _one_sided(subject, source, asked, fork)
    subject.done = f"{len(instrument.forks)} comparisons watched in {len(checks)} checks"


def _one_sided(subject: Subject, source: Source, asked: Asked, fork: Fork) -> Finding:
    lacking = f"never {not next(iter(fork.sides))}".lower() if fork.sides else "never reached"
    message = f"line {fork.line} of the reference: `{fork.text}` is {lacking} in the cases"
    reason = source.excuse(source.definitions[fork.definition], fork.line)
    level = Level.EXCUSED if reason else Level.WARNING
    found = subject.finding(level, asked, message, "branches", "cases")
    return Finding(level, found.where, found.message, found.proof, found.part, reason)
