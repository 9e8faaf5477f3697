"""A generated class with a realistic mix of verdicts, mistakes, lateness and names."""

import random
from fractions import Fraction

import pytest

from grader.gradebook import Gradebook
from grader.model import Assignment, Check, Evidence, Graded, Mark, Outcome, Part, Question, Verdict

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "עדה לאבלייס \u202eevil",
    "👩‍🎓 Zoë",
    "=HYPERLINK('x')",
    "M" + "a" * 300,
    "../../etc/passwd",
)
NAMES = (
    "Ada Lovelace",
    "Carl Friedrich Gauß",
    "王小明",
    "Sofja Kowalewskaja",
    "Srinivasa Ramanujan",
    "Emmy Noether",
)
SAYS = {
    "slope": "The factor `h(1-h)` of the sigmoid's derivative is missing.",
    "batch": "Divide by the size of the batch, not by `N`.",
    "sign": "The sign is flipped: gradient descent walks downhill.",
}
CASES = (
    Evidence(
        "by hand", False, True, "With x = 1; answered 2: too much.", "x = 1; answered 2; expected 31337"
    ),
    Evidence(
        "random 1", False, False, "In a hidden case it is wrong.", "x = 0.7; answered 2; expected 31337"
    ),
    Evidence("random 2", True, False),
)
SOURCE = '''"""My solution."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def entry_2(x):
    """Second. <b>not bold</b>"""
    y = x * 2
    if y > 0:
        raise ValueError("no")
    return y


answer = entry_2
'''


def assignments() -> tuple[Assignment, ...]:
    """Two assignments with nine parts, in thirds and halves."""
    made = []
    for name, title, count in (("baby_cnn", "A baby convolutional network", 6), ("warm_up", "Warm-up", 3)):
        parts = tuple(
            Part(
                f"{'abc'[i % 3]}.{i}",
                "abc"[i % 3],
                f"Part number {i} of it",
                Fraction(i % 3 + 1),
                (Check("numeric", "sigmoid" if i == 0 else f"entry_{i}", Fraction(i % 3 + 1)),),
            )
            for i in range(count)
        )
        questions = tuple(
            Question(q, f"Question {q}", tuple(p for p in parts if p.question == q)) for q in "abc"
        )
        made.append(Assignment(name, title, questions))
    return tuple(made)


def mark_of(part: Part, skill: float, dice: random.Random) -> Mark:
    """A mark that a student of this skill may get."""
    luck = dice.random() * 0.8 + skill * 0.6
    seconds = dice.random() / 50
    if dice.random() < 0.02:
        return Mark(part.id, part.question, None, part.marks, Verdict.PENDING)
    if dice.random() < 0.002:
        return Mark(part.id, part.question, None, part.marks, Verdict.UNGRADED, staff="KeyError: our fault")
    if luck > 0.6:
        advice = (Outcome(Verdict.CORRECT, advice=("A loop over samples: NumPy can do it at once.",)),)
        return Mark(
            part.id,
            part.question,
            part.marks,
            part.marks,
            Verdict.CORRECT,
            seconds=seconds,
            outcomes=advice,
            flags=("near_time_limit",) if seconds > 0.019 else (),
        )
    if luck > 0.35:
        mistake = dice.choice(list(SAYS))
        earned = part.marks / dice.choice((2, 3))
        say = SAYS[mistake]
        return Mark(
            part.id,
            part.question,
            earned,
            part.marks,
            Verdict.PARTIAL,
            mistake,
            feedback=say,
            staff=f"{say} rtol 1e-7",
            outcomes=(Outcome(Verdict.PARTIAL, evidence=CASES),),
        )
    verdict = dice.choice([Verdict.INCORRECT, Verdict.MISSING, Verdict.CRASHED, Verdict.TIMED_OUT])
    text = {
        Verdict.INCORRECT: "On the case `random 3` the first entry is 0.25, which is too large.",
        Verdict.MISSING: "There is no `entry_2`; did you mean `entry2`?",
        Verdict.CRASHED: "ValueError: no (hw.py, line 13, in entry_2)",
        Verdict.TIMED_OUT: "No answer within 5 s.",
    }[verdict]
    return Mark(part.id, part.question, Fraction(0), part.marks, verdict, feedback=text, seconds=seconds)


def class_of(size: int, seed: int = 1) -> tuple[Gradebook, dict[tuple[str, str], str]]:
    """A gradebook and the sources; the first students have hostile names."""
    dice = random.Random(seed)
    asked = assignments()
    graded, sources = [], {}
    for index in range(size):
        student = HOSTILE[index] if index < len(HOSTILE) else f"{index:05d}"
        name = HOSTILE[index] if index < len(HOSTILE) else f"{dice.choice(NAMES)} {index}"
        skill = min(max(dice.gauss(0.6, 0.3), 0), 1)
        for assignment in asked[: 1 if dice.random() < 0.1 else 2]:
            marks = tuple(mark_of(part, skill, dice) for part in assignment.parts)
            raw = sum((mark.marks or Fraction(0) for mark in marks), Fraction(0))
            late = dice.random() < 0.1
            graded.append(
                Graded(
                    student,
                    assignment.name,
                    marks,
                    raw,
                    raw * Fraction(9, 10) if late else raw,
                    assignment.marks,
                    name,
                    notes=("A tenth is taken off: 3 hours late.",) if late else (),
                    faults=(f"{name}: line 3 does not compile",) if dice.random() < 0.03 else (),
                    handed_in_at="2026-11-03T22:15:07+01:00",
                    digests={"submission": "ab" * 32},
                )
            )
            sources[student, assignment.name] = SOURCE
    return Gradebook(graded, asked, {"seed": 1, "sandbox": "fork+landlock6+seccomp"}), sources


@pytest.fixture(scope="module")
def classroom() -> tuple[Gradebook, dict[tuple[str, str], str]]:
    """Thirty students."""
    return class_of(30)
