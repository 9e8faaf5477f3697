"""Public cases: what leaves the course and what stays."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.errors import CheckError, UsageError
from grader.kit import wire
from grader.kit.sheet import ROUNDED, RecordedKey, parts_named, public_only, recorded, shown_tolerance
from grader.model import Assignment, Case, Check, Missing, Mistake, Part, Probe, Question, Returned
from grader.rubric import Course
from grader.values.closeness import Tolerance

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
PUBLIC = Case("shown", (np.array([1.0, 2.0]),), ("x",), public=True, seed=7)
HIDDEN = Case("secret", (np.array([3.0, 4.0]),), ("x",))


def of(*checks):
    part = Part("p", "q", "", sum((check.marks for check in checks), Fraction(0)), checks)
    return Assignment("made_up", "Made up", (Question("q", "", (part,)),), digest="digest", seed=1)


def checks_of(sheet):
    return [(part, check) for part in sheet.assignment.parts for check in part.checks]


@pytest.fixture(scope="module")
def baby():
    """The kit's cases of baby_cnn."""
    assignment = COURSE.assignment("baby_cnn", seed=0)
    return recorded(public_only(assignment), COURSE.reference("baby_cnn"))


def test_hidden_cases_become_a_number():
    """Only public cases are left, without the seed that they were drawn from."""
    sheet = public_only(of(Check("numeric", "f", Fraction(1), cases=(PUBLIC, HIDDEN, HIDDEN))))
    ((part, check),) = checks_of(sheet)
    assert [case.name for case in check.cases] == ["shown"]
    assert check.cases[0].seed is None
    assert sheet.hidden == {"p/f": 2}
    assert sheet.judged(part, check)
    assert sheet.assignment.digest == ""


def test_a_check_without_public_cases_is_judged_later():
    """A constant, a formula and a hidden check can't be judged before grading."""
    sheet = public_only(
        of(Check("numeric", "f", Fraction(1), cases=(HIDDEN,)), Check("choice", "g", Fraction(1)))
    )
    assert sheet.later == {"p/f", "p/g"}


def test_public_extra_marks_alone_become_the_core():
    """Where the only public case pays extra marks, it is what the self-check judges."""
    extra = Case("large", (np.array([1e3]),), public=True, marks=Fraction(1, 2))
    sheet = public_only(of(Check("numeric", "f", Fraction(1), cases=(extra, HIDDEN))))
    assert [case.marks for _, check in checks_of(sheet) for case in check.cases] == [None]


def test_only_numbers_are_recorded(baby):
    """Mistakes, follow-through and predicates stay; a part judged by a predicate is judged later."""
    assert baby.later == {"c.sample/sample_batch"}
    for _, check in checks_of(baby):
        assert check.mistakes == ()
        assert check.follows == ()
        assert check.reference == ""
    assert all(isinstance(answer, Returned) for answer in baby.answers.values())
    predicate = [check for _, check in checks_of(baby) if check.kind == "accepts"]
    assert [check.options for check in predicate] == [None]


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        (Tolerance(), ROUNDED),
        (Tolerance(3e-6, 2e-8), ROUNDED),
        (Tolerance(0.0, 0.0037), Tolerance(0.0, 0.01)),
        (Tolerance(0.01, 0.0), Tolerance(0.1, 0.0)),
    ],
)
def test_a_kit_judges_by_a_tolerance_of_its_own(own, shown):
    """It is no narrower where the rubric's is wide."""
    assert shown_tolerance(own) == shown


@pytest.mark.parametrize("name", COURSE.names)
def test_how_closely_grading_looks_stays_with_the_course(name):
    """No check of a kit has the tolerance of its rubric."""
    assignment = COURSE.assignment(name, seed=0)
    own = {check.entry: check.options.tolerance for part in assignment.parts for check in part.checks
           if hasattr(check.options, "tolerance")}  # fmt: skip
    for _, check in checks_of(recorded(public_only(assignment), COURSE.reference(name))):
        if hasattr(check.options, "tolerance") and check.entry in own:
            assert check.options.tolerance != own[check.entry]


def test_a_recorded_key_knows_its_questions_and_nothing_else(baby):
    """Public questions are answered like the reference, others are missing, and no name can be had."""
    key, reference = RecordedKey(baby.answers), COURSE.reference("baby_cnn")
    (part, check) = checks_of(baby)[0]
    for probe in baby.questions(part, check):
        np.testing.assert_allclose(key.answer(probe).value, reference.answer(probe).value)
    assert isinstance(key.answer(Probe(check.entry, (np.zeros(9),))), Missing)
    with pytest.raises(CheckError):
        key.value("dh_dtheta")


@pytest.mark.parametrize(
    "name", [name for name in COURSE.names if name in ("warm_up", "baby_cnn", "logistic_backprop")]
)
def test_cases_survive_being_written_and_read(name):
    """Reading what was written and writing it again gives the same text."""
    sheet = recorded(public_only(COURSE.assignment(name, seed=0)), COURSE.reference(name))
    text = wire.dumps(sheet)
    assert wire.dumps(wire.loads(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"schema": "grader-kit/1"}', '{"schema": "grader-kit/9", "sheet": {}}',
     '{"schema": "grader-kit/1", "sheet": {"Path": {}}}', '{"schema": "grader-kit/1", "sheet": {"data": "!!"}}',
     '{"schema": "grader-kit/1", "sheet": {"Sheet": {"nonsense": 1}}}', '{"schema": "grader-kit/1", "sheet": [1]}'],
)  # fmt: skip
def test_damaged_cases_are_refused(text):
    """Whatever is wrong with the file, the student is told to take it from the kit again."""
    with pytest.raises(UsageError):
        wire.loads(text)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["a.w"], ["a.w"]),
        (["a"], ["a.theta", "a.w"]),
        (["nll"], ["b"]),
        (["b", "a.w"], ["a.w", "b"]),
        ([], 7),
    ],
)
def test_parts_are_named_by_id_question_or_function(baby, asked, found):
    """In the rubric's order; everything without a name."""
    ids = [part.id for part in parts_named(baby, asked)]
    assert ids == found or len(ids) == found


def test_a_mistake_stays_for_whoever_has_the_reference():
    """`public_only` alone keeps mistakes: inside a course they explain."""
    mistake = Mistake("m", Fraction(0), "…", like=("wrong",))
    sheet = public_only(of(Check("numeric", "f", Fraction(1), cases=(PUBLIC,), mistakes=(mistake,))))
    assert checks_of(sheet)[0][1].mistakes == (mistake,)
