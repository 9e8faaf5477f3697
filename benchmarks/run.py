"""Every figure of docs/performance.md but the field's, with ratios of one run.

    python benchmarks/run.py                  a few minutes: cost, workers, re-marking, growth
    python benchmarks/run.py --class 1000     the thousand baby_cnn submissions, by the command line
    python benchmarks/run.py --class 1000 --mixed     the same, right and wrong ones
    python benchmarks/run.py --many 100000    tiny submissions, generated: time and the parent's memory
    python benchmarks/run.py --many 100000 --cluster 2     the same on a local Dask cluster

CPU seconds of every process are what is compared: the machine may be busy. The yardstick is one
`python -c "import numpy, sympy"`, timed in the same run.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grader.batch.run import Run  # noqa: E402
from grader.batch.store import Store  # noqa: E402
from grader.batch.work import Bench, Workshop, as_text  # noqa: E402
from grader.grading import line  # noqa: E402
from grader.grading.packing import pack, unpack  # noqa: E402
from grader.intake import read  # noqa: E402
from grader.model import SourceFile, Submission  # noqa: E402
from grader.rubric import Course  # noqa: E402

TINY = (
    "assignment: tiny\ntitle: Tiny\nquestions:\n  - id: a\n    title: One\n    parts:\n"
    "      - {id: a, marks: 1, check: numeric, entry: double, cases: [{name: two, args: {x: 2.0}}]}\n"
)


def cpu(who: int) -> float:
    """CPU seconds of this process, or of its ended children."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def spent(action: Callable[[], object]) -> float:
    """CPU seconds of an action and of the processes that end in it."""
    before = cpu(resource.RUSAGE_SELF) + cpu(resource.RUSAGE_CHILDREN)
    action()
    return cpu(resource.RUSAGE_SELF) + cpu(resource.RUSAGE_CHILDREN) - before


def yardstick() -> float:
    """CPU seconds of starting Python with NumPy and SymPy."""
    command = [sys.executable, "-c", "import numpy, sympy"]
    return min(spent(lambda: subprocess.run(command, check=True)) for _ in range(5))


def class_of(assignment: str, count: int, only: str = "ada") -> list[Submission]:
    """One example submission, handed in by many."""
    found = read([ROOT / "submissions_example"], Course(ROOT).names).submissions
    one = next(one for one in found if (one.student, one.assignment) == (only, assignment))
    return [replace(one, student=f"s{number:06}") for number in range(count)]


class Clock:
    """CPU seconds of this process by layer."""

    def __init__(self) -> None:
        self.layers: dict[str, float] = {}

    @contextmanager
    def layer(self, name: str) -> Iterator[None]:
        """Count what the block takes."""
        start = time.process_time()
        yield
        self.layers[name] = self.layers.get(name, 0.0) + time.process_time() - start


def boxes(shop: Workshop, action: Callable[[], object], start: float) -> float:
    """CPU seconds of the boxes that an action opens, the fork server's own start left out."""
    shop.ready()
    before = cpu(resource.RUSAGE_CHILDREN)
    action()
    shop.close()
    return cpu(resource.RUSAGE_CHILDREN) - before - start


def cost_of(name: str, count: int, start: float) -> dict[str, float]:
    """Milliseconds of CPU a submission: empty box, import, questions, asking, judging, packing, storing."""
    course = Course(ROOT)
    shop = Workshop(Bench(ROOT), course)
    assignment, reference = course.assignment(name, seed=1), course.reference(name)
    handed_in = class_of(name, count)
    limits = line.assignment_limits(assignment)
    nothing = replace(handed_in[0], files=(SourceFile(f"{name}.py", b""),))
    clock, records = Clock(), []

    def opened(submission: Submission) -> Callable[[], None]:
        def action() -> None:
            for _ in range(count):
                shop.ready().open(submission, limits).close()

        return action

    def asked() -> None:
        for one in handed_in:
            recording = line.Recording()
            with clock.layer("asking"), line.Box(shop.ready(), one, limits) as box:
                line.record(assignment, recording, box)
            records.append(recording)

    shop.grade(handed_in[0])  # what is worked out once a run
    shop.close()
    empty, imported, everything = (
        boxes(shop, one, start) for one in (opened(nothing), opened(handed_in[0]), asked)
    )
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "run.sqlite") as store:
        for one, recording in zip(handed_in, records, strict=True):
            with clock.layer("judging"):
                graded = line.mark(one, assignment, reference, recording)
            with clock.layer("packing"):
                packed, text = pack(recording), as_text(graded)
            with clock.layer("storing"):
                store.keep(one, "walls", packed, text, "under")
            with clock.layer("re-marking"):
                line.mark(one, assignment, reference, unpack(packed))
    parts = {"box": empty, "import": imported - empty, "questions": everything - imported, **clock.layers}
    return {layer: seconds / count * 1000 for layer, seconds in parts.items()}


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in Markdown."""
    print(f"\n| {' | '.join(header)} |\n|{'---|' * len(header)}")
    for row in rows:
        cells = (f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row)
        print(f"| {' | '.join(cells)} |")


def costs(count: int) -> None:
    """(a) and (c): where a submission's time goes, and what marking again costs."""
    shop = Workshop(Bench(ROOT), Course(ROOT))

    def empty_start() -> None:
        shop.ready()
        shop.close()

    start = min(spent(empty_start) for _ in range(3))
    rows = []
    for name in Course(ROOT).names:
        unit = yardstick() * 1000
        layers = cost_of(name, count, start)
        again = layers.pop("re-marking")
        total = sum(layers.values())
        rows.append([name, *layers.values(), total, f"1/{unit / total:.1f}", f"{total / again:.1f}"])
    layers = ["box", "import", "questions", "asking", "judging", "packing", "storing"]
    print(f"\nms of CPU a submission ({count} copies of ada's); the fork server starts once in {start:.2f} s")
    table(["assignment", *layers, "all told", "of `import numpy, sympy`", "grading / re-marking"], rows)


def grade_class(name: str, count: int, jobs: int) -> tuple[float, float]:
    """Seconds on the clock of grading a class with some workers, and of marking it again."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Course(ROOT), Path(folder), jobs=jobs)
        handed_in = class_of(name, count)
        started = time.perf_counter()
        run.grade(handed_in)
        graded = time.perf_counter()
        run.remark()
        return graded - started, time.perf_counter() - graded


def workers(name: str, count: int) -> None:
    """(b) and (c): submissions a second with one and two workers, start included; re-marking beside it."""
    rows = []
    for jobs in (1, 2):
        took, again = grade_class(name, count, jobs)
        rows.append([jobs, count / took, count / again, took / again])
    print(f"\n{count} submissions of {name}, whole runs on the clock")
    table(["workers", "graded a second", "re-marked a second", "ratio"], rows)


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of n that the times grow with, by least squares in logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(one) for one in seconds]
    return statistics.linear_regression(x, y).slope


def tiny(root: Path, cases: int = 1) -> Course:
    """A course of one function."""
    for folder in ("rubrics", "reference"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f"{{name: c{number}, args: {{x: {number}.5}}}}" for number in range(cases))
    (root / "rubrics/tiny.yaml").write_text(TINY.replace("{name: two, args: {x: 2.0}}", listed))
    (root / "reference/tiny.py").write_text(
        '"""Tiny."""\n\n\ndef double(x):\n    """Twice."""\n    return 2 * x\n'
    )
    return Course(root)


def tiny_class(count: int) -> list[Submission]:
    """Distinct tiny submissions, one in ten wrong."""
    return [
        Submission(
            f"s{number:06}",
            "tiny",
            (
                SourceFile(
                    "tiny.py",
                    f"def double(x):\n    return {2 + (number % 10 == 0)} * x  # {number}\n".encode(),
                ),
            ),
        )
        for number in range(count)
    ]


def growth() -> None:
    """(f): CPU time against submissions and against cases, with the exponent."""
    rows = []
    sizes = (50, 100, 200, 400)
    with tempfile.TemporaryDirectory() as folder:
        course = tiny(Path(folder) / "course")
        shop = Workshop(Bench(course.root), course)
        shop.grade(tiny_class(1)[0])
        took = [spent_inside(shop, tiny_class(size)) for size in sizes]
    rows.append(
        [
            "submissions",
            *(f"{size}: {one:.2f} s" for size, one in zip(sizes, took, strict=True)),
            exponent(sizes, took),
        ]
    )
    cases, took = (50, 100, 200, 400), []
    with tempfile.TemporaryDirectory() as folder:
        for number in cases:
            course = tiny(Path(folder) / f"course{number}", number)
            shop = Workshop(Bench(course.root), course)
            shop.grade(tiny_class(1)[0])
            took.append(spent_inside(shop, tiny_class(20)))
    rows.append(
        [
            "cases (20 submissions)",
            *(f"{size}: {one:.2f} s" for size, one in zip(cases, took, strict=True)),
            exponent(cases, took),
        ]
    )
    print("\nCPU against size, the worker's and its boxes'")
    table(["n", "", "", "", "", "exponent"], rows)


def spent_inside(shop: Workshop, handed_in: Sequence[Submission]) -> float:
    """CPU seconds of grading them in a warm workshop, boxes included, its start left out."""
    shop.close()
    start = spent(lambda: (shop.ready(), shop.close()))
    return spent(lambda: ([shop.grade(one) for one in handed_in], shop.close())) - start


def resident() -> float:
    """MiB of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def many(count: int, jobs: int, cluster: int) -> None:
    """(d): the parent's memory and the time as tiny submissions are graded, and the gradebook written."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        course, handed_in = tiny(Path(folder) / "course"), tiny_class(count)
        run = Run(course, Path(folder) / "out", jobs=cluster or jobs)
        at: list[tuple[int, float, float]] = []
        started, done = time.perf_counter(), 0

        def progress(_graded: Any, _kept: bool) -> None:
            nonlocal done
            done += 1
            if done in (1, 10, 100, 1000) or done % max(count // 10, 1) == 0:
                at.append((done, time.perf_counter() - started, resident()))

        run.progress = progress
        before = resident()
        with local_cluster(cluster) as address:
            run.cluster = address
            gradebook = run.grade(handed_in)
        took = time.perf_counter() - started
        print(
            f"\n{count} tiny submissions, {f'a Dask cluster of {cluster}' if cluster else f'{jobs} workers'}"
        )
        table(["graded", "seconds", "MiB of the parent"], [[str(n), s, m] for n, s, m in at])
        late = [(n, s) for n, s, _ in at if n >= max(count // 10, 1)]
        print(
            f"\nbefore {before:.0f} MiB; written after {took:.1f} s with {resident():.0f} MiB, at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB"
        )
        if len(late) > 2:
            print(
                f"exponent of time against submissions: {exponent([n for n, _ in late], [s for _, s in late]):.2f}"
            )
        print(f"{sum(int(one.raw) for one in gradebook.graded)} marks in all, {gradebook.ungraded} ungraded")


@contextmanager
def local_cluster(size: int) -> Iterator[str]:
    """The address of a cluster on this machine; empty where none is wanted."""
    if not size:
        yield ""
        return
    from distributed import LocalCluster

    with LocalCluster(n_workers=size, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address.replace("tcp://", "dask://")


CHANGES = (
    ("remark, nothing changed", "", ""),
    ("remark, one part's case", "name: no weights", "name: no weight"),
    ("remark, every part's tolerance", "{rtol: 1e-5, atol: 1e-6}", "{rtol: 2e-5, atol: 1e-6}"),
)
"""What an instructor changes, and how the rubric says it."""


def whole_class(count: int, mixed: bool) -> None:
    """The command line over a class, all told: CPU of every process, against the yardstick."""
    names = ("ada", "bertrand", "sofia", "emil", "nina", "priya", "uma") if mixed else ("ada",)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        course = Path(folder) / "course"
        for part in ("rubrics", "reference"):
            shutil.copytree(ROOT / part, course / part)
        for name in names:
            for one in class_of("baby_cnn", -(-count // len(names)), name):
                place = Path(folder) / "submissions" / f"{name}{one.student}"
                place.mkdir(parents=True)
                (place / "baby_cnn.py").write_bytes(one.files[0].content)
        out = f"{folder}/out"
        grade = ["grade", f"{folder}/submissions", "-o", out, "-j", "2", "-q", "--no-reports"]
        unit, rows = yardstick(), [timed("grade", course, grade)]
        rubric = course / "rubrics/baby_cnn.yaml"
        for label, old, new in CHANGES:
            assert old in rubric.read_text()
            rubric.write_text(rubric.read_text().replace(old, new, 1))
            rows.append(timed(label, course, ["remark", out, "--json"]))
        number = len(json.loads((Path(out) / "results.json").read_text())["submissions"])
        told = [
            [
                label,
                clock,
                used,
                used / number * 1000,
                f"1/{unit * number / used:.1f}",
                f"{rows[0][1] / clock:.1f}",
            ]
            for label, clock, used in rows
        ]
        print(
            f"\n{number} submissions of baby_cnn by {', '.join(names)}, full box, two workers, by the command line"
        )
        header = [
            "command",
            "s on the clock",
            "CPU s seen",
            "ms of CPU each",
            "of `import numpy, sympy`",
            "times faster",
        ]
        table(header, told)


def timed(label: str, course: Path, arguments: Sequence[str]) -> tuple[str, float, float]:
    """Seconds on the clock and of CPU that a command of the grader takes."""
    command = [sys.executable, "-m", "grader", "--course", str(course), *arguments]
    started = time.perf_counter()
    used = spent(lambda: subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL))
    return label, time.perf_counter() - started, used


def main() -> None:
    """Print the tables asked for."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=30, help="copies of a submission a measurement")
    options.add_argument(
        "--class", type=int, dest="size", help="only the class of this size, by the command line"
    )
    options.add_argument("--mixed", action="store_true", help="a class of right and wrong submissions")
    options.add_argument("--many", type=int, help="only so many tiny submissions")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--cluster", type=int, default=0, help="workers of a local Dask cluster")
    chosen = options.parse_args()
    if chosen.many:
        many(chosen.many, chosen.jobs, chosen.cluster)
    elif chosen.size:
        whole_class(chosen.size, chosen.mixed)
    else:
        costs(chosen.count)
        workers("baby_cnn", 4 * chosen.count)
        growth()
        for count in (100, 1000):
            many(count, chosen.jobs, 0)


if __name__ == "__main__":
    main()
