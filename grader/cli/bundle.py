"""`grader bundle`: an autograder for another system."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import chosen_assignments, course_option, find_course, save


@click.command("bundle", epilog="Example: grader bundle gradescope baby_cnn -o autograder.zip")
@click.argument("system", type=click.Choice(["gradescope", "prairielearn", "classroom50"]))
@click.argument("assignment")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="A zip or a folder [NAME_SYSTEM.zip].")
@click.option("--seed", default=1, show_default=True, help="What the drawn cases are drawn from.")
@click.option(
    "--visibility",
    default="visible",
    show_default=True,
    type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]),
    help="When Gradescope shows the results.",
)
@click.option(
    "--sandbox",
    default="best",
    show_default=True,
    type=click.Choice(["best", "strict", "weak", "none"]),
    help="How strong the box in the container must be.",
)
@course_option
@click.pass_context
def command(
    ctx: click.Context,
    system: str,
    assignment: str,
    out: Path | None,
    *,
    seed: int,
    visibility: str,
    sandbox: str,
    course: str | None,
) -> None:
    """Make the autograder of ASSIGNMENT for SYSTEM.

    Gradescope's and PrairieLearn's hold the rubric and the reference, which those systems keep from students;
    Classroom 50's is public, and holds the public cases alone.
    """
    from grader.kit.bundles import SYSTEMS, Wanted, zipped

    opened = find_course(ctx, course)
    (name,) = chosen_assignments(opened, [assignment])
    files = SYSTEMS[system](opened, Wanted(name, seed, visibility, sandbox))
    out = out or Path(f"{name}_{system}.zip")
    if out.suffix == ".zip":
        save(out, zipped(files))
    else:
        for file, content in files.items():
            save(out / file, content)
    click.echo(f"Written to {out}: {len(files)} files, {sum(map(len, files.values())) // 1024} KiB")
