"""A rubric from its YAML: everything that is wrong with it at once, or an Assignment.

The document is checked in layers (keys, kinds' options, meanings) that all write into one list of
problems; values are made only from what survived, and returned only where nothing was found.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from grader.errors import RubricError, did_you_mean
from grader.model import Assignment, Check, Limits, Mistake, Part, Question
from grader.rubric import validation
from grader.rubric.arguments import written
from grader.rubric.cases import CaseMaker
from grader.rubric.document import Document, Place, read
from grader.rubric.options import known_kind, options_of
from grader.rubric.problems import BadValue, Problems
from grader.rubric.reference import Reference
from grader.rubric.schema import (
    TEXT_KEYS,
    VALUE_KEYS,
    BestOfKeys,
    CheckKeys,
    LimitKeys,
    MistakeKeys,
    PartKeys,
    QuestionKeys,
    RubricKeys,
    SinglePartKeys,
)

M = TypeVar("M", bound=BaseModel)


def load(path: Path, *, reference: Reference | None = None, seed: int = 1) -> Assignment:
    """Read a rubric.

    Args:
        path: the YAML file; its stem is the assignment's name.
        reference: names the arguments' order and makes what `made_by` makes; without it, arguments stay in
            the order in which they are written, and names are not looked up.
        seed: what the drawn cases are drawn from.

    Raises:
        RubricError: every problem that was found, with its place.
    """
    document = read(path, as_text)
    return Loader(document, reference, seed, path.stem).assignment(path)


def as_text(place: Place) -> bool:
    """Whether a plain scalar at this place is text however it looks (`id: 1.10`)."""
    return bool(place) and place[-1] in TEXT_KEYS and not VALUE_KEYS.intersection(place)


class Loader:
    """Builds the values of one document and notes what is wrong on the way."""

    def __init__(self, document: Document, reference: Reference | None, seed: int, name: str) -> None:
        self.document = document
        self.reference = reference
        self.seed = seed
        self.name = name
        self.problems = Problems(document)
        data = document.data if isinstance(document.data, dict) else {}
        draws = data.get("draws")
        self.draws: dict[str, Any] = draws if isinstance(draws, dict) else {}
        self.entries = list(_entries(data))
        self.keys = RubricKeys.model_construct(assignment=name, questions=[])

    def assignment(self, path: Path) -> Assignment:
        """The whole file as a value. Raises RubricError."""
        keys = self.validated(RubricKeys, self.document.data, ())
        self.generators()
        if keys is None:
            self.look_inside(self.document.data)
            self.problems.raise_if_any()
            raise RubricError(f"{path} is not a rubric")
        self.keys = keys
        if keys.assignment != path.stem:
            self.problems.add(f"the file's name says '{path.stem}'", ("assignment",))
        questions = tuple(
            self.question(question, ("questions", index)) for index, question in enumerate(keys.questions)
        )
        assignment = Assignment(
            name=keys.assignment,
            title=keys.title or keys.assignment,
            questions=questions,
            step=keys.step,
            policies=tuple(keys.policies),
            due=keys.due,
            digest=hashlib.sha256(path.read_bytes() + f"\0seed {self.seed}".encode()).hexdigest(),
            seed=self.seed,
            preload=tuple(keys.preload),
            spare=self.spare(questions),
        )
        self.totals(assignment)
        self.problems.raise_if_any()
        return assignment

    def validated(self, model: type[M], data: Any, place: Place) -> M | None:
        """A pydantic model of this data, or None with its faults noted."""
        return validation.validated(model, data, place, self.problems)

    def look_inside(self, data: Any) -> None:
        """Where the file as a whole can't be read, its parts still can: all problems at once."""
        for index, question in _mappings(data.get("questions") if isinstance(data, dict) else None):
            for number, part in _mappings(question.get("parts")):
                self.part(part, "", ("questions", index, "parts", number))

    def generators(self) -> None:
        """Every named generator is one, used or not."""
        maker = CaseMaker(self.draws, None, "", (), self.problems)
        for name in self.draws:
            try:
                maker.examine(name)
            except BadValue as bad:
                self.problems.bad(bad, ())

    def question(self, keys: QuestionKeys, place: Place) -> Question:
        """A question and its parts."""
        parts = [self.part(part, keys.id, (*place, "parts", index)) for index, part in enumerate(keys.parts)]
        return Question(keys.id, keys.title, tuple(part for part in parts if part is not None), keys.text)

    def part(self, data: Any, question: str, place: Place) -> Part | None:
        """A part of one check or of several, or None with its faults noted."""
        keys: PartKeys | SinglePartKeys | None
        if isinstance(data, dict) and "checks" in data:
            keys = self.validated(PartKeys, data, place)
        else:
            keys = self.validated(SinglePartKeys, data, place)
        if keys is None:
            self.look_at_kinds(data, place)
            return None
        checks: list[tuple[CheckKeys, Place]] = (
            [(keys, place)]
            if isinstance(keys, SinglePartKeys)
            else [(check, (*place, "checks", index)) for index, check in enumerate(keys.checks)]
        )
        marks = self.part_marks(keys, checks, place)
        built = []
        seen: Counter[str] = Counter()
        for check, at in checks:
            seen[check.entry] += 1
            number = f"-{seen[check.entry]}" if seen[check.entry] > 1 else ""
            share = marks if len(checks) == 1 else check.marks or Fraction(0)
            built.append(self.check(check, share, keys.id, check.entry + number, at))
        return Part(keys.id, question, keys.title, marks, tuple(built), keys.ask, keys.bonus)

    def look_at_kinds(self, data: Any, place: Place) -> None:
        """Where a part's keys are wrong, the kinds it names can still be looked at."""
        shares = data.get("checks") if isinstance(data, dict) else None
        listed = shares if isinstance(shares, list) else []
        inner = [(one, (*place, "checks", index)) for index, one in enumerate(listed)]
        for one, at in [(data, place), *inner]:
            if isinstance(one, dict) and isinstance(one.get("check"), str):
                known_kind(one["check"], at, self.problems)

    def part_marks(
        self, keys: PartKeys | SinglePartKeys, checks: list[tuple[CheckKeys, Place]], place: Place
    ) -> Fraction:
        """What a part is worth: its own marks, which its checks' must add up to."""
        shares = [check.marks for check, _ in checks]
        if len(checks) == 1 and keys.marks is not None:
            shares = [shares[0] if shares[0] is not None else keys.marks]
        for (_, at), share in zip(checks, shares, strict=True):
            if share is None:
                self.problems.add("'marks' is missing", at)
        total = sum((share or Fraction(0) for share in shares), Fraction(0))
        if keys.marks is not None and None not in shares and keys.marks != total:
            self.problems.add(
                f"the part has {keys.marks} marks, its checks add up to {total}", (*place, "marks")
            )
        return total

    def check(self, keys: CheckKeys, marks: Fraction, part: str, check_id: str, place: Place) -> Check:
        """One check, with its kind's options and its cases."""
        tolerance = self.keys.defaults.tolerance.model_dump(exclude_none=True)
        options = options_of(keys, tolerance, place, self.problems)
        answers = keys.reference or keys.entry
        if keys.cases:
            self.defined(answers, (*place, "reference" if keys.reference else "entry"))
        predicate = getattr(options, "accepts", None)  # who says yes to an open answer
        if predicate is not None:
            self.defined(predicate, (*place, "accepts"))
        self.followed(keys, place)
        maker = CaseMaker(self.draws, self.reference, answers, (self.seed, self.name, part), self.problems)
        cases = maker.cases(keys.cases, place)
        extra = sum({case.group: case.marks or Fraction(0) for case in cases}.values(), Fraction(0))
        if extra > marks:
            self.problems.add(
                f"its cases' own marks add up to {extra}, and it has {marks}", (*place, "cases")
            )
        return Check(
            kind=keys.check,
            entry=keys.entry,
            marks=marks,
            options=options,
            cases=cases,
            mistakes=self.mistakes(keys.mistakes, marks, place),
            follows=tuple(keys.follows),
            limits=self.limits(keys.limits),
            id=check_id,
            reference=answers,
            label=keys.label,
        )

    def spare(self, questions: tuple[Question, ...]) -> Fraction:
        """What the questions are worth that the `best_of` policies leave out; chosen ones are worth alike."""
        worth = {
            one.id: sum((part.marks for part in one.parts if not part.bonus), Fraction(0))
            for one in questions
        }
        left_out = Fraction(0)
        for index, policy in enumerate(self.keys.policies):
            place = ("policies", index, "best_of")
            best = self.validated(BestOfKeys, policy["best_of"], place) if "best_of" in policy else None
            names = [str(one) for one in best.questions] if best else []
            for number, name in enumerate(names):
                if name not in worth:
                    self.problems.unknown(name, worth, (*place, "questions", number), "question")
            worths = {worth[name] for name in names if name in worth}
            if len(worths) > 1:
                self.problems.add("the questions must be worth the same", (*place, "questions"))
            if best and len(worths) == 1:
                left_out += max(len(names) - best.count, 0) * worths.pop()
        return left_out

    def defined(self, name: str, place: Place) -> None:
        """The reference has what is named here, and something is named."""
        if not name:
            self.problems.add(f"'{place[-1]}' is missing", place)
        elif self.reference is not None and not self.reference.has(name):
            hint = did_you_mean(name, self.reference.names)
            self.problems.add(f"the reference does not define '{name}'", place, hint=hint)

    def followed(self, keys: CheckKeys, place: Place) -> None:
        """What a check follows is there and comes earlier, so that nothing leads back to itself."""
        earlier = {entry for _, entry in takewhile(lambda one: one[0] != place, self.entries)}
        asked = {entry for _, entry in self.entries}
        for index, name in enumerate(keys.follows):
            at = (*place, "follows", index)
            if self.reference is not None and not self.reference.has(name):
                self.problems.unknown(name, self.reference.names, at, "function of the reference")
            elif name in asked - earlier:
                self.problems.add(f"'{name}' is not asked before this; a part follows what comes earlier", at)

    def limits(self, own: LimitKeys) -> Limits:
        """The check's limits over the file's over the program's."""
        return Limits(
            **self.keys.defaults.limits.model_dump(exclude_none=True) | own.model_dump(exclude_none=True)
        )

    def mistakes(self, all_keys: list[MistakeKeys], marks: Fraction, place: Place) -> tuple[Mistake, ...]:
        """The known wrong answers of a check, combinations priced last."""
        built: dict[str, Mistake] = {}
        for index, keys in enumerate(all_keys):
            at = (*place, "mistakes", index)
            mistake = self.mistake(keys, marks, built, at)
            if mistake.id in built:
                self.problems.add(f"two mistakes are called '{mistake.id}'", at)
            built[mistake.id] = mistake
        return tuple(built.values())

    def mistake(self, keys: MistakeKeys, marks: Fraction, known: dict[str, Mistake], place: Place) -> Mistake:
        """One known wrong answer; a combination without marks pays the product of its mistakes' shares."""
        likes = tuple(keys.like) if isinstance(keys.like, list) else (keys.like,)
        has_value = "value" in keys.model_fields_set
        if bool(likes) == has_value:
            self.problems.add("a mistake has either 'like' or 'value'", place)
        for like in likes:
            if self.reference is not None and not self.reference.has(like):
                self.problems.unknown(
                    like, self.reference.names, (*place, "like"), "function of the reference"
                )
        if len(set(keys.combines)) < len(keys.combines):
            self.problems.add("a mistake is made once or not at all", (*place, "combines"))
        for other in keys.combines:
            if other not in known:
                self.problems.unknown(other, known, (*place, "combines"), "mistake above")
        own = keys.marks if keys.marks is not None else self.product(keys, marks, known, place)
        if own > marks:
            self.problems.add(f"a mistake can't earn {own} of {marks}", (*place, "marks"))
        return Mistake(
            id=keys.id or (likes[0] if likes else f"value {len(known) + 1}"),
            marks=own,
            say=keys.say or " ".join(known[name].say for name in keys.combines if name in known),
            like=likes,
            value=self.value(keys.value, (*place, "value")),
            combines=tuple(keys.combines),
        )

    def product(
        self, keys: MistakeKeys, marks: Fraction, known: dict[str, Mistake], place: Place
    ) -> Fraction:
        """What mistakes made at once leave of the marks."""
        if not keys.combines:
            self.problems.add("'marks' is missing", place)
        left = marks
        for name in keys.combines:
            if name in known and marks:
                left *= known[name].marks / marks
        return left

    def value(self, spec: Any, place: Place) -> Any:
        """A written value, or None with its fault noted."""
        try:
            return written(spec)
        except BadValue as bad:
            self.problems.bad(bad, place)
            return None

    def totals(self, assignment: Assignment) -> None:
        """Ids are unique and marks add up."""
        counts = Counter(part.id for part in assignment.parts)
        counts.update(f"question {question.id}" for question in assignment.questions)
        twice = {name for name, count in counts.items() if count > 1}
        for index, question in enumerate(self.keys.questions):
            if f"question {question.id}" in twice:
                self.problems.add(f"two questions are called '{question.id}'", ("questions", index, "id"))
            for number, part in enumerate(question.parts):
                if str(part.get("id")) in twice:
                    place = ("questions", index, "parts", number, "id")
                    self.problems.add(f"two parts are called '{part['id']}'", place)
        if self.keys.marks is not None and not self.problems and self.keys.marks != assignment.marks:
            self.problems.add(
                f"the parts add up to {assignment.marks} marks, not {self.keys.marks}", ("marks",)
            )


def _entries(data: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """The place of each check and the entry it asks for, in the order of the file, whatever else is wrong."""
    for number, question in _mappings(data.get("questions")):
        for index, part in _mappings(question.get("parts")):
            place: Place = ("questions", number, "parts", index)
            yield place, str(part.get("entry"))
            for share, check in _mappings(part.get("checks")):
                yield (*place, "checks", share), str(check.get("entry"))


def _mappings(data: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, one in enumerate(data if isinstance(data, list) else []):
        if isinstance(one, dict):
            yield index, one
