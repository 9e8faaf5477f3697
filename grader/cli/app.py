"""The front door: the list of commands, the options they share, and what an error becomes.

Exit codes: 0 all done; 1 a public case failed or something is ungraded; 2 usage or a bad rubric;
3 the grader or the machine failed; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from grader.errors import CourseCodeError, ExportError, GraderError, RosterError, RubricError, UsageError

COMMANDS = {
    "grade": "Grade a folder, a zip or a course system's export.",
    "remark": "Mark again from the record, after a change of the rubric.",
    "check": "Check your own work on the public cases.",
    "kit": "Make what students get, and search it for leaks.",
    "pack": "Make the zip that is handed in.",
    "bundle": "Make an autograder for another system.",
    "new": "Start an assignment: rubric, reference, examples, a test.",
    "lint": "Prove rubrics and references sound.",
    "show": "Show one student's marks and reasons.",
    "stats": "Show how the class did, part by part.",
    "report": "Write the static site of a run.",
    "export": "Write a run in another system's format.",
    "diff": "Show what changed between two runs, for whom, and why.",
    "mark": "Mark by hand what waits for a person, on a page or in a spreadsheet.",
    "override": "Give a part other marks, with a reason.",
    "autograder": "What a bundle runs in another system's container.",
    "doctor": "Tell what this machine can enforce.",
}
USAGE, FAILED, INTERRUPTED = 2, 3, 130


class Commands(click.Group):
    """Knows every command's name and one line of help without importing it, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order of a course's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, imported now; a near miss is named."""
        if name not in COMMANDS:
            near = get_close_matches(name, COMMANDS, n=1)
            return ctx.fail(f"No such command {name!r}. Did you mean {near[0]!r}?") if near else None
        command = import_module(f"grader.cli.{name}").command
        return _with_course(command) if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table of commands, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _with_course(command: click.Command) -> click.Command:
    """The command, taking `--course` after its name as well as before it, also where it needs no course."""
    if all(option.name != "course" for option in command.params):
        command.params.append(click.Option(["--course"], metavar="DIR", expose_value=False, hidden=True))
    return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: grader grade submissions/ -o gradebook",
)
@click.option("--course", metavar="DIR", help="The course's folder (rubrics/ and reference/).")
@click.version_option(package_name="ml-homework-grader", prog_name="grader")
@click.pass_context
def cli(ctx: click.Context, course: str | None) -> None:
    """Grade homework in the mathematics of machine learning."""
    ctx.obj = {"course": course}


def main(args: list[str] | None = None) -> Any:
    """Run the command line and exit with the documented code."""
    try:
        code = cli.main(args=args, prog_name="grader", standalone_mode=False)
    except click.exceptions.Abort:
        code = _tell("interrupted", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except (UsageError, RubricError, RosterError, CourseCodeError, ExportError) as error:
        code = _tell(f"error: {error}", USAGE)
    except GraderError as error:
        code = _tell(f"error: {error}", FAILED)
    except KeyboardInterrupt:
        code = _tell("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _tell(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
