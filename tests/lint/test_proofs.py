"""What the proofs find in a course that has been spoilt in one place."""

import pytest

from grader.lint import PROOFS, Level


def found(report):
    """Findings as `level proof: message`."""
    return [f"{one.level} {one.proof}: {one.part}: {one.message}" for one in report.findings]


def test_a_sound_course_has_no_findings(small):
    """The reference earns everything, nothing earns nothing, and every fault is caught."""
    report = small.lint()
    assert found(report) == []
    assert [run.name for run in report.proofs] == list(PROOFS)


RUBRIC_FAULTS = [
    ("marks: 6\n", "", "warning marks: : the rubric states no 'marks'; its parts add up to 6"),
    (
        "- {like: slope_ungated, marks: 1, say: The gate.}",
        "- {like: gate, marks: 1, say: The gate.}",
        "error mistakes: a: 'gate' is not recognised",
    ),
    (
        "- {like: slope_ungated, marks: 1, say: The gate.}",
        "- {like: slope, marks: 1, say: The gate.}",
        "error mistakes: a: 'slope' is judged right: no case tells it from the reference",
    ),
    (
        "- {like: moved_up, marks: 1, say: The sign.}",
        "- {like: moved_up, marks: 1, say: The sign.}\n          - {like: moved_up, id: other, marks: 2, say: Up.}",
        "error mistakes: b: 'moved_up' is taken for 'other', which earns 2 and not 1: no case tells them apart",
    ),
    (
        "- {like: moved_up, marks: 1, say: The sign.}",
        "- {like: moved_up, marks: 1, say: The sign.}\n          - {like: moved_up, id: other, marks: 1, say: Up.}",
        "warning mistakes: b: 'other' (moved_up) is told as 'moved_up', which earns as much",
    ),
    (
        "follows: [slope]",
        "follows: [slope_ungated]",
        "error follow-through: b: the reference's 'moved' never uses 'slope_ungated'",
    ),
    (
        "follows: [slope]",
        "follows: [slop]",
        "error reading: : unknown function of the reference 'slop' (did you mean",
    ),
    (
        "- {like: moved_up, marks: 1, say: The sign.}",
        "- {like: moved_up, marks: 3, say: The sign.}",
        "warning mistakes: b: 'moved_up' earns everything, as a right answer does",
    ),
    (
        "entry: moved\n",
        "entry: moved\n        ask: The new x.\n",
        "warning entries: b: what the part asks for ('ask') never names its entry 'moved'",
    ),
    (
        "check: numeric\n        entry: sides\n",
        "check: accepts\n        entry: sides\n        accepts: side\n",
        "error reading: : the reference does not define 'side' (did you mean 'sides'?)",
    ),
    ("entry: slope\n", "entry: slope\n        tolerance: {rtol: 0, atol: 0}\n", "error tolerance: a: "),
    (
        "entry: slope\n",
        "entry: slope\n        tolerance: {rtol: 0.05}\n",
        "warning tolerance: a: answers that are off by 1%",
    ),
    (
        "entry: sides",
        "entry: sides\n        value: [3, 0]",
        "error entries: c: the answer in the rubric is not",
    ),
    ("entry: sides", "entry: size", "error entries: c: the reference defines no 'size'"),
    ("rate: 0.5}, public: true}", "rate: 0.5}}", "warning public: b: no case is public"),
    ("assignment: small", "assignment: smal", "error reading: : the file's name says 'small'"),
]


@pytest.mark.parametrize(("old", "new", "says"), RUBRIC_FAULTS)
def test_a_fault_of_the_rubric_is_found(small, old, new, says):
    """Each proof finds what it is for."""
    small.rubric(old, new)
    assert any(one.startswith(says) for one in found(small.lint())), found(small.lint())


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("entry: slope\n", "entry: slope\n        tolerance: {rtol: 0.05}\n", 11),
        ("marks: 6\n", "marks: 6\ndefaults: {tolerance: {rtol: 0.05}}\n", 4),
    ],
    ids=["its own", "the default"],
)
def test_a_tolerance_is_shown_where_it_is_written(small, old, new, line):
    """The check's own tolerance, or else the one that all share."""
    small.rubric(old, new)
    loose = [one for one in small.lint().findings if one.proof == "tolerance" and one.part == "a"]
    assert [one.where.split(":")[-2] for one in loose] == [str(line)]


def test_a_check_that_can_not_be_judged_is_told_once(small):
    """Where the reference itself fails, nothing else is said of the check, true or not."""
    small.rubric("entry: sides", "entry: sides\n        per: component\n        shares: [1, 2, 3]")
    (error,) = small.lint().findings
    assert error.proof == "reference"
    assert "there are 3 shares for 2 components" in error.message


def test_a_case_that_is_lacking_lets_a_fault_pass(small):
    """Without a case at 0, `>` and `>=` are the same to every student, and the linter says where."""
    small.rubric("[-1.0, 2.0, 0.0]", "[-1.0, 2.0]")
    (finding,) = small.lint().errors
    assert finding.proof == "mutants"
    assert finding.where.endswith("reference/small.py:8")
    says = "in `gate`, `x > 0` made `x >= 0` is not noticed by any case of a, b; a case such as x = "
    assert finding.message.startswith(says)


def test_a_branch_with_one_side_is_a_warning(small):
    """Inputs on one side only are told with the line and the side that is lacking."""
    small.rubric("[-1.0, 2.0, 0.0]", "[1.0, 2.0, 3.0]")
    small.rubric("{normal: {shape: [5]}}", "{uniform: {shape: [5], low: 1, high: 2}}")
    says = "warning branches: a: line 8 of the reference: `x > 0` is never false in the cases"
    assert says in found(small.lint())


def test_a_lazy_answer_that_earns_marks_is_found(small):
    """Where zeros are right, or nearly, nobody needs to work."""
    small.rubric("[-1.0, 2.0, 0.0], scale: 3.0}, public", "[-1.0, -2.0, 0.0], scale: 3.0}, public")
    small.rubric("          - {name: drawn, draw: {x: {normal: {shape: [5]}}, scale", "          # {scale")
    says = "error lazy: a: zeros of the right shape earns 2 of 2"
    assert says in found(small.lint())


def test_public_answers_alone_are_no_work(small):
    """A student who learns the public answers by heart is found where every case is public."""
    small.rubric("high: 2}}}, repeat: 2}", "high: 2}}}, repeat: 2, public: true}")
    assert "error lazy: a: the public answers learnt by heart earns 2 of 2" in found(small.lint())


def test_a_slow_reference_is_told(small):
    """Answers near their time limit are one warning, which names the slowest."""
    small.reference('"""A step against the slope."""', "import time; time.sleep(float('0.03'))")
    small.rubric("entry: moved\n", "entry: moved\n        limits: {seconds: 0.1}\n")
    (told,) = (one for one in found(small.lint()) if one.startswith("warning cost: b: "))
    assert "takes the reference 0." in told
    assert told.endswith(" s of 0.1 s")


def test_a_comment_excuses_a_fault_and_is_listed(small):
    """An equivalent fault is excused where it stands, with its reason in the report."""
    small.rubric("[-1.0, 2.0, 0.0]", "[-1.0, 2.0]")
    small.reference("0.0)", "0.0)  # lint: equivalent because nobody asks for the kink")
    report = small.lint()
    assert not report.errors
    (excused,) = report.of(Level.EXCUSED)
    assert excused.reason == "nobody asks for the kink"
    assert "excused: nobody asks for the kink" in str(report)


def test_a_comment_in_the_rubric_excuses_one_proof_of_one_part(small):
    """A finding about a part is excused by the proof's name in the part's lines, there alone."""
    small.rubric("rate: 0.5}, public: true}", "rate: 0.5}}")
    small.rubric("- {name: both sides, args: {x: [-1.0, 2.0, 0.0], scale: 3.0}, public: true}",
                 "- {name: both sides, args: {x: [-1.0, 2.0, 0.0], scale: 3.0}}")  # fmt: skip
    small.rubric("entry: moved\n", "entry: moved  # lint: public because it gives too much away\n")
    report = small.lint()
    assert [one.part for one in report.warnings] == ["a"]
    assert [one.part for one in report.of(Level.EXCUSED)] == ["b"]


def test_an_excuse_that_excuses_nothing_is_told(small):
    """A comment that has lost its fault would hide the next one."""
    small.reference("0.0)", "0.0)  # lint: equivalent because nobody asks for the kink")
    small.rubric("entry: moved\n", "entry: moved  # lint: tolerances because it is rounded\n")
    assert found(small.lint()) == [
        "warning excuses: : nothing is excused here (any more): 'nobody asks for the kink'",
        "warning excuses: : nothing is excused here (any more): 'it is rounded'",
    ]


def test_what_a_proof_did_can_be_told(small):
    """`explain` adds a line for each proof: its claim, what it tried, how long it took."""
    text = str(small.lint(explain=True))
    assert "mutants: A small fault anywhere in the reference" in text
    assert "small: sound (0 errors, 0 warnings, 0 excused)" in str(small.lint())


def test_a_reference_that_is_missing_is_a_finding(small):
    """A course that can't be read is reported like any other fault."""
    (small.root / "reference" / "small.py").unlink()
    (finding,) = small.lint().errors
    assert "there is no reference file" in finding.message


def test_a_step_after_a_mistake_that_is_not_paid_is_told(small):
    """A known mistake that can't stand in (of another shape) leaves the step after it unpaid."""
    small.reference("scale * np.ones_like(x)", "scale * np.ones((len(x), 1))")
    says = (
        "warning follow-through: b: after 'slope_ungated', the step that follows from it is judged incorrect"
    )
    assert any(one.startswith(says) for one in found(small.lint()))
