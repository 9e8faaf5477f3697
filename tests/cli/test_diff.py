"""`grader diff` from the command line."""

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from grader.cli.app import cli
from grader.gradebook import Gradebook
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict

PART = Part("a", "1", "A", Fraction(3), ())
ASKED = Assignment("warm_up", "Warm up", (Question("1", "One", (PART,)),))


@pytest.fixture
def runs(tmp_path):
    """Two runs: the second has another rubric and other marks."""
    for name, marks in (("one", Fraction(1)), ("two", Fraction(5, 3))):
        mark = Mark("a", "1", marks, Fraction(3), Verdict.PARTIAL)
        graded = Graded("<b>ada", "warm_up", (mark,), marks, marks, Fraction(3), digests={"rubric": name})
        Gradebook([graded], [ASKED], {"seed": 1}).write(tmp_path / name)
    return tmp_path / "one", tmp_path / "two"


def ask(*args):
    return CliRunner().invoke(cli, ["diff", *map(str, args)], standalone_mode=False)


def test_the_table_says_who_what_and_why(runs):
    """Marks before and after, and the cause."""
    done = ask(*runs)
    assert done.return_value == 0
    for word in ("<b>ada", "1 → 1.67", "rubric", "1 submission differs"):
        assert word in done.stdout


@pytest.mark.parametrize(("pair", "code"), [((0, 1), 1), ((0, 0), 0)])
def test_a_script_can_fail_on_changes(runs, pair, code):
    """--fail-if-changed is 1 exactly where something differs."""
    assert ask(*(runs[i] for i in pair), "--fail-if-changed").return_value == code


def test_json_is_the_same_in_numbers(runs):
    """One object with the run's and the students' changes."""
    found = json.loads(ask(*runs, "--json").stdout)
    assert found["changes"][0]["marks"] == [1, float(Fraction(5, 3))]
    assert found["changes"][0]["why"] == ["rubric"]
