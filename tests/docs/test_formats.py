"""`docs/formats.md` names the keys and columns of a run's files: all of them, and none besides."""

import csv
import json
import re
from pathlib import Path

import pytest

import grader
from grader.model import Verdict
from grader.rubric.skeleton import write_skeleton

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def told(begins, ends):
    """The keys in the first column of the table between two pieces of the page."""
    table = TEXT.split(begins, 1)[1].split(ends, 1)[0]
    return {
        key
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A run of a small course with right and wrong answers."""
    root = tmp_path_factory.mktemp("course")
    write_skeleton(root, "week_3")
    grader.grade(root / "submissions_example", root, out=root / "out", sandbox="none")
    return root / "out"


def test_every_key_of_the_results_is_documented(out):
    """The contract `grader-results/1`, key for key, at each of its three levels."""
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert set(results) == told("## results.json", "A submission:")
    assert {key for one in results["submissions"] for key in one} == told("A submission:", "A part:")
    parts = [part for one in results["submissions"] for part in one["parts"]]
    assert {key for part in parts for key in part} == told("A part:", "Marks are exact")
    keys = {key for part in parts for one in part["evidence"] for key in one}
    assert keys == {"check", "case", "right", "public", "student", "staff"}
    assert all(f"`{key}`" in TEXT.split("| `evidence` |")[1].split("\n")[0] for key in keys)
    for key in (*results["assignments"][0], *results["assignments"][0]["questions"][0]["parts"][0]):
        assert f"`{key}`" in TEXT.split("| `assignments` |")[1].split("\n")[0]


def test_every_verdict_is_documented():
    """A reader of the results knows each word that may come."""
    assert " ".join(Verdict) in TEXT


@pytest.mark.parametrize("name", ["gradebook.csv", "parts.csv", "intake.csv"])
def test_every_column_of_the_tables_is_documented(out, name):
    """What each table's first line says is explained."""
    with (out / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    (explained,) = re.findall(rf"`(?:OUT/)?{re.escape(name)}` (?:has|says) .*?\n\n", TEXT, re.DOTALL)
    named = [column for column in header if not column.startswith("week_3.")]
    assert [column for column in named if f"`{column}`" not in explained] == []
