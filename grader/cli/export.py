"""`grader export`: a run in another system's format."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.shared import progress


class Command(click.Command):
    """`grader export`, which lists every format that is there."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the formats; those with a star need --template."""
        super().format_options(ctx, formatter)
        from grader.exports.base import layouts

        with formatter.section("Formats (* needs --template)"):
            formatter.write_dl(
                [(f"{one.name}{' *' if one.template else ''}", one.about) for one in layouts().values()]
            )


@click.command(
    "export",
    cls=Command,
    epilog="Example: grader export gradebook canvas --template Grades.csv -o upload.csv",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("form", metavar="FORMAT")
@click.option("-o", "--to", type=click.Path(path_type=Path), help="Where to  [default: OUT/exports].")
@click.option("-a", "--assignment", help="Which one, where the format holds one.")
@click.option("--template", type=click.Path(path_type=Path, exists=True), help="The system's own export.")
@click.option("--column", help="Which column of the template to fill.")
def command(
    out: Path,
    form: str,
    *,
    to: Path | None,
    assignment: str | None,
    template: Path | None,
    column: str | None,
) -> None:
    """Write the run in OUT as FORMAT, into OUT/exports or where --to says."""
    from grader.exports.base import Request, export
    from grader.gradebook import Gradebook
    from grader.reports.site import pages_of, sources_of

    gradebook = Gradebook.read(out)
    sources = sources_of(out)
    request = Request(
        assignment=assignment, template=template, column=column, sources=sources,
        pages=pages_of(gradebook, sources) if "feedback" in form else {},
    )  # fmt: skip
    exported = export(gradebook, form, to or out / "exports", request)
    for note in exported.notes:
        progress().print(note, markup=False)
    for path in exported.paths:
        click.echo(str(path))
