"""`grader show` from the command line."""

import json
import shlex
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.app import cli
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict

PART = Part("a", "1", "A", Fraction(3), ())


def test_json_holds_the_chosen_assignments_only(tmp_path):
    """`--assignment` counts for machines too."""
    names = ("warm_up", "baby_cnn")
    mark = Mark("a", "1", Fraction(1), Fraction(3), Verdict.PARTIAL)
    graded = [Graded("ada", name, (mark,), Fraction(1), Fraction(1), Fraction(3)) for name in names]
    asked = [Assignment(name, name, (Question("1", "One", (PART,)),)) for name in names]
    Gradebook(graded, asked, {"seed": 1}).write(tmp_path)
    done = CliRunner().invoke(cli, ["show", str(tmp_path), "ada", "-a", "baby_cnn", "--json"])
    assert [one["assignment"] for one in json.loads(done.stdout)] == ["baby_cnn"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["adda"], "did you mean ada?"),
        (["ada", "-a", "warmup"], "there is warm_up"),
        (["ada", "--part", "b"], "there is a"),
    ],
)
def test_what_is_not_there_is_an_error_with_what_is(tmp_path, words, said):
    """A misspelt student, assignment or part is never an empty answer."""
    mark = Mark("a", "1", Fraction(1), Fraction(3), Verdict.PARTIAL)
    graded = Graded("ada", "warm_up", (mark,), Fraction(1), Fraction(1), Fraction(3))
    asked = Assignment("warm_up", "W", (Question("1", "One", (PART,)),))
    Gradebook([graded], [asked], {"seed": 1}).write(tmp_path)
    done = CliRunner().invoke(cli, ["show", str(tmp_path), *words], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert done.exception.hint == said


def test_one_part_is_json_for_machines_too(tmp_path):
    """`--part` with `--json` gives the same keys as without it, with that part alone."""
    marks = tuple(Mark(part, "1", Fraction(1), Fraction(3), Verdict.PARTIAL) for part in "ab")
    parts = tuple(Part(part, "1", part, Fraction(3), ()) for part in "ab")
    graded = Graded("ada", "warm_up", marks, Fraction(2), Fraction(2), Fraction(6))
    asked = Assignment("warm_up", "W", (Question("1", "One", parts),))
    Gradebook([graded], [asked], {"seed": 1}).write(tmp_path)
    done = CliRunner().invoke(cli, ["show", str(tmp_path), "ada", "--part", "b", "--json"])
    (told,) = json.loads(done.stdout)
    assert (told["student"], [part["id"] for part in told["parts"]]) == ("ada", ["b"])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of one wrong submission: its folder, and a way to give commands about it."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "subs" / "ada").mkdir(parents=True)
    (folder / "subs" / "ada" / "warm_up.py").write_text("def sigmoid(x):\n    return 7 * x\n")

    def ask(*words):
        course = str(Path(__file__).parents[2])
        return CliRunner().invoke(cli, ["--course", course, *words], catch_exceptions=False).stdout

    ask("grade", str(folder / "subs"), "-o", str(folder / "out"), "-j", "1")
    return str(folder / "out"), ask


def test_the_staffs_line_repeats_a_case(run):
    """`--staff` ends with a command for each part that went wrong; run, it asks the kept hand-in again."""
    out, ask = run
    line = next(line for line in ask("show", out, "ada", "--staff").splitlines() if "--part 1 " in line)
    again = ask(*shlex.split(line.partition("grader ")[2]))
    assert again.startswith("a vector: not right: x = [-2, -0.5, 0, 1, 3]; answered [-14,")


def test_any_case_can_be_seen_in_full(run):
    """Only the first wrong cases are written out in a report; asked for by its name, every one is."""
    out, ask = run
    asked = ("show", out, "ada", "--part", "1", "--case", "random matrix 3")
    assert ask(*asked) == "random matrix 3: not right\n"
    again = ask(*asked, "--rerun")
    assert again.startswith("random matrix 3: not right: x = ")
    assert "answered" in again
    assert "expected" in again
