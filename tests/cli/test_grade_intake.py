"""What `grader grade` says of hand-ins and the roster before it grades."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.app import cli
from grader.errors import UsageError

COURSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def handed_in(tmp_path):
    """Three hand-ins: two known, one not; and a roster with one more."""
    for name in ("007--2026--warm_up.py", "ada--2026--warm_up.py", "eve--2026--warm_up.py"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text("x = 1\n")
    (tmp_path / "roster.csv").write_text("id,name\n007,James\nada,Ada\nbob,Bob\n")
    return tmp_path


def ask(*args):
    command = ["--course", str(COURSE), "grade", *map(str, args), "--dry-run"]
    return CliRunner().invoke(cli, command, standalone_mode=False)


PATTERN = r"(?P<student_id>\w+)--(?P<timestamp>\d+)--(?P<file_id>.+)"


def test_a_roster_is_compared_with_the_hand_ins(handed_in):
    """Who is not on the roster and who handed in nothing is told on stderr, ids with their zeros."""
    done = ask(handed_in / "in", "--pattern", PATTERN, "--roster", handed_in / "roster.csv")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["007", "ada", "eve"]
    assert "1 not on the roster: eve" in done.stderr
    assert "1 on the roster without a hand-in: bob (Bob)" in done.stderr


def test_another_assignment_is_missing_too(handed_in):
    """Missing is who handed in nothing for what is graded."""
    done = ask(handed_in / "in", "--pattern", PATTERN, "--roster", handed_in / "roster.csv", "-a", "baby_cnn")
    assert "3 on the roster without a hand-in" in done.stderr


def test_a_class_without_hand_ins_is_no_result(handed_in):
    """The wrong assignment is named at once, instead of an empty gradebook."""
    command = [
        "grade",
        str(handed_in / "in"),
        "--pattern",
        PATTERN,
        "-a",
        "baby_cnn",
        "-o",
        str(handed_in / "out"),
    ]
    done = CliRunner().invoke(cli, ["--course", str(COURSE), *command], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "nobody handed in baby_cnn" in str(done.exception)
    assert not (handed_in / "out" / "results.json").exists()


def test_a_bad_pattern_is_the_callers_fault(handed_in):
    """The error says what is wrong with it."""
    done = ask(handed_in / "in", "--pattern", "(")
    assert type(done.exception).__name__ == "UsageError"
