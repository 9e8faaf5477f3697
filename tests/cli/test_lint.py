"""`grader lint`: which rubrics are meant."""

import pytest

from grader.cli.app import main
from grader.rubric.skeleton import write_skeleton


def lint(*args):
    with pytest.raises(SystemExit) as end:
        main(["lint", *map(str, args)])
    return end.value.code


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Which rubrics are linted, not how: each report is its course and name."""

    class Report:
        errors = ()

        def __init__(self, course, name, **_):
            self.text = f"<{course.root.name}/{name}>"

        def __str__(self):
            return self.text

    monkeypatch.setattr("grader.lint.lint", Report)


@pytest.mark.parametrize(
    ("args", "linted"),
    [
        ((), "<here/week_3><here/week_4>"),
        (("week_4",), "<here/week_4>"),
        (("rubrics/week_3.yaml", "week_4", "week_3"), "<here/week_3><here/week_4>"),
        (("rubrics",), "<here/week_3><here/week_4>"),
        ((".",), "<here/week_3><here/week_4>"),
        (("../there/rubrics/week_3.yaml",), "<there/week_3>"),
    ],
)
def test_rubrics_are_named_by_name_file_or_folder(tmp_path, monkeypatch, capsys, args, linted):
    """A file lies in its own course; each rubric is linted once."""
    for root, name in (("here", "week_3"), ("here", "week_4"), ("there", "week_3")):
        write_skeleton(tmp_path / root, name)
    monkeypatch.chdir(tmp_path / "here")
    assert lint(*args) == 0
    assert capsys.readouterr().out.replace("\n", "") == linted


@pytest.mark.parametrize(
    "args",
    [("empty",), ("week_9",), ("../there/rubrics/week_3.yaml", "--course", "."), ("rubrics/week_9.yaml",)],
)
def test_what_is_no_rubric_of_the_course_is_refused(tmp_path, monkeypatch, capsys, args):
    """Another course's file is not linted against this one's, nor everything for an empty folder."""
    for root in ("here", "there"):
        write_skeleton(tmp_path / root, "week_3")
    (tmp_path / "here" / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert lint(*args) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert told.out == ""
