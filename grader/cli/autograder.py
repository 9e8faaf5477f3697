"""`grader autograder`: what a bundle runs inside another system's container. Nobody types it by hand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.shared import save

if TYPE_CHECKING:
    from grader.model import Assignment, Graded, Submission

OURS = 3


@click.command("autograder", epilog="Example: grader autograder gradescope --root /autograder")
@click.argument("system", type=click.Choice(["gradescope", "prairielearn", "classroom50"]))
@click.option("--root", required=True, type=click.Path(path_type=Path), help="The system's own folder.")
def command(system: str, root: Path) -> int:
    """Grade the one submission that SYSTEM has put under its root, and write the results where it looks.

    Exit code 3 where a part could not be judged: the system must show a failure of ours, never a zero.
    """
    return {"gradescope": _gradescope, "prairielearn": _prairielearn, "classroom50": _classroom50}[system](
        root
    )


def _gradescope(root: Path) -> int:
    from grader.exports.classrooms import results
    from grader.intake import read_one

    source, out = root / "source", root / "results" / "results.json"
    out.unlink(missing_ok=True)
    config = _json(source / "bundle.json")
    metadata = (
        _json(root / "submission_metadata.json") if (root / "submission_metadata.json").exists() else {}
    )
    submission = _with_metadata(read_one(root / "submission", config["assignment"]), metadata)
    graded, assignment = _graded(source, config, submission)
    if graded.ungraded:
        return _ours(graded)
    written = results(graded, assignment) | {"visibility": config.get("visibility", "visible")}
    save(out, json.dumps(written, ensure_ascii=False, indent=1))
    return 0


def _with_metadata(submission: Submission, metadata: Mapping[str, Any]) -> Submission:
    """Who handed in and when, by the system's clock: grading again later changes nothing."""
    users = metadata.get("users") or [{}]
    who = str(users[0].get("email") or users[0].get("id") or "student")
    names = ", ".join(str(user.get("name", "")) for user in users)
    return replace(submission, student=who, name=names, handed_in_at=metadata.get("created_at"))


def _prairielearn(root: Path) -> int:
    from grader.intake import read_one

    tests = root / "tests"
    config = _json(tests / "bundle.json")
    graded, assignment = _graded(tests, config, read_one(root / "student", config["assignment"]))
    save(root / "results" / "results.json", json.dumps(_external(graded, assignment), ensure_ascii=False))
    return _ours(graded) if graded.ungraded else 0


def _external(graded: Graded, assignment: Assignment) -> dict[str, Any]:
    """PrairieLearn's results (docs, externalGrading): every test has points, or none is shown."""
    if graded.ungraded:
        return {"gradable": False, "message": "This could not be graded, through no fault of yours."}
    said = [*graded.faults, *graded.notes]
    if graded.pending:
        said.append(f"{graded.pending} parts wait for a person and count as nothing yet.")
    tests = [
        {
            "name": mark.part,
            "description": part.title,
            "points": float(mark.marks or 0),
            "max_points": float(mark.available),
            "message": mark.feedback,
        }
        for mark, part in zip(graded.marks, assignment.parts, strict=True)
    ]
    score = float(graded.final / graded.available) if graded.available else 0.0
    return {"gradable": True, "score": min(max(score, 0.0), 1.0), "message": "\n".join(said), "tests": tests}


def _classroom50(root: Path) -> int:
    """Public cases alone: what a public autograder holds, everybody can read."""
    from grader.exports.classrooms import result
    from grader.intake import read_one
    from grader.kit.main import read
    from grader.kit.selfcheck import check
    from grader.kit.sheet import RecordedKey
    from grader.sandbox import open_runner

    sheet = read(root)
    submission = read_one(Path.cwd(), sheet.assignment.name)
    with open_runner("none") as runner:
        found = check(submission, sheet, RecordedKey(sheet.answers), runner)
    known = {key.lower(): value for key, value in os.environ.items()}
    context = {key: known.get(key, "") for key in ("classroom", "assignment_type")}
    context["owner"] = known.get("owner") or known.get("username", "")
    context |= {"submission": known.get("submission_tag", ""), "commit": known.get("commit_url", "")}
    context |= {"release": known.get("release_url", ""), "review": known.get("review_url", "")}
    context["datetime"] = _moment(context["submission"])
    written = result(found.graded, {key: value for key, value in context.items() if value})
    written["assignment"] = known.get("assignment", "") or sheet.assignment.name
    save(Path("result.json"), json.dumps(written, ensure_ascii=False, indent=1))
    return 0


def _moment(tag: str) -> str:
    """When it was handed in, from its tag `submit/2026-11-03T22-15-07Z-a1b2c3d`: the same at each grading."""
    found = re.search(r"/(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)Z", tag)
    return f"{found[1]}{found[2]}:{found[3]}:{found[4]}Z" if found else ""


def _graded(bundle: Path, config: Mapping[str, Any], submission: Submission) -> tuple[Graded, Assignment]:
    from grader.grading.line import grade
    from grader.rubric import Course
    from grader.sandbox import open_runner

    course = Course(bundle / "course")
    assignment = course.assignment(config["assignment"], seed=int(config.get("seed", 1)))
    reference = course.reference(config["assignment"])
    with open_runner(str(config.get("sandbox", "best")), secrets=(bundle / "course",)) as runner:
        graded, _ = grade(submission, assignment, reference, runner)
    return graded, assignment


def _json(path: Path) -> dict[str, Any]:
    from grader.errors import UsageError

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read", hint="the bundle is damaged: make it again") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} can't be read", hint="the bundle is damaged: make it again")
    return found


def _ours(graded: Graded) -> int:
    for mark in graded.marks:
        if mark.marks is None:
            click.echo(f"{mark.part}: {mark.staff}", err=True)
    return OURS
