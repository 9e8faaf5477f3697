"""`grader show` from the command line."""

import json
from fractions import Fraction

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
