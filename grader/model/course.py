"""What a course asks: assignment > question > part > check > case, and the mistakes it knows.

All values are frozen: a rubric is read once, and everything downstream is a function of it. They are known by
identity, as arrays among their arguments have no single truth value to compare by.
Marks are exact (`fractions.Fraction`): 1/3 of 5 marks is 5/3, and totals add up to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost in the box.

    Attributes:
        seconds: CPU and wall time of one question.
        memory_mb: memory on top of the warm interpreter, in MiB.
        output_kb: stdout and stderr together, in KiB.
        import_seconds: time for running the submission's top level.
        total_seconds: wall time of the whole submission, all questions together.
        file_mb: what may be written to the scratch folder, in MiB.
        processes: processes and threads of one submission at once.
    """

    seconds: float = 5.0
    memory_mb: int = 1024
    output_kb: int = 256
    import_seconds: float = 10.0
    total_seconds: float = 60.0
    file_mb: int = 16
    processes: int = 32


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """Named inputs for one question to the student's code.

    Attributes:
        name: what the report calls it; drawn cases are numbered, "random 3".
        args: positional arguments in the order of the reference's signature.
        names: the arguments' names, for the report.
        group: the name as the rubric wrote it: drawn repeats share one.
        weight: the group's share where credit is weighted.
        marks: marks that hang on this group alone, paid only on top of a right core ("right at
            |x| = 1000: 0.5"); None for a core case.
        public: shown to students and sent with the kit.
        show_expected: the report to the student may show the expected value.
        forgives: verdicts of saturated inputs that cost nothing: any of "inf", "nan", "raise", "finite".
        seed: what a drawn case was drawn from; None where it was written.
        tags: free words for diagnosis, such as "saturated" or "even".
    """

    name: str
    args: tuple[object, ...] = ()
    names: tuple[str, ...] = ()
    group: str = ""
    weight: Fraction = Fraction(1)
    marks: Fraction | None = None
    public: bool = False
    show_expected: bool = False
    forgives: frozenset[str] = frozenset()
    seed: int | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Mistake:
    """A known wrong answer, what it still earns and what to say.

    Attributes:
        id: unique in its check; the first `like` where the rubric names none.
        marks: what the check earns when the answers agree with the mistake.
        say: the sentence for the student.
        like: functions in the reference file, each one reading of the mistake: agreeing with any is enough.
        value: the wrong value itself, where no function is needed.
        combines: the ids of the mistakes made at once; pays the product of their shares.
    """

    id: str
    marks: Fraction
    say: str
    like: tuple[str, ...] = ()
    value: object = None
    combines: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Check:
    """One judgement of one entry: the whole of a part, or a share of it.

    Attributes:
        kind: the name of a kind of check (`numeric`, `symbolic` …).
        entry: the name that the submission must define.
        marks: what this share is worth.
        options: the kind's own frozen options.
        cases: what is asked, drawn cases included.
        mistakes: known wrong answers, in the rubric's order.
        follows: earlier entries whose own version may stand in for the reference's (follow-through).
        limits: what one question may cost.
        id: unique within the part: the entry, or the entry with a number.
        reference: the name in the reference file that answers for it; the entry unless said otherwise.
        label: what the report calls this share where a part has several.
    """

    kind: str
    entry: str
    marks: Fraction
    options: object = None
    cases: tuple[Case, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    follows: tuple[str, ...] = ()
    limits: Limits = Limits()
    id: str = ""
    reference: str = ""
    label: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """The smallest thing with marks: its checks' marks add up to its own."""

    id: str
    question: str
    title: str
    marks: Fraction
    checks: tuple[Check, ...]
    ask: str = ""
    bonus: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Parts that belong together."""

    id: str
    title: str
    parts: tuple[Part, ...]
    text: str = ""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Assignment:
    """A rubric, read and checked.

    Attributes:
        name: also the name of the rubric, the reference and the submission's file.
        step: marks are rounded down to multiples of this where credit is a computed share.
        policies: late and attempt rules, in the order they apply; each a name and its options.
        due: when it is due, ISO 8601 with an offset, or None.
        digest: of the rubric's text and the seed; every mark records it.
        seed: what the drawn cases were drawn from.
        preload: modules that the box loads before the student's code ("scipy"), for speed alone.
        spare: what the questions are worth that a `best_of` policy leaves out.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    step: Fraction = Fraction(1, 2)
    policies: tuple[Mapping[str, object], ...] = ()
    due: str | None = None
    digest: str = ""
    seed: int = 0
    preload: tuple[str, ...] = ()
    spare: Fraction = Fraction(0)

    def __repr__(self) -> str:
        return f"<Assignment {self.name}: {self.marks} marks in {len(self.parts)} parts>"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, in the rubric's order."""
        return tuple(part for question in self.questions for part in question.parts)

    @property
    def marks(self) -> Fraction:
        """What the assignment is worth, bonus parts and spare questions left out."""
        return sum((part.marks for part in self.parts if not part.bonus), Fraction(0)) - self.spare

    def part(self, part_id: str) -> Part | None:
        """The part of that id, or None."""
        return next((part for part in self.parts if part.id == part_id), None)
