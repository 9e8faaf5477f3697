"""All formats together: found, harmless, and of one mind about every total."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from click.testing import CliRunner

from grader.cli.app import cli
from grader.errors import ExportError, UsageError
from grader.exports.base import Request, export, layouts
from grader.gradebook import exact, number

ALONE = sorted(name for name, layout in layouts().items() if not layout.template)


def test_the_formats():
    """Every promised format is there, and `grader export --help` has a line about it."""
    promised = (
        "csv xlsx parquet json canvas moodle gradescope classroom50 blackboard brightspace junit github"
    )
    assert {*promised.split(), "feedback-canvas", "feedback-moodle", "anonymous", "gitlab"} == set(layouts())
    told = CliRunner().invoke(cli, ["export", "--help"]).output
    for name, layout in layouts().items():
        assert re.search(rf"^ +{name}( \*)? +{re.escape(layout.about)}$", told, re.MULTILINE), name


@pytest.mark.parametrize("form", ALONE)
def test_every_format_holds_a_hostile_class(form, hostile, tmp_path):
    """Nothing raises or is written elsewhere, and students' formats never show the staff's text."""
    exported = export(hostile, form, tmp_path / "in" / "out")
    assert exported.paths
    apart = [path for path in exported.paths if not path.is_relative_to(tmp_path / "in" / "out")]
    assert [path.name for path in apart] == (["out-key.csv"] if form == "anonymous" else [])
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(exported.paths)
    if form in ("gradescope", "classroom50", "blackboard", "brightspace", "junit", "github", "gitlab"):
        assert not any(b"SECRET" in path.read_bytes() for path in exported.paths)


@pytest.mark.parametrize("form", ALONE)
def test_a_format_gives_the_same_bytes_twice(form, book, tmp_path):
    """An export says something of the marks alone, not of the clock; pseudonyms are drawn."""
    if form in ("anonymous", "xlsx"):
        pytest.skip("drawn, or with the time of writing in it")
    first = [path.read_bytes() for path in export(book, form, tmp_path / "1").paths]
    assert first == [path.read_bytes() for path in export(book, form, tmp_path / "2").paths]


def totals(form, book, path) -> dict[str, float]:
    """Each student's total as a format says it."""
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        return {row["student"]: float(row["warm_up.total"]) for row in rows}
    if form == "json":
        data = json.loads(path.read_text(encoding="utf-8"))
        return {each["student"]: each["marks"] for each in data["submissions"]}
    if form == "parquet":
        frame = pytest.importorskip("pandas").read_parquet(path)
        return dict(zip(frame.student, frame.final, strict=True))
    openpyxl = pytest.importorskip("openpyxl")
    rows = list(openpyxl.load_workbook(path)["Gradebook"].iter_rows(values_only=True))
    column = rows[0].index("warm_up.total")
    return {row[0]: row[column] for row in rows[1:]}


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_totals_agree_everywhere(form, book, tmp_path):
    """To the last of a double's seventeen digits, thirds and sixths included."""
    path = export(book, form, tmp_path / f"out.{form}").paths[0]
    assert totals(form, book, path) == {each.student: float(each.final) for each in book.graded}
    assert 17 / 6 in totals(form, book, path).values()


def test_parts_add_up_in_every_table(book, tmp_path):
    """The parts that any format shows add up to the raw total that it shows."""
    tidy = export(book, "csv", tmp_path / "csv").paths[1]
    by_student: dict[str, Fraction] = {}
    for row in csv.DictReader(io.StringIO(tidy.read_text(encoding="utf-8"))):
        by_student[row["student"]] = by_student.get(row["student"], Fraction(0)) + Fraction(
            exact(float(row["marks"] or 0))
        )
    assert by_student == {each.student: each.raw for each in book.graded}
    for each in book.graded:
        data = json.loads(
            (export(book, "gradescope", tmp_path / "g").paths[0].parent / f"{each.student}.json").read_text()
        )
        assert sum(exact(test.get("score", 0)) for test in data["tests"]) == each.raw
        assert exact(data["score"]) == each.final
    root = ET.parse(export(book, "junit", tmp_path / "j.xml").paths[0]).getroot()
    said = [float(p.get("value")) for p in root.iter("property") if p.get("name") == "score"]
    assert sum(map(exact, said)) == sum(each.raw for each in book.graded)


def test_classroom50_counts_hundredths(book, tmp_path):
    """Integers, never above the maximum, and the keys that its schema wants."""
    export(book, "classroom50", tmp_path / "c")
    data = json.loads((tmp_path / "c" / "12345.json").read_text())
    assert (data["score"], data["max-score"]) == (450, 800)
    assert [(test["score"], test["passed"]) for test in data["tests"]] == [(167, False), (300, True)]
    assert data["datetime"] == "2026-11-03T22:15:07Z"
    assert {"schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit"} <= set(
        data
    )


def test_xlsx_is_formatted_and_holds_text_as_text(hostile, tmp_path):
    """Frozen header, a sheet an assignment, statistics; no cell is a formula or a link."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(export(hostile, "xlsx", tmp_path / "x.xlsx").paths[0])
    assert book.sheetnames == ["Gradebook", "warm_up", "Statistics"]
    assert all(sheet.freeze_panes == "C2" for sheet in book)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(str(cell.value).startswith(("=", "@", "+")) for cell in cells)
    assert book["Gradebook"].conditional_formatting


def test_an_unknown_format_is_a_usage_error(book, tmp_path):
    """With the nearest name."""
    with pytest.raises(UsageError) as caught:
        export(book, "xslx", tmp_path / "x")
    assert caught.value.hint == "did you mean xlsx?"


@pytest.mark.parametrize("form", sorted(set(layouts()) - set(ALONE)))
def test_a_missing_template_is_a_usage_error(form, book, tmp_path):
    """Said before anything is written; a template that is no such file is an export error."""
    with pytest.raises(UsageError, match="--template"):
        export(book, form, tmp_path / "x")
    with pytest.raises(ExportError):
        export(book, form, tmp_path / "x", Request(template=tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []


def test_pseudonyms_hide_who_it_is_and_the_key_opens_them(book, tmp_path):
    """Ids and names are in the key alone, which lies outside the folder and is its owner's."""
    paths = export(book, "anonymous", tmp_path / "set").paths
    key = next(path for path in paths if path.name == "set-key.csv")
    assert key.parent == tmp_path
    assert key.stat().st_mode & 0o077 == 0 or key.stat().st_mode & 0o700 == 0o600
    for path in paths:
        found = re.findall("12345|Jane|Doe|2026-11-03", path.read_text(encoding="utf-8"))
        assert bool(found) == (path == key)
    real = {
        row["pseudonym"]: row["student"]
        for row in csv.DictReader(io.StringIO(key.read_text(encoding="utf-8")))
    }
    data = json.loads((tmp_path / "set" / "results.json").read_text(encoding="utf-8"))
    told = {real[each["student"]]: each["marks"] for each in data["submissions"]}
    assert told == {each.student: number(each.final) for each in book.graded}
