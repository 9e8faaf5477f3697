"""Whole runs: record, mark, mark again, choose, and what the command line says of it."""

import sqlite3

import pytest

from grader.batch import work
from grader.batch.selection import Only
from grader.errors import RubricError, UsageError
from grader.grading.line import mark
from grader.sandbox import open_runner

SLEEPY = "import time\ndef double(x):\n    return 2 * x\ndef slow(x):\n    while True:\n        pass\n"


class Counting:
    """A box that counts what is asked."""

    def __init__(self, runner, asked):
        self.runner, self.asked = runner, asked

    @property
    def strength(self):
        return self.runner.strength

    def open(self, submission, limits):
        session = self.runner.open(submission, limits)
        ask = session.ask

        def counted(probes, limits):
            self.asked += [(submission.student, probe.case) for probe in probes]
            return ask(probes, limits)

        session.ask = counted
        return session

    def close(self):
        self.runner.close()


class Inline:
    """An executor that grades in this process, so that a test can look on."""

    def __init__(self, shop):
        self.shop = shop

    def submit(self, _function, bench, submission=None, digests=(), known=None):
        from concurrent.futures import Future

        future = Future()
        if submission is None:
            future.set_result(self.shop.ready().strength)
            return future
        done = self.shop.grade(submission, known)
        graded = work.replace(done.graded, digests=dict(digests))
        future.set_result(work.Sent(work.as_text(graded), graded.sandbox, done.packed))
        return future

    def shutdown(self, **_how):
        self.shop.close()


@pytest.fixture
def watched(tiny):
    """Grades in this process; returns the gradebook and what was asked of whom."""

    def grade(**more):
        asked = []
        run = tiny.run(**more)
        shop = work.Workshop(run.bench, tiny.course, Counting(open_runner("best"), asked))
        run.make = lambda _jobs: Inline(shop)
        return run.grade(tiny.submissions), asked

    return grade


def by_student(gradebook):
    return {one.student: [mark.marks for mark in one.marks] for one in gradebook.graded}


def test_the_same_command_again_asks_nothing(watched):
    """What is kept under the same rubric stays, and no student's code runs."""
    first, asked = watched()
    assert len(asked) == 12 * 3
    assert by_student(first)["s00"] == [2, 1]
    assert by_student(first)["s01"] == [1, 1]
    again, asked = watched()
    assert asked == []
    assert by_student(again) == by_student(first)


def test_a_new_case_asks_that_case_alone(tiny, watched):
    """The other answers are on record."""
    watched()
    tiny.edit(
        "{name: minus, args: {x: -1.5}}", "{name: minus, args: {x: -1.5}}, {name: big, args: {x: 1.0e6}}"
    )
    _, asked = watched()
    assert sorted(asked) == [(f"s{number:02}", "big") for number in range(12)]


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("marks: 1, say", "marks: 0.5, say", [0.5, 1]),
        ("marks: 2\n", "marks: 4\n", [1, 1]),
        ("rtol: 1.0e-7", "rtol: 2.0", [2, 1]),
    ],
)
def test_a_changed_rubric_marks_from_the_record(tiny, watched, old, new, marks):
    """Marks, tolerances and texts change what is decided, not what is asked."""
    watched()
    tiny.edit(old, new)
    gradebook, asked = watched()
    assert asked == []
    assert by_student(gradebook)["s01"] == marks


def test_marking_again_judges_what_a_change_concerns_and_nothing_else(tiny, watched, monkeypatch):
    """Marks of the other parts stay as they are, and the whole is what grading again would say."""
    from grader.grading import line

    watched()
    judged = []
    mark_part = line.mark_part

    def counted(part, *more):
        judged.append(part.id)
        return mark_part(part, *more)

    monkeypatch.setattr(line, "mark_part", counted)
    tiny.run().remark()
    assert judged == []
    tiny.edit("marks: 1, say", "marks: 0.5, say")
    gradebook = tiny.run().remark()
    assert judged == ["a.double"] * 12
    assert by_student(gradebook)["s01"] == [0.5, 1]
    again, asked = watched(force=True)
    assert len(asked) == 36
    assert by_student(again) == by_student(gradebook)


def test_remark_opens_no_box(tiny, watched, monkeypatch):
    """Marking again never gets as far as a runner, and says what grading again would."""
    watched()
    tiny.edit("marks: 1, say", "marks: 0.5, say")

    def refuse(*_args, **_more):
        raise AssertionError("a box was opened")

    monkeypatch.setattr("grader.batch.work.open_runner", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)
    gradebook = tiny.run().remark()
    assert by_student(gradebook)["s01"] == [0.5, 1]
    assert gradebook.ungraded == 0


def test_a_changed_submission_alone_is_run_again(tiny, watched):
    """Whoever hands in anew is asked everything; the others nothing."""
    watched()
    tiny.hand_in("s03", "def double(x):\n    return x + x\ndef slow(x):\n    return x + 1\n")
    gradebook, asked = watched()
    assert {student for student, _ in asked} == {"s03"}
    assert by_student(gradebook)["s03"] == [2, 1]


def test_answers_that_differ_between_runs_are_flagged(tiny, watched):
    """A submission that is not sure of its answer gets a flag on that part, also when it is marked again."""
    tiny.hand_in(
        "s00",
        "import os\ndef double(x):\n    return os.getpid() + os.urandom(4)[0]\ndef slow(x):\n    return x + 1\n",
    )
    watched()
    gradebook, asked = watched(force=True)
    assert len(asked) == 12 * 3
    for book in (gradebook, watched()[0], tiny.run().remark()):
        flags = {one.student: [mark.flags for mark in one.marks] for one in book.graded}
        assert flags["s00"] == [("differs_between_runs",), ()]
        assert flags["s01"] == [(), ()]


def test_one_student_alone(tiny, watched):
    """The others keep the marks that they have."""
    watched()
    gradebook, asked = watched(only=Only(students=("s02",)), force=True)
    assert {student for student, _ in asked} == {"s02"}
    assert len(gradebook.graded) == 12


def test_one_part_alone(watched):
    """Only its questions are asked, and the gradebook holds it alone; the whole asks the rest later."""
    gradebook, asked = watched(only=Only(parts=("a.slow",)))
    assert {case for _, case in asked} == {"one"}
    assert by_student(gradebook)["s00"] == [1]
    gradebook, asked = watched()
    assert {case for _, case in asked} == {"two", "minus"}
    assert by_student(gradebook)["s00"] == [2, 1]


def test_only_what_failed_is_asked_again(watched):
    """Whoever crashed is asked again from the start; whoever is wrong is not."""
    watched()
    _, asked = watched(only=Only(failed=True))
    assert {student for student, _ in asked} == {"s03", "s07", "s11"}


@pytest.mark.parametrize("only", [Only(students=("s1",)), Only(parts=("a.duble",))])
def test_who_is_not_there_is_told_with_a_near_miss(tiny, only):
    """A typing error grades nobody."""
    with pytest.raises(UsageError, match="did you mean"):
        tiny.run(only=only).grade(tiny.submissions)


def test_a_bad_rubric_is_found_before_any_code_runs(tiny, monkeypatch):
    """Nothing is opened and nothing is written."""
    tiny.edit("check: numeric\n        entry: slow", "check: numerik\n        entry: slow")
    monkeypatch.setattr("grader.batch.work.open_runner", lambda *_a, **_m: pytest.fail("a box was opened"))
    with pytest.raises(RubricError):
        tiny.run().grade(tiny.submissions)
    assert not tiny.out.exists()


def test_an_endless_loop_holds_up_nobody(tiny):
    """It costs its own part; everyone else is graded, and it keeps its other marks."""
    tiny.hand_in("s00", SLEEPY)
    done = tiny.grade("-j", "2")
    assert done.returncode == 0, done.stderr
    gradebook = tiny.run().again(tiny.course, tiny.out).settle()
    found = {one.student: one for one in gradebook.graded}
    assert [str(mark.verdict) for mark in found["s00"].marks] == ["correct", "timed_out"]
    assert len(found) == 12
    assert gradebook.ungraded == 0


def test_dry_run_says_who_would_be_graded_and_runs_nothing(tiny):
    """Before a run everyone, after it nobody, and no file is written."""
    said = tiny.grade("--dry-run", "--student", "s05")
    assert said.stdout.split("\t")[:2] == ["s05", "tiny"]
    assert "1 submissions would be graded, 11 stay" in said.stderr
    assert not tiny.out.exists()


def test_a_full_disk_is_exit_code_3_and_says_what_is_kept(tiny, monkeypatch, capsys):
    """The message names the file and what to do."""
    from grader.batch.store import Store
    from grader.cli import main

    keep = Store.keep
    kept = []

    def full_after_three(store, *args):
        kept.append(args)
        if len(kept) == 3:
            pages = store.connection.execute("pragma page_count").fetchone()[0]
            store.connection.execute(f"pragma max_page_count = {pages}")
            args = (*args[:3], args[3] + " " * 100_000, *args[4:])
        keep(store, *args)

    monkeypatch.setattr(Store, "keep", full_after_three)
    with pytest.raises(SystemExit) as ended:
        main(tiny.command("-j", "1")[3:])
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "run.sqlite: database or disk is full" in said
    assert "what was kept so far is safe, and the same command continues" in said
    monkeypatch.undo()
    done = tiny.grade()
    assert done.returncode == 0, done.stderr


def test_a_second_grader_waits_or_says_that_another_writes(tiny, monkeypatch, capsys):
    """While another process holds the run's database, exit code 3 and a sentence, after a while."""
    from grader.batch.store import Store
    from grader.cli import main

    Store.open(tiny.out / "run.sqlite").close()
    monkeypatch.setattr("grader.batch.store.WAIT_SECONDS", 0.2)
    other = sqlite3.connect(tiny.out / "run.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(SystemExit) as ended:
        main(tiny.command()[3:])
    other.close()
    assert ended.value.code == 3
    assert "another grader is writing to it" in capsys.readouterr().err


def test_a_mark_from_the_record_is_the_mark_of_the_run(tiny, watched):
    """Recording, storing and marking again change nothing."""
    from grader.batch.store import Store

    gradebook, _ = watched()
    assignment = tiny.course.assignment("tiny", seed=1)
    reference = tiny.course.reference("tiny")
    with Store.open(tiny.out / "run.sqlite") as store:
        for submission, strength in store.submissions():
            recording = store.recording(store.outcome("tiny", submission.student)[0], strength)
            again = mark(submission, assignment, reference, recording)
            assert [one.marks for one in again.marks] == by_student(gradebook)[submission.student]
