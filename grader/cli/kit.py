"""`grader kit`: what students get."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import chosen_assignments, course_option, find_course, save


@click.command("kit", epilog="Example: grader kit baby_cnn -o baby_cnn.zip")
@click.argument("assignment")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="The zip, or a folder [ASSIGNMENT_kit.zip]."
)
@click.option("--seed", "seeds", multiple=True, type=int, help="A seed that you grade with, besides 1.")
@course_option
@click.pass_context
def command(
    ctx: click.Context, assignment: str, out: Path | None, seeds: tuple[int, ...], course: str | None
) -> None:
    """Make the kit of ASSIGNMENT: starter file and notebook, public cases, the checker, a README.

    Before it is written it is searched for the reference, hidden cases and mistakes; if any is found, it is
    not written.
    """
    from grader.kit.build import GRADING_SEEDS, build

    opened = find_course(ctx, course)
    (name,) = chosen_assignments(opened, [assignment])
    kit = build(opened, name, (*GRADING_SEEDS, *seeds))
    out = out or Path(f"{name}_kit.zip")
    if out.suffix == ".zip":
        save(out, kit.zip())
    else:
        for file, content in kit.files.items():
            save(out / file, content)
    click.echo(f"Written to {out}:\n{kit}")
