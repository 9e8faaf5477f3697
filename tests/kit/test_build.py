"""Kits of every assignment: built, searched, and good for the example students."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from grader.kit import wire
from grader.kit.build import build
from grader.kit.selfcheck import examine
from grader.kit.sheet import RecordedKey
from grader.model import Verdict
from grader.rubric import Course
from grader.sandbox.inprocess import InProcessSession

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
FILES = ("README.md", "check.py", "cases.json")


@pytest.fixture(scope="module")
def kits():
    """Every assignment's kit, each built once."""
    made = {}

    def kit(name):
        if name not in made:
            made[name] = build(COURSE, name)
        return made[name]

    return kit


def functions(student, name):
    names: dict[str, object] = {}
    exec((ROOT / "submissions_example" / student / f"{name}.py").read_text(encoding="utf-8"), names)
    return names


@pytest.mark.parametrize("name", COURSE.names)
def test_a_kit_holds_what_is_on_the_list_and_no_secret(kits, name):
    """Building searches it; what comes out are five files in one folder."""
    kit = kits(name)
    assert kit.looked_for > 100
    with zipfile.ZipFile(BytesIO(kit.zip())) as archive:
        assert sorted(archive.namelist()) == sorted(
            f"{name}/{one}" for one in (*FILES, f"{name}.py", f"{name}.ipynb")
        )
    text = b"".join(kit.files.values()).decode()
    for word in ("mistakes", "follows", COURSE.reference(name).digest, COURSE.assignment(name).digest):
        assert word not in text.replace('"mistakes": ""', "")


@pytest.mark.parametrize("name", COURSE.names)
@pytest.mark.parametrize("student", ["ada", "bertrand"])
def test_right_answers_pass_with_a_kit(kits, name, student):
    """In either student's style, with nothing but the recorded numbers to judge by."""
    sheet = wire.loads(kits(name).files["cases.json"].decode())
    found = examine(InProcessSession(functions(student, name)), sheet, RecordedKey(sheet.answers))
    wrong = {
        mark.part: mark.feedback
        for mark in found.graded.marks
        if mark.verdict not in (Verdict.CORRECT, Verdict.PENDING)
    }
    assert wrong == {}
    assert found.tally.right == found.tally.public > 0


def test_a_kit_says_what_only_grading_can_judge(kits):
    """A teacher reads which parts students can't check."""
    said = str(kits("baby_cnn"))
    assert "Judged only when they are graded: c.sample." in said
    assert "Public cases that are judged: 11; hidden ones, which stay here: 139." in said
    assert (
        "| c.sample | Draw a mini-batch | 1 | judged when it is graded |"
        in kits("baby_cnn").files["README.md"].decode()
    )


def test_what_a_question_says_is_public(tmp_path):
    """A number that is hidden too, but printed in the question, is no leak; an entry may be answered by another."""
    for folder in ("rubrics", "reference"):
        (tmp_path / folder).mkdir()
    (tmp_path / "reference" / "a.py").write_text("def inner(x, n=2):\n    return x * 0.123456789\n")
    (tmp_path / "rubrics" / "a.yaml").write_text(
        "assignment: a\nquestions:\n  - id: q\n    parts:\n"
        "      - {id: r, marks: 1, check: numeric, entry: g, reference: inner, ask: 'g(x), for instance g(2.7182818)',\n"
        "         cases: [{name: shown, args: {x: 3.0}, public: true}, {name: kept, args: {x: 2.7182818}}]}\n"
    )
    kit = build(Course(tmp_path), "a")
    assert b"def g(x, n=2):" in kit.files["a.py"]
    assert b"inner" not in b"".join(
        kit.files[name] for name in ("a.py", "a.ipynb", "cases.json", "README.md")
    )
