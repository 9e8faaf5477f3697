"""Worker processes: submissions in, graded submissions out, whatever happens to a worker.

A worker that dies takes nobody's marks with it: what it was working on is tried again in a new pool, and
what has outlived several pools is tried alone, so that one poisonous submission can't hold up the rest.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait as wait_for_end
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType

from grader.batch.work import Bench, Sent, grade_one, strength_here
from grader.errors import BoxTooWeak, CourseCodeError, RubricError, SandboxError
from grader.grading.packing import Packed
from grader.model import Submission

ALONE_AFTER = 2
GIVE_UP_AFTER = 5
IN_FLIGHT = 2
WORKER_LOST = ("KilledWorker", "CancelledError", "FutureCancelledError")
"""What a cluster's executor raises when it lost the worker, by name: its package is an optional extra."""


class _Process(SpawnProcess):
    """A fresh process that does not run the caller's script again, guarded by `__name__` or not."""

    def start(self) -> None:
        """Start it while no script can be seen, since a spawned process runs what it sees."""
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = script


class _Context(SpawnContext):
    Process = _Process


def process_pool(jobs: int) -> Executor:
    """Fresh processes that share nothing with the parent's threads, open files and script."""
    return ProcessPoolExecutor(jobs, mp_context=_Context(), initializer=settle_in)


def settle_in() -> None:
    """What a worker does first: it leaves Ctrl-C to the parent, and ends when the parent is gone.

    The parent says what was kept; a worker would only print a traceback. A worker of a killed parent would
    wait for work for ever, since the pipe that work comes through is open at its own end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_end([parent.sentinel])
        os._exit(1)  # its fork server sees the socket close, and ends itself and every box


def end_children() -> None:
    """End this process's workers at once; what they hold is graded again when the run is continued."""
    for child in multiprocessing.active_children():
        child.terminate()


@dataclass(frozen=True, slots=True)
class Item:
    """A submission to grade, the digests that go into its marks, and what it has answered before."""

    submission: Submission
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    known: Packed | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Lost:
    """No worker survived this submission: our fault, and said so."""

    reason: str


@dataclass(slots=True)
class Workers:
    """A pool that is made anew when it breaks.

    Attributes:
        bench: what every worker knows.
        jobs: how many processes.
        make: makes the executor; anything with `submit` will do.
    """

    bench: Bench
    jobs: int = 1
    make: Callable[[int], Executor] = process_pool
    tries: Counter[str] = field(default_factory=Counter)
    _open: Executor | None = field(default=None, init=False)

    def strength(self) -> str:
        """How strong the boxes are that the workers open; the pool that was asked goes on with `run`.

        Raises:
            GraderError: no box of the strength asked for can be had there.
        """
        for _ in range(GIVE_UP_AFTER):
            self._open = self.make(self.jobs)
            try:
                return self._open.submit(strength_here, self.bench).result()
            except BrokenExecutor:
                self.close()
            except BaseException:  # whoever stops waiting must not wait for a box that may never stand
                self.close()
                end_children()
                raise
        raise SandboxError(f"{GIVE_UP_AFTER} workers died before they had opened a box")

    def close(self) -> None:
        """End a pool that was asked and not used."""
        pool, self._open = self._open, None
        if pool is not None:
            pool.shutdown(wait=False)

    def run(self, items: Iterable[Item]) -> Generator[tuple[Submission, Sent | Lost]]:
        """Grade in any order, a few in flight a worker, so that memory stays flat however many there are."""
        source = iter(items)
        again: deque[Item] = deque()
        while True:
            left = yield from self._pool(source, again)
            if not left and not again:
                return
            again.extend(left)
            yield from self._give_up(again)

    def _pool(
        self, source: Iterator[Item], again: deque[Item]
    ) -> Generator[tuple[Submission, Sent | Lost], None, list[Item]]:
        """Use one pool until everything is done or it breaks; returns what was in flight then."""
        flying: dict[Future[Sent], Item] = {}
        pool, self._open = self._open or self.make(self.jobs), None
        try:
            while True:
                self._fill(pool, flying, source, again)
                if not flying:
                    return []
                ready, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in ready:
                    item = flying[future]
                    result = self._result(future, item, again)
                    del flying[future]
                    if result is not None:
                        yield item.submission, result
        except BrokenExecutor:
            left = list(flying.values())
            self.tries.update(_name(item) for item in left)
            return left
        except BaseException:  # whoever stops reading must not wait for what is in flight
            end_children()
            raise
        finally:
            for future in flying:
                future.cancel()
            pool.shutdown(wait=False)  # `cancel_futures` is not every executor's

    def _result(self, future: Future[Sent], item: Item, again: deque[Item]) -> Sent | Lost | None:
        """What came of one submission; None where its worker was lost and it is tried again.

        Raises:
            BrokenExecutor: the pool is gone.
            GraderError: the rubric or the machine is at fault, for every submission alike.
        """
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, BrokenExecutor | RubricError | BoxTooWeak | CourseCodeError):
            raise error
        if type(error).__name__ in WORKER_LOST:
            self.tries[_name(item)] += 1
            again.append(item)
            return None
        return Lost(f"{type(error).__name__}: {error}")

    def _fill(
        self, pool: Executor, flying: dict[Future[Sent], Item], source: Iterator[Item], again: deque[Item]
    ) -> None:
        room = 1 if any(self.tries[_name(item)] >= ALONE_AFTER for item in again) else IN_FLIGHT * self.jobs
        while len(flying) < room:
            if not again:
                again.extend(islice(source, 1))
            if not again:
                return
            item = again[0]  # taken only once the pool has it: a pool can break here too
            flying[pool.submit(grade_one, self.bench, item.submission, item.digests, item.known)] = item
            again.popleft()

    def _give_up(self, again: deque[Item]) -> Iterator[tuple[Submission, Lost]]:
        for item in [one for one in again if self.tries[_name(one)] >= GIVE_UP_AFTER]:
            again.remove(item)
            yield item.submission, Lost(f"{GIVE_UP_AFTER} workers died while they graded this submission")


def _name(item: Item) -> str:
    return f"{item.submission.assignment}/{item.submission.student}"
