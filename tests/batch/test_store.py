"""The run's memory."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from fractions import Fraction

import pytest

from grader.batch.store import Store, submission_digest
from grader.errors import StoreError
from grader.grading.decisions import Decision
from grader.grading.packing import pack
from grader.grading.recording import Recording
from grader.model import Returned, SourceFile, Submission
from grader.sandbox.runner import Arrival


@pytest.fixture
def path(tmp_path):
    """Where a run would keep its database."""
    return tmp_path / "run.sqlite"


def handed_in(student="ada", text=b"x = 1\n", **more):
    return Submission(student, "warm_up", (SourceFile("warm_up.py", text),), **more)


def test_what_was_kept_is_read_by_another_process_of_the_grader(path):
    """A recording, an outcome and the hand-in itself come back."""
    one = handed_in(late=True, attempt=2, handed_in_at="2026-11-20T10:00:00+00:00")
    recording = Recording(Arrival(notes=("a note",)), {"key": Returned([1.5])})
    with Store.open(path) as store:
        store.keep(one, "walls", pack(recording), '{"marks": 3}', "under")
    with Store.open(path) as store:
        again = store.recording(submission_digest(one), "walls")
        assert again.answers["key"].value == [1.5]
        assert again.arrival.notes == ("a note",)
        assert store.recording(submission_digest(one), "other walls") is None
        assert store.outcome("warm_up", "ada")[:3] == (submission_digest(one), "under", '{"marks": 3}')
        assert list(store.submissions()) == [(one, "walls")]


def test_the_digest_tells_submissions_apart():
    """Whose, what for and every byte count; where it was found does not."""
    digests = [
        submission_digest(one)
        for one in (handed_in(), handed_in("bo"), handed_in(text=b"x = 2\n"), handed_in(origin="elsewhere"))
    ]
    assert digests[0] == digests[3]
    assert len(set(digests)) == 3


def test_a_new_attempt_takes_the_place_of_the_old(path):
    """There is one outcome a student and assignment, however often it is graded."""
    with Store.open(path) as store:
        for text in (b"1", b"2"):
            store.keep(handed_in(text=text), "walls", pack(Recording()), "{}", "under")
        assert [one.files[0].content for one, _ in store.submissions()] == [b"2"]


def test_decisions_are_kept_in_order_and_exactly(path):
    """A third of a mark is a third when it is read again, and a withdrawn one is None."""
    with Store.open(path) as store:
        store.decide(Decision("warm_up", "ada", "1", Fraction(5, 3), "idea", "rb", "2026-11-20", "digest"))
        store.decide(Decision("warm_up", "ada", "1", None, "no"))
        first, second = store.decisions()["warm_up", "ada"]
    assert (first.marks, first.who, first.about) == (Fraction(5, 3), "rb", "digest")
    assert second.marks is None
    assert second.at


def test_a_failure_in_the_middle_leaves_nothing_of_the_submission(path):
    """A transaction is kept whole or not at all."""

    def half(store):
        with store.together() as db:
            db.execute("insert into meta values ('half', '1')")
            raise ZeroDivisionError

    with Store.open(path) as store:
        pytest.raises(ZeroDivisionError, half, store)
        assert store.connection.execute("select count(*) from meta where key = 'half'").fetchone() == (0,)


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.07, 0.15])
def test_a_killed_writer_leaves_whole_submissions(path, moment):
    """After kill -9 every kept submission has its arrival, its outcome and all its answers."""
    Store.open(path).close()
    code = f"""
        from pathlib import Path
        from grader.batch.store import Store
        from grader.grading.packing import pack
        from grader.grading.recording import Recording
        from grader.model import Returned, SourceFile, Submission
        with Store.open(Path({str(path)!r})) as store:
            print("ready", flush=True)
            for n in range(100_000):
                one = Submission(f"s{{n}}", "warm_up", (SourceFile("warm_up.py", b"x"),))
                store.keep(one, "walls", pack(Recording(answers={{str(k): Returned(k) for k in range(20)}})), "{{}}", "u")
    """
    writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE)
    with writer:
        writer.stdout.readline()
        time.sleep(moment)
        os.kill(writer.pid, signal.SIGKILL)
    with Store.open(path) as store:
        kept = [submission_digest(one) for one, _ in store.submissions()]
        assert all(len(store.recording(digest, "walls").answers) == 20 for digest in kept)
        counts = {
            table: store.connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("submission", "arrival", "outcome")
        }
    assert set(counts.values()) == {len(kept)}


def test_another_version_is_refused_with_what_to_do(path):
    """A database of a later grader is not written over."""
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("update meta set value = '99'")
    db.close()
    with pytest.raises(StoreError, match="version 99"):
        Store.open(path)


def test_a_file_that_is_no_database_is_refused(path):
    """Somebody's file is not destroyed."""
    path.write_bytes(b"not a database, but long enough to look at" * 30)
    with pytest.raises(StoreError, match="no database of the grader's"):
        Store.open(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_full_disk_is_an_error_and_not_a_lie(path):
    """What can't be written is said, and what was kept before stays."""
    with Store.open(path) as store:
        store.keep(handed_in("early"), "walls", pack(Recording()), "{}", "under")
        pages = store.connection.execute("pragma page_count").fetchone()[0]
        store.connection.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(StoreError, match="full"):
            store.keep(handed_in(text=os.urandom(200_000)), "walls", pack(Recording()), "{}", "under")
        assert [one.student for one, _ in store.submissions()] == ["early"]


def test_two_writers_wait_for_each_other(path, monkeypatch):
    """A second writer waits, and says who is in the way when it takes too long."""
    monkeypatch.setattr("grader.batch.store.WAIT_SECONDS", 0.05)
    one = handed_in()
    with Store.open(path) as first, Store.open(path) as second, first.together():
        with pytest.raises(StoreError, match="another grader"):
            second.keep(one, "walls", pack(Recording()), "{}", "under")
