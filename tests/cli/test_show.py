"""`grader show` from the command line."""

import json
import shlex
from fractions import Fraction
from pathlib import Path

from click.testing import CliRunner

from grader.cli.app import cli
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


def test_the_staffs_line_repeats_a_case(tmp_path):
    """`--staff` ends with a command for each part that went wrong; run, it asks the kept hand-in again."""
    root = Path(__file__).parents[2]
    folder = tmp_path / "subs" / "ada"
    folder.mkdir(parents=True)
    (folder / "warm_up.py").write_text("def sigmoid(x):\n    return 7 * x\n")
    out = tmp_path / "out"

    def ask(*words):
        return CliRunner().invoke(cli, ["--course", str(root), *words], catch_exceptions=False).stdout

    ask("grade", str(tmp_path / "subs"), "-o", str(out), "-j", "1")
    line = next(line for line in ask("show", str(out), "ada", "--staff").splitlines() if "--part 1 " in line)
    again = ask(*shlex.split(line.partition("grader ")[2]))
    assert again.startswith("a vector: not right: x = [-2, -0.5, 0, 1, 3]; answered [-14,")
