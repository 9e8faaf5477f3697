"""The run's memory, `OUT/run.sqlite`: what was handed in, what its code answered, what was decided.

    submission   one row a hand-in, by digest of its files
    arrival      how its top level ran, by digest and box strength
    observation  one row a question asked: submission digest, probe digest, box strength -> packed answer
    outcome      one row a student and assignment: the marks, and the digests they were decided under
    rule         one row a part: the digest of its rule under the digests that marks were decided under
    changed      one row an answer that was another one before, to the same question in the same box
    decision     one row a word of a person on a part: hand marks and overrides, the latest in force
    run          one row a command: seed, box, versions, digests, when

One transaction a submission, in SQLite's write-ahead log: a kill at any moment loses at most the submission
in flight and never leaves half of one. Tables are documented in docs/store.md, since people query them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import starmap
from pathlib import Path
from typing import NamedTuple, Self

from grader.errors import StoreError
from grader.grading.decisions import Decision, told
from grader.grading.packing import Packed, unpack, unpack_one
from grader.grading.recording import Recording
from grader.model import SourceFile, Submission
from grader.sandbox.runner import Closing
from grader.values import codec

SCHEMA_VERSION = 1
WAIT_SECONDS = 30.0
SCHEMA = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists submission (
    digest text primary key, student text not null, assignment text not null, name text not null,
    email text not null, handed_in_at text, late integer not null, attempt integer not null,
    origin text not null, fault text not null, files blob not null
) without rowid;
create table if not exists arrival (
    submission text not null, strength text not null, answer blob not null,
    primary key (submission, strength)
) without rowid;
create table if not exists observation (
    submission text not null, strength text not null, probe text not null, answer blob not null,
    primary key (submission, strength, probe)
) without rowid;
create table if not exists changed (
    submission text not null, strength text not null, probe text not null, earlier blob not null,
    primary key (submission, strength, probe)
) without rowid;
create table if not exists outcome (
    assignment text not null, student text not null, submission text not null, strength text not null,
    marked_under text not null, graded text not null, at text not null,
    primary key (assignment, student)
) without rowid;
create table if not exists rule (
    marked_under text not null, part text not null, digest text not null,
    primary key (marked_under, part)
) without rowid;
create table if not exists decision (
    id integer primary key, assignment text not null, student text not null, part text not null,
    marks text, reason text not null, who text not null, at text not null, about text not null
);
create table if not exists run (
    id integer primary key, started text not null, finished text, command text not null, record text not null
);
"""


class Decided(NamedTuple):
    """What was decided last about a student's hand-in.

    Attributes:
        submission: the digest of the hand-in.
        under: the digest of all else that the marks depend on.
        graded: the marks, as JSON.
        strength: of the box that the answers come from.
    """

    submission: str
    under: str
    graded: str
    strength: str


def submission_digest(submission: Submission) -> str:
    """SHA-256 over whose it is, what for, and every file's path and bytes."""
    parts = [submission.student, submission.assignment, submission.fault]
    listed = [(one.path, one.content) for one in submission.files]
    return hashlib.sha256(codec.encode((parts, listed))).hexdigest()


@dataclass(slots=True)
class Store(Closing):
    """An open run database."""

    path: Path
    connection: sqlite3.Connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the database; waits while another process writes.

        Raises:
            StoreError: it is no database of ours, of another version, or can't be written.
        """
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript(SCHEMA)
            row = connection.execute("select value from meta where key = 'schema'").fetchone()
            if row is None:
                connection.execute("insert or ignore into meta values ('schema', ?)", (str(SCHEMA_VERSION),))
            elif row[0] != str(SCHEMA_VERSION):
                raise StoreError(
                    f"{path} is of version {row[0]}; this grader writes version {SCHEMA_VERSION}",
                    hint="grade into another folder",
                )
        return cls(path, connection)

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept, or none."""
        with _told(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
            except BaseException:  # whatever ends the block, half of it must not stay
                if self.connection.in_transaction:  # SQLite itself rolls back where the disk is full
                    self.connection.execute("rollback")
                raise
            self.connection.execute("commit")

    def keep(self, submission: Submission, strength: str, packed: Packed, graded: str, under: str) -> None:
        """Keep one graded submission: what it answered, and what was decided under which digests.

        A later answer to the same question takes the place of an earlier one; `changed` finds those that
        were kept with `keep_changes`.
        """
        digest = submission_digest(submission)
        rows = [(digest, strength, key, one) for key, one in packed.answers.items()]
        with self.together() as db:
            self._hand_in(db, digest, submission)
            db.execute(
                "insert or replace into arrival values (?, ?, ?)",
                (digest, strength, packed.arrival),
            )
            db.executemany("insert or replace into observation values (?, ?, ?, ?)", rows)
            self._decide(db, submission, (digest, strength, under, graded))

    def keep_changes(self, submission: Submission, strength: str, packed: Packed) -> None:
        """Note which answers are other ones than those that are kept now, before they are replaced."""
        digest = submission_digest(submission)
        before = self.packed(digest, strength) or Packed(b"")
        rows = [
            (digest, strength, key, data)
            for key, data in before.answers.items()
            if key in packed.answers and _differ(data, packed.answers[key])
        ]
        with self.together() as db:
            db.executemany("insert or replace into changed values (?, ?, ?, ?)", rows)

    def changed(self, digest: str, strength: str) -> frozenset[str]:
        """The questions that a submission answered otherwise in another run, in a box of this strength."""
        query = "select probe from changed where submission = ? and strength = ?"
        with _told(self.path):
            return frozenset(key for (key,) in self.connection.execute(query, (digest, strength)))

    def keep_outcomes(self, decided: Iterable[tuple[Submission, Decided]]) -> None:
        """Keep what was decided anew from the record: all of it, or nothing."""
        with self.together() as db:
            for submission, one in decided:
                self._decide(db, submission, (one.submission, one.strength, one.under, one.graded))

    def _decide(self, db: sqlite3.Connection, one: Submission, decided: tuple[str, str, str, str]) -> None:
        values = (one.assignment, one.student, *decided, now())
        db.execute("insert or replace into outcome values (?, ?, ?, ?, ?, ?, ?)", values)

    def _hand_in(self, db: sqlite3.Connection, digest: str, one: Submission) -> None:
        files = codec.encode([(each.path, each.content) for each in one.files])
        db.execute(
            "insert or replace into submission values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                digest, one.student, one.assignment, one.name, one.email, one.handed_in_at,
                int(one.late), one.attempt, one.origin, one.fault, files,
            ),
        )  # fmt: skip

    def recording(self, digest: str, strength: str) -> Recording | None:
        """What a submission answered in a box of this strength, or None where it was never asked."""
        packed = self.packed(digest, strength)
        return None if packed is None else unpack(packed)

    def packed(self, digest: str, strength: str) -> Packed | None:
        """The same as bytes, as they are kept."""
        with _told(self.path):
            query = "select answer from arrival where submission = ? and strength = ?"
            row = self.connection.execute(query, (digest, strength)).fetchone()
            if row is None:
                return None
            query = "select probe, answer from observation where submission = ? and strength = ?"
            return Packed(row[0], dict(self.connection.execute(query, (digest, strength))))

    def outcome(self, assignment: str, student: str) -> Decided | None:
        """What was decided last about a student's hand-in, or None."""
        columns = "submission, marked_under, graded, strength"
        query = f"select {columns} from outcome where assignment = ? and student = ?"  # noqa: S608
        with _told(self.path):
            row = self.connection.execute(query, (assignment, student)).fetchone()
        return None if row is None else Decided(*row)

    def keep_rules(self, under: str, rules: Mapping[str, str]) -> None:
        """Keep the digest of each part's rule, for marks that are decided under these digests."""
        rows = [(under, part, digest) for part, digest in rules.items()]
        with self.together() as db:
            db.executemany("insert or replace into rule values (?, ?, ?)", rows)

    def rules(self, under: str) -> dict[str, str]:
        """The digest of each part's rule, as it was under these digests."""
        with _told(self.path):
            query = "select part, digest from rule where marked_under = ?"
            return dict(self.connection.execute(query, (under,)))

    def submissions(self) -> Iterator[tuple[Submission, str]]:
        """Every hand-in that has an outcome, with the strength of its box, by assignment and student."""
        query = (
            "select s.*, o.strength from outcome o join submission s on s.digest = o.submission"
            " order by o.assignment, o.student"
        )
        with _told(self.path):
            rows = self.connection.execute(query).fetchall()
        for row in rows:
            yield _submission(row), row[-1]

    def submission(self, assignment: str, student: str) -> Submission | None:
        """The hand-in that a student's outcome is about, or None where there is none."""
        query = (
            "select s.* from outcome o join submission s on s.digest = o.submission"
            " where o.assignment = ? and o.student = ?"
        )
        with _told(self.path):
            row = self.connection.execute(query, (assignment, student)).fetchone()
        return None if row is None else _submission(row)

    def decide(self, decision: Decision) -> None:
        """Keep a person's word on a part."""
        marks = None if decision.marks is None else str(decision.marks)
        values = (
            decision.assignment, decision.student, decision.part, marks, decision.reason, decision.who,
            decision.at or now(), decision.about,
        )  # fmt: skip
        columns = "assignment, student, part, marks, reason, who, at, about"
        with self.together() as db:
            db.execute(f"insert into decision ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608

    def decisions(self) -> dict[tuple[str, str], list[Decision]]:
        """Every decision, oldest first, by assignment and student."""
        query = "select assignment, student, part, marks, reason, who, at, about from decision order by id"
        found: dict[tuple[str, str], list[Decision]] = {}
        with _told(self.path):
            for row in self.connection.execute(query):
                marks = None if row[3] is None else Fraction(row[3])
                decision = Decision(row[0], row[1], row[2], marks, *map(str, row[4:]))
                found.setdefault((decision.assignment, decision.student), []).append(decision)
        return found

    def start(self, command: str, record: Mapping[str, object]) -> int:
        """Note that a command began; returns the run's number."""
        with self.together() as db:
            cursor = db.execute(
                "insert into run (started, command, record) values (?, ?, ?)",
                (now(), command, json.dumps(record)),
            )
        return int(cursor.lastrowid or 0)

    def finish(self, run: int) -> None:
        """Note that it ended."""
        with self.together() as db:
            db.execute("update run set finished = ? where id = ?", (now(), run))

    def close(self) -> None:
        """Close the database; everything is already kept."""
        self.connection.close()


def now() -> str:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with what to do about them."""
    try:
        yield
    except sqlite3.OperationalError as error:
        hints = {
            "locked": "another grader is writing to it: wait for it to end",
            "full": "make room; what was kept so far is safe, and the same command continues",
            "readonly": "the folder must be writable",
        }
        hint = next((text for word, text in hints.items() if word in str(error)), None)
        raise StoreError(f"{path}: {error}", hint=hint) from error
    except (sqlite3.DatabaseError, OSError) as error:
        raise StoreError(f"{path}: {error}", hint="it is no database of the grader's, or damaged") from error


def _differ(before: bytes, now: bytes) -> bool:
    """Whether two packed answers say something else, how long they took left out."""
    return before != now and told(unpack_one(before)) != told(unpack_one(now))


def _submission(row: tuple[object, ...]) -> Submission:
    files = codec.decode(bytes(row[10])) if isinstance(row[10], bytes) else []
    listed = files if isinstance(files, list) else []
    return Submission(
        student=str(row[1]), assignment=str(row[2]), name=str(row[3]), email=str(row[4]),
        handed_in_at=None if row[5] is None else str(row[5]), late=bool(row[6]), attempt=int(str(row[7])),
        origin=str(row[8]), fault=str(row[9]), files=tuple(starmap(SourceFile, listed)),
    )  # fmt: skip
