"""The documentation is true: links lead somewhere, commands exist, kinds and options are told."""

import dataclasses
import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.checks.registry import kinds
from grader.cli.app import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
PLACEHOLDERS = {"OUT", "OUT1", "OUT2", "STUDENT", "PART", "MARKS", "WHY", "FORMAT", "ASSIGNMENT", "ZIP"}


def commands():
    """Every `grader …` in a shell block or a table, with its page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.splitlines():
                found = re.match(r"(?:\$ )?(?:python3? -m )?grader (.+)", line.strip())
                if found:
                    yield page.name, found[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Every relative link names a file that is there."""
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(("page", "line"), sorted(set(commands())))
def test_commands_that_are_shown_exist_with_their_options(page, line):
    """A shown command is one of ours, and takes the options it is shown with."""
    words = shlex.split(line.split("#")[0].split(" | ")[0].split(" && ")[0].replace(" &", ""))
    name = next(word for word in words if not word.startswith("-"))
    assert name in COMMANDS, page
    known = {name for option in cli.get_command(None, name).params for name in option.opts}
    shown = {word.split("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
    assert shown <= known | {"--help", "--course"}


def test_the_readmes_terminal_is_a_real_run(tmp_path, monkeypatch):
    """What the README shows is what the command prints into eighty columns, line by line."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n\$ grader (.*?)\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(cli, [*shlex.split(shown[1]), "-o", str(tmp_path / "gradebook")])
    printed = done.stdout.replace(f"{tmp_path}{os.sep}", "").replace(os.sep, "/")
    assert [line.rstrip() for line in printed.splitlines()] == shown[2].splitlines()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_and_helps_with_an_example(name):
    """`docs/commands.md` has every command, and its help shows how it is used."""
    assert f"`grader {name}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = CliRunner().invoke(cli, [name, "--help"])
    assert told.exit_code == 0
    assert "Example: grader" in told.output


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_and_option_is_documented(name):
    """`docs/checks.md` has every kind with every option."""
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert f"`{name}`" in text
    options = {field.name for field in dataclasses.fields(kinds()[name].options)}
    assert {option for option in options if f"`{option}`" not in text and f"{option}:" not in text} == set()
