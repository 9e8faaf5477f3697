"""`grader check`: a student's own work, or a CI job's, on the public cases."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.shared import course_option, named_course, save

if TYPE_CHECKING:
    from grader.kit.checker import Target
    from grader.kit.selfcheck import SelfCheck

FAILED = 1
FORMATS = ("text", "json", "github", "junit", "gitlab")


def _marks(ctx: click.Context, param: click.Parameter, value: str | None) -> Fraction | None:
    """A number of marks, exactly: 3, 2.5 or 5/3."""
    try:
        return None if value is None else Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(f"{value!r} is not a number of marks", ctx, param) from error


@click.command("check", epilog="Example: grader check baby_cnn.py a.theta --watch")
@click.argument("what", nargs=-1, metavar="[FILE]... [PART]...")
@click.option("-a", "--assignment", "assignments", multiple=True, help="What FILE answers; else by its name.")
@click.option("--watch", is_flag=True, help="Check again whenever the file is saved.")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(FORMATS))
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML too.")
@click.option(
    "--gitlab", type=click.Path(path_type=Path), metavar="FILE", help="Write a code quality report too."
)
@click.option(
    "--fail-on",
    default="any",
    show_default=True,
    type=click.Choice(["any", "error", "never"]),
    help="Exit code 1 for any public case that is not right; only for code that does not run; never.",
)
@click.option("--min-marks", callback=_marks, metavar="N", help="Exit code 1 for fewer marks than this.")
@click.option(
    "--sandbox",
    "strength",
    default="none",
    show_default=True,
    type=click.Choice(["best", "strict", "weak", "none"]),
    help="How strong the box must be: your own code needs none, somebody else's does.",
)
@course_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    what: tuple[str, ...],
    assignments: tuple[str, ...],
    course: str | None,
    *,
    watch: bool,
    fail_on: str,
    min_marks: Fraction | None,
    strength: str,
    **reports: Any,
) -> int:
    """Check FILEs (those of this folder without any) on the public cases; PARTs select.

    A part is named by its id, its question or its function. Hidden cases are counted and never shown. Works
    inside a course, and in a folder with a kit.
    """
    from grader.kit.checker import Checker, again_with, ahead
    from grader.kit.watching import watch as keep_watching

    code, again = 0, again_with(what, assignments)
    with ExitStack() as stack:
        ready = stack.enter_context(ahead()) if strength == "none" else None  # while the course is read
        checker = Checker.find(named_course(ctx, course), what)
        targets = checker.targets(what, assignments)
        runner = ready or stack.enter_context(checker.runner(strength))

        def once() -> None:
            nonlocal code
            found = [checker.check(target, runner) for target in targets]
            _write(found, targets, again, **reports)
            code = FAILED if _failed(found, fail_on, min_marks) else 0

        if watch:
            keep_watching([target.path for target in targets], once, sys.stderr)
        else:
            once()
    return code


def _failed(found: list[SelfCheck], fail_on: str, min_marks: Fraction | None) -> bool:
    marks = sum((one.graded.raw for one in found), Fraction(0))
    if min_marks is not None and marks < min_marks:
        return True
    if fail_on == "never":
        return False
    return any(one.failed if fail_on == "any" else one.broken for one in found)


def _write(
    found: list[SelfCheck],
    targets: list[Target],
    again: str,
    form: str,
    as_json: bool,
    junit: Path | None,
    gitlab: Path | None,
) -> None:
    """The result on stdout in the form that was asked for, and the reports that were asked for besides."""
    from grader.kit import telling

    if as_json or form == "json":
        plain = [telling.plain(one) for one in found]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, indent=2))
    elif form == "text":
        for number, one in enumerate(found):
            telling.write("\n" * bool(number), sys.stdout, end="")
            telling.write(telling.text(one, telling.style_of(sys.stdout, again)), sys.stdout)
    elif form == "github":
        from grader.cli.github import publish

        publish(found, targets)
    else:
        click.echo(_exported(found, targets, form))
    for path, kind in ((junit, "junit"), (gitlab, "gitlab")):
        if path:
            save(path, _exported(found, targets, kind))


def _exported(found: list[SelfCheck], targets: list[Target], form: str) -> str:
    from grader.cli.github import texts

    return texts(found, targets, form)[0]
