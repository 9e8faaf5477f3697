"""`grader new`."""

import pytest
from click.testing import CliRunner

from grader.cli.app import cli


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, list(words))


def test_an_empty_folder_becomes_a_course(run, tmp_path):
    """The written files are listed on stdout, and the linter finds nothing in them."""
    told = run("new", "week_3")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "rubrics/week_3.yaml"
    assert "week_3: sound" in run("lint", "week_3").stdout


def test_inside_a_course_it_goes_to_the_course(run, tmp_path, monkeypatch):
    """From a folder inside a course, the files go to the course's own folders."""
    run("new", "week_3")
    monkeypatch.chdir(tmp_path / "tests")
    assert run("new", "week_4").exit_code == 0
    assert (tmp_path / "rubrics" / "week_4.yaml").is_file()


def test_a_named_course_may_be_new(run, tmp_path):
    """`--course` names the folder, which need not be there."""
    assert run("new", "week_3", "--course", "fresh").exit_code == 0
    assert (tmp_path / "fresh" / "reference" / "week_3.py").is_file()


def test_what_is_there_stays(run):
    """A second time is refused."""
    run("new", "week_3")
    assert run("new", "week_3").exit_code != 0
