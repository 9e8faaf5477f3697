"""The same little assignment by this grader and by the field, each by its own standard command.

Sigmoid, negative log-likelihood, 1-D convolution and an SGD step; twenty submissions, half of them right.
Every tool is installed into an environment of its own (kept in `--home` between runs), fed the same student
code in the form it wants, and timed as whole processes, in rounds, so that ratios are of one run.

    python benchmarks/field.py --rounds 3
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import textwrap
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDENTS = 20

RIGHT = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))

def nll(h, y):
    h, y = np.asarray(h), np.asarray(y)
    return float(-np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)))

def convolve(x, w):
    return np.convolve(x, w)

def sgd_step(w, g, lr):
    return np.asarray(w) - lr * np.asarray(g)
"""
WRONG = RIGHT.replace("-np.sum", "-np.mean").replace("- lr *", "+ lr *")

TESTS = """
import numpy as np
import hw

X = np.linspace(-3, 3, 7)

def test_sigmoid():
    assert np.allclose(hw.sigmoid(X), 1 / (1 + np.exp(-X)))

def test_nll():
    h, y = np.array([0.2, 0.7, 0.9]), np.array([0, 1, 1])
    assert np.isclose(hw.nll(h, y), -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)))

def test_convolve():
    assert np.allclose(hw.convolve([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 2.0]), [1, 2, 5, 8, 6, 8])

def test_sgd_step():
    assert np.allclose(hw.sgd_step(np.ones(3), np.arange(3.0), 0.1), [1, 0.9, 0.8])
"""
QUESTIONS = ("sigmoid", "nll", "convolve", "sgd_step")


def body(question: str) -> str:
    """The lines inside one of the tests."""
    block = TESTS.split(f"def test_{question}():\n")[1].split("\ndef ", maxsplit=1)[0]
    return textwrap.dedent(block).strip()


@dataclass(frozen=True)
class Tool:
    """One grader: what to install, how to lay out the class, what to run."""

    name: str
    packages: tuple[str, ...]
    lay_out: Callable[[Path, Path], None]
    command: Callable[[Path, Path], list[tuple[list[str], Path]]]
    shown: str
    box: str


def student_code(number: int) -> str:
    """Half of the class is right."""
    return RIGHT if number % 2 == 0 else WRONG


def notebook(cells: Sequence[tuple[str, dict[str, object]]]) -> str:
    """A notebook of code cells."""
    listed = [
        {"cell_type": "code", "execution_count": None, "id": f"c{i}", "metadata": meta, "outputs": [],
         "source": source.strip()}
        for i, (source, meta) in enumerate(cells)
    ]  # fmt: skip
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": listed, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def folders(place: Path, name: str = "hw.py") -> list[Path]:
    """A folder a student with the student's file."""
    made = []
    for number in range(STUDENTS):
        folder = place / "submissions" / f"s{number:02}"
        folder.mkdir(parents=True)
        (folder / name).write_text(student_code(number))
        made.append(folder)
    return made


# --- this grader -----------------------------------------------------------------------------------------
RUBRIC = """
assignment: hw
title: A little assignment
questions:
  - id: "1"
    title: Four functions
    parts:
      - {id: sigmoid, marks: 1, check: numeric, entry: sigmoid, cases: [{name: line, args: {x: {linspace: [-3.0, 3.0, 7]}}}]}
      - {id: nll, marks: 1, check: numeric, entry: nll, cases: [{name: three, args: {h: [0.2, 0.7, 0.9], y: [0, 1, 1]}}]}
      - {id: convolve, marks: 1, check: numeric, entry: convolve, cases: [{name: sheet, args: {x: [1.0, 2.0, 3.0, 4.0], w: [1.0, 0.0, 2.0]}}]}
      - {id: sgd_step, marks: 1, check: numeric, entry: sgd_step, cases: [{name: one, args: {w: [1.0, 1.0, 1.0], g: [0.0, 1.0, 2.0], lr: 0.1}}]}
"""


def ours(place: Path, _env: Path) -> None:
    """A course and a folder a student."""
    folders(place)
    (place / "rubrics").mkdir()
    (place / "rubrics" / "hw.yaml").write_text(RUBRIC)
    (place / "reference").mkdir()
    (place / "reference" / "hw.py").write_text(RIGHT)


def run_ours(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """One command for the class, into a new folder each time, so that nothing is kept from before."""
    out = place / f"out{time.monotonic_ns()}"
    return [([python(env), "-m", "grader", "grade", "submissions", "-o", str(out), "-q", "-j", "1"], place)]


# --- pytest and gradescope-utils: a process a submission ---------------------------------------------------
def with_pytest(place: Path, _env: Path) -> None:
    """The tests beside each student's file."""
    for folder in folders(place):
        (folder / "test_hw.py").write_text(TESTS)


def run_pytest(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """`pytest -q` in every folder."""
    return [
        ([python(env), "-m", "pytest", "-q"], folder) for folder in sorted((place / "submissions").iterdir())
    ]


def with_gradescope(place: Path, _env: Path) -> None:
    """Unittest classes with weights and the JSON runner."""
    methods = "\n".join(
        f"    @weight(1)\n    def test_{name}(self):\n{textwrap.indent(body(name), ' ' * 8)}\n"
        for name in QUESTIONS
    )
    tests = (
        "import unittest\nimport numpy as np\nimport hw\nfrom gradescope_utils.autograder_utils.decorators import weight\n"
        f"X = np.linspace(-3, 3, 7)\n\nclass TestHw(unittest.TestCase):\n{methods}"
    )
    runner = (
        "import unittest\nfrom gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner\n"
        "suite = unittest.defaultTestLoader.discover('tests')\n"
        "with open('results.json', 'w') as f:\n    JSONTestRunner(visibility='visible', stream=f).run(suite)\n"
    )
    for folder in folders(place):
        (folder / "tests").mkdir()
        (folder / "tests" / "test_hw.py").write_text(tests)
        (folder / "run_tests.py").write_text(runner)


def run_gradescope(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """`python run_tests.py` in every folder."""
    return [([python(env), "run_tests.py"], folder) for folder in sorted((place / "submissions").iterdir())]


# --- check50: a process a submission, a process a check ----------------------------------------------------
def with_check50(place: Path, _env: Path) -> None:
    """A problem set of four checks."""
    folders(place)
    checks = place / "checks"
    checks.mkdir()
    (checks / ".cs50.yaml").write_text("check50:\n  files:\n    - !exclude '*'\n    - !require 'hw.py'\n")
    functions = "\n\n".join(
        f'@check50.check()\ndef check_{name}():\n    """{name} is right"""\n    hw = load()\n'
        f"{textwrap.indent(body(name), ' ' * 4)}"
        for name in QUESTIONS
    )
    (checks / "__init__.py").write_text(
        "import check50\nimport check50.py\nimport numpy as np\n\nX = np.linspace(-3, 3, 7)\n\n\n"
        f"def load():\n    return check50.py.import_('hw.py')\n\n\n{functions}\n"
    )


def run_check50(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """`check50 --dev CHECKS` in every folder."""
    command = [str(env / "bin" / "check50"), "--dev", "-o", "json", "--output-file", "results.json"]
    return [
        ([*command, str(place / "checks")], folder) for folder in sorted((place / "submissions").iterdir())
    ]


# --- nbgrader: one command for the class -------------------------------------------------------------------
def cell_meta(name: str, *, grade: bool) -> dict[str, object]:
    """Nbgrader's metadata of a cell."""
    about: dict[str, object] = {
        "schema_version": 3, "grade": grade, "solution": not grade, "locked": grade, "task": False,
        "grade_id": name, "cell_type": "code",
    }  # fmt: skip
    if grade:
        about["points"] = 1
    return {"nbgrader": about}


def with_nbgrader(place: Path, env: Path) -> None:
    """A course with a source notebook, released, and the class's notebooks."""

    def cells(code: str) -> str:
        tests = [
            (
                f"X = np.linspace(-3, 3, 7)\n{body(name).replace('hw.', '')}",
                cell_meta(f"test-{name}", grade=True),
            )
            for name in QUESTIONS
        ]
        return notebook([(code, cell_meta("code", grade=False)), *tests])

    (place / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'c'\n")
    (place / "source" / "hw").mkdir(parents=True)
    (place / "source" / "hw" / "hw.ipynb").write_text(cells(RIGHT))
    for number in range(STUDENTS):
        folder = place / "submitted" / f"s{number:02}" / "hw"
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text(cells(student_code(number)))
    subprocess.run(
        [str(env / "bin" / "nbgrader"), "generate_assignment", "hw", "--create"],
        cwd=place, check=True, capture_output=True, env=settings(env),
    )  # fmt: skip


def run_nbgrader(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """`nbgrader autograde hw`."""
    return [([str(env / "bin" / "nbgrader"), "autograde", "hw", "--create", "--force"], place)]


# --- otter-grader: a process a submission ------------------------------------------------------------------
def with_otter(place: Path, env: Path) -> None:
    """An autograder zip of four tests, and the class's notebooks."""
    tests = place / "tests"
    tests.mkdir(parents=True)
    for name in QUESTIONS:
        code = f">>> import numpy as np; X = np.linspace(-3, 3, 7)\n>>> {body(name).splitlines()[0]}"
        rest = body(name).splitlines()[1:]
        lines = [code, *[f">>> {line}" for line in rest]]
        case = {"code": "\n".join(lines).replace("hw.", ""), "hidden": False, "locked": False}
        test = {"name": name, "points": 1, "suites": [{"cases": [case], "scored": True, "type": "doctest"}]}
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
    subprocess.run(
        [str(env / "bin" / "otter"), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"],
        cwd=place, check=True, capture_output=True, env=settings(env),
    )  # fmt: skip
    for number in range(STUDENTS):
        folder = place / "submissions" / f"s{number:02}"
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text(notebook([(student_code(number), {})]))


def run_otter(place: Path, env: Path) -> list[tuple[list[str], Path]]:
    """`otter run` for every notebook."""
    command = [str(env / "bin" / "otter"), "run", "-a", str(place / "autograder.zip")]
    return [([*command, "hw.ipynb"], folder) for folder in sorted((place / "submissions").iterdir())]


TOOLS = (
    Tool("this grader", (), ours, run_ours, "grader grade submissions", "Landlock, seccomp, rlimits, namespaces"),
    Tool("pytest", ("pytest", "numpy"), with_pytest, run_pytest, "pytest -q", "none"),
    Tool("gradescope-utils", ("gradescope-utils", "numpy"), with_gradescope, run_gradescope, "python run_tests.py", "none"),
    Tool("check50", ("check50", "numpy", "setuptools<81"), with_check50, run_check50, "check50 --dev", "none (a process a check)"),
    Tool("nbgrader", ("nbgrader", "numpy"), with_nbgrader, run_nbgrader, "nbgrader autograde", "none"),
    Tool("otter-grader", ("otter-grader", "numpy", "ipykernel"), with_otter, run_otter, "otter run", "none (Docker with otter grade)"),
)  # fmt: skip


def python(env: Path) -> str:
    """The interpreter of an environment."""
    return str(env / "bin" / "python")


def environment(home: Path, tool: Tool) -> Path:
    """The tool's own environment, made once; ours is the one that runs this."""
    if not tool.packages:
        return Path(sys.prefix)
    env = home / tool.name.split("-")[0]
    if not Path(python(env)).exists():
        venv.create(env, with_pip=True)
    if not version_of(tool, env):
        subprocess.run([python(env), "-m", "pip", "install", "-q", *tool.packages], check=True)
    return env


def version_of(tool: Tool, env: Path) -> str:
    """What was installed; empty where nothing was."""
    if not tool.packages:
        return "this one"
    code = f"import importlib.metadata as m; print(m.version({tool.packages[0]!r}))"
    return subprocess.run(
        [python(env), "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()


def settings(env: Path, *, ours: bool = False) -> dict[str, str]:
    """The surroundings of a command: its environment's own programs first."""
    path = f"{env / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT) if ours else ""}


def round_of(tool: Tool, place: Path, env: Path) -> tuple[float, float]:
    """Seconds on the clock, and of processors, for the whole class."""
    given = settings(env, ours=not tool.packages)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command, folder in tool.command(place, env):
        subprocess.run(
            command, cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=given
        )
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Install, lay out, time in rounds, print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--home", type=Path, default=Path.home() / ".cache" / "grader-field")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="*", default=[])
    chosen = options.parse_args()
    tools = [tool for tool in TOOLS if not chosen.only or tool.name in chosen.only]
    work = chosen.home / f"work{time.time_ns()}"
    ready: list[tuple[Tool, Path, Path, list[tuple[float, float]]]] = []
    for tool in tools:
        env, place = environment(chosen.home, tool), work / tool.name
        place.mkdir(parents=True)
        tool.lay_out(place, env)
        ready.append((tool, place, env, []))
    for number in range(chosen.rounds):
        for tool, place, env, seconds in ready:
            clock, processor = round_of(tool, place, env)
            seconds.append((clock / STUDENTS, processor / STUDENTS))
            print(f"round {number + 1}: {tool.name} {seconds[-1][0]:.3f} s", file=sys.stderr)
    print("| grader | version | command | box | s a submission | CPU s a submission | ratio of CPU |")
    print("|---|---|---|---|---|---|---|")
    base = statistics.median(cpu for _, cpu in ready[0][3])
    for tool, _, env, seconds in ready:
        clock, cpu = (statistics.median(column) for column in zip(*seconds, strict=True))
        cells = [tool.name, version_of(tool, env), f"`{tool.shown}`", tool.box]
        print(f"| {' | '.join(cells)} | {clock:.3f} | {cpu:.3f} | {cpu / base:.1f} |")


if __name__ == "__main__":
    main()
