"""`grader grade` and `grader remark`: their files, and the documented exit code of every way they end."""

import json
import signal
import sqlite3
import sys
import time

import pytest

from grader.cli.app import main
from tests.cli.conftest import start

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def grade(course, *options):
    """The exit code, in this process and without a box."""
    common = ["--course", course, "grade", course / "submissions_example", "--sandbox", "none", "-j", 1]
    with pytest.raises(SystemExit) as end:
        main([*map(str, common), *map(str, options)])
    return end.value.code


def remark(course, out):
    with pytest.raises(SystemExit) as end:
        main(["remark", str(out), "--course", str(course)])
    return end.value.code


def graded(out):
    submissions = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {(one["student"], one["assignment"]) for one in submissions}


def test_one_assignments_faults_cost_the_others_nothing(course, tmp_path, capsys):
    """A rubric and a reference with faults are told whole; what is sound is graded; the exit code says 2."""
    write = course / "rubrics" / "week_4.yaml"
    write.write_text(
        write.read_text().replace("title: Least", "titel: Least").replace("like: ascent", "like: asent")
    )
    assert grade(course, "-o", tmp_path / "out") == 2
    told = capsys.readouterr().err
    assert "2 problems" in told
    assert "week_4: 3 submissions are left out" in told
    assert graded(tmp_path / "out") == {(student, "week_3") for student in ("ada", "ben", "cleo")}
    assert "week_4: 3 submissions are left out" in (tmp_path / "out" / "intake.csv").read_text()


@pytest.mark.parametrize(
    "policy", ["lates: {percent: 3}", "late: {percent: 3}", "late: {percent_per_day: much}"]
)
def test_a_policy_that_is_none_is_a_fault_of_its_rubric(course, tmp_path, capsys, policy):
    """It is told before any code is run, with its file, and costs the other assignments nothing."""
    rubric = course / "rubrics" / "week_4.yaml"
    rubric.write_text(rubric.read_text() + f"due: 2026-01-01T00:00:00Z\npolicies:\n  - {policy}\n")
    assert grade(course, "-o", tmp_path / "out") == 2
    assert f"{rubric}: " in capsys.readouterr().err
    assert {assignment for _, assignment in graded(tmp_path / "out")} == {"week_3"}


def test_a_broken_rubric_stops_no_other_from_being_marked_again(course, tmp_path, capsys):
    """What was recorded for the others is marked under their rubrics of now."""
    out = tmp_path / "out"
    assert grade(course, "-o", out, "--no-reports") == 0
    (course / "rubrics" / "week_4.yaml").write_text("assignment: week_4\n")
    assert remark(course, out) == 2
    assert "week_4: 3 submissions are left out" in capsys.readouterr().err
    assert {assignment for _, assignment in graded(out)} == {"week_3"}
    (course / "rubrics" / "week_3.yaml").unlink()
    before = (out / "results.json").read_bytes()
    assert remark(course, out) == 2
    assert (out / "results.json").read_bytes() == before


@pytest.mark.parametrize("line", ["raise RuntimeError('no')", "import sys; sys.exit(0)", "1 +"])
def test_a_reference_that_does_not_run_stops_its_own_assignment(course, tmp_path, capsys, line):
    """Whatever its top level does, the other assignment is graded; asked for alone, it is the error."""
    with (course / "reference" / "week_4.py").open("a") as file:
        file.write(f"\n{line}\n")
    assert grade(course, "-o", tmp_path / "out") == 2
    assert {assignment for _, assignment in graded(tmp_path / "out")} == {"week_3"}
    assert grade(course, "-o", tmp_path / "other", "-a", "week_4") == 2
    assert "error: " in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_the_runs_folder_can_not_be_a_file(course, tmp_path, capsys):
    """It is told before anything is graded, as a fault of the command line."""
    (tmp_path / "out").write_text("mine")
    assert grade(course, "-o", tmp_path / "out") == 2
    assert "there is a file of that name" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_a_run_of_a_newer_grader_is_left_alone(course, tmp_path, capsys):
    """What another version wrote is not written over."""
    assert grade(course, "-o", tmp_path / "out", "-a", "week_3") == 0
    with sqlite3.connect(tmp_path / "out" / "run.sqlite") as store:
        store.execute("update meta set value = '99' where key = 'schema'")
    store.close()
    assert grade(course, "-o", tmp_path / "out", "-a", "week_3") == 3
    assert "version 99" in capsys.readouterr().err


def test_the_site_tells_the_new_marks(course, tmp_path):
    """Marking again writes the reports anew where there are some, so that no page tells the marks of before."""
    out = tmp_path / "out"
    assert grade(course, "-o", out, "-a", "week_3") == 0
    page = next((out / "reports" / "students").glob("ben*"))
    before = page.read_text()
    rubric = course / "rubrics" / "week_3.yaml"
    rubric.write_text(rubric.read_text().replace("the mean is asked for", "the average is asked for"))
    assert remark(course, out) == 0
    assert "the mean is asked for" in before
    assert "the average is asked for" in page.read_text()


def test_a_policy_alone_changes_marks(course, tmp_path, capsys):
    """Totals count as marks where marking again says how many submissions have others."""
    out = tmp_path / "out"
    assert grade(course, "-o", out, "-a", "week_3") == 0
    rubric = course / "rubrics" / "week_3.yaml"
    rubric.write_text(rubric.read_text() + "\npolicies:\n  - cap: {percent: 1}\n")
    assert remark(course, out) == 0
    assert "0 of 3 submissions have other marks" not in capsys.readouterr().err


def test_without_a_site_marking_again_makes_none(course, tmp_path):
    """`--no-reports` holds for later commands too."""
    assert grade(course, "-o", tmp_path / "out", "-a", "week_3", "--no-reports") == 0
    assert remark(course, tmp_path / "out") == 0
    assert not (tmp_path / "out" / "reports").exists()


@POSIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_being_told_to_end_is_an_interruption(course, tmp_path, name):
    """Ctrl-C, `timeout` and a closed terminal leave the same: a sentence, code 130, and a run to continue."""
    slow = course / "submissions_example" / "ben" / "week_3.py"
    slow.write_text(slow.read_text() + "\nimport time\ntime.sleep(9)\n")
    options = ("-o", tmp_path / "out", "--sandbox", "none", "-j", 1)
    command = ("--course", course, "grade", course / "submissions_example", *options)
    process = start(*command, start_new_session=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (tmp_path / "out" / "run.sqlite").exists():
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(getattr(signal, name))
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command continues" in told
    assert "Traceback" not in told


def test_what_would_be_graded_is_told_to_machines_too(course, tmp_path, capsys):
    """`--dry-run --json` is JSON, and nothing is written."""
    assert grade(course, "-o", tmp_path / "out", "-a", "week_3", "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["student"], one["assignment"]) for one in told] == [
        (student, "week_3") for student in ("ada", "ben", "cleo")
    ]
    assert not (tmp_path / "out").exists()
