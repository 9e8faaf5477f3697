"""The fork server's boxes, and plain processes: sessions, limits, recovery, secrets."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from grader.errors import BoxTooWeak, SandboxError, UsageError
from grader.model import (
    Ask,
    Crashed,
    Limits,
    Missing,
    OutputLimit,
    Probe,
    Raised,
    Returned,
    Submission,
    TimedOut,
)
from grader.sandbox import doctor, open_runner, opening, subprocesses
from grader.sandbox.places import readable
from grader.values.codec import Seeded

SOURCE = """
import os, sys, time
import numpy as np
print("hello")
answer = 42
calls = 0

def double(x):
    print("doubling")
    return x * 2

def spend(x):
    global calls
    calls += 1
    return calls

def hang():
    while True:
        pass

def die():
    os._exit(3)

def fail(x):
    y = x - x
    return 1 / y

def change(a, b):
    a[0] = 7
    return b

def draw(rng):
    return rng.integers(10**9)

def differentiate(f, x):
    return f.diff(x)

def allocate(n):
    return float(np.ones(n).sum())

def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds

def rest(seconds):
    time.sleep(seconds)
    return seconds
"""


@pytest.fixture(params=["boxed", "plain"], scope="module")
def runner(request):
    """The best box of this machine, and a plain process."""
    if request.param == "boxed" and sys.platform != "linux":
        pytest.skip("the box needs Linux")
    with open_runner("best" if request.param == "boxed" else "none") as opened:
        yield opened


@pytest.fixture
def session(runner, hand_in, small):
    """A box with the source above in it."""
    with runner.open(hand_in(SOURCE), small) as opened:
        yield opened


def test_answers_come_back_in_order(session, small):
    """Many questions at once are answered one by one, with what each printed."""
    assert session.arrival.fault is None
    assert session.arrival.output.stdout == "hello\n"
    seen = session.ask([Probe("double", (number,)) for number in range(50)], small)
    assert [one.value for one in seen] == [2 * number for number in range(50)]
    assert {one.output.stdout for one in seen} == {"doubling\n"}


def test_values_of_every_kind_go_in_and_out(session, small):
    """Arrays, expressions and seeded generators arrive as themselves; a constant is taken."""
    x = sp.Symbol("x", positive=True)
    probes = [
        Probe("double", (np.arange(6.0).reshape(2, 3)[:, ::-1],)),
        Probe("differentiate", (sp.sin(x) ** 2, x)),
        Probe("draw", (Seeded(5),)),
        Probe("answer", how=Ask.VALUE),
        Probe("change", (np.zeros(2), (1, "a"))),
    ]
    patient = dataclasses.replace(small, seconds=10.0)  # a plain process imports SymPy first
    array, expression, drawn, answer, changed = session.ask(probes, patient)
    assert array.value.tolist() == [[4, 2, 0], [10, 8, 6]]
    assert expression.value == 2 * sp.sin(x) * sp.cos(x)
    assert drawn.value == np.random.default_rng(5).integers(10**9)
    assert (answer.value, answer.called) == (42, False)
    assert (changed.value, changed.mutated) == ((1, "a"), (0,))


def test_a_disaster_costs_its_own_question(session, small):
    """Questions before and after one that hangs or dies are answered, by a new child."""
    probes = [Probe("spend", (0,)), Probe("hang"), Probe("spend", (0,)), Probe("die"), Probe("spend", (0,))]
    first, hung, second, dead, third = session.ask(probes, small)
    assert [first.value, second.value, third.value] == [1, 1, 1]
    assert isinstance(hung, TimedOut)
    assert hung.limit == small.seconds
    assert isinstance(dead, Crashed)
    assert dead.how == "exit 3"


def test_an_entry_that_hangs_twice_is_not_asked_again(session, small):
    """Twenty cases of a hanging function cost two time limits, and others go on."""
    start = time.monotonic()
    *hung, last = session.ask([*[Probe("hang")] * 20, Probe("double", (1,))], small)
    assert all(isinstance(one, TimedOut) for one in hung)
    assert last.value == 2
    assert time.monotonic() - start < 12 * small.seconds


def test_the_whole_submission_has_a_time_limit(runner, hand_in, small):
    """When the total is spent, what is left has run out of time, with the total as its limit."""
    limits = dataclasses.replace(small, seconds=1.0, total_seconds=1.0)
    with runner.open(hand_in(SOURCE), limits) as session:
        seen = session.ask([Probe("rest", (0.4,))] * 5, limits)
    assert isinstance(seen[0], Returned)
    assert isinstance(seen[-1], TimedOut)
    assert seen[-1].limit == 1.0


def test_a_probe_may_have_its_own_time_limit(session, small):
    """A question's own limit comes before the check's."""
    slow, cut = session.ask([Probe("burn", (0.6,), seconds=5.0), Probe("rest", (3.0,), seconds=0.2)], small)
    assert slow.value == 0.6
    assert cut.limit == 0.2


def test_exceptions_show_the_students_own_lines(session, small):
    """The frames of an exception are the student's, with the text of the line."""
    seen = session.ask([Probe("fail", (1,))], small)[0]
    assert isinstance(seen, Raised)
    assert seen.type == "ZeroDivisionError"
    frame = seen.frames[-1]
    assert (frame.file, frame.function, frame.text) == ("warm_up.py", "fail", "return 1 / y")
    assert SOURCE.splitlines()[frame.line - 1].strip() == frame.text


def test_allocation_is_measured(session, small):
    """Peak allocation of a call, whatever the imports before it took."""
    seen = session.ask([Probe("allocate", (n,), Ask.ALLOCATION) for n in (1000, 100_000)], small)
    assert 8000 <= seen[0].peak_bytes < 40_000
    assert 800_000 <= seen[1].peak_bytes < 840_000


def test_a_top_level_that_raises_keeps_what_it_defined(runner, hand_in, small):
    """What was defined before is asked; what comes later is missing, with the reason and the line."""
    source = "def f(x):\n    return x\n\nboom = 1 / 0\n\ndef g(x):\n    return x\n"
    with runner.open(hand_in(source), small) as session:
        f, g, h = session.ask([Probe("f", (1,)), Probe("g", (1,)), Probe("F")], small)
    assert isinstance(session.arrival.fault, Raised)
    assert session.arrival.fault.frames[0].line == 4
    assert f.value == 1
    assert isinstance(g, Missing)
    assert "ZeroDivisionError" in g.reason
    assert g.frames[0].text == "boom = 1 / 0"
    assert h.nearest == "f"


def test_a_syntax_error_is_told_with_its_line(runner, hand_in, small):
    """A source that does not compile leaves everything missing, and says which line."""
    with runner.open(hand_in("x = 1\ndef f(:\n    pass\n"), small) as session:
        seen = session.ask([Probe("f")], small)[0]
    assert session.arrival.fault.type == "SyntaxError"
    assert session.arrival.fault.frames[-1].line == 2
    assert isinstance(seen, Missing)
    assert "SyntaxError" in seen.reason


def test_helper_modules_are_found_and_shadow_nothing(runner, hand_in, small):
    """A helper file is imported; one named like a loaded library is not."""
    source = "import numpy, helper\ndef f(x):\n    return helper.g(x) + numpy.ones(1).item()\n"
    submission = hand_in(source, helper="def g(x):\n    return x + 1\n", numpy="raise SystemExit")
    if runner.strength.startswith("none"):
        submission = hand_in(source, helper="def g(x):\n    return x + 1\n")
    with runner.open(submission, small) as session:
        assert session.ask([Probe("f", (1.0,))], small)[0].value == 3.0


def test_a_submission_that_can_not_be_read_is_missing(runner, small):
    """A fault found while taking in is the reason for everything."""
    with runner.open(Submission("ada", "a", (), fault="not UTF-8"), small) as session:
        seen = session.ask([Probe("f"), Probe("g")], small)
    assert [(one.entry, one.reason) for one in seen] == [("f", "not UTF-8"), ("g", "not UTF-8")]


def test_notebooks_say_the_cell(runner, hand_in, small):
    """A cell that fails hides nothing; frames and notes carry the cell's number among code cells."""
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n"]},
        {"cell_type": "code", "source": "x = 1 / 0\ny = 2"},
        {"cell_type": "code", "source": "def (broken"},
        {"cell_type": "code", "source": "%%bash\nrm -rf /"},
        {"cell_type": "code", "source": "%%time\ndef f(x):\n    return y / x\n"},
    ]
    content = json.dumps({"nbformat": 4, "cells": cells}).encode()
    with runner.open(hand_in(content, "warm_up.ipynb"), small) as session:
        good, bad = session.ask([Probe("f", (1.0,)), Probe("f", (0,))], small)
    assert good.value == 2.0
    assert (bad.frames[0].cell, bad.frames[0].line, bad.frames[0].text) == (5, 3, "return y / x")
    assert str(bad.frames[0]) == "cell 5, line 3, in f"
    assert session.arrival.fault.type == "ZeroDivisionError"
    assert session.arrival.fault.frames[0].cell == 2  # told as the fault, so not once more as a note
    assert [note.split()[1].strip(",") for note in session.arrival.notes] == ["3", "4"]


def test_large_answers_and_arguments_pass(session, small):
    """Several megabytes go there and back; more than the limit of an answer is refused."""
    array = np.random.default_rng(1).normal(size=1 << 19)
    patient = dataclasses.replace(small, seconds=10.0)
    there = session.ask([Probe("double", (array,))] * 3, patient)
    assert all(np.array_equal(one.value, array * 2) for one in there)
    assert isinstance(
        session.ask([Probe("allocate", (1,)), Probe("double", ("x" * (20 << 20),))], patient)[1], OutputLimit
    )


def test_a_bigger_memory_limit_starts_a_new_child(runner, hand_in, small):
    """A check that allows more memory than the box was opened with gets it."""
    source = "def f(n):\n    return len(bytearray(n))\n"
    with runner.open(hand_in(source), small) as session:
        more = dataclasses.replace(small, memory_mb=1024, seconds=5.0)
        assert session.ask([Probe("f", (600 << 20,))], more)[0].value == 600 << 20


def test_several_boxes_are_open_at_once(runner, hand_in, small):
    """Boxes of one runner do not share state, and close in any order."""
    first = runner.open(hand_in(SOURCE), small)
    second = runner.open(hand_in(SOURCE), small)
    assert [one.ask([Probe("spend", (0,))] * 2, small)[-1].value for one in (first, second)] == [2, 2]
    first.close()
    assert second.ask([Probe("spend", (0,))], small)[0].value == 3
    second.close()


def test_a_secret_under_a_readable_folder_is_refused(tmp_path):
    """The fork server does not start where student code could read the course."""
    if sys.platform != "linux":
        pytest.skip("the box needs Linux")
    inside = Path(os.__file__).parent / "json"
    with pytest.raises(SandboxError, match="which student code can read"):
        open_runner("best", secrets=[tmp_path, inside])
    link = tmp_path / "course"
    link.symlink_to(inside)
    with pytest.raises(SandboxError, match="which student code can read"):
        open_runner("best", secrets=[link])


def test_no_readable_folder_lies_in_another():
    """The list of what may be read is short and without doubles."""
    places = readable()
    assert all(Path(place).is_absolute() and place != "/" for place in places)
    assert not [one for one in places for other in places if one != other and one.startswith(other + "/")]


@pytest.mark.skipif(sys.platform != "linux", reason="the box needs Linux")
def test_a_dead_fork_server_is_our_fault_and_is_replaced(hand_in, small):
    """Killing the fork server raises SandboxError in open sessions; the next box gets a new server."""
    with open_runner("weak") as runner:
        session = runner.open(hand_in(SOURCE), small)
        os.kill(runner._keeper.process.pid, signal.SIGKILL)
        with pytest.raises(SandboxError):
            session.ask([Probe("hang")], small)
        with runner.open(hand_in(SOURCE), small) as again:
            assert again.ask([Probe("double", (2,))], small)[0].value == 4


@pytest.mark.skipif(sys.platform != "linux", reason="the box needs Linux")
@pytest.mark.parametrize("without", ["", "namespaces"])
def test_boxes_end_with_the_grader(without, tmp_path):
    """When the grader itself is killed, its fork server, every box and their folders go too."""
    script = (
        "import time; from grader.sandbox.forked import *; from grader.model import *\n"
        f"r = ForkServerRunner([wall for wall in WALLS if wall != {without!r}])\n"
        "session = r.open(Submission('a', 'a', (SourceFile('a.py', b'x = 1'),)), Limits())\n"
        "print(r._keeper.process.pid, flush=True); time.sleep(60)\n"
    )
    tmp_path.chmod(0o777)
    settings = {**os.environ, "TMPDIR": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=settings)
    with grader.stdout as stream:
        server = int(stream.readline())
    grader.kill()
    grader.wait()
    deadline = time.monotonic() + 5
    while (is_running(server) or list(tmp_path.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(server)
    assert list(tmp_path.iterdir()) == []


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_strict_refuses_less_than_the_essential_walls(monkeypatch):
    """A strict box is refused where a wall is missing, the best where there is none, an unknown one always."""
    with pytest.raises(UsageError):
        open_runner("strongest")
    monkeypatch.setattr(opening.sys, "platform", "darwin")
    with pytest.raises(BoxTooWeak):
        open_runner("strict")
    with pytest.raises(SandboxError):
        open_runner("best")
    assert open_runner("weak").strength.startswith("none")


FORBID_NAMESPACES = """
import ctypes, runpy, struct, sys
libc = ctypes.CDLL(None)
code = b"".join(struct.pack("<HBBI", *row) for row in [
    (0x20, 0, 0, 0), (0x15, 0, 1, 272), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000)])
body = ctypes.create_string_buffer(code, len(code))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(struct.pack("<HxxxxxxQ", 4, ctypes.addressof(body))), 0, 0) == 0
from grader.sandbox.doctor import examine
print(examine())
"""


@pytest.mark.skipif(sys.platform != "linux" or os.uname().machine != "x86_64", reason="a filter for x86-64")
def test_a_container_that_forbids_namespaces_keeps_the_other_walls():
    """Where `unshare` is refused, as in most containers, the doctor says so and the essential walls stand."""
    run = subprocess.run(
        [sys.executable, "-c", FORBID_NAMESPACES], capture_output=True, text=True, check=True
    )
    assert "MISSING  namespaces" in run.stdout
    assert "Operation not permitted" in run.stdout
    assert "box       strong: fork+landlock" in run.stdout


def test_the_doctor_tells_what_stands():
    """The report names each wall once, as plain data and in words."""
    report = doctor.examine()
    assert json.loads(json.dumps(dataclasses.asdict(report)))["level"] in ("strong", "weak", "none")
    for wall in report.walls:
        assert str(report).count(f"{'stands ' if wall.stands else 'MISSING'}  {wall.name} ") == 1
        assert wall.stands == (not wall.why_not)


CANARIES = ("canary-in-reference-9f31", "canary-in-rubric-77c2", "canary-in-environment-12ab")
DUMP = """
import gc, os, sys

def dump():
    seen = []
    for root in ROOTS:
        for folder, folders, files in os.walk(root):
            if folder.startswith((sys.prefix, sys.base_prefix, "/usr", "/lib", "/sys")):
                folders.clear()
                continue
            if folder.startswith("/proc/") and not folder.startswith(("/proc/self", f"/proc/{os.getppid()}")):
                folders.clear()
            for name in files:
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        seen.append(file.read(1 << 16))
                except OSError:
                    pass
    for descriptor in range(3, 1024):
        try:
            os.set_blocking(descriptor, False)
            seen.append(os.pread(descriptor, 1 << 16, 0))
        except OSError:
            pass
    try:
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(start)
                seen.append(memory.read(end - start))
    except (OSError, ValueError, OverflowError):
        pass
    gc.unfreeze()
    for one in gc.get_objects():
        if type(one) in (dict, list, tuple) and one is not seen:
            for item in (one.values() if type(one) is dict else one):
                if type(item) is str or type(item) is bytes:
                    seen.append(item if type(item) is bytes else item.encode("utf-8", "replace"))
    seen += [repr(dict(os.environ)).encode(), repr(sys.argv).encode(), repr(sys.orig_argv).encode()]
    everything = b"\\n".join(seen)
    parts = ("reference", "rubric", "environment")
    return [part for part in parts if ("canary" + "-in-" + part).encode() in everything], len(everything)
"""


EVERYWHERE = ("/", "/root", "/home", "/tmp", "/work", "/proc", "/dev/shm", "/var")


def dumping(*roots: str) -> str:
    """A submission that gathers all it can read and looks for the canaries, which it does not spell out."""
    return DUMP.replace("ROOTS", repr(roots))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course that every user may read, with a word to look for in each place that is secret."""
    place = tmp_path / "course"
    for name, canary in zip(("reference", "rubrics"), CANARIES, strict=False):
        (place / name).mkdir(parents=True)
        (place / name / "warm_up.py").write_text(canary)
    for one in (tmp_path, place, *place.iterdir(), *place.glob("*/*")):
        one.chmod(0o777)
    monkeypatch.setenv("GRADER_CANARY", CANARIES[2])
    return place


def test_a_dump_of_everything_readable_holds_no_secret(boxes, hand_in, small, course):
    """Memory, descriptors, environment and files of the box hold nothing of reference, rubric or grader."""
    held = [canary + " in this process" for canary in CANARIES]
    limits = dataclasses.replace(small, seconds=20.0, total_seconds=60.0, memory_mb=2048)
    with boxes.open(hand_in(dumping(*EVERYWHERE, str(course))), limits) as session:
        seen = session.ask([Probe("dump")], limits)[0]
    assert isinstance(seen, Returned), seen
    found, size = seen.value
    assert found == []
    assert size > 100_000
    assert len(held) == 3


def test_the_dump_would_find_what_is_in_the_open(hand_in, small, course):
    """The same dump in a plain process finds the course: the test above can fail."""
    limits = dataclasses.replace(small, seconds=20.0, total_seconds=60.0)
    with open_runner("none") as runner, runner.open(hand_in(dumping(str(course))), limits) as session:
        assert session.ask([Probe("dump")], limits)[0].value[0] == ["reference", "rubric"]


BENIGN = {
    "scipy": "import scipy.special, scipy.optimize\ndef f():\n    return float(scipy.special.expit(0.0)) * 2",
    "pandas": "import pandas as pd\ndef f():\n    return float(pd.DataFrame({'a': [0.5, 0.5]})['a'].sum())",
    "sympy": "import sympy as sp\ndef f():\n    x = sp.Symbol('x')\n    return sp.integrate(2 * x, (x, 0, 1))",
    "asyncio": "import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return 1.0\ndef f():\n    return asyncio.run(g())",
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def f():\n    with ThreadPoolExecutor(4) as pool:\n        return sum(pool.map(float, [0, 1]))"
    ),
    "files": (
        "import tempfile, shutil, pathlib\n"
        "def f():\n    folder = pathlib.Path(tempfile.mkdtemp())\n    (folder / 'a').write_text('1.0')\n"
        "    shutil.copy2(folder / 'a', folder / 'b')\n    return float((folder / 'b').read_text())"
    ),
    "dataclasses": (
        "from __future__ import annotations\nimport dataclasses, pickle\n"
        "@dataclasses.dataclass\nclass A:\n    x: float\n"
        "def f():\n    return pickle.loads(pickle.dumps(A(1.0))).x"
    ),
    "linear algebra": "import numpy as np\ndef f():\n    return float(np.linalg.inv(np.eye(300))[0, 0])",
    "matplotlib": "import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()\ndef f():\n    return 1.0",
    "main guard": "def f():\n    return 1.0\nif __name__ == '__main__':\n    input('never asked')",
    "warnings": "import numpy as np\ndef f():\n    return float(np.log(0.0) < 0)",
}


@pytest.mark.parametrize("name", BENIGN)
def test_honest_code_runs_behind_every_wall(boxes, hand_in, name):
    """What homework uses (libraries, threads, files, event loops) is not in the walls' way."""
    if name in ("scipy", "pandas", "matplotlib"):
        pytest.importorskip(name)
    limits = Limits(seconds=20.0, import_seconds=30.0)
    with boxes.open(hand_in(BENIGN[name]), limits) as session:
        assert session.arrival.fault is None
        seen = session.ask([Probe("f")], limits)[0]
    assert isinstance(seen, Returned), seen
    assert seen.value == 1


DAEMON = """
import os, time

def f():
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True:
                    time.sleep(1000)
            os._exit(0)
    return 1.0
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the box needs Linux")
@pytest.mark.parametrize("walls", [("rlimits",), ("rlimits", "namespaces")])
def test_daemons_end_with_their_box_where_nothing_forbids_them(walls, hand_in, small):
    """Without seccomp a box can fork; what it leaves, double forks and new sessions included, is ended."""
    from grader.sandbox.forked import ForkServerRunner

    with ForkServerRunner(walls) as runner:
        with runner.open(hand_in(DAEMON), small) as session:
            assert session.ask([Probe("f")], small)[0].value == 1.0
            assert len(descendants(runner._keeper.process.pid)) >= 4
        outer = int(not runner.walls["namespaces"])  # the process that waits outside the namespaces
        deadline = time.monotonic() + 5
        while len(left := descendants(runner._keeper.process.pid)) > outer and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(left) == outer


def descendants(pid: int) -> list[int]:
    """Every process under one, zombies left out."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if is_running(int(child)):
            found += [int(child), *descendants(int(child))]
    return found


def test_a_plain_process_finds_what_its_user_installed(monkeypatch):
    """On Windows a user's own packages lie below APPDATA; of the rest of the environment little is passed on."""
    monkeypatch.setenv("APPDATA", "C:\\Users\\ada\\AppData\\Roaming")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    passed = subprocesses._environment()
    assert passed["APPDATA"].endswith("Roaming")
    assert "GITHUB_TOKEN" not in passed
