"""Exports of courses' systems, built as they build them."""

import io
import zipfile
from pathlib import Path

import pytest

from grader import intake
from grader.errors import UsageError
from grader.intake.layouts import recognise
from grader.model import Student

CODE = b"def f():\n    return 1\n"


def zipped(names: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return stream.getvalue()


def read(tmp_path: Path, names: dict[str, bytes], **options) -> intake.Intake:
    """What an export with these members says."""
    path = tmp_path / "submissions.zip"
    path.write_bytes(zipped(names))
    return intake.read([path], ["warm_up", "baby_cnn"], **options)


def test_canvas(tmp_path):
    """Flat names: late flags, copies, attachments of one hand-in, a student's zip, anonymous ones."""
    result = read(
        tmp_path,
        {
            "doejane_LATE_12345_67890_warm_up-1.py": CODE,
            "doejane_LATE_12345_67800_warm_up.py": b"old",
            "doejane_LATE_12345_67891_utils-1.py": b"u",
            "doejane_12345_text.html": b"<p>",
            "poeed_12346_70000_hw.zip": zipped({"warm_up.py": CODE, "data/x.csv": b"1"}),
            "LATE_anon_x7_70001_baby_cnn.ipynb": b"{}",
            "o\u2019neilmaire_5_6_warm_up.py": CODE,
        },
    )
    assert result.layout == "Canvas"
    told = {s.student: s for s in result.submissions}
    jane = told["12345"]
    assert (jane.name, jane.late, jane.main.content) == ("doejane", True, CODE)
    assert [file.path for file in jane.files] == ["warm_up.py", "utils.py"]
    assert [file.path for file in told["12346"].files] == ["warm_up.py", "data/x.csv"]
    assert told["anon_x7"].late
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    "place", ["{}_assignsubmission_file/{}", "{}_assignsubmission_file_/{}", "{}_assignsubmission_file_{}"]
)
def test_moodle(tmp_path, place):
    """Folders of both ages and flat names; the identifier is the id, "Participant" is no name."""
    people = ("Zoë O'Neil-Smith_4711", "عمر_4712", "Participant_4713")
    names = {place.format(who, "warm_up.py"): CODE for who in people}
    names |= {place.format(people[0], "utils.py"): b"u"}
    names |= {"Zoë O'Neil-Smith_4711_assignsubmission_onlinetext/onlinetext.html": b"<p>"}
    result = read(tmp_path, names)
    assert result.layout == "Moodle"
    assert [(s.student, s.name, len(s.files)) for s in result.submissions] == [
        ("4711", "Zoë O'Neil-Smith", 2),
        ("4712", "عمر", 1),
        ("4713", "", 1),
    ]
    assert result.problems == ()


INDEX = b"""---
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
    :email: jane@example.edu
  - :name: Ed Poe
    :email: ed@example.edu
  :created_at: 2026-11-03 22:15:07.385935000 Z
submission_12:
  :submitters: []
"""


def test_gradescope(tmp_path):
    """The index names the submitters; a group's work is everybody's; leading zeros stay."""
    result = read(
        tmp_path,
        {
            "assignment_9_export/submission_metadata.yml": INDEX,
            "assignment_9_export/submission_11/warm_up.py": CODE,
            "assignment_9_export/submission_12/sub/warm_up.py": CODE,
        },
    )
    assert result.layout == "Gradescope"
    assert [(s.student, s.name, s.handed_in_at) for s in result.submissions] == [
        ("0042", "Jane Doe", "2026-11-03T22:15:07.385935+00:00"),
        ("12", "", None),
        ("ed@example.edu", "Ed Poe", "2026-11-03T22:15:07.385935+00:00"),
    ]


def test_a_damaged_index_is_a_problem_and_numbers_stay(tmp_path):
    """Without names there are still submissions."""
    result = read(tmp_path, {"submission_metadata.yml": b"{[", "submission_11/warm_up.py": CODE})
    assert [s.student for s in result.submissions] == ["11"]
    assert "submission_metadata.yml" in str(result.problems[0])


def test_blackboard_takes_the_newest_attempt(tmp_path):
    """Attempts are told apart by their time; manifests are no hand-in."""
    base = "HW 3_jdoe_attempt_2026-11-0{}-10-00-00"
    names = {f"{base.format(day)}_warm_up.py": str(day).encode() for day in (3, 1, 2)}
    names |= {f"{base.format(day)}.txt": b"Name: Jane" for day in (1, 2, 3)}
    names |= {f"{base.format(1)}_baby_cnn.py": b"only in the first"}
    result = read(tmp_path, names)
    assert result.layout == "Blackboard"
    warm_up, baby_cnn = result.submissions[1], result.submissions[0]
    assert (warm_up.main.content, warm_up.attempt, warm_up.handed_in_at[:19]) == (
        b"3",
        3,
        "2026-11-03T10:00:00",
    )
    assert (baby_cnn.main.content, baby_cnn.attempt) == (b"only in the first", 1)
    assert result.problems == ()


def test_a_systems_number_that_is_anothers_id_takes_nobodys_place(tmp_path):
    """Participant 42 is not the student with the id 42: both hand-ins are graded, and one is reported."""
    names = {f"{who}_assignsubmission_file/warm_up.py": CODE for who in ("Jane Doe_42", "Bo Li_7")}
    roster = intake.Roster.of([Student("42", "Bo Li"), Student("43", "Jane Doe")])
    result = read(tmp_path, names, roster=roster)
    assert [s.student for s in result.submissions] == ["42", "Jane Doe"]
    assert (result.unmatched, result.problems) == (("Jane Doe",), ())


def test_blackboard_names_with_underscores_stay_two_people(tmp_path):
    """The title is what all names begin with; the rest is the user's, as two namesakes would find."""
    names = {
        f"HW_3_{who}_attempt_2026-11-03-10-00-00_warm_up.py": CODE for who in ("jane_doe", "jo_doe", "bo")
    }
    names |= {f"HW_3_{who}_attempt_2026-11-03-10-00-00.txt": b"Name" for who in ("jane_doe", "an_on")}
    result = read(tmp_path, names)
    assert [s.student for s in result.submissions] == ["bo", "jane_doe", "jo_doe"]
    assert [note for note in result.notes if note.startswith("an_on handed in no code")]


@pytest.mark.parametrize("between", ["/", " - "])
def test_brightspace(tmp_path, between):
    """Folders or flat names; the newest time wins; its index page is skipped."""
    person = "1001-55 - Jane Doe - Nov {}, 2026 {}"
    names = {
        person.format(3, "1015 PM") + between + "warm_up.py": b"new",
        person.format(3, "905 AM") + between + "warm_up.py": b"old",
        "index.html": b"<html>",
    }
    result = read(tmp_path, names)
    (jane,) = result.submissions
    assert (result.layout, jane.student, jane.name) == ("Brightspace", "1001", "Jane Doe")
    assert (jane.main.content, jane.handed_in_at[:19]) == (b"new", "2026-11-03T22:15:00")


@pytest.mark.parametrize(
    ("written", "hour"), [("115 PM", 13), ("105 AM", 1), ("1205 AM", 0), ("1145 AM", 11), ("1245 PM", 12)]
)
def test_brightspace_hours_have_one_digit_or_two(tmp_path, written, hour):
    """115 PM is a quarter past one, not five past eleven."""
    (jane,) = read(tmp_path, {f"1001-55 - Jane Doe - Nov 3, 2026 {written}/warm_up.py": CODE}).submissions
    assert jane.handed_in_at[:16] == f"2026-11-03T{hour:02}:{written[-5:-3]}"


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("doejane_1_67890_warm_up.py", "poeed_2_70000_essay.pdf"),
        ("doejane_1_67890_warm_up.py", "poeed_LATE_2_text.html"),
        (
            "Jane Doe_1_assignsubmission_file/warm_up.py",
            "Ed Poe_2_assignsubmission_onlinetext/onlinetext.html",
        ),
        ("a_export/submission_1/warm_up.py", "a_export/submission_2.pdf"),
        ("HW_1_attempt_2026-11-03-10-00-00_warm_up.py", "HW_2_attempt_2026-11-03-10-00-00.txt"),
        ("1/warm_up.py", "2/report.docx"),
    ],
)
def test_who_handed_in_no_code_is_named(tmp_path, code, other):
    """An essay or typed text can't be graded, but nobody vanishes in a count of ignored files."""
    result = read(tmp_path, {code: CODE, other: b"%PDF", "readme.md": b"ours"})
    assert [s.student for s in result.submissions] == ["1"]
    assert [note.partition(" (")[0] for note in result.notes if "no code" in note] == ["2 handed in no code"]


def test_the_only_code_answers_the_only_assignment_that_is_asked_for(tmp_path):
    """Students call their file hw3.py; another assignment's file is not taken for it."""
    names = {"a_1_1_hw3.py": CODE, "b_2_2_baby_cnn.py": CODE, "c_3_3_hw3.py": CODE, "c_3_4_more.py": CODE}
    result = read(tmp_path, names, asked=["warm_up"])
    assert [(s.student, s.assignment) for s in result.submissions] == [("1", "warm_up"), ("2", "baby_cnn")]
    assert any("hw3.py was taken as warm_up" in note for note in result.notes)
    assert str(result.problems[0]).endswith("nothing of 3 is named for an assignment (found hw3.py, more.py)")
    problems = read(tmp_path, names).problems
    assert "nothing of 1 is named for an assignment (found hw3.py); choose its" in str(problems[0])


@pytest.mark.parametrize("wrapper", ["submissions/", ""])
def test_a_wrapped_or_unpacked_export_is_still_recognised(tmp_path, wrapper):
    """A zip made again has a folder around it; an unpacked one is a folder."""
    result = read(tmp_path, {f"{wrapper}doejane_1_2_warm_up.py": CODE, f"{wrapper}poe_3_4_warm_up.py": CODE})
    assert [s.student for s in result.submissions] == ["1", "3"]
    folder = tmp_path / "unpacked" / wrapper
    folder.mkdir(parents=True)
    (folder / "doejane_1_2_warm_up.py").write_bytes(CODE)
    assert intake.read([tmp_path / "unpacked"], ["warm_up"]).submissions[0].student == "1"


def test_a_zip_of_plain_folders(tmp_path):
    """With or without a folder around them; zips in the zip are folders of their name."""
    for top in ("", "hw1/"):
        result = read(tmp_path, {f"{top}ada/warm_up.py": CODE, f"{top}bob.zip": zipped({"warm_up.py": CODE})})
        assert [s.student for s in result.submissions] == ["ada", "bob"]


def test_a_zip_around_folders_and_a_note_of_the_course(tmp_path):
    """A file beside the folder that holds everybody is nobody's; another folder is somebody's."""
    result = read(tmp_path, {"hw1/ada/warm_up.py": CODE, "read me.pdf": b"%PDF"})
    assert [s.student for s in result.submissions] == ["ada"]
    result = read(tmp_path, {"ada/code/warm_up.py": CODE, "bob/essay.pdf": b"%PDF"})
    assert [s.student for s in result.submissions] == ["ada"]
    assert [note for note in result.notes if note.startswith("bob handed in no code")]


def test_a_pattern_of_the_course(tmp_path):
    """Named groups as nbgrader's `zip_collect` has them; what does not fit is named."""
    result = read(
        tmp_path,
        {"s-007--Jane--Doe--2026-11-03T10:00:00+01:00--warm_up.py": CODE, "other.py": CODE},
        pattern=r"s-(?P<student_id>\d+)--(?P<first_name>\w+)--(?P<last_name>\w+)--(?P<timestamp>.+)--(?P<file_id>.+)",
    )
    (jane,) = result.submissions
    assert (jane.student, jane.name) == ("007", "Jane Doe")
    assert jane.handed_in_at is not None
    assert "other.py" in str(result.problems[0])


@pytest.mark.parametrize("pattern", ["(", "(?P<name>.*)"])
def test_a_pattern_that_can_not_work_is_a_usage_error(tmp_path, pattern):
    """Before anything is read."""
    with pytest.raises(UsageError):
        read(tmp_path, {"x.py": CODE}, pattern=pattern)


def test_plain_folders_are_no_export():
    """Students' folders of any name are not mistaken for a system's."""
    assert recognise(["ada/warm_up.py", "van_der_1/warm_up.py", "x_1/utils_2_3.py"]) is None


def test_hostile_names_take_no_time():
    """No pattern backtracks for long on a name of a few thousand characters."""
    names = ["a_" * 2000, "1-1 - " + " - " * 1500, "x_attempt_" * 400, "_1" * 2000 + "_assignsubmission_"]
    assert recognise(names) is None
