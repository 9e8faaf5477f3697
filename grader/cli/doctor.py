"""`grader doctor`: what this machine can enforce, in words."""

from __future__ import annotations

import dataclasses
import json

import click


@click.command("doctor", epilog="Example: grader doctor --json")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def command(*, as_json: bool) -> None:
    """Tell which walls of the box stand on this machine, and what that leaves open."""
    from grader.sandbox.doctor import examine

    report = examine()
    click.echo(json.dumps(dataclasses.asdict(report), indent=2) if as_json else str(report))
