"""What all commands share."""

import click
import pytest

from grader.cli.app import COMMANDS, cli, main


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
