"""The self-check: the grader's own judgement on public cases, and nothing hidden in it."""

from pathlib import Path

import numpy as np
import pytest

from grader.errors import UsageError
from grader.kit import telling, wire
from grader.kit.main import chosen_parts
from grader.kit.selfcheck import check, examine
from grader.kit.sheet import RecordedKey, parts_named, public_only, recorded
from grader.model import SourceFile, Submission, Verdict
from grader.rubric import Course
from grader.sandbox.inprocess import FakeRunner, InProcessSession
from grader.sandbox.subprocesses import SubprocessRunner

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def softmax(x):
    e = np.exp(np.asarray(x, dtype=float) - np.max(x))
    return e / e.sum()


RIGHT = {"sigmoid": sigmoid, "softmax": softmax}


@pytest.fixture(scope="module")
def sheet():
    return public_only(COURSE.assignment("warm_up", seed=0))


@pytest.fixture(scope="module", params=["course", "kit"])
def asked(request, sheet):
    """The public cases with the reference at hand, and with its recorded answers alone."""
    reference = COURSE.reference("warm_up")
    if request.param == "course":
        return sheet, reference
    kit = recorded(sheet, reference)
    return kit, RecordedKey(kit.answers)


def examined(asked, names, parts=()):
    sheet, key = asked
    return examine(InProcessSession(names), sheet, key, parts_named(sheet, parts))


def test_right_answers_pass(asked):
    """Every public case is right, all marks are there so far, and hidden cases are still counted."""
    found = examined(asked, RIGHT)
    assert not found.failed
    assert found.graded.raw == found.graded.available == 5
    assert found.tally.right == found.tally.public == 4
    assert "4 of 4 public cases; hidden ones decide the rest" in telling.text(found)


def test_a_wrong_answer_is_explained_by_its_input(asked):
    """The input, what came back and how it differs; the expected value only where the rubric allows."""
    found = examined(asked, RIGHT | {"softmax": lambda x: -softmax(x)})
    assert [str(mark.verdict) for mark in found.graded.marks] == ["correct", "incorrect"]
    text = telling.text(found)
    assert "x = [1, 2, 3]" in text
    assert "returned" in text
    assert found.failed
    assert not found.broken


def test_nothing_hidden_is_told(asked):
    """Neither the name nor the input of a hidden case stands in any form of the result."""
    hidden = [
        case.name
        for part in COURSE.assignment("warm_up").parts
        for one in part.checks
        for case in one.cases
        if not case.public and len(case.name) > 8
    ]
    wrong = {"sigmoid": lambda x: x, "softmax": lambda x: 1 / 0}
    found = examined(asked, wrong)
    for shown in (telling.text(found), telling.page(found), str(telling.plain(found))):
        assert [name for name in hidden if name in shown] == []
        assert "1000" not in shown


def test_one_part_is_asked_alone(asked):
    """The other parts are neither run nor counted."""
    found = examined(asked, {"softmax": softmax}, ["2"])
    assert [mark.part for mark in found.graded.marks] == ["2"]
    assert found.graded.available == 3
    assert not found.failed


def test_what_is_missing_or_raises_is_told(asked):
    """A missing function is to do, an exception is not running; both fail."""
    found = examined(asked, {"sigmoid": lambda x: undefined_name})  # noqa: F821
    assert [mark.verdict for mark in found.graded.marks] == [Verdict.CRASHED, Verdict.MISSING]
    assert found.failed
    assert found.broken
    assert "NameError" in telling.text(found)


def test_the_starter_is_at_the_beginning(asked):
    """Nothing is written yet: no exception is shown, and the next step is."""
    sheet, key = asked
    text = (
        "def sigmoid(x):\n    raise NotImplementedError\n\ndef softmax(x):\n    raise NotImplementedError\n"
    )
    handed = Submission("you", "warm_up", (SourceFile("warm_up.py", text.encode()),))
    names: dict[str, object] = {}
    exec(text, names)
    found = check(handed, sheet, key, FakeRunner(names))
    shown = telling.text(found, telling.Style(again="python check.py"))
    assert "0 of 5 marks so far" in shown
    assert "Next: write `sigmoid` in warm_up.py, line 1, then: python check.py 1" in shown
    assert "NotImplementedError" not in shown
    assert not found.broken


def test_a_handin_that_cant_be_read_is_told(asked):
    """Its fault is the first thing that is said."""
    sheet, key = asked
    handed = Submission("you", "warm_up", (), fault="it is a PDF")
    found = check(handed, sheet, key, FakeRunner({}))
    assert telling.text(found).count("it is a PDF") == 1
    assert found.failed


def test_a_page_escapes_what_students_wrote(asked):
    """An exception's text is shown as text."""

    def softmax(x):
        raise ValueError("<script>alert(1)</script>&")

    page = telling.page(examined(asked, RIGHT | {"softmax": softmax}))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8", "✓"), ("ascii", "+"), ("cp437", "+")])
def test_any_terminal_can_show_it(asked, encoding, sign, tmp_path):
    """Where a sign can't be shown, another stands for it."""
    path = tmp_path / "out"
    with path.open("w", encoding=encoding) as stream:
        telling.write(telling.text(examined(asked, RIGHT)), stream)
    assert f"{sign} right" in path.read_text(encoding=encoding)


def test_colours_are_asked_for(monkeypatch, tmp_path):
    """A file gets none; FORCE_COLOR asks for them, NO_COLOR wins."""
    with (tmp_path / "out").open("w") as stream:
        assert not telling.style_of(stream, "").colour
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert telling.style_of(stream, "").colour
        monkeypatch.setenv("NO_COLOR", "1")
        assert not telling.style_of(stream, "").colour


@pytest.mark.parametrize(
    ("formula", "verdict", "words"),
    [
        ("-y*ln(f) - (1-y)*log(1-f)", Verdict.PENDING, "It is read as"),
        (r"-y \ln f - (1-y) \ln(1-f)", Verdict.PENDING, "It is read as"),
        ("(f - y", Verdict.INCORRECT, "can't be read"),
        ("__import__('os').getcwd()", Verdict.INCORRECT, "can't be read"),
        (lambda f, y: f - y, Verdict.PENDING, "judged when it is graded"),
    ],
)
@pytest.mark.parametrize("kit", [False, True])
def test_a_formula_that_is_judged_later_is_read_now(formula, verdict, words, kit):
    """A bracket that does not close is found before the deadline; whether the formula is right is not told."""
    reference = COURSE.reference("feedforward_conv")
    sheet = public_only(COURSE.assignment("feedforward_conv", seed=0))
    if kit:
        sheet = wire.loads(wire.dumps(recorded(sheet, reference)))
    key = RecordedKey(sheet.answers) if kit else reference
    found = examined((sheet, key), {"cross_entropy": formula}, ["1.3"])
    assert [mark.verdict for mark in found.graded.marks] == [verdict]
    assert words in found.graded.marks[0].feedback


def checked(text, name="warm_up", *, kit=False):
    """A file's self-check in a real process, as words."""
    sheet = public_only(COURSE.assignment(name, seed=0))
    key = COURSE.reference(name)
    if kit:
        sheet = recorded(sheet, key)
        key = RecordedKey(sheet.answers)
    handed = Submission("you", name, (SourceFile(f"{name}.py", text.encode()),))
    with SubprocessRunner() as runner:
        return check(handed, sheet, key, runner)


def test_what_stops_a_file_is_told_once_and_is_the_next_step():
    """Its line stands at the top; the parts behind it say no more than that they are not there."""
    found = checked("def sigmoid(x):\n    return 1 / (1 + 2**x\n\ndef softmax(x):\n    return x\n")
    shown = telling.text(found, telling.Style(again="python check.py"))
    assert shown.count("SyntaxError") == 1
    assert "(warm_up.py, line 2)" in shown
    assert shown.count(telling.STOPPED) == 2
    assert shown.endswith("Next: mend what stops warm_up.py, as told above, then: python check.py")
    assert telling.STOPPED in telling.page(found)


def test_a_misspelt_function_is_still_asked_about():
    """Where the file runs to its end, a name that is near is named."""
    assert "There is `softmaxx`" in telling.text(checked("def softmaxx(x):\n    return x\n"))


def test_what_is_judged_later_is_not_called_handed_in():
    """Nobody should think that work is handed in because it was checked; and a word is enough for it."""
    shown = telling.text(checked("better_loss = 'mse'\n", "feedforward_conv", kit=True))
    (line,) = (line for line in shown.splitlines() if " 1.7a " in line)
    assert line.split() == ["…", "judged", "later", "1.7a", "The", "better", "loss"]
    assert "anded in" not in shown


def test_a_part_of_several_checks_says_once_what_is_true_of_all():
    """Three functions that are not written are not three messages."""
    text = "runtime_iteration = ...\nruntime_hidden = ...\nruntime_final = ...\n"
    found = checked(text, "tiny_cnn_training", kit=True)
    (mark,) = (mark for mark in found.graded.marks if mark.part == "1.runtime")
    assert mark.feedback == "Not written yet."


@pytest.mark.parametrize(
    ("name", "part", "words"),
    [
        ("feedforward_conv", "1.1", "0 of 2 marks so far: 0 of 1 public case; hidden ones decide the rest."),
        ("baby_cnn", "c.sample", "0 of 1 mark so far; hidden ones decide the rest."),
        ("baby_cnn", "a", "0 of 6 marks so far: 0 of 4 public cases; hidden ones decide the rest."),
    ],
)
def test_one_is_one_and_none_is_not_counted(name, part, words):
    """One case, one mark, and no case at all."""
    kit = recorded(public_only(COURSE.assignment(name, seed=0)), COURSE.reference(name))
    found = examine(InProcessSession({}), kit, RecordedKey(kit.answers), parts_named(kit, [part]))
    assert telling.total(found) == words


@pytest.mark.parametrize("width", [32, 40, 60, 100])
def test_a_narrow_terminal_is_not_overrun(asked, width):
    """What is counted goes on a line of its own; a command stays in one piece to be copied."""
    shown = telling.text(
        examined(asked, {"sigmoid": sigmoid}), telling.Style(width=width, again="python check.py")
    )
    assert max(map(len, shown.splitlines())) <= width
    assert any(line.endswith("python check.py 2") for line in shown.splitlines())


@pytest.mark.parametrize(("wanted", "near"), [("sigmoyd", "sigmoid"), ("softmx", "softmax")])
def test_a_near_miss_of_a_function_is_named(sheet, wanted, near):
    """A part may be asked for by its function, so a slip in that is understood too."""
    with pytest.raises(UsageError) as error:
        chosen_parts(sheet, [wanted])
    assert f"did you mean {near}?" in str(error.value)


@pytest.mark.parametrize(("system", "quoted"), [("linux", "'my answer.py'"), ("win32", '"my answer.py"')])
def test_a_command_is_quoted_as_the_systems_shell_reads_it(monkeypatch, system, quoted):
    """Windows knows double quotes alone."""
    monkeypatch.setattr("sys.platform", system)
    assert telling.command("grader check", [Path("my answer.py")]) == f"grader check {quoted}"
