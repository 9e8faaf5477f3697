"""How many wrong answers get a diagnosis: the references' source, changed in one place, asked and judged.

    python -m benchmarks.diagnosis [--seed 1] [--each 40] [--show]

Changes are what students do: a sign, a factor or a term lost, an operand or an argument swapped, an index off
by one, a sum for a mean, another function, another comparison, a result reversed, transposed, rounded or in a
column. Each change is judged by one check that it makes wrong, chosen at random; changes that make nothing
wrong, answers that raise in every public case, and constants (told little on purpose) are left out.
What is said is true of every case by construction; `--show` lists change and sentence for reading.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.checks.registry import kind
from grader.errors import CourseCodeError
from grader.model import Interval, OneOf, Returned
from grader.rubric.course import Course
from grader.rubric.reference import Reference

Change = Callable[[ast.AST], ast.AST]
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARISONS = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.Gt, ast.LtE: ast.Lt, ast.Eq: ast.NotEq}
NAMES = {
    "sum": "mean", "mean": "sum", "log": "log2", "exp": "exp2", "tanh": "sin", "maximum": "minimum",
    "logaddexp": "maximum", "outer": "multiply", "zeros": "ones", "abs": "positive", "max": "min",
}  # fmt: skip
RESULTS = {
    "reversed": "({})[::-1]", "rounded": "np.round({}, 3)", "in a column": "np.reshape({}, (-1, 1))",
    "transposed": "({}).T", "doubled": "2 * ({})",
}  # fmt: skip
MANY = ("Interval", "OneOf")


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Every way in which one node of a reference is made wrong."""
    if isinstance(node, ast.BinOp):
        if type(node.op) in OPERATORS:
            yield "another operator", lambda one: _with(one, op=OPERATORS[type(one.op)]())
            yield "the right operand lost", lambda one: one.left
            if not isinstance(node.op, ast.Div):
                yield "the left operand lost", lambda one: one.right
        if isinstance(node.op, ast.Div | ast.MatMult | ast.Sub):
            yield "operands swapped", lambda one: _with(one, left=one.right, right=one.left)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield from _results(node.value)
    else:
        yield from _parts(node)


def _parts(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "the minus lost", lambda one: one.operand
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "the transpose lost", lambda one: one.value
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield NAMES[node.attr], lambda one: _with(one, attr=NAMES[one.attr])
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield "another comparison", lambda one: _with(one, ops=[COMPARISONS[type(one.ops[0])]()])
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one more", lambda one: _with(one, value=one.value + 1)
        if node.value == 1:
            yield "0 for 1", lambda one: _with(one, value=0)
    elif isinstance(node, ast.Call) and len(node.args) == 2:
        yield "arguments swapped", lambda one: _with(one, args=one.args[::-1])


def _results(value: ast.expr) -> Iterator[tuple[str, Change]]:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        yield "components swapped", lambda one: _with(one, value=ast.Tuple(one.value.elts[::-1], ast.Load()))
    text = ast.unparse(value)
    if isinstance(value, ast.BinOp | ast.Call) and not text.startswith((*MANY, "tuple")):
        for words, pattern in RESULTS.items():
            changed = ast.parse(pattern.format(text), mode="eval").body
            yield words, lambda one, changed=changed: _with(one, value=changed)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


class Changing(ast.NodeTransformer):
    """Applies a change to the node of that number; remembers all nodes that it met."""

    def __init__(self, number: int = -1, change: Change = copy.copy) -> None:
        self.number, self.change = number, change
        self.met: list[ast.AST] = []

    def visit(self, node: ast.AST) -> ast.AST:
        self.met.append(node)
        return self.change(node) if len(self.met) == self.number + 1 else self.generic_visit(node)


def mutants(source: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Sources with one change each, in random order, and what was changed."""
    walk = Changing()
    walk.visit(ast.parse(source))
    found = [
        (number, words, change) for number, node in enumerate(walk.met) for words, change in changes(node)
    ]
    chance.shuffle(found)
    for number, words, change in found:
        node = walk.met[number]
        changed = ast.fix_missing_locations(Changing(number, change).visit(ast.parse(source)))
        line = getattr(node, "lineno", 0)
        yield ast.unparse(changed), f"line {line}, {words}: {ast.unparse(node)[:60]}"


def plain(value: object) -> object:
    """What a student would answer where the reference leaves a choice."""
    if isinstance(value, OneOf):
        return plain(value.values[0])
    if isinstance(value, Interval):
        return value.low
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def diagnosed(
    course: Course, name: str, each: int, chance: random.Random
) -> Iterator[tuple[str, str, float]]:
    """Change, sentence and seconds for so many wrong answers to one assignment."""
    reference = course.reference(name)
    checks = [check for part in course.assignment(name).parts for check in part.checks]
    checks = [check for check in checks if check.kind in ("numeric", "growth") and check.cases]
    with tempfile.TemporaryDirectory() as folder:
        for source, words in mutants(reference.text, chance):
            path = Path(folder) / "mutant.py"
            path.write_text(source, encoding="utf-8")
            try:
                mutant = Reference(path)
            except (CourseCodeError, RecursionError):
                continue
            chance.shuffle(checks)
            found = next((one for check in checks if (one := wrong(check, reference, mutant))), None)
            if found is not None:
                yield f"{words} [{found[0]}]", *found[1:]
                each -= 1
            if not each:
                return


def wrong(check, reference: Reference, mutant: Reference) -> tuple[str, str, float] | None:
    """The entry, the sentence and the seconds it took, where the mutant's answers are wrong."""
    judge, entry = kind(check.kind), check.reference or check.entry
    key, asked = reference.instead(check.entry, entry), mutant.instead(check.entry, entry)
    answers = [asked.answer(probe) for probe in judge.probes(check)]
    seen = [
        Returned(plain(one.value), peak_bytes=one.peak_bytes) if isinstance(one, Returned) else one
        for one in answers
    ]
    public = [isinstance(one, Returned) for one, case in zip(seen, check.cases, strict=False) if case.public]
    if not any(public) or judge.judge(check, key, seen).right:
        return None
    started = time.perf_counter()
    sentence = judge.diagnose(check, key, seen)
    return check.entry, sentence, time.perf_counter() - started


def main() -> None:
    """Print the share of wrong answers that are diagnosed, and how long that takes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=40, help="wrong answers an assignment")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    course, chance = Course.find(), random.Random(options.seed)
    found = [one for name in course.names for one in diagnosed(course, name, options.each, chance)]
    if options.show:
        for words, sentence, _ in found:
            print(f"{words}\n    {sentence or '-'}")
    told = sum(bool(sentence) for _, sentence, _ in found)
    spent = 1000 * statistics.mean(seconds for *_, seconds in found)
    print(f"{told} of {len(found)} wrong answers diagnosed ({told / len(found):.0%}), {spent:.1f} ms each")


if __name__ == "__main__":
    main()
