"""What differs between two runs, for whom, and why."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.differences import PERSON, UNKNOWN, differences, plain, run_differences
from grader.model import Assignment, Graded, Mark, Part, Question, Verdict

DIGESTS = {"submission": "s1", "rubric": "r1", "reference": "k1"}
PART = Part("a", "1", "A", Fraction(3), ())
ASKED = Assignment("warm_up", "Warm up", (Question("1", "One", (PART,)),))
RUN = {"seed": 1, "sandbox": "walls", "versions": {"numpy": "2.0"}}


def graded(marks=Fraction(1), student="ada", digests=DIGESTS, **more) -> Graded:
    mark = Mark("a", "1", marks, Fraction(3), Verdict.PARTIAL, feedback="Look again.", staff="rtol", **more)
    return Graded(student, "warm_up", (mark,), marks, marks, Fraction(3), digests=dict(digests))


def book(*submissions: Graded, run=RUN) -> Gradebook:
    return Gradebook(submissions, (ASKED,), run)


def decided(one: Graded, marks: Fraction, reason: str, *flags: str) -> Graded:
    (mark,) = one.marks
    told = replace(
        mark, marks=marks, flags=("overridden", *flags), staff=f"Decided by rb: {reason}\n{mark.staff}"
    )
    return replace(one, marks=(told,), raw=marks, final=marks)


@pytest.mark.parametrize(
    ("after", "run", "why"),
    [
        (graded(Fraction(2), digests=DIGESTS | {"submission": "s2"}), RUN, ("submission",)),
        (graded(Fraction(2), digests=DIGESTS | {"rubric": "r2"}), RUN, ("rubric",)),
        (graded(Fraction(2), digests=DIGESTS | {"reference": "k2"}), RUN, ("reference",)),
        (graded(Fraction(2)), RUN | {"seed": 2}, ("seed",)),
        (graded(Fraction(2)), RUN | {"versions": {"numpy": "2.1"}}, ("version of numpy",)),
        (graded(Fraction(2)), RUN | {"sandbox": "none"}, ("sandbox",)),
        (graded(Fraction(2)), RUN, (UNKNOWN,)),
        (decided(graded(), Fraction(2), "idea"), RUN, (PERSON,)),
        (decided(graded(), Fraction(2), "idea"), RUN | {"seed": 2}, (PERSON,)),
    ],
)
def test_each_cause_is_named(after, run, why):
    """The digests, the run's record and the decisions say why; a decision alone explains its part."""
    (change,) = differences(book(graded()), book(after, run=run))
    assert (change.why, change.parts[0].why) == (why, why)
    assert change.parts[0].what.startswith("marks")


def test_a_persons_word_is_told_with_its_reason():
    """Who and why; taken back, it says so; where nobody decided there is nothing."""
    before, after = book(graded()), book(decided(graded(), Fraction(2), "idea"))
    said = [differences(*pair)[0].parts[0].word for pair in ((before, after), (after, before))]
    assert said == ["Decided by rb: idea", "A decision was taken back."]
    assert differences(before, book(graded(Fraction(2))))[0].parts[0].word == ""


def test_what_is_the_same_is_not_listed():
    """Other times, another digest or another version without an effect are no change."""
    same = graded(digests=DIGESTS | {"rubric": "r2"}, seconds=3.0)
    assert differences(book(graded()), book(same, run=RUN | {"seed": 2})) == ()


def test_who_is_new_and_who_is_gone_is_told():
    """A submission in one run only is a change of its own."""
    found = differences(book(graded(student="ada")), book(graded(student="bo")))
    assert [(one.student, one.why) for one in found] == [
        ("ada", ("only in the first run",)),
        ("bo", ("only in the second run",)),
    ]


def test_a_decision_that_went_stale_is_a_change():
    """The marks stay, and still somebody must look at it."""
    new = graded(digests=DIGESTS | {"submission": "s2"})
    pair = decided(graded(), Fraction(2), "idea"), decided(new, Fraction(2), "idea", "stale_override")
    (change,) = differences(book(pair[0]), book(pair[1]))
    assert change.parts[0].what == "decision"


def test_a_part_that_the_rubric_gained_is_told():
    """Parts of one side only are named as such."""
    old = graded(digests=DIGESTS | {"rubric": "r0"})
    extra = replace(old.marks[0], part="b")
    new = replace(graded(), marks=(*graded().marks, extra))
    (change,) = differences(book(old), book(new))
    assert [(part.part, part.what, part.why) for part in change.parts] == [("b", "new part", ("rubric",))]


def test_plain_data_carries_the_same():
    """Marks are numbers as everywhere; a side that is not there is null."""
    before, after = book(graded()), book(graded(Fraction(3, 2)), graded(student="bo"), run=RUN | {"seed": 2})
    found = plain(differences(before, after), before, after)
    assert found["run"] == {"seed": [1, 2]}
    ada, bo = found["changes"]
    assert (ada["marks"], ada["parts"][0]["marks"]) == ([1, 1.5], [1, 1.5])
    assert (bo["marks"], bo["parts"]) == ([None, 1], [])
    assert run_differences(before, after) == [("seed", 1, 2)]
