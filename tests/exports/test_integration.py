"""What continuous integration reads."""

import json
import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from grader.exports.base import Request, export, layouts
from grader.exports.integration import commands, escape_data, escape_property, summary, xml_text
from grader.gradebook import Gradebook
from grader.model import Graded, Mark, Verdict

COMMAND = re.compile(r"::(error|warning|notice) file=[^:,\n]*,line=\d+,title=[^:,\n]*::[^\n\r]*")


def test_junit_has_a_case_a_part(book, tmp_path):
    """Wrong is a failure with its text, pending is skipped; counts are right."""
    root = ET.parse(export(book, "junit", tmp_path / "j.xml").paths[0]).getroot()
    suites = {suite.get("name"): suite for suite in root}
    jane, ann = suites["12345 warm_up"], suites["12347 warm_up"]
    assert (jane.get("tests"), jane.get("failures"), jane.get("skipped")) == ("2", "1", "0")
    assert (ann.get("failures"), ann.get("skipped")) == ("0", "1")
    assert jane.find("testcase/failure").text == "softmax: rows must sum to 1"
    assert jane.find("testcase/failure").get("message") == "1.67 of 5, partial"


def test_junit_names_are_unique(book, tmp_path):
    """GitLab drops a case whose name it has seen."""
    cases = list(ET.parse(export(book, "junit", tmp_path / "j.xml").paths[0]).getroot().iter("testcase"))
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases) == 8


def test_hostile_text_is_well_formed_xml(hostile, tmp_path):
    """Control characters are shown by number."""
    root = ET.parse(export(hostile, "junit", tmp_path / "j.xml").paths[0]).getroot()
    assert len(list(root.iter("testcase"))) == 12
    assert xml_text("a\x07\ud800\ufffeb") == "a#x07#xD800#xFFFEb"


def test_annotations_are_one_command_a_line(hostile, book):
    """Nothing a student wrote begins a command; the costliest come first."""
    for gradebook in (hostile, book):
        lines = commands(gradebook, Request()).split("\n")[:-1]
        assert lines
        assert all(COMMAND.fullmatch(line) for line in lines)
    first = next(line for line in commands(book, Request()).splitlines() if line.startswith("::warning"))
    assert "1.67 of 5" in first


@pytest.mark.parametrize("escape", [escape_data, escape_property])
def test_escaping_undoes_line_ends_and_percents(escape):
    """As the runner decodes it."""
    assert escape("a\r\n::error::%0A\x1b").startswith("a%0D%0A")
    assert "\n" not in escape("\n")
    assert "%250A" in escape("%0A")


def test_annotations_point_at_the_definition(book):
    """The entry's line in the submitted source, in the repository's path."""
    source = "import numpy\n\n\ndef sigmoid(x):\n    return x\n"
    request = Request(sources={("12345", "warm_up"): source}, paths={"warm_up": "src/hw,3.py"})
    assert "file=src/hw%2C3.py,line=4,title=a.1%3A 1.67 of 5%2C partial::softmax" in commands(book, request)


STOPPED = """\
import numpy

def sigmoid(x):
    return 1 / (1 + numpy.exp(-x)

def softmax(x):
    return x
"""


@pytest.fixture
def stopped(assignment):
    """A file with a bracket that is not closed, so that its parts are missing."""
    why = "There is no `f` in your file. The top level stopped: SyntaxError: '(' was never closed (warm_up.py, line 4)"
    marks = tuple(
        Mark(part.id, "a", Fraction(0), part.marks, Verdict.MISSING, feedback=why)
        for part in assignment.parts
    )
    fault = "`warm_up.py` raised SyntaxError (warm_up.py, line 4): '(' was never closed (line 99)"
    each = Graded("ada", "warm_up", marks, Fraction(0), Fraction(0), Fraction(8), faults=(fault,))
    return Gradebook([each], [assignment])


def test_what_stops_a_file_is_said_once_at_its_line(stopped):
    """Not once for each part behind it, and not at lines that are in order."""
    request = Request(sources={("ada", "warm_up"): STOPPED}, paths={"warm_up": "hw/warm_up.py"})
    assert commands(stopped, request) == (
        "::error file=hw/warm_up.py,line=4,title=warm_up.py does not run to its end::"
        "`warm_up.py` raised SyntaxError (warm_up.py, line 4): '(' was never closed (line 99)\n"
    )
    (entry,) = json.loads(layouts()["gitlab"].render(stopped, request).files["gl-code-quality-report.json"])
    assert entry["location"] == {"path": "hw/warm_up.py", "lines": {"begin": 4}}
    assert entry["check_name"] == "grader.warm_up"


def test_at_most_ten_of_a_kind(assignment, book):
    """GitHub drops the rest silently, so the costliest must be first."""
    many = Gradebook([each for each in book.graded for _ in range(20)], [assignment])
    kinds = [line.split(" ")[0] for line in commands(many, Request()).splitlines()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"::warning": 10, "::notice": 10}


def test_the_summary_shows_text_as_text(hostile, tmp_path):
    """No HTML, no links, no broken tables."""
    _, path = export(hostile, "github", tmp_path / "gh").paths
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_a_summary_stays_below_the_limit(hostile, assignment):
    """GitHub refuses all of a summary above 1 MiB, so the end is left out and that is said."""
    text = summary(Gradebook([each for each in hostile.graded for _ in range(1500)], [assignment]))
    assert 800_000 < len(text.encode("utf-8", "replace")) < 1 << 20
    assert text.endswith("The rest is left out: GitHub shows no more.\n")


def test_code_quality(book, tmp_path):
    """Fields that GitLab wants; fingerprints tell students and parts apart."""
    found = json.loads(export(book, "gitlab", tmp_path / "q.json").paths[0].read_text())
    assert {each["severity"] for each in found} == {"info", "minor"}
    assert len({each["fingerprint"] for each in found}) == len(found)
    assert {"description", "check_name", "fingerprint", "severity", "location"} == set(found[0])
