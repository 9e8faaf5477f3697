"""The front door: the list of commands, the options they share, and what an error becomes.

Exit codes: 0 all done; 1 a public case failed or something is ungraded; 2 usage or a bad rubric;
3 the grader or the machine failed; 130 interrupted.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from grader.errors import (
    CourseCodeError,
    ExportError,
    GraderError,
    RosterError,
    RubricError,
    UsageError,
    did_you_mean,
)

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
            return ctx.fail(f"No such command {name!r}. {str(did_you_mean(name, COMMANDS)).capitalize()}")
        command = import_module(f"grader.cli.{name}").command
        return _with_course(command) if isinstance(command, click.Command) else None

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """The command line, parsed; `--help` is written here."""
        with _to_a_reader():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _to_a_reader():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table of commands, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


class ReaderLeft(Exception):
    """Whoever read the output has seen enough, as `head` does."""


@contextmanager
def _to_a_reader() -> Iterator[None]:
    # Both click and rich would end with 1, which says here that something is ungraded.
    try:
        yield
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise
        raise ReaderLeft from error


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
    _settle()
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
    except ReaderLeft:
        code = _mute()
    except OSError as error:
        _mute()
        code = _tell(f"error: {error.filename or 'the output'}: {error.strerror or error}", FAILED)
    except Exception:  # noqa: BLE001  a bug of ours: its traceback helps, and Python's own 1 would say "ungraded"
        traceback.print_exc()
        code = _tell("error: the grader failed, through no fault of a submission", FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _mute() -> int:
    """Drop what stdout holds back: Python would try once more to write it, and fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _settle() -> None:
    """Being told to end is being interrupted; a terminal that lacks a character shows another."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _tell(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
