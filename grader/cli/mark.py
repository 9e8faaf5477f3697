"""`grader mark`: mark by hand, on a local page or in a spreadsheet."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.shared import course_option, find_course, progress, renew_site, save

if TYPE_CHECKING:
    from grader.desk.queue import Desk

NOT_TAKEN = 1


@click.command("mark", epilog="Example: grader mark gradebook -a feedforward_conv 1.7b --anonymous")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("parts", nargs=-1, metavar="[PART]...")
@click.option("-a", "--assignment", "assignments", multiple=True, help="Only this one; may be repeated.")
@click.option("--anonymous", is_flag=True, help="Hide who wrote an answer, and shuffle the answers.")
@click.option("--who", default=getpass.getuser, help="Whose decisions they are.  [default: you]")
@click.option(
    "--export", "to", type=click.Path(path_type=Path), help="Write what waits into this CSV instead."
)
@click.option(
    "--import", "back", type=click.Path(path_type=Path, exists=True), help="Take such a CSV back, filled in."
)
@click.option("--all", "everything", is_flag=True, help="Export every answer, not only what waits.")
@click.option("--port", default=0, help="The page's port.  [default: any that is free]")
@click.option("--no-browser", is_flag=True, help="Only print the page's address.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, out: Path, parts: tuple[str, ...], *, assignments: tuple[str, ...], anonymous: bool,
    who: str, to: Path | None, back: Path | None, everything: bool, port: int, no_browser: bool,
    course: str | None,
) -> int:  # fmt: skip
    """Mark by hand what waits for a person in the run in OUT, and override what does not.

    Without --export and --import a page opens on this machine: one answer after another, beside the model
    answer. Every decision is kept at once with who, when and why, and survives re-grading and re-marking.
    """
    from grader.batch.run import Run
    from grader.desk.queue import Desk, chosen_places
    from grader.desk.server import door, serve
    from grader.desk.sheet import sheet

    desk = Desk(Run.again(find_course(ctx, course), out), who, anonymous=anonymous, chosen=assignments)
    if back:
        return _take(desk, back, out)
    desk.places = tuple(chosen_places(desk, parts))
    if to:
        save(to, "\ufeff" + sheet(desk, desk.places, everything=everything))  # Excel asks for the mark
        click.echo(str(to))
        return 0

    def opened(address: str) -> None:
        click.echo(address)
        progress().print("Marking; Ctrl-C, or Finish on the page, ends it.")
        if not no_browser:
            click.launch(str(door(out, address).resolve()))

    try:
        serve(desk, port, opened)
    finally:
        (out / "mark.html").unlink(missing_ok=True)
        renew_site(out)
    return 0


def _take(desk: Desk, path: Path, out: Path) -> int:
    """Take a sheet back; what could not be taken is told, and makes the exit code 1."""
    from grader.desk.sheet import take
    from grader.intake.roster import decode

    taken = take(desk, decode(path.read_bytes()))
    desk.settle()
    renew_site(out)
    for problem in taken.problems:
        progress().print(problem, markup=False)
    left = f", {len(taken.problems)} not taken" if taken.problems else ""
    click.echo(f"{taken.decided} decided, {taken.unchanged} left as they were{left}")
    return NOT_TAKEN if taken.problems else 0
