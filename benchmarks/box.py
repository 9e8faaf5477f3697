"""What the box costs, as ratios measured in one run.

    python benchmarks/box.py [--rounds 200] [--json]

A whole box (open, one question, close) against a bare fork and wait of a process with NumPy and SymPy loaded,
and against starting such a process; then a small call's round trip and a 1 MiB array there and back. Each
figure is the median of the rounds; the ratios are what to compare between machines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

BARE_FORK = """
import gc, os, statistics, sys, time
import numpy, sympy
sys.path.insert(0, sys.argv[2])
import grader.sandbox.server, grader.values.trees
gc.collect(); gc.freeze()
took = []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    took.append(time.perf_counter() - start)
print(statistics.median(took))
"""
AIMS = {"box / bare fork": ("at most", 3.0), "cold start / box": ("at least", 30.0)}


def median(action: Callable[[], object], rounds: int) -> float:
    """The median time of an action, in seconds."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def bare_fork(rounds: int) -> float:
    """Fork and wait in a warm process, as the fork server is."""
    root = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", BARE_FORK, str(rounds), root]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def cold_start() -> None:
    """Start Python and import what a box finds loaded."""
    subprocess.run([sys.executable, "-c", "import numpy, sympy"], check=True)


def measure(rounds: int) -> dict[str, float | str]:
    """Every figure, in milliseconds, and the ratios."""
    import numpy as np

    from grader.model import Limits, Probe, SourceFile, Submission
    from grader.sandbox import open_runner

    source = SourceFile("warm_up.py", b"def f(x):\n    return x\n")
    submission, limits = Submission("ada", "warm_up", (source,)), Limits(total_seconds=600.0)
    array = np.random.default_rng(0).normal(size=1 << 17)
    with open_runner("best") as runner:

        def whole() -> None:
            with runner.open(submission, limits) as session:
                session.ask([Probe("f", (1.0,))], limits)

        whole()
        box = median(whole, rounds)
        fork = bare_fork(rounds)
        box = min(box, median(whole, rounds))
        with runner.open(submission, limits) as session:
            one = median(lambda: session.ask([Probe("f", (1.0,))], limits), rounds * 5)
            many = median(lambda: session.ask([Probe("f", (1.0,))] * 100, limits), rounds // 4 + 1) / 100
            big = median(lambda: session.ask([Probe("f", (array,))], limits), rounds // 4 + 1)
        cold = median(cold_start, 5)
        return {
            "walls": runner.strength,
            "bare fork and wait, ms": fork * 1e3,
            "whole box, ms": box * 1e3,
            "cold start, ms": cold * 1e3,
            "box / bare fork": box / fork,
            "cold start / box": cold / box,
            "small call alone, ms": one * 1e3,
            "small call of 100, ms": many * 1e3,
            "1 MiB there and back, ms": big * 1e3,
        }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.rounds)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for name, figure in figures.items():
        shown = figure if isinstance(figure, str) else f"{figure:8.3f}"
        aim = " ".join(map(str, AIMS[name])) if name in AIMS else ""
        print(f"{name:<26} {shown}   {aim}".rstrip())


if __name__ == "__main__":
    main()
