"""What continuous integration shows: JUnit XML, GitHub's annotations and summary, GitLab's code quality.

Sources: pytest's `junitxml` (family xunit2); GitHub's workflow commands; GitLab's report formats. Everything
that came from a student is escaped for the place where it stands.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.exports.base import Layout, Rendered, Request
from grader.gradebook import Gradebook, number
from grader.gradebook.cells import readable
from grader.gradebook.places import Listing
from grader.model import Graded, Mark, Verdict

_WRONG = (Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_A_KIND = 10  # GitHub keeps ten annotations of a kind a step
_SUMMARY = 900_000  # GitHub refuses a summary above 1 MiB


def xml_text(text: str) -> str:
    """Text that XML can hold: other characters are shown by their number."""
    return _NOT_XML.sub(lambda match: f"#x{ord(match[0]):02X}", text)


def _junit(gradebook: Gradebook, _: Request) -> Rendered:
    root = ET.Element("testsuites", name="grader")
    for each in gradebook.graded:
        suite = ET.SubElement(root, "testsuite", name=xml_text(f"{each.student} {each.assignment}".strip()))
        kinds = [_case(suite, each, mark) for mark in each.marks]
        for kind in ("failure", "error", "skipped"):
            suite.set({"failure": "failures", "error": "errors"}.get(kind, kind), str(kinds.count(kind)))
        suite.set("tests", str(len(kinds)))
        suite.set("time", f"{sum(mark.seconds for mark in each.marks):.3f}")
    ET.indent(root)
    return Rendered({"junit.xml": ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"})


def _case(suite: ET.Element, each: Graded, mark: Mark) -> str:
    """Add a part as a test case; returns what became of it."""
    case = ET.SubElement(suite, "testcase")
    names = (each.assignment, mark.question, each.student)
    case.set("classname", xml_text(".".join(filter(None, names))))
    case.set("name", xml_text(mark.part))
    case.set("time", f"{mark.seconds:.3f}")
    properties = ET.SubElement(case, "properties")
    for name, value in (("score", number(mark.marks)), ("max_score", number(mark.available))):
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=str(value))
    kind = _kind(mark.verdict)
    if kind:
        said = xml_text(mark.feedback) or str(mark.verdict)
        ET.SubElement(case, kind, message=_words(mark)).text = said
    return kind


def _kind(verdict: Verdict) -> str:
    if verdict is Verdict.CORRECT:
        return ""
    if verdict in (Verdict.PENDING, Verdict.SKIPPED):
        return "skipped"
    return "failure" if verdict in _WRONG else "error"


def _words(mark: Mark) -> str:
    earned = "no mark yet" if mark.marks is None else f"{readable(mark.marks)} of {readable(mark.available)}"
    return f"{earned}, {str(mark.verdict).replace('_', ' ')}"


def escape_data(text: str) -> str:
    """Text as the message of a workflow command: one line, so that it can't begin another command."""
    clean = "".join(c if c in "\r\n\t" or c.isprintable() else "\ufffd" for c in text)
    return clean.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Text as a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _place(each: Graded, mark: Mark, gradebook: Gradebook, request: Request) -> tuple[str, int]:
    """The file in the repository and the line that a mark is about; line 1 where it is not known."""
    assignment = next((a for a in gradebook.assignments if a.name == each.assignment), None)
    part = assignment.part(mark.part) if assignment else None
    listing = Listing.of(request.sources.get((each.student, each.assignment), ""))
    found = [listing.lines[index] for index in listing.concerned(mark, part)]
    lines = [line.number for line in found if line.cell is None]
    return request.paths.get(each.assignment, f"{each.assignment}.py"), max(lines, default=1)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say at a line of a repository.

    Attributes:
        kind: error, warning or notice.
        path: the file, from the repository's root.
        line: from 1.
        student: whose file it is.
        assignment: what it answers.
        check: the part, or nothing where it is about the whole file.
        title: what is the matter, in a few words.
        text: the rest.
        lost: the marks that it costs.
    """

    kind: str
    path: str
    line: int
    student: str
    assignment: str
    check: str
    title: str
    text: str
    lost: Fraction


def remarks(gradebook: Gradebook, request: Request) -> Iterator[Remark]:
    """What there is to say: first what stops a file, then every part that is not right.

    What is missing because the file stops before it is not said again.
    """
    for each in gradebook.graded:
        path = request.paths.get(each.assignment, f"{each.assignment}.py")
        name = path.rpartition("/")[2]
        stops = {found[0]: fault for fault in each.faults if (found := _stop(name).search(fault))}
        title = f"{name} does not run to its end"
        for place, fault in stops.items():
            line = int(place.rpartition(" ")[2])
            yield Remark("error", path, line, each.student, each.assignment, "", title, fault, each.available)
        for mark in each.marks:
            behind = mark.verdict is Verdict.MISSING and any(place in mark.feedback for place in stops)
            if mark.verdict is not Verdict.CORRECT and not behind:
                yield _remark(each, mark, gradebook, request)


def _stop(name: str) -> re.Pattern[str]:
    """Where a fault says that a file stopped; what follows it is the student's own text."""
    return re.compile(rf"\({re.escape(name)}, line \d{{1,6}}")


def _remark(each: Graded, mark: Mark, gradebook: Gradebook, request: Request) -> Remark:
    kind = "notice" if mark.marks is None else "warning" if mark.marks else "error"
    path, line = _place(each, mark, gradebook, request)
    title, lost = f"{mark.part}: {_words(mark)}", mark.available - (mark.marks or 0)
    return Remark(kind, path, line, each.student, each.assignment, mark.part, title, mark.feedback, lost)


def commands(gradebook: Gradebook, request: Request) -> str:
    """Workflow commands, the costliest first, at most ten of a kind."""
    kinds: dict[str, list[Remark]] = {"error": [], "warning": [], "notice": []}
    for one in remarks(gradebook, request):
        kinds[one.kind].append(one)
    costliest = (sorted(found, key=lambda one: -one.lost)[:_A_KIND] for found in kinds.values())
    return "".join(f"{_command(one)}\n" for found in costliest for one in found)


def _command(one: Remark) -> str:
    place = f"file={escape_property(one.path)},line={one.line},title={escape_property(one.title)}"
    return f"::{one.kind} {place}::{escape_data(one.text or one.title)}"


def summary(gradebook: Gradebook) -> str:
    """A job's summary as GitHub's Markdown."""
    lines = []
    for each in gradebook.graded:
        heading = f"{_markdown(each.assignment)}: {readable(each.final)} of {readable(each.available)}"
        who = f" ({_markdown(each.student)})" if each.student else ""
        lines += [f"### {heading}{who}", "", "| part | marks | verdict | feedback |"]
        lines += ["|---|---|---|---|"]
        for mark in each.marks:
            verdict = str(mark.verdict).replace("_", " ")
            cells = (
                _markdown(mark.part),
                f"{readable(mark.marks)} of {readable(mark.available)}",
                verdict,
                _markdown(mark.feedback),
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", *(f"- {_markdown(note)}" for note in (*each.faults, *each.notes)), ""]
    text = "\n".join(lines)
    cut = text.encode("utf-8", "replace")[:_SUMMARY].decode("utf-8", "ignore")
    return text if len(cut) == len(text) else cut + "\n\nThe rest is left out: GitHub shows no more.\n"


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is, in one table cell."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+\-.!|~>@$])", r"\\\1", html.escape(text, quote=False))
    return escaped.replace("\\>", "&gt;").replace("\r", "").replace("\n", "<br>")


def _github(gradebook: Gradebook, request: Request) -> Rendered:
    return Rendered({"annotations.txt": commands(gradebook, request), "summary.md": summary(gradebook)})


def _gitlab(gradebook: Gradebook, request: Request) -> Rendered:
    severities = {"error": "major", "warning": "minor", "notice": "info"}
    found = [
        {
            "description": f"{one.title}. {one.text}".strip(),
            "check_name": ".".join(filter(None, ("grader", one.assignment, one.check))),
            "fingerprint": _fingerprint(one),
            "severity": severities[one.kind],
            "location": {"path": one.path, "lines": {"begin": one.line}},
        }
        for one in remarks(gradebook, request)
    ]
    return Rendered({"gl-code-quality-report.json": json.dumps(found, indent=1) + "\n"})


def _fingerprint(one: Remark) -> str:
    """What stays the same from one run to the next, so that GitLab tells new remarks from old ones."""
    identity = repr((one.path, one.student, one.assignment, one.check))
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()


LAYOUTS = (
    Layout("junit", "JUnit XML, a test case a part", _junit),
    Layout("github", "workflow annotations and a job summary", _github),
    Layout("gitlab", "a code quality report", _gitlab),
)
