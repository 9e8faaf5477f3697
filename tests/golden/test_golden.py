"""The example students get the marks that a fair marker gives them.

`<assignment>.yaml` beside this file holds them, student by student and part by part, decided by hand from
the questions: nothing here writes them. A number is the part's marks, `pending` a part for a person; a mapping
may also name the verdict, the mistake and whether follow-through paid. To see every difference:

    python -m pytest tests/golden/test_golden.py
"""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from grader.model import Graded, Mark, Verdict

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "submissions_example"
DECIDED = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml"))
}
STUDENTS = [(assignment, student) for assignment, students in DECIDED.items() for student in students]


def differences(graded: Graded, decided: dict[str, object]) -> list[str]:
    """One line for each part that is not marked as decided."""
    lines = [
        f"{part} is decided, and no part" for part in decided.keys() - {mark.part for mark in graded.marks}
    ]
    for mark in graded.marks:
        if mark.part not in decided:
            lines.append(f"{mark.part} is a part, and not decided")
        elif wrong := disagreement(mark, as_mapping(decided[mark.part])):
            lines.append(f"{mark.part}: {wrong}; {mark.staff}")
    return lines


def as_mapping(decided: object) -> dict[str, object]:
    """A decision as a mapping: `3`, `1/3` and `pending` are short for one."""
    if isinstance(decided, dict):
        return decided
    return {"verdict": "pending"} if decided == "pending" else {"marks": decided}


def disagreement(mark: Mark, decided: dict[str, object]) -> str:
    """What is decided otherwise for a part, or an empty string."""
    wanted = dict(decided)
    marks = None if wanted.get("verdict") == "pending" else Fraction(str(wanted.pop("marks")))
    wanted = {"followed": False, **wanted} if "mistake" in wanted else wanted
    if marks == mark.available:
        wanted.setdefault("verdict", "correct")
    got = {
        "verdict": str(mark.verdict),
        "mistake": mark.mistake,
        "followed": mark.followed_through,
    }
    wrong = [f"{name} is {got[name]}, not {value}" for name, value in wanted.items() if got[name] != value]
    if mark.marks != marks:
        wrong.insert(0, f"marked {mark.marks}, not {marks}")
    return ", ".join(wrong)


@pytest.mark.parametrize(("assignment", "student"), STUDENTS)
def test_example_gets_its_marks(assignment, student, graded_example):
    """Every part of an example is marked as it was decided by hand."""
    graded = graded_example(student, assignment)
    assert differences(graded, DECIDED[assignment][student]) == []


@pytest.mark.parametrize(("assignment", "student"), STUDENTS)
def test_example_is_marked_in_full(assignment, student, graded_example):
    """Nothing is ungraded, and every part has a text for the student and one for the staff."""
    for mark in graded_example(student, assignment).marks:
        assert mark.verdict is not Verdict.UNGRADED, mark.staff
        assert mark.feedback, mark.part
        assert mark.staff, mark.part


def test_every_example_is_decided():
    """Each file of the example students has its marks, and each mark its file."""
    files = {
        (path.stem, path.parent.name) for path in EXAMPLES.glob("*/*") if path.suffix in (".py", ".ipynb")
    }
    assert {one for one in files if one[0] in DECIDED} == set(STUDENTS)


def test_every_named_mistake_has_an_example(course, graded_example):
    """Each mistake that a rubric names and pays is made by some example student; combinations need not be."""
    made = {
        (a, mark.part, one.mistake)
        for a, s in STUDENTS
        for mark in graded_example(s, a).marks
        for one in mark.outcomes
    }
    for assignment in DECIDED:
        for part in course.assignment(assignment).parts:
            mistakes = [one for check in part.checks for one in check.mistakes]
            known = {one.id for one in mistakes if one.marks and not one.combines}
            for mistake in known:
                assert (assignment, part.id, mistake) in made, f"{assignment} {part.id}: {mistake}"
