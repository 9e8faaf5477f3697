"""What the proofs found, told."""

import dataclasses
import json

from grader.lint import Finding, Level, LintReport, ProofRun
from grader.lint.report import ordered

ERROR = Finding(Level.ERROR, "r.yaml:3:4", "no case tells", "mistakes", "a")
WARNING = Finding(Level.WARNING, "r.yaml:5:1", "no case is public", "public", "b")
EXCUSED = [
    Finding(Level.EXCUSED, f"r.py:{line}", f"fault {line}", "mutants", "", "it is symmetric")
    for line in (7, 8, 9)
]


def test_errors_come_first_and_once():
    """The same finding of two runs is one; errors lead, excuses end the list."""
    assert ordered([*EXCUSED, WARNING, ERROR, ERROR]) == (ERROR, WARNING, *EXCUSED)


def test_the_text_counts_and_names_places():
    """The first line says whether it is sound; what is excused for one reason is told once."""
    text = str(LintReport("warm_up", ordered([ERROR, WARNING, *EXCUSED])))
    assert text.splitlines()[0] == "warm_up: NOT sound (1 error, 1 warning, 3 excused)"
    assert "error: r.yaml:3:4: a: no case tells [mistakes]" in text
    assert text.count("it is symmetric") == 1
    assert "and 2 more" in text


def test_explain_lists_everything():
    """With `explain`, every excuse and every proof is listed."""
    run = ProofRun("mutants", "Faults are noticed", "41 faults, 38 caught", 0.5)
    text = str(LintReport("warm_up", tuple(EXCUSED), (run,), explain=True))
    assert text.splitlines()[0] == "warm_up: sound (0 errors, 0 warnings, 3 excused)"
    assert text.count("it is symmetric") == 3
    assert "mutants: Faults are noticed: 41 faults, 38 caught (0.50 s)" in text


def test_a_report_is_plain_data():
    """It can be written as JSON."""
    data = json.loads(json.dumps(dataclasses.asdict(LintReport("warm_up", (ERROR,)))))
    assert data["findings"][0]["level"] == "error"
