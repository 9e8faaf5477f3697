"""The reference's source as a graph: which definitions an entry uses, and what its author excused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from grader.lint.report import Finding, Level
from grader.rubric.reference import defined_names

EXCUSE = re.compile(r"#\s*lint:\s*(?P<what>.+?)\s+because\s+(?P<reason>.+)")


class Source:
    """A module's text and tree.

    Attributes:
        lines: its text.
        tree: its syntax tree; whoever changes it puts it back.
        definitions: the statement that binds each name at the top level.
        excuses: line → reason, for every comment `# lint: … because …`.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.tree = ast.parse(text)
        self.definitions = {name: node for node in self.tree.body for name in defined_names(node)}
        self.excuses = excuses_of(self.lines)
        self._uses: Mapping[str, frozenset[str]] = {
            name: frozenset(leaf.id for leaf in ast.walk(node) if isinstance(leaf, ast.Name))
            & set(self.definitions)
            for name, node in self.definitions.items()
        }

    def reach(self, entry: str) -> frozenset[str]:
        """The definitions that an entry uses, itself included, however far."""
        found: set[str] = set()
        waiting = [entry] if entry in self.definitions else []
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._uses[name] - found)
        return frozenset(found)

    def excuse(self, definition: ast.stmt, *lines: int) -> str:
        """The reason that excuses these lines: beside one, in comments above it, or on the definition."""
        for line in (*lines, definition.lineno):
            for number in range(line, 0, -1):
                if number < line and not self.lines[number - 1].lstrip().startswith("#"):
                    break
                if number in self.excuses:
                    return self.excuses[number]
        return ""


def excuses_of(lines: list[str]) -> dict[int, str]:
    """Line → reason, for every comment `# lint: … because …`; lines count from 1."""
    found = ((number, EXCUSE.search(line)) for number, line in enumerate(lines, 1))
    return {number: match["reason"].strip() for number, match in found if match}


def excused(findings: Iterator[Finding], lines: list[str], spans: Mapping[str, range]) -> Iterator[Finding]:
    """Findings, those of a proof that a comment in the part's lines of the rubric names made excused."""
    comments = [
        (number, match["what"], match["reason"].strip())
        for number, line in enumerate(lines, 1)
        if (match := EXCUSE.search(line))
    ]
    for finding in findings:
        reasons = [
            reason
            for number, what, reason in comments
            if number in spans.get(finding.part, ()) and what == finding.proof
        ]
        if reasons and finding.level is not Level.EXCUSED:
            yield Finding(
                Level.EXCUSED, finding.where, finding.message, finding.proof, finding.part, reasons[0]
            )
        else:
            yield finding
