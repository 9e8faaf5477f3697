"""What must not leave a course, collected from its reference and rubric, and how to find it in bytes.

- Code: every statement of the reference that says something, its comments and docstrings, the names of its
  helpers; not what stands in the public texts, in the starter's signatures or in the grader's own source.
- Cases: the numbers of hidden inputs and of the answers to them, with six digits or more, as text and as
  bytes; the names of hidden cases and the seeds of drawn ones.
- Mistakes: their texts, ids and functions; model answers and right options.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import GraderError
from grader.grading.following import answering
from grader.grading.marking import questions
from grader.model import Assignment, Mistake, Returned

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
    assignments: Iterable[Assignment], reference: Any, public: Iterable[str], shipped: Iterable[object]
) -> Secrets:
    """The secrets of a course.

    Args:
        assignments: the rubric, read with every seed that may grade.
        reference: the course's `grader.rubric.Reference`.
        public: texts that everybody may read: the rubric's questions, the grader's own source.
        shipped: the values of the public cases, and the answers to them.
    """
    rubrics, known, open_values = list(assignments), list(public), list(shipped)
    open_text = squeezed("\n".join(known))
    open_words = set(re.findall(r"\w+", "\n".join(known)))
    open_code = {one for text in known for one in statements(text)}
    hidden = [found for rubric in rubrics for found in _hidden(rubric, reference)]
    digits = {one: what for value, what in hidden for one in digits_of(value)}
    words = {one: what for value, what in hidden for one in words_of(value)}
    open_digits, open_numbers = digits_of(open_values), words_of(open_values)
    open_digits |= {rounded(one) for text in known for one in NUMBER.findall(text)}
    code = {one: f"a statement of the reference: {one[:60]}" for one in statements(reference.text)}
    return Secrets(
        {secret: what for secret, what in _texts(rubrics, reference) if secret not in open_text},
        {name: what for name, what in _names(rubrics, reference) if name not in open_words},
        {one: what for one, what in digits.items() if one not in open_digits},
        {one: what for one, what in words.items() if one not in open_numbers},
        {one: what for one, what in code.items() if one not in open_code},
        frozenset(text.encode("utf-8") for text in known),
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
            for case in check.cases:
                if not case.public:
                    yield case.name, f"the name of the hidden case {case.name!r} of {part.id}"
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
