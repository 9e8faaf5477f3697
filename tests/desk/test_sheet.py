"""The sheet that goes out and comes back: harmless in a spreadsheet, exact, and never losing a mark."""

import csv
import io
from fractions import Fraction

import pytest

from grader.desk.queue import Desk
from grader.desk.sheet import HEADER, sheet, take
from grader.errors import UsageError
from grader.intake.roster import decode

REASONS = (
    "Right.",
    "=1+1",
    "-1 for the sign",
    "'=quoted",
    'two\nlines, "quotes"; semicolons',
    "\t tab first",
    "שלום 👩‍🎓",
    "@cmd",
    "'plain apostrophe",
)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def text_of(rows):
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def exported(desk, **more):
    return sheet(desk, desk.places, **more)


def items(desk):
    return {item.graded.student: item for item in desk.items(desk.places[0])}


def test_what_waits_goes_out_and_marks_come_back(desk):
    """Four answers out; two marked, one of them with a decimal comma; the others are left as they were."""
    rows = rows_of(exported(desk))
    assert [row["student"] for row in rows] == ["<script>alert(1)</script>", "ada", "bob", "王小明"]
    rows[1] |= {"marks": "1,5", "reason": "Nearly."}
    rows[2] |= {"marks": "2/3"}
    taken = take(desk, text_of(rows))
    assert (taken.decided, taken.unchanged, taken.problems) == (2, 2, ())
    assert items(desk)["ada"].mark.marks == Fraction(3, 2)
    assert items(desk)["bob"].mark.marks == Fraction(2, 3)


@pytest.mark.parametrize("reason", REASONS)
def test_a_round_trip_is_exact(desk, reason):
    """Out and back unchanged decides nothing anew; taken by a fresh run, it says the same to the letter."""
    desk.say(items(desk)["ada"], Fraction(5, 3), reason)
    text = exported(desk, everything=True)
    taken = take(desk, decode(("\ufeff" + text.replace("\n", "\r\n")).encode()))
    assert (taken.decided, taken.problems) == (0, ())
    assert (items(desk)["ada"].decision.marks, items(desk)["ada"].decision.reason) == (Fraction(5, 3), reason)


@pytest.mark.parametrize("reason", [one for one in REASONS if not one.startswith("'")])
def test_what_is_typed_in_is_taken_as_typed(desk, reason):
    """Whether or not the spreadsheet writes an apostrophe before it."""
    for typed in {reason, f"'{reason}" if reason[0] in "=-@\t" else reason}:
        (row,) = (
            row
            for row in rows_of(exported(desk, everything=True))
            if (row["student"], row["part"]) == ("ada", "why")
        )
        take(desk, text_of([row | {"marks": "1", "reason": typed}]))
        assert items(desk)["ada"].decision.reason == reason


def test_a_sheet_that_is_taken_twice_decides_once(desk):
    """A reason that was typed like a formula, too."""
    text = text_of([row | {"marks": "1", "reason": "=good\x07 idea"} for row in rows_of(exported(desk))])
    assert [take(desk, text).decided for _ in range(2)] == [4, 0]
    assert take(desk, exported(desk, everything=True)).decided == 0


def test_no_cell_is_a_formula(desk):
    """Ids, answers and reasons that would start one are text."""
    desk.say(items(desk)["bob"], Fraction(1), "=cmd|'/c calc'!A1")
    for row in rows_of(exported(desk, everything=True)):
        assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t")]


def test_rows_that_cannot_be_taken_are_told_and_cost_nothing_else(desk):
    """Unknown rows, no numbers, too much, doubles that differ: named by their row; the rest is kept."""
    rows = rows_of(exported(desk, everything=True))
    why = {row["student"]: row for row in rows if row["part"] == "why"}
    two = {row["student"]: row for row in rows if row["part"] == "two"}
    sent = [
        why["ada"] | {"marks": "1"},
        why["bob"] | {"marks": "1", "row": "0123456789abcdef"},
        why["eve"] | {"marks": "many"},
        why["王小明"] | {"marks": "3"},
        two["ada"] | {"marks": "1", "reason": "a"},
        two["ada"] | {"marks": "2", "reason": "a"},
        two["bob"] | {"marks": "", "reason": "a reason alone"},
        two["eve"] | {"marks": "2", "reason": ""},
    ]
    taken = take(desk, text_of(sent))
    assert (taken.decided, taken.unchanged) == (1, 0)
    assert [one.partition(":")[0] for one in sorted(taken.problems)] == [f"row {n}" for n in range(3, 10)]
    assert items(desk)["ada"].mark.marks == 1


def test_a_sheet_without_the_needed_columns_is_refused(desk):
    """It says which are lacking."""
    with pytest.raises(UsageError, match="row, assignment, reason"):
        take(desk, "student,part,marks\nada,why,2\n")


def test_an_anonymous_sheet_names_nobody_and_comes_back(run):
    """No id, no name, not even in the answer; rows are found all the same."""
    desk = Desk(run, "rb", anonymous=True)
    text = exported(desk)
    assert not [name for name in ("ada", "Lovelace", "bob", "王小明") if name in text]
    rows = rows_of(text)
    (row,) = (row for row in rows if "[name]" in row["answer"])
    assert take(desk, text_of([row | {"marks": "2"}])).decided == 1
    assert items(desk)["ada"].mark.marks == 2
