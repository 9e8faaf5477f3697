"""What must not leave a course, collected from its reference and rubric, and how to find it in bytes.

- Code: every statement of the reference that says something and what stands on its right, its comments and
  docstrings, the names of its helpers.
- Cases: the numbers of hidden inputs and of the answers to them, with six digits or more, as text and as
  bytes; the names of hidden cases and the seeds of drawn ones.
- Mistakes: their texts, ids and functions; model answers and right options.

What the grader's own source says is no secret. What the rubric tells everybody excuses numbers and words (a
comment, a case's name, an option, a first line that the question prints): code, mistakes and model answers
that stand in a question have got there by accident.
"""

from __future__ import annotations

import ast
import math
import re
import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import GraderError
from grader.grading.following import answering
from grader.grading.marking import questions
from grader.model import Assignment, Check, Returned

SHORTEST = 12
"""Squeezed text shorter than this says too little to be a secret: `return x` or `n = 4`."""
LARGE = 1 << 20
"""Integers below are counts, not seeds."""
NUMBER = re.compile(r"\d+\.\d{3,}(?:[eE][+-]?\d+)?|\d\.?\d*[eE][+-]?\d+|\d{7,}")


def squeezed(text: str) -> str:
    """Text without spaces, quotes and case, so that laying it out otherwise hides nothing."""
    return re.sub(r"[\s'\"`]+", "", text).lower()


@dataclass(frozen=True)
class Secrets:
    """What to look for.

    Attributes:
        texts: squeezed text → what it is; each at least `SHORTEST` long.
        names: identifiers, found as whole words → what they are.
        digits: numbers to six digits, as text → what they are.
        words: the eight bytes of numbers, as an unsigned integer → what they are.
        statements: statements of the reference in normal form → what they are.
        public: texts that were told to be public: they give nothing away.
    """

    texts: Mapping[str, str]
    names: Mapping[str, str]
    digits: Mapping[str, str]
    words: Mapping[int, str]
    statements: Mapping[str, str]
    public: frozenset[bytes] = frozenset()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.texts) + len(self.names) + len(self.digits) + len(self.statements)

    def in_bytes(self, view: bytes) -> Iterator[str]:
        """Every secret in these bytes."""
        yield from self._in_words(view)
        text = view.decode("utf-8", "ignore")
        if 2 * len(text) < len(view):
            return
        yield from self._in_text(squeezed(text))
        yield from self._in_text(squeezed(text)[::-1])
        yield from (self.names[word] for word in self.names.keys() & set(re.findall(r"\w+", text)))
        yield from (self.digits[one] for one in self.digits.keys() & set(map(rounded, NUMBER.findall(text))))
        yield from (self.statements[one] for one in self.statements.keys() & statements(text))

    def _in_text(self, text: str) -> Iterator[str]:
        """Texts are looked for by their first letters, all at once."""
        there = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
        yield from (
            what for secret, what in self.texts.items() if secret[:SHORTEST] in there and secret in text
        )

    def _in_words(self, view: bytes) -> Iterator[str]:
        """Numbers are looked for at every place, in both orders of bytes."""
        for start in range(8) if len(view) >= 8 else ():
            found = np.frombuffer(view, dtype="<u8", count=(len(view) - start) // 8, offset=start)
            for both in (found, found.byteswap()):
                near = np.searchsorted(self._sorted, both).clip(max=len(self._sorted) - 1)
                hits = both[self._sorted[near] == both] if len(self._sorted) else both[:0]
                yield from (self.words[int(hit)] for hit in hits)

    @cached_property
    def _sorted(self) -> NDArray[np.uint64]:
        return np.sort(np.fromiter(self.words, dtype=np.uint64, count=len(self.words)))


def collect(
    assignments: Iterable[Assignment],
    reference: Any,
    shipped: Iterable[object],
    told: Iterable[str] = (),
    own: Iterable[str] = (),
) -> Secrets:
    """The secrets of a course.

    Args:
        assignments: the rubric, read with every seed that may grade.
        reference: the course's `grader.rubric.Reference`.
        shipped: the values of the public cases, and the answers to them.
        told: what the rubric says to everybody, which excuses numbers and words.
        own: the grader's source, which excuses whatever stands in it.
    """
    rubrics, source = list(assignments), list(own)
    ours, open_text = "\n".join(source), "\n".join([*source, *told])
    hidden = [found for rubric in rubrics for found in _hidden(rubric, reference)]
    digits = {one: what for value, what in hidden for one in digits_of(value)}
    words = {one: what for value, what in hidden for one in words_of(value)}
    open_values = list(shipped)
    open_digits = digits_of(open_values) | {rounded(one) for one in NUMBER.findall(open_text)}
    open_words = words_of(open_values)
    open_code = {one for text in source for one in statements(text)}
    code = {one: f"a statement of the reference: {one[:60]}" for one in statements(reference.text)}
    never, prose = _texts(_code_and_texts(rubrics, reference)), _texts(_words(rubrics, reference))
    return Secrets(
        _without(prose, squeezed(open_text)) | _without(never, squeezed(ours)),
        _names(rubrics, reference, set(re.findall(r"\w+", ours)), set(re.findall(r"\w+", open_text))),
        {one: what for one, what in digits.items() if one not in open_digits},
        {one: what for one, what in words.items() if one not in open_words},
        {one: what for one, what in code.items() if one not in open_code},
        frozenset(text.encode("utf-8") for text in source),
    )


def _without(secrets: Mapping[str, str], text: str) -> dict[str, str]:
    return {secret: what for secret, what in secrets.items() if secret not in text}


STATEMENTS = (
    ast.Return,
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Expr,
    ast.For,
    ast.While,
    ast.If,
    ast.Assert,
)


def statements(text: str) -> set[str]:
    """The statements of a Python text in normal form, signatures and imports left out."""
    found = {
        ast.unparse(node)
        for node in _nodes(text)
        if isinstance(node, STATEMENTS) and not isinstance(getattr(node, "value", None), ast.Constant)
    }
    return {one for one in found if len(squeezed(one)) >= SHORTEST}


def _nodes(text: str) -> list[ast.AST]:
    """The tree of a Python text; nothing where it is none, without a word about how it is written."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _texts(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Texts, squeezed, that say enough to be secrets."""
    short = ((squeezed(text), what) for text, what in found)
    return {text: what for text, what in short if len(text) >= SHORTEST}


def _code_and_texts(rubrics: Iterable[Assignment], reference: Any) -> Iterator[tuple[str, str]]:
    """What no question says: lines of code and their right sides, texts of mistakes, model answers."""
    prose = _prose(reference.text)
    for number, line in enumerate(reference.text.splitlines(), 1):
        if number not in prose and _says_something(line):
            yield line, f"a line of the reference: {line.strip()[:60]}"
    for node in _nodes(reference.text):
        right = getattr(node, "value", None) if isinstance(node, STATEMENTS) else None
        if isinstance(right, ast.expr) and _is_formula(right):
            for form in (ast.unparse(right), ast.get_source_segment(reference.text, right) or ""):
                yield form, f"a formula of the reference: {form[:60]}"
    for check in _checks(rubrics):
        for mistake in check.mistakes:
            for sentence in (mistake.say, *re.split(r"(?<=[.!?:;]) ", mistake.say)):
                yield sentence, f"the text of the mistake {mistake.id}"
        yield getattr(check.options, "model_answer", ""), f"the model answer of {check.entry}"


def _is_formula(right: ast.expr) -> bool:
    """Whether it computes something: a name, a tuple of names or a single call says nothing."""
    inside = list(ast.walk(right))
    calls = sum(isinstance(node, ast.Call) for node in inside)
    return calls > 1 or any(isinstance(node, ast.BinOp) for node in inside)


def _words(rubrics: Iterable[Assignment], reference: Any) -> Iterator[tuple[str, str]]:
    """What a question may say too: comments and docstrings, names of cases, options, first and last lines."""
    prose = _prose(reference.text)
    for number, line in enumerate(reference.text.splitlines(), 1):
        if number in prose and _says_something(line):
            yield line.strip().lstrip("# "), f"a line of the reference: {line.strip()[:60]}"
    for check in _checks(rubrics):
        for case in check.cases:
            if not case.public:
                yield case.name, f"the name of the hidden case {case.name!r} of {check.entry}"
        for name in ("answer", "first", "last", "accepts"):
            value = getattr(check.options, name, None)
            if isinstance(value, str):
                yield value, f"the {name} of {check.entry}"


def _prose(source: str) -> set[int]:
    """The lines of a Python text that are docstrings or comments, from 1."""
    lines = {number for number, line in enumerate(source.splitlines(), 1) if line.lstrip().startswith("#")}
    for node in _nodes(source):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def _says_something(line: str) -> bool:
    """Whether a line is more than a signature, an import or an ornament."""
    clean = line.strip()
    return not clean.startswith(("def ", "class ", "import ", "from ", "@")) and bool(
        re.search(r"\w{3}", clean)
    )


def _names(rubrics: Iterable[Assignment], reference: Any, ours: set[str], public: set[str]) -> dict[str, str]:
    """Helpers, mistakes and predicates: every name of the reference that no student is asked for.

    A name that is a word, like `filters`, is excused by a question that uses the word; `nll_of_mean` is not.
    """
    checks = list(_checks(rubrics))
    asked = {check.entry for check in checks} | {
        name for check in checks for case in check.cases for name in case.names
    }
    found = {name: f"the reference's name {name}" for name in reference.names}
    found |= {one.id: f"the mistake {one.id}" for check in checks for one in check.mistakes}
    return {
        name: what
        for name, what in found.items()
        if name not in asked and len(name) >= 6 and name not in (public if name.isalpha() else ours)
    }


def _checks(rubrics: Iterable[Assignment]) -> Iterator[Check]:
    for rubric in rubrics:
        for part in rubric.parts:
            yield from part.checks


def _hidden(rubric: Assignment, reference: Any) -> Iterator[tuple[object, str]]:
    """The values of hidden cases: inputs, seeds, and the reference's answers."""
    for part in rubric.parts:
        for check in part.checks:
            for case in check.cases:
                if not case.public:
                    yield (case.args, case.seed), f"a number of the hidden case {case.name!r} of {part.id}"
            yield _hidden_answers(check, reference), f"an answer of {part.id} in a hidden case"


def _hidden_answers(check: Any, reference: Any) -> list[object]:
    hidden = {case.name for case in check.cases if not case.public}
    answers: list[object] = []
    try:
        key = answering(reference, check)
        for probe in questions(check):
            if probe.case in hidden or not check.cases:
                answer = key.answer(probe)
                answers += [answer.value] if isinstance(answer, Returned) else []
    except GraderError:
        return answers  # the key can't be asked, so it can't have been shipped either
    return answers


def digits_of(value: object) -> set[str]:
    """The telling numbers in a value, to six digits."""
    found = {rounded(number) for number in _walk(value) if _is_telling(number)}
    return {one for one in found if "0e" not in one}  # a sixth digit of 0 is no sixth digit


def words_of(value: object) -> set[int]:
    """The eight bytes of each telling number in a value, as an unsigned integer."""
    forms = {int: "<Q", float: "<d"}
    telling = (number for number in _walk(value) if _is_telling(number) and abs(number) < 1 << 64)
    return {
        int.from_bytes(struct.pack(forms[type(one)], abs(one) if isinstance(one, int) else one), "little")
        for one in telling
    }


def rounded(number: float | str) -> str:
    """A number as text, to six digits, whatever it was written with; large integers in full."""
    if isinstance(number, int) or (isinstance(number, str) and number.lstrip("-").isdigit()):
        return str(number).lstrip("-")
    return f"{abs(float(number)):.5e}"


def _is_telling(number: float) -> bool:
    """Whether a number could not stand somewhere by chance: six digits or more, or a large integer."""
    if isinstance(number, int):
        return abs(number) > LARGE
    return math.isfinite(number) and float(f"{number:.5g}") != number


def _walk(value: object) -> Iterator[int | float]:
    inside = _inside(value)
    if inside is not None:
        for one in inside:
            yield from _walk(one)
    elif isinstance(value, complex):
        yield from (value.real, value.imag)
    elif type(value) is int or type(value) is float:
        yield value


def _inside(value: object) -> Iterable[object] | None:
    """What a container holds; None where it is none."""
    if isinstance(value, np.ndarray):
        return value.ravel().tolist() if value.dtype.kind in "iufc" else []
    if isinstance(value, np.generic):
        return [value.item()]
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple):
        return value
    if is_dataclass(value) and not isinstance(value, type):  # Interval, OneOf, Seeded
        return [getattr(value, one.name) for one in fields(value)]
    return None
