"""What must not leave a course, collected from its reference and rubric, and how to find it in bytes.

- Code: every statement of the reference that says something, its comments and docstrings, the names of its
  helpers; not what stands in the public texts, in the starter's signatures or in the grader's own source.
- Cases: the numbers of hidden inputs and of the answers to them, with six digits or more, as text and as
  bytes; the seeds of drawn cases.
- Mistakes: their texts, ids and functions; model answers and right options.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from grader.errors import GraderError
from grader.grading.marking import answering, questions
from grader.model import Assignment, Case, Mistake, Returned

SHORTEST = 12
"""Squeezed text shorter than this says too little to be a secret: `return x` or `n = 4`."""
LARGE = 1 << 20
"""Integers below are counts, not seeds."""


def squeezed(text: str) -> str:
    """Text without spaces, quotes and case, so that laying it out otherwise hides nothing."""
    return re.sub(r"[\s'\"`]+", "", text).lower()


@dataclass(frozen=True, slots=True)
class Secrets:
    """What to look for.

    Attributes:
        texts: squeezed text → what it is.
        names: identifiers, found as whole words → what they are.
        numbers: bytes and digits of numbers → what they are.
        statements: statements of the reference in normal form → what they are.
    """

    texts: Mapping[str, str]
    names: Mapping[str, str]
    numbers: Mapping[bytes, str]
    statements: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.texts) + len(self.names) + len(self.numbers) + len(self.statements)

    def in_bytes(self, view: bytes) -> Iterator[str]:
        """Every secret in these bytes."""
        text = view.decode("utf-8", "ignore")
        squeezed_ = squeezed(text)
        for both in (squeezed_, squeezed_[::-1]):
            yield from (what for secret, what in self.texts.items() if secret in both)
        words = set(re.findall(r"\w+", text))
        yield from (self.names[word] for word in words & set(self.names))
        yield from (what for secret, what in self.numbers.items() if secret in view)
        yield from (self.statements[one] for one in statements(text) & set(self.statements))


def collect(
    assignments: Iterable[Assignment], reference: Any, public: Iterable[str], shipped: Mapping[bytes, str]
) -> Secrets:
    """The secrets of a course.

    Args:
        assignments: the rubric, read with every seed that may grade.
        reference: the course's `grader.rubric.Reference`.
        public: texts that everybody may read: the rubric's questions, the grader's own source.
        shipped: the numbers of the public cases, as `numbers_in` gives them.
    """
    rubrics = list(assignments)
    known = list(public)
    open_text = squeezed("\n".join(known))
    open_words = set(re.findall(r"\w+", "\n".join(known)))
    open_code = set().union(*(statements(text) for text in known)) if known else set()
    texts = {secret: what for secret, what in _texts(rubrics, reference) if secret not in open_text}
    names = {name: what for name, what in _names(rubrics, reference) if name not in open_words}
    hidden = {number: what for one in rubrics for number, what in _numbers(one, reference).items()}
    code = {one: f"a statement of the reference: {one[:60]}" for one in statements(reference.text)}
    return Secrets(
        texts,
        names,
        {number: what for number, what in hidden.items() if number not in shipped},
        {one: what for one, what in code.items() if one not in open_code},
    )


def statements(text: str) -> set[str]:
    """The statements of a Python text in normal form, signatures and imports left out."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    plain = (
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
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, plain) and not isinstance(getattr(node, "value", None), ast.Constant):
            form = ast.unparse(node)
            if len(squeezed(form)) >= SHORTEST:
                found.add(form)
    return found


def _texts(rubrics: Iterable[Assignment], reference: Any) -> Iterator[tuple[str, str]]:
    for text, what in (
        *_lines(reference.text),
        *(one for rubric in rubrics for one in _rubric_texts(rubric)),
    ):
        short = squeezed(text)
        if len(short) >= SHORTEST:
            yield short, what


def _lines(source: str) -> Iterator[tuple[str, str]]:
    """The reference's lines, without signatures, imports and ornaments."""
    for line in source.splitlines():
        clean = line.strip()
        if clean.startswith(("def ", "class ", "import ", "from ", "@")) or not re.search(r"\w{3}", clean):
            continue
        yield clean.lstrip("# "), f"a line of the reference: {clean[:60]}"


def _rubric_texts(rubric: Assignment) -> Iterator[tuple[str, str]]:
    for part in rubric.parts:
        for check in part.checks:
            for mistake in check.mistakes:
                yield mistake.say, f"the text of the mistake {mistake.id}"
            for name in ("model_answer", "answer", "first", "last", "accepts"):
                value = getattr(check.options, name, None)
                if isinstance(value, str):
                    yield value, f"the {name.replace('_', ' ')} of {part.id}"


def _names(rubrics: Iterable[Assignment], reference: Any) -> Iterator[tuple[str, str]]:
    """Helpers, mistakes and predicates: every name of the reference that no student is asked for."""
    asked = {check.entry for rubric in rubrics for part in rubric.parts for check in part.checks}
    arguments = {
        name
        for rubric in rubrics
        for part in rubric.parts
        for check in part.checks
        for case in check.cases
        for name in case.names
    }
    for name in reference.names:
        if name not in asked and name not in arguments and len(name) >= 6:
            yield name, f"the reference's name {name}"
    for mistake in _mistakes(rubrics):
        if len(mistake.id) >= 6 and mistake.id not in asked:
            yield mistake.id, f"the mistake {mistake.id}"


def _mistakes(rubrics: Iterable[Assignment]) -> Iterator[Mistake]:
    for rubric in rubrics:
        for part in rubric.parts:
            for check in part.checks:
                yield from check.mistakes


def _numbers(rubric: Assignment, reference: Any) -> dict[bytes, str]:
    """The numbers of hidden cases: inputs, the reference's answers, and seeds."""
    found: dict[bytes, str] = {}
    for part in rubric.parts:
        for check in part.checks:
            for case in check.cases:
                if not case.public:
                    what = f"a number of the hidden case {case.name!r} of {part.id}"
                    found |= dict.fromkeys(numbers_in((case.args, _seeds(case))), what)
            what = f"an answer of {part.id} in a hidden case"
            found |= dict.fromkeys(numbers_in(_hidden_answers(check, reference)), what)
    return found


def _seeds(case: Case) -> list[int]:
    return [case.seed] if case.seed is not None else []


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


def numbers_in(value: object) -> dict[bytes, str]:
    """The telling numbers in a value, each as its bytes and as its digits."""
    found: dict[bytes, str] = {}
    for number in _walk(value):
        if isinstance(number, int) and abs(number) > LARGE:
            found[str(number).encode()] = ""
            if number < 1 << 63:
                found[struct.pack("<q", number)] = ""
        elif isinstance(number, float) and _is_telling(number):
            found[struct.pack("<d", number)] = ""
            found[repr(number).encode()] = ""
    return found


def _is_telling(number: float) -> bool:
    """Whether a number could not stand anywhere by chance: six digits or more."""
    return math.isfinite(number) and float(f"{number:.5g}") != number


def _walk(value: object) -> Iterator[int | float]:
    inside = _inside(value)
    if inside is not None:
        for one in inside:
            yield from _walk(one)
    elif isinstance(value, complex):
        yield from (value.real, value.imag)
    elif isinstance(value, int | float) and not isinstance(value, bool):
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
