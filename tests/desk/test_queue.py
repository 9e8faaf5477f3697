"""What waits for a person, what was decided, and what becomes of it when work is handed in again."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.batch.run import STORE, Run
from grader.batch.store import Store
from grader.desk.queue import Desk, chosen_places
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.model import SourceFile, Submission, Verdict

STUDENTS = ["<script>alert(1)</script>", "ada", "bob", "eve", "王小明"]


def item_of(desk, student, part="why"):
    (place,) = (place for place in desk.places if place.part.id == part)
    return next(item for item in desk.items(place) if item.graded.student == student)


def mark_of(book, student, part="why"):
    one = next(one for one in book.graded if one.student == student)
    return next(mark for mark in one.marks if mark.part == part)


def again(run, **texts) -> list[Submission]:
    """Everybody's hand-in once more, with other reasons for some."""
    found = []
    for submission in submissions_of(run):
        if submission.student in texts:
            source = submission.files[0].content.replace(b"saturates", texts[submission.student].encode())
            submission = replace(submission, files=(SourceFile("essay.py", source),))
        found.append(submission)
    return found


def submissions_of(run) -> list[Submission]:
    with Store.open(run.out / STORE) as store:
        return [one for one, _ in store.submissions()]


def test_what_waits_is_what_has_words_to_read(desk):
    """An empty answer needs nobody; the grader's own part is there to be overridden."""
    why, two = desk.places
    assert [item.graded.student for item in desk.items(why)] == STUDENTS
    assert [item.graded.student for item in desk.items(why) if item.open] == [
        s for s in STUDENTS if s != "eve"
    ]
    assert [item.mark.verdict for item in desk.items(two)].count(Verdict.CORRECT) == 4
    (answer,) = desk.answers(item_of(desk, "ada"))
    assert answer.text == "It <b>saturates</b>, says Ada Lovelace."
    assert answer.model == "The slope <vanishes> & stalls."
    assert desk.answers(item_of(desk, "ada", "two")) == []
    assert any("def two" in row.text for row in desk.code(item_of(desk, "ada", "two")))


def test_a_decision_is_in_the_files_after_settling(run, desk):
    """Marks, totals, reason, who; the promise that a person will read it is gone."""
    desk.say(item_of(desk, "ada"), Fraction(3, 2), "Nearly.")
    assert mark_of(Gradebook.read(run.out), "ada").verdict is Verdict.PENDING
    desk.settle()
    mark = mark_of(Gradebook.read(run.out), "ada")
    assert (mark.marks, mark.verdict, mark.feedback) == (Fraction(3, 2), Verdict.PARTIAL, "Nearly.")
    assert mark.staff.startswith("Decided by rb on ")
    assert item_of(desk, "ada").mark.marks == Fraction(3, 2)
    assert desk.comments(desk.places[0]) == ["Nearly."]


def test_a_desk_that_was_killed_is_taken_up_where_it_ended(run, desk):
    """What was said and not yet written does not wait a second time, and is written by the next desk."""
    desk.say(item_of(desk, "ada"), Fraction(1), "So.")
    assert mark_of(Gradebook.read(run.out), "ada").marks is None
    taken_up = Desk(run, "another")
    assert not item_of(taken_up, "ada").open
    taken_up.settle()
    assert mark_of(Gradebook.read(run.out), "ada").marks == 1
    assert not Desk(run, "third").unsettled


def test_nothing_else_changes_when_a_decision_is_written(run, desk):
    """Settling marks nobody anew: all other submissions stay to the letter."""
    before = {one["student"]: one for one in Gradebook.read(run.out).results()["submissions"]}
    desk.say(item_of(desk, "ada"), Fraction(1), "")
    desk.settle()
    after = {one["student"]: one for one in Gradebook.read(run.out).results()["submissions"]}
    assert {name for name in before if before[name] != after[name]} == {"ada"}


@pytest.mark.parametrize("redo", ["grade", "remark"])
def test_decisions_survive(run, desk, redo):
    """Grading the same work again and marking again keep a person's word, and it is not stale."""
    desk.say(item_of(desk, "ada"), Fraction(2), "Good.")
    desk.say(item_of(desk, "bob", "two"), Fraction(1), "The idea is there.")
    run = Run(run.course, run.out, strength="none", force=True)
    book = run.grade(submissions_of(run)) if redo == "grade" else run.remark()
    for student, part, marks in (("ada", "why", 2), ("bob", "two", 1)):
        mark = mark_of(book, student, part)
        assert mark.marks == marks
        assert mark.flags == ("overridden",)


def test_a_decision_about_another_answer_is_stale_until_it_is_confirmed(run, desk):
    """Handed in again: the marks stay, the flag says so, the page shows it, saving confirms it."""
    desk.say(item_of(desk, "ada"), Fraction(2), "Good.")
    run = Run(run.course, run.out, strength="none")
    book = run.grade(again(run, ada="explodes"))
    assert mark_of(book, "ada").flags == ("overridden", "stale_override")
    desk = Desk(run, "rb")
    item = item_of(desk, "ada")
    assert (item.stale, item.open, item.mark.marks) == (True, True, 2)
    desk.say(item, Fraction(1), "Good.")
    desk.settle()
    assert mark_of(Gradebook.read(run.out), "ada").flags == ("overridden",)


def test_a_decision_can_be_taken_back(run, desk):
    """Then the grader's own word stands again."""
    desk.say(item_of(desk, "bob", "two"), Fraction(3), "Misread question.")
    desk.say(item_of(desk, "bob", "two"), None, "No: it was clear.")
    desk.settle()
    assert mark_of(Gradebook.read(run.out), "bob", "two").verdict is Verdict.INCORRECT
    assert item_of(desk, "bob", "two").decision is None


@pytest.mark.parametrize(
    ("student", "part", "marks", "reason"),
    [
        ("ada", "why", Fraction(5, 2), "too much"),
        ("ada", "why", Fraction(-1), ""),
        ("bob", "two", Fraction(3), ""),
    ],
)
def test_what_may_not_be_said(desk, student, part, marks, reason):
    """More than the part is worth, less than nothing, and another mark than the grader's without a reason."""
    with pytest.raises(UsageError):
        desk.say(item_of(desk, student, part), marks, reason)
    assert item_of(desk, student, part).decision is None


def test_names_are_hidden_in_order_heading_and_text(run):
    """An id or a name in the answer itself is hidden too, and the order is not the alphabet's."""
    desk = Desk(run, "rb", anonymous=True)
    items = desk.items(desk.places[0])
    assert {desk.name(item) for item in items} == {f"Answer {n}" for n in range(1, 6)}
    assert desk.answers(item_of(desk, "ada"))[0].text == "It <b>saturates</b>, says [name]."
    rows = [item.row for item in items]
    assert rows == sorted(rows)


def test_parts_are_chosen_by_name(desk):
    """An unknown part is named with those that are there."""
    assert [place.part.id for place in chosen_places(desk, ["two"])] == ["two"]
    with pytest.raises(UsageError, match="no part 'three'"):
        list(chosen_places(desk, ["three"]))


def test_two_people_mark_the_same_run(run, desk):
    """What the other one decided is seen after a look at the overview, and both words are in the files."""
    other = Desk(run, "ta")
    other.say(item_of(other, "bob"), Fraction(1), "Hm.")
    desk.say(item_of(desk, "ada"), Fraction(2), "")
    assert item_of(desk, "bob").open
    desk.refresh()
    assert item_of(desk, "bob").decision.who == "ta"
    desk.settle()
    book = Gradebook.read(run.out)
    assert [mark_of(book, student).marks for student in ("ada", "bob")] == [2, 1]
