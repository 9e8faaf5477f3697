"""What was decided, and why: verdicts, outcomes, marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

EXEMPT = "exempt"
"""The note of a policy by which an assignment does not count for a student."""


class Verdict(StrEnum):
    """What became of a part. `pending` waits for a person; `ungraded` is our fault and never a zero."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    MISSING = "missing"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    FORBIDDEN = "forbidden"
    SKIPPED = "skipped"
    PENDING = "pending"
    UNGRADED = "ungraded"

    @property
    def has_marks(self) -> bool:
        """False while nobody can say what it is worth."""
        return self not in (Verdict.PENDING, Verdict.UNGRADED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one case went: for the report's table and for `like` comparisons.

    Attributes:
        case: the case's name.
        right: whether it agreed; None where it was not asked or was forgiven.
        public: whether a student may see its inputs.
        student: one line a student may read (no expected value, no hidden input).
        staff: one line with everything.
        core: False for a case that only its own extra marks hang on.
    """

    case: str
    right: bool | None
    public: bool = False
    student: str = ""
    staff: str = ""
    core: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judgement of one check.

    Attributes:
        verdict: what became of it.
        credit: the share of the check's marks that is earned, 0 to 1; 0 where the verdict has no marks.
        for_student: what they read: no expected value unless the rubric allows, no traceback of ours.
        for_staff: everything.
        evidence: case by case.
        components: credit of each component, where marks are given per component; else empty.
        mistake: the id of the named mistake that explains the answers.
        followed_through: right given the student's own earlier answer.
        advice: sentences that cost nothing.
        flags: words for the staff, such as "near_time_limit".
    """

    verdict: Verdict
    credit: Fraction = Fraction(0)
    for_student: str = ""
    for_staff: str = ""
    evidence: tuple[Evidence, ...] = ()
    components: tuple[Fraction, ...] = ()
    mistake: str | None = None
    followed_through: bool = False
    advice: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it is right in full."""
        return self.verdict is Verdict.CORRECT


@dataclass(frozen=True, slots=True)
class Mark:
    """What a part earned. `marks` is None while it is pending or ungraded."""

    part: str
    question: str
    marks: Fraction | None
    available: Fraction
    verdict: Verdict
    mistake: str | None = None
    followed_through: bool = False
    feedback: str = ""
    staff: str = ""
    seconds: float = 0.0
    outcomes: tuple[Outcome, ...] = ()
    flags: tuple[str, ...] = ()
    bonus: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """One submission, marked.

    Attributes:
        student: the student's id.
        assignment: the assignment's name.
        marks: a Mark for every part, in the rubric's order.
        raw: the sum of the parts' marks.
        final: after late and attempt policies.
        available: what could be earned.
        notes: what the policies did, in words.
        faults: what was wrong with the hand-in as a whole ("line 3 does not compile").
        digests: of the submission, rubric and reference.
    """

    student: str
    assignment: str
    marks: tuple[Mark, ...]
    raw: Fraction
    final: Fraction
    available: Fraction
    name: str = ""
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    sandbox: str = ""
    digests: dict[str, str] = field(default_factory=dict)
    handed_in_at: str | None = None

    @property
    def exempt(self) -> bool:
        """Whether a policy says that the assignment does not count for this student."""
        return EXEMPT in self.notes

    @property
    def pending(self) -> int:
        """How many parts wait for a person."""
        return sum(mark.verdict is Verdict.PENDING for mark in self.marks)

    @property
    def ungraded(self) -> int:
        """How many parts we failed to judge."""
        return sum(mark.verdict is Verdict.UNGRADED for mark in self.marks)
