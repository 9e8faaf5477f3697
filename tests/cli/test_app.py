"""What all commands share."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader.cli.app import COMMANDS, cli, main
from grader.errors import CourseCodeError, RosterError, RubricError, SandboxError, StoreError, UsageError
from tests.cli.conftest import start


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_course_after_its_name(name):
    """`--course DIR` may stand before or after the command, also where nothing of the course is needed."""
    for _ in range(2):
        command = cli.get_command(click.Context(cli), name)
        options = command.commands.values() if isinstance(command, click.Group) else [command]
        for each in options:
            taken = [one for one in each.params if "--course" in one.opts]
            assert len(taken) == 1, each.name


def test_a_template_without_the_column_is_the_users_to_mend(tmp_path, capsys):
    """Exit code 2 with what to do, as everywhere: nothing of the grader or the machine has failed."""
    (tmp_path / "results.json").write_text(
        '{"schema": "grader-results/1", "submissions": [],'
        ' "assignments": [{"name": "warm_up", "available": 5, "questions": []}]}'
    )
    (tmp_path / "grades.csv").write_text("Student,ID,HW 3 (1)\n")
    with pytest.raises(SystemExit) as ended:
        main(["export", str(tmp_path), "canvas", "--template", str(tmp_path / "grades.csv")])
    assert ended.value.code == 2
    assert "Give one with --column: HW 3." in capsys.readouterr().err


def ended(*args):
    with pytest.raises(SystemExit) as end:
        main(list(args))
    return end.value.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no"), 2),
        (RubricError("no"), 2),
        (CourseCodeError("no"), 2),
        (RosterError("no"), 2),
        (StoreError("no"), 3),
        (SandboxError("no"), 3),
        (OSError(28, "No space left on device"), 3),
        (ZeroDivisionError("a bug of ours"), 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_every_error_has_its_documented_code(monkeypatch, capfd, error, code):
    """1 is kept for what is ungraded or failed: neither the machine's failure nor a bug of ours is it."""

    def fails(*_):
        raise error

    monkeypatch.setattr("grader.sandbox.doctor.examine", fails)
    assert ended("doctor") == code
    assert capfd.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
@pytest.mark.parametrize("args", [["doctor"], ["--help"], ["grade", "--help"]])
def test_a_reader_that_has_seen_enough_is_no_failure(args):
    """`| head` ends a command with 0, and a full disk with 3, each without a traceback."""
    process = start(*args)
    process.stdout.close()
    assert (process.wait(timeout=60), process.stderr.read()) == (0, "")
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_the_machines_failure():
    """Results that can't be written are told in a sentence."""
    command = [sys.executable, "-m", "grader", "doctor"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "error: the output: No space left on device\n"


def test_a_terminal_that_lacks_a_character_shows_another():
    """No output ends a command because a terminal's encoding is poor."""
    command = [sys.executable, "-c", "from grader.cli import app; app._settle(); print('…')"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "?\n"


def test_a_near_miss_is_named(capsys):
    """A mistyped command is answered with the one that was meant."""
    assert ended("grde") == 2
    assert "Did you mean 'grade'?" in capsys.readouterr().err
