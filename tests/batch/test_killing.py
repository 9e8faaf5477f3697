"""A run is killed at any moment, in any of its processes, and continued by the same command."""

import contextlib
import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
MOMENTS = range(int(os.environ.get("GRADER_KILL_MOMENTS", "1")))
VICTIMS = {"worker": "spawn_main", "fork server": "grader.sandbox.server"}


@pytest.fixture
def undisturbed(tiny, timeless):
    """What an undisturbed run says."""
    out = tiny.root / "undisturbed"
    done = tiny.grade("-j", "2", out=out)
    assert done.returncode == 0, done.stderr
    return timeless(out)["submissions"]


def wait_for(seconds, found):
    """The first true answer within a time; the last one else."""
    until = time.monotonic() + seconds
    while not (answer := found()) and time.monotonic() < until:
        time.sleep(0.01)
    return answer


def kept(out):
    """How many submissions a run has graded so far."""
    with contextlib.suppress(sqlite3.OperationalError), closing(sqlite3.connect(out / "run.sqlite")) as db:
        return db.execute("select count(*) from outcome").fetchone()[0]
    return -1


def all_gone(pids, alive):
    return wait_for(15, lambda: not any(map(alive, pids)))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", ["parent", "worker", "fork server"])
def test_a_killed_process_costs_nobody_a_mark(
    tiny, timeless, undisturbed, started, below, alive, who, moment
):
    """After kill -9 at a random moment and the same command again, the results are those of a quiet run."""
    process = started(tiny.start("-j", "2"))
    wait_for(30, lambda: (tiny.out / "run.sqlite").exists())
    some = random.randrange(12)
    wait_for(30, lambda: kept(tiny.out) >= some or process.poll() is not None)
    time.sleep(random.random() * 0.05)
    family = below(process.pid)
    if who == "parent":
        process.kill()
        process.communicate()
        assert all_gone(family, alive), {pid: family[pid] for pid in family if alive(pid)}
    else:
        for pid, line in family.items():
            if VICTIMS[who] in line:
                os.kill(pid, signal.SIGKILL)
                break
        process.communicate(timeout=120)
    done = tiny.grade("-j", "2")
    assert done.returncode == 0, done.stderr
    found = timeless(tiny.out)
    assert found["submissions"] == undisturbed
    assert all(one["ungraded"] == 0 for one in found["submissions"])


def test_ctrl_c_says_what_was_kept_and_leaves_no_process(tiny, timeless, undisturbed, started, below, alive):
    """Exit code 130, a sentence on stderr, nothing stray; the same command continues."""
    process = started(tiny.start("-j", "2"))
    wait_for(30, lambda: (tiny.out / "run.sqlite").exists())
    wait_for(30, lambda: any("spawn_main" in line for line in below(process.pid).values()))
    time.sleep(1)
    family = below(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all of them
    _, said = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("the run was quicker than Ctrl-C")
    assert process.returncode == 130, said
    assert "12 submissions are graded and kept" in said
    assert "the same command continues" in said
    assert all_gone(family, alive), {pid: family[pid] for pid in family if alive(pid)}
    done = tiny.grade("-j", "2")
    assert done.returncode == 0, done.stderr
    assert timeless(tiny.out)["submissions"] == undisturbed


def test_a_submission_that_no_worker_survives_is_ungraded_and_told(tiny):
    """After five deaths it is our fault, no mark and exit code 1; all others are graded."""
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    from grader.batch.workers import GIVE_UP_AFTER

    deaths = []

    class Pool:
        """Grades here; its worker dies of one submission."""

        def submit(self, function, bench, *item):
            future = Future()
            if item and item[0].student == "s04":
                deaths.append(item)
                future.set_exception(BrokenProcessPool("a worker died"))
            else:
                future.set_result(function(bench, *item))
            return future

        def shutdown(self, **_how):
            """Nothing is open."""

    gradebook = tiny.run(make=lambda _jobs: Pool()).grade(tiny.submissions)
    lost = [one.student for one in gradebook.graded if one.ungraded]
    assert lost == ["s04"]
    assert len(deaths) == GIVE_UP_AFTER
    assert gradebook.ungraded == 2
    assert tiny.grade("--dry-run").stdout.startswith("s04\t")
