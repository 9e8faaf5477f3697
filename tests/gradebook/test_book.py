"""The marks of a class as tables and files."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.gradebook import SCHEMA, TIDY, Gradebook, exact, number
from grader.gradebook.cells import harmless, replace_file
from grader.gradebook.statistics import statistics_of
from grader.model import Assignment, Graded, Mark, Outcome, Part, Question, Verdict

THIRD = Fraction(5, 3)


def course() -> tuple[Assignment, ...]:
    """Two assignments, one with thirds."""
    a = Question(
        "a", "First", (Part("a.1", "a", "One", Fraction(5), ()), Part("a.2", "a", "Two", Fraction(3), ()))
    )
    b = Question("b", "Second", (Part("b", "b", "All", Fraction(2), ()),))
    return (Assignment("warm_up", "Warm-up", (a,)), Assignment("baby_cnn", "Baby", (b,)))


def graded() -> list[Graded]:
    """Thirds, a pending part, an ungraded part, a late policy, hostile text."""
    one = Mark(
        "a.1", "a", THIRD, Fraction(5), Verdict.PARTIAL, "slope", feedback="=HYPERLINK(1)", flags=("x", "y")
    )
    advice = (Outcome(Verdict.CORRECT, Fraction(1), advice=("Vectorise.",)),)
    two = Mark("a.2", "a", Fraction(3), Fraction(3), Verdict.CORRECT, followed_through=True, outcomes=advice)
    wait = Mark("a.1", "a", None, Fraction(5), Verdict.PENDING)
    ours = Mark("b", "b", None, Fraction(2), Verdict.UNGRADED, staff="our fault")
    return [
        Graded("bob", "warm_up", (wait, two), Fraction(3), Fraction(3), Fraction(8)),
        Graded(
            "ada", "warm_up", (one, two), THIRD + 3, THIRD + 2, Fraction(8), "Ada", notes=("1 off: late",)
        ),
        Graded("ada", "baby_cnn", (ours,), Fraction(0), Fraction(0), Fraction(2)),
    ]


def book() -> Gradebook:
    """The small class."""
    return Gradebook(graded(), course(), {"seed": 1})


def test_the_contract_form():
    """Keys and values as promised: null where nobody can say, integers where whole."""
    results = book().results()
    assert results["schema"] == SCHEMA == "grader-results/1"
    assert results["run"] == {"seed": 1}
    baby, warm, bob = results["submissions"]
    assert (baby["marks"], baby["ungraded"], baby["parts"][0]["marks"]) == (0, 1, None)
    assert (warm["student"], warm["available"], warm["raw"], warm["marks"]) == (
        "ada",
        8,
        float(THIRD + 3),
        float(THIRD + 2),
    )
    assert isinstance(warm["parts"][1]["marks"], int)
    assert (bob["pending"], bob["parts"][0]["verdict"], bob["parts"][0]["marks"]) == (1, "pending", None)
    contract = {
        "id",
        "question",
        "marks",
        "available",
        "verdict",
        "mistake",
        "followed_through",
        "feedback",
        "staff",
    }
    assert contract | {"seconds"} <= set(warm["parts"][0])


def test_what_is_written_is_read_back(tmp_path):
    """Every mark exactly, thirds included, and a second writing gives the same bytes."""
    book().write(tmp_path, {"seed": 7})
    again = Gradebook.read(tmp_path)
    assert again.graded[1].marks[0].marks == THIRD
    assert again.run == {"seed": 7}
    assert again.results() == json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert set(before) == {"results.json", "gradebook.csv", "parts.csv"}


def test_the_tidy_frame():
    """A row a student and part; no mark is NaN and never zero."""
    frame = book().frame
    assert tuple(frame.columns) == TIDY
    assert len(frame) == 5
    assert frame["marks"].isna().sum() == 2
    row = frame[(frame.student == "ada") & (frame.part == "a.1")].iloc[0]
    assert (row.marks, row.verdict, row.mistake, row["flags"], row.raw, row.final) == (
        float(THIRD),
        "partial",
        "slope",
        "x y",
        float(THIRD + 3),
        float(THIRD + 2),
    )


def test_the_wide_frame():
    """A row a student, a column a part, totals; an assignment not handed in is empty."""
    wide = book().wide.set_index("student")
    assert list(wide.columns[1:4]) == ["warm_up.a.1", "warm_up.a.2", "baby_cnn.b"]
    assert wide.loc["ada", "total"] == float(THIRD + 2)
    assert wide.loc["ada", "available"] == 10
    assert wide.loc["bob", ["pending", "ungraded"]].tolist() == [1, 0]
    assert wide["baby_cnn.total"].isna().tolist() == [False, True]


def test_totals_in_csv_add_up(tmp_path):
    """gradebook.csv, parts.csv and results.json say the same, to the last digit."""
    book().write(tmp_path)
    wide = {
        row["student"]: row for row in csv.DictReader(io.StringIO((tmp_path / "gradebook.csv").read_text()))
    }
    tidy = list(csv.DictReader(io.StringIO((tmp_path / "parts.csv").read_text())))
    for each in json.loads((tmp_path / "results.json").read_text())["submissions"]:
        mine = [r for r in tidy if (r["student"], r["assignment"]) == (each["student"], each["assignment"])]
        parts = [exact(float(row["marks"])) for row in mine if row["marks"]]
        assert sum(parts) == exact(each["raw"])
        assert all(exact(float(row["raw"])) == exact(each["raw"]) for row in mine)
        assert float(wide[each["student"]][f"{each['assignment']}.total"]) == each["marks"]


def test_formulas_are_text_in_csv(tmp_path):
    """Feedback that starts like a formula gets an apostrophe."""
    book().write(tmp_path)
    text = (tmp_path / "parts.csv").read_text()
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "  =", "\n=", "＝"])
def test_no_cell_starts_like_a_formula(start):
    """Whatever spreadsheets would evaluate starts with an apostrophe, or with nothing special."""
    assert not str(harmless(f"{start}cmd")).lstrip().startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize("text", ["Zoë", "شمس", "👩‍🎓", "a\nb", "", "0042", "<script>"])
def test_ordinary_text_is_left_alone(text):
    """Letters of every script, line ends and leading zeros survive."""
    assert harmless(text) == text


def test_escapes_are_taken_out():
    """A terminal that shows the CSV is not commanded."""
    assert "\x1b" not in str(harmless("\x1b]0;owned\x07"))


@settings(max_examples=100)
@given(st.fractions(min_value=0, max_value=1000, max_denominator=1000))
def test_decimals_stand_for_one_fraction(value):
    """Writing a mark and reading it gives the mark."""
    assert exact(json.loads(json.dumps(number(value)))) == value


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"schema": "other/9"}', '{"schema": "grader-results/1"}']
)
def test_what_is_not_ours_is_a_usage_error(tmp_path, content):
    """With a hint and no traceback."""
    if content is not None:
        (tmp_path / "results.json").write_text(content)
    with pytest.raises(UsageError) as caught:
        Gradebook.read(tmp_path)
    assert caught.value.hint


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    """Whole or not at all."""
    replace_file(tmp_path / "x", "old")
    with pytest.raises(TypeError):
        replace_file(tmp_path / "x", 7)  # type: ignore[arg-type]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x", "old")]


def test_reading_and_writing_need_no_pandas(tmp_path):
    """Starting the program must not wait for pandas."""
    book().write(tmp_path)
    code = (
        "import sys, pathlib; from grader.gradebook import Gradebook; p = pathlib.Path(sys.argv[1]);"
        "Gradebook.read(p).write(p); sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_an_exempt_student_is_not_counted():
    """What does not count is in no total, no mean and no column of totals; the parts' marks stay."""
    bob = replace(graded()[0], notes=("exempt",), marks=(), final=Fraction(8))
    class_of_two = Gradebook([bob, *graded()[1:]], course(), {})
    assert (class_of_two.total("bob"), len(class_of_two.counted("warm_up"))) == (0, 1)
    header, rows = class_of_two.wide_rows()
    told = dict(zip(header, next(row for row in rows if row[0] == "bob"), strict=True))
    assert (told["warm_up.total"], told["total"], told["available"]) == (None, 0, 2)
    assert statistics_of(class_of_two)[0].count == 1


def test_what_a_best_of_leaves_out_survives_reading(tmp_path):
    """What an assignment is worth is read back as it was written."""
    whole = replace(course()[0], spare=Fraction(3))
    Gradebook([], [whole], {}).write(tmp_path)
    assert Gradebook.read(tmp_path).assignments[0].marks == 5
