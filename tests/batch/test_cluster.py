"""A run on a small local Dask cluster, one of whose workers is killed in the middle."""

import os
import signal

import pytest

distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")


@pytest.fixture
def cluster():
    """Two workers with one thread each, each in a process of its own."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_gradebook_of_one_machine_though_a_worker_is_killed(tiny, timeless, cluster):
    """Same results, nobody ungraded, one outcome a student; the killed worker's submissions are graded elsewhere."""
    alone = tiny.run()
    alone.out = tiny.root / "alone"
    alone.grade(tiny.submissions)
    seen = []

    def kill_one(graded, _kept):
        seen.append(graded.student)
        if len(seen) == 3:
            victim = next(iter(cluster.workers.values()))
            os.kill(victim.pid, signal.SIGKILL)

    address = cluster.scheduler_address.replace("tcp://", "dask://")
    gradebook = tiny.run(jobs=2, cluster=address, progress=kill_one).grade(tiny.submissions)
    assert gradebook.ungraded == 0
    assert sorted(seen) == [f"s{number:02}" for number in range(12)]
    assert timeless(tiny.out)["submissions"] == timeless(alone.out)["submissions"]
