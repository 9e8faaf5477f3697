"""What all commands share."""

import click
import pytest

from grader.cli.app import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_course_after_its_name(name):
    """`--course DIR` may stand before or after the command, also where nothing of the course is needed."""
    for _ in range(2):
        command = cli.get_command(click.Context(cli), name)
        options = command.commands.values() if isinstance(command, click.Group) else [command]
        for each in options:
            taken = [one for one in each.params if "--course" in one.opts]
            assert len(taken) == 1, each.name
