"""The order of judgement: right, right given the student's own, explained by a mistake, nothing."""

from dataclasses import replace
from fractions import Fraction
from textwrap import dedent

import numpy as np
import pytest

from grader.checks.numeric import NumericOptions
from grader.grading.marking import mark_check, mark_part, questions
from grader.grading.recording import Recording, probe_keys
from grader.model import Case, Check, Limits, Mistake, Part, TimedOut, Verdict
from grader.rubric import Reference

REFERENCE = """
    import numpy as np

    def gradient(x, y):
        return 2 * x * (x @ x - y)

    def gradient_flipped(x, y):
        return -gradient(x, y)

    def step(x, y, lr):
        return x - lr * gradient(x, y)

    def step_ascent(x, y, lr):
        return x + lr * gradient(x, y)

    def scale(x):
        return 1 / 2

    def scaled_step(x, y, lr):
        return x - lr * gradient(x, y) * scale(x)

    def inverse(n):
        return 1.0 / n if n else 0.0

    def inverse_unguarded(n):
        return 1 / n

    def sizes():
        return (1, 2, 3)
"""
CASES = tuple(
    Case(
        f"case {i}",
        (np.array([1.0, -2.0, 0.5]) * i, 0.5 * i, 0.1),
        ("x", "y", "lr"),
        group="cases",
        public=i == 1,
    )
    for i in (1, 2, 3)
)
GRADIENT = Check(
    "numeric", "gradient", Fraction(3), NumericOptions(),
    tuple(replace(case, args=case.args[:2]) for case in CASES),
    (Mistake("flipped", Fraction(3, 2), "Look at the sign.", ("gradient_flipped",)),),
)  # fmt: skip
STEP = Check(
    "numeric", "step", Fraction(2), NumericOptions(), CASES,
    (Mistake("ascent", Fraction(1), "This walks uphill.", ("step_ascent",)),), follows=("gradient",),
)  # fmt: skip


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The reference of a small assignment."""
    return written(tmp_path_factory.mktemp("reference"), REFERENCE)


@pytest.fixture
def marked(tmp_path, reference):
    """Marks a check against code that somebody wrote."""

    def marked(check, code):
        student = written(tmp_path, "import numpy as np\n" + dedent(code))
        return mark_check(check, reference, [student.answer(one) for one in questions(check)], student.answer)

    return marked


def written(folder, text):
    path = folder / "code.py"
    path.write_text(dedent(text))
    return Reference(path)


FLIPPED = "def gradient(x, y):\n    return -2 * x * (x @ x - y)\n"
OWN_STEP = "def step(x, y, lr):\n    return x - lr * gradient(x, y)\n"


@pytest.mark.parametrize(
    ("check", "code", "verdict", "credit", "mistake", "followed"),
    [
        (GRADIENT, "def gradient(x, y):\n    return [2 * a * (sum(x * x) - y) for a in x]", "correct", 1, None, False),
        (GRADIENT, FLIPPED, "partial", Fraction(1, 2), "flipped", False),
        (GRADIENT, "def gradient(x, y):\n    return 0 * x", "incorrect", 0, None, False),
        (GRADIENT, "def gradient(x, y):\n    raise ValueError", "crashed", 0, None, False),
        (GRADIENT, "", "missing", 0, None, False),
        (STEP, FLIPPED + OWN_STEP, "correct", 1, None, True),
        (STEP, FLIPPED + OWN_STEP.replace("x - lr", "x + lr"), "correct", 1, None, False),
        (STEP, OWN_STEP.replace("x - lr * gradient(x, y)", "x + lr * 2 * x * (x @ x - y)"), "partial", Fraction(1, 2), "ascent", False),
        (STEP, "def gradient(x, y):\n    return x + y\n" + OWN_STEP.replace("x - lr", "x + lr"), "partial", Fraction(1, 2), "ascent", False),
        (STEP, "def gradient(x, y):\n    return 0 * x\n" + OWN_STEP, "incorrect", 0, None, False),
        (STEP, "def gradient(x, y):\n    return np.nan * x\n" + OWN_STEP, "incorrect", 0, None, False),
        (STEP, "def gradient(x, y):\n    return np.ones(3)\n" + OWN_STEP, "incorrect", 0, None, False),
        (STEP, "def gradient(x, y):\n    return np.ones((3, 1))\n" + OWN_STEP, "incorrect", 0, None, False),
        (STEP, "def gradient(x, y):\n    raise ValueError\n" + OWN_STEP, "crashed", 0, None, False),
    ],
)  # fmt: skip
def test_the_first_explanation_that_holds_is_paid(marked, check, code, verdict, credit, mistake, followed):
    """Right, else right by follow-through, else the mistake in the reference's terms or the student's own."""
    outcome = marked(check, code)
    assert (str(outcome.verdict), outcome.credit) == (verdict, credit)
    assert (outcome.mistake, outcome.followed_through) == (mistake, followed)


def test_a_known_mistake_that_pays_more_goes_before_half_a_follow_through(marked):
    """Where one component of three follows from the student's own and the whole is a known mistake, that pays."""
    mistake = Mistake("ascent", Fraction(4, 3), "This walks uphill.", ("step_ascent",))
    check = replace(STEP, options=NumericOptions(per="component"), mistakes=(mistake,))
    code = """
        def gradient(x, y):
            return 2 * x * (x @ x - y) * np.array([-1.0, 3.0, 5.0])
        def step(x, y, lr):
            return x + lr * 2 * x * (x @ x - y)
    """
    outcome = marked(check, code)
    assert (outcome.credit, outcome.mistake) == (Fraction(2, 3), "ascent")
    outcome = marked(replace(check, mistakes=()), code)
    assert (outcome.credit, outcome.followed_through) == (Fraction(1, 3), True)


def test_a_follow_through_that_was_never_asked_is_not_refused(tmp_path, reference):
    """Marking again from a record that lacks the earlier answers can't tell, and must not take marks off."""
    student = written(tmp_path, "def step(x, y, lr):\n    return 0 * x + lr\n")
    seen = [student.answer(one) for one in questions(STEP)]
    outcome = mark_check(STEP, reference, seen, Recording().asker(None, Limits()))
    assert outcome.verdict is Verdict.UNGRADED
    assert "grade again to ask it" in outcome.for_staff


@pytest.mark.parametrize("gradient", ["np.ones(x.size)", "np.arange(x.size)", "0 * x + 7"])
def test_a_constant_gradient_is_empty_at_every_length(marked, gradient):
    """A gradient that depends on the number of its entries alone leaves nothing to show either."""
    code = f"def gradient(x, y):\n    return {gradient}\n{OWN_STEP}"
    cases = tuple(
        Case(f"{size} entries {i}", (np.linspace(-i, 1.0, size), 0.5, 0.1), ("x", "y", "lr"))
        for size in (1, 2, 3)
        for i in (1, 2)
    )
    outcome = marked(replace(STEP, cases=cases), code)
    assert (outcome.credit, outcome.followed_through) == (0, False)
    assert "the same whatever its arguments are" in outcome.for_student


@pytest.mark.parametrize(
    "other",
    [
        "",
        "def scale(x):\n    raise NotImplementedError\n",
        "def scale(x):\n    return x[:, None]\n",
        "def scale(x):\n    pass\n",
    ],
    ids=["missing", "not written yet", "another shape", "nothing"],
)
def test_what_can_be_followed_is_followed_where_the_rest_is_missing(tmp_path, reference, marked, other):
    """One earlier answer that gives nothing does not hide another: the reference stands in for it."""
    check = replace(STEP, entry="scaled_step", follows=("gradient", "scale"))
    outcome = marked(
        check, f"{FLIPPED}{other}def scaled_step(x, y, lr):\n    return x - lr * gradient(x, y) / 2\n"
    )
    assert (outcome.credit, outcome.followed_through) == (1, True)
    assert outcome.for_student == "Right, given your earlier `gradient`."


def test_an_empty_follow_through_says_why_it_is_not_paid(marked):
    """A step along a zero gradient shows nothing, and the student reads so."""
    outcome = marked(STEP, "def gradient(x, y):\n    return 0 * x\n" + OWN_STEP)
    assert "your `gradient` is zero throughout" in outcome.for_student


def test_a_mistake_may_raise_where_the_student_raises(marked, reference):
    """Agreement on the other cases is enough, but raising everywhere is no agreement."""
    cases = tuple(Case(f"{n}", (n,), ("n",)) for n in (1, 2, 4, 0))
    mistake = Mistake("unguarded", Fraction(1), "Zero is a size too.", ("inverse_unguarded",))
    check = Check("numeric", "inverse", Fraction(2), NumericOptions(), cases, (mistake,))
    assert marked(check, "def inverse(n):\n    return 1 / n").mistake == "unguarded"
    assert marked(check, "def inverse(n):\n    raise ZeroDivisionError").mistake is None


@pytest.mark.parametrize("code", ["return 1 / n", "return 1 / n if n else 0.0", "raise ValueError"])
def test_a_reference_that_raises_in_a_case_costs_nobody_a_mark(marked, code):
    """Whatever the student answers, the part is ungraded, and the staff learns in which case."""
    cases = tuple(Case(f"n = {n}", (n,), ("n",)) for n in (1, 0))
    check = Check("numeric", "inverse_unguarded", Fraction(2), NumericOptions(), cases)
    outcome = marked(check, f"def inverse_unguarded(n):\n    {code}")
    assert outcome.verdict is Verdict.UNGRADED
    assert "the reference raised ZeroDivisionError in the case 'n = 0'" in outcome.for_staff


def test_a_mistake_is_matched_as_a_whole(marked):
    """Two right sizes of three earn two shares; the reading that is wrong twice earns what it says."""
    mistake = Mistake("biases", Fraction(3, 2), "Without biases.", value=(1, 20, 30))
    check = Check("numeric", "sizes", Fraction(3), NumericOptions(per="component"), (), (mistake,))
    assert marked(check, "sizes = (1, 20, 3)").credit == Fraction(2, 3)
    assert marked(check, "sizes = (1, 20, 30)").credit == Fraction(1, 2)
    assert marked(check, "sizes = (1, 20, 31)").credit == Fraction(1, 3)


def test_a_fault_of_the_reference_costs_nobody_a_mark(marked, reference):
    """The part is ungraded, the student is told that it is not theirs, and the staff why."""
    outcome = marked(replace(GRADIENT, entry="nowhere"), "def nowhere(x, y):\n    return x")
    assert outcome.verdict is Verdict.UNGRADED
    assert "no fault of yours" in outcome.for_student
    assert "nowhere" in outcome.for_staff


def test_a_part_adds_up_its_shares(tmp_path, reference):
    """Each share is labelled in the feedback, and follow-through finds what is recorded already."""
    student = written(tmp_path, FLIPPED + OWN_STEP)
    part = Part("c", "1", "", Fraction(5), (GRADIENT, STEP))
    recording = Recording()
    for check in part.checks:
        probes = questions(check)
        recording.answers.update(zip(probe_keys(probes), map(student.answer, probes), strict=True))
    mark = mark_part(part, reference, recording, recording.asker(None, Limits()), Fraction(1, 2))
    assert mark.verdict is Verdict.PARTIAL
    assert mark.marks == Fraction(7, 2)
    assert mark.followed_through
    assert mark.mistake == "flipped"
    assert mark.feedback.startswith("gradient: ")


def test_an_earlier_answer_that_hangs_is_waited_for_once(tmp_path, reference):
    """A question that ran out of time is not put again in another way."""
    student = written(tmp_path, "def step(x, y, lr):\n    return 0 * x\n")
    asked = []

    def ask(probe):
        asked.append(probe)
        return TimedOut(2.0)

    outcome = mark_check(STEP, reference, [student.answer(one) for one in questions(STEP)], ask)
    assert (outcome.credit, len(asked)) == (0, 1)
