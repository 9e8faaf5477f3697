"""`grader check` and `python check.py` as people type them: files, parts, formats, exit codes."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.cli import main

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-P"]

RIGHT = """\
import numpy as np

def sigmoid(x):
    x = np.asarray(x, dtype=float)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)

def softmax(x):
    e = np.exp(np.asarray(x, dtype=float) - np.max(x))
    return e / e.sum()
"""
WRONG = RIGHT.replace("return e / e.sum()", "return -e / e.sum()")
RAISES = RIGHT.replace("return e / e.sum()", "raise ValueError('::error::injected\\n::error::again')")
BROKEN = RIGHT + "\ndef oops(:\n"


def run(*args, cwd, env=None, course=True):
    """`python -m grader` in a folder, with the repository's course."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    known = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB", "CI"))}
    named = ["--course", str(ROOT)] if course else []
    return subprocess.run(
        [*PYTHON, "-m", "grader", *named, *args],
        cwd=cwd, env=known | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **(env or {})},
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "warm_up.py").write_text(RIGHT)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (RIGHT, [], 0),
        (WRONG, [], 1),
        (WRONG, ["1"], 0),
        (WRONG, ["sigmoid"], 0),
        (WRONG, ["--fail-on", "error"], 0),
        (WRONG, ["--fail-on", "never"], 0),
        (RAISES, ["--fail-on", "error"], 1),
        (BROKEN, ["--fail-on", "error"], 1),
        (RAISES, ["--fail-on", "never"], 0),
        (WRONG, ["--fail-on", "never", "--min-marks", "2"], 0),
        (WRONG, ["--fail-on", "never", "--min-marks", "5/2"], 1),
        (RIGHT, ["--min-marks", "5"], 0),
        (RIGHT, ["--min-marks", "many"], 2),
        (RIGHT, ["3"], 2),
        (RIGHT, ["gone.py"], 2),
        (RIGHT, ["-a", "gone"], 2),
    ],
)  # fmt: skip
def test_exit_codes(tmp_path, monkeypatch, capsys, text, options, code):
    """0 right, 1 a public case failed or too few marks, 2 usage."""
    (tmp_path / "warm_up.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(ROOT), "check", *options])
    assert ended.value.code == code, capsys.readouterr()


def test_the_result_tells_input_answer_and_difference(tmp_path):
    """For what failed; hidden cases are counted and never shown."""
    (tmp_path / "warm_up.py").write_text(WRONG)
    done = run("check", cwd=tmp_path)
    assert "x = [1, 2, 3]" in done.stdout
    assert "2 of 4 public cases; hidden ones decide the rest." in done.stdout
    assert "1000" not in done.stdout
    assert "Next: look at `softmax` in warm_up.py, line 8, then: grader check 2" in done.stdout


def test_a_hanging_function_costs_its_own_part(tmp_path):
    """The time limit ends it, and the other part is judged."""
    (tmp_path / "warm_up.py").write_text(
        RIGHT.replace("    e = np.exp(", "    while True: pass\n    e = np.exp(")
    )
    done = run("check", cwd=tmp_path)
    assert "right        1" in done.stdout
    assert "too slow     2" in done.stdout


def test_a_file_under_another_name_needs_its_assignment(folder):
    """The file's name tells; else -a does."""
    (folder / "warm_up.py").rename(folder / "answer.py")
    assert run("check", "answer.py", cwd=folder).returncode == 2
    assert run("check", "answer.py", "-a", "warm_up", cwd=folder).returncode == 0
    assert "Hint" in run("check", cwd=folder).stderr.title()


def test_a_modules_own_helper_is_found(folder):
    """What lies beside the file and is imported runs with it."""
    (folder / "helper.py").write_text(RIGHT)
    (folder / "warm_up.py").write_text("from helper import sigmoid, softmax\n")
    assert run("check", cwd=folder).returncode == 0


def test_json_is_for_machines(folder):
    """One object a file, by a schema; stdout holds nothing else."""
    found = json.loads(run("check", "--json", cwd=folder).stdout)
    assert found["schema"] == "grader-check/1"
    assert found["marks"] == found["available"] == 5
    assert found["public"] == {"right": 4, "cases": 4}
    assert [part["verdict"] for part in found["parts"]] == ["correct", "correct"]


def test_annotations_stand_on_the_students_lines(tmp_path):
    """Worst first, at most ten, and what the student wrote can't speak to GitHub."""
    (tmp_path / "warm_up.py").write_text(RAISES)
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    env = {
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_WORKSPACE": str(tmp_path),
    }
    done = run("check", "--format", "github", cwd=tmp_path, env=env)
    assert done.returncode == 1
    commands = outside_of_fences(done.stdout)
    assert len(commands) == 1
    assert commands[0].startswith("::error file=warm_up.py,line=")
    assert "| 2 |" in summary.read_text()
    assert "marks=2\navailable=5\n" in output.read_text()


def outside_of_fences(text):
    """The workflow commands that GitHub would obey: none between stop-commands and its token."""
    obeyed, token = [], None
    for line in text.splitlines():
        if token is None and line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif token is not None and line == f"::{token}::":
            token = None
        elif token is None and line.lstrip().startswith("::"):
            obeyed.append(line)
    assert token is None
    return obeyed


def test_junit_is_read_back_by_a_library(tmp_path):
    """A failed part is a failure, an exception an error; any text is valid XML."""
    junitparser = pytest.importorskip("junitparser")
    (tmp_path / "warm_up.py").write_text(RAISES.replace("injected", "\\x00\\x1b[31m]]>&<\\ud800"))
    done = run("check", "--junit", "out/junit.xml", "--gitlab", "quality.json", cwd=tmp_path)
    assert done.returncode == 1
    (suite,) = junitparser.JUnitXml.fromfile(str(tmp_path / "out" / "junit.xml"))
    assert [type(case.result[0]).__name__ if case.result else "" for case in suite] == ["", "Error"]
    assert (suite.name, next(iter(suite)).classname) == ("warm_up", "warm_up.w")
    (issue,) = json.loads((tmp_path / "quality.json").read_text())
    assert issue["location"]["path"] == "warm_up.py"


def test_neither_a_kit_nor_a_course_is_told(tmp_path):
    """And what to do about it."""
    (tmp_path / "warm_up.py").write_text(RIGHT)
    done = run("check", cwd=tmp_path, course=False)
    assert done.returncode == 2
    assert "neither a kit" in done.stderr


@pytest.fixture(scope="session")
def kit(tmp_path_factory):
    """The zip of warm_up's kit, as `grader kit` writes it."""
    place = tmp_path_factory.mktemp("kit")
    done = run("kit", "warm_up", "-o", "kit.zip", cwd=place)
    assert done.returncode == 0, done.stderr
    return place / "kit.zip"


@pytest.fixture
def unpacked(kit, tmp_path):
    with zipfile.ZipFile(kit) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "warm_up"


def alone(*args, cwd):
    """The kit's checker without the grader, the libraries that only courses need, and the modules of Unix."""
    missing = (
        "pydantic",
        "yaml",
        "click",
        "rich",
        "pandas",
        "jinja2",
        "resource",
        "fcntl",
        "pwd",
        "grp",
        "termios",
    )
    block = f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
    code = f"{block}import runpy; sys.argv[0] = 'check.py'; runpy.run_path('check.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-I", "-c", code, *args],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PYTHONUTF8": "1"},
    )  # fmt: skip


def test_the_starter_of_a_kit_is_at_the_beginning(unpacked):
    """In a folder with nothing but the kit: nothing so far, and what to do next."""
    done = alone(cwd=unpacked)
    assert done.returncode == 1, done.stderr
    assert "0 of 5 marks so far" in done.stdout
    assert "Next: write `sigmoid` in warm_up.py" in done.stdout


def test_a_right_answer_passes_with_the_kit_alone(unpacked):
    """Without the course, the rubric or the reference."""
    (unpacked / "warm_up.py").write_text(RIGHT)
    done = alone(cwd=unpacked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 public cases; hidden ones decide the rest." in done.stdout
    assert alone("2", cwd=unpacked).returncode == 0
    assert alone("nonsense", cwd=unpacked).returncode == 2


def test_a_kit_packs_the_handin(unpacked):
    """And says what is in it."""
    (unpacked / "warm_up.py").write_text(RIGHT)
    done = alone("pack", cwd=unpacked)
    assert done.returncode == 0
    with zipfile.ZipFile(unpacked / "warm_up_handin.zip") as archive:
        assert archive.namelist() == ["warm_up.py"]


def test_grader_check_works_in_a_kits_folder(unpacked):
    """Whoever has the grader installed may use it instead of check.py."""
    (unpacked / "warm_up.py").write_text(WRONG)
    done = run("check", cwd=unpacked, course=False)
    assert done.returncode == 1
    assert "2 of 4 public cases" in done.stdout
    assert run("pack", cwd=unpacked, course=False).returncode == 0


@pytest.mark.parametrize("named", [["my answer.py"], ["./my answer.py"]])
def test_the_next_command_checks_the_same_file(tmp_path, named):
    """Whoever named a file is told to name it again, in a form that a shell reads."""
    (tmp_path / "my answer.py").write_text(WRONG)
    done = run("check", *named, "-a", "warm_up", cwd=tmp_path)
    assert f"grader check '{Path(named[0])}' -a warm_up 2" in done.stdout.splitlines()[-1]


def test_an_assignment_that_is_misspelt_is_told(tmp_path):
    """Before any file is looked for."""
    done = run("check", "-a", "warm_upp", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no assignment 'warm_upp'\n  hint: did you mean warm_up?" in done.stderr


def test_a_python_without_numpy_is_told_what_to_install(unpacked):
    """A sentence with a command to copy, and no traceback of ours."""
    bare = [sys.executable, "-I", "-S", "check.py"]
    done = subprocess.run(bare, cwd=unpacked, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("check.py needs numpy, which this Python does not have: ")
    assert done.stderr.endswith(" -m pip install numpy sympy\n")


@pytest.mark.parametrize("name", ["random", "fractions", "sympy"])
def test_a_students_module_does_not_stand_in_for_pythons(unpacked, name):
    """The checker imports nothing from the folder that it lies in."""
    (unpacked / f"{name}.py").write_text("raise SystemExit('shadowed')\n")
    done = subprocess.run(
        [sys.executable, "check.py"], cwd=unpacked, capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert "0 of 5 marks so far" in done.stdout, done.stderr


def test_a_folder_that_cant_be_written_is_left_as_it_was(unpacked, tmp_path):
    """The checker then unpacks into a temporary folder, and removes it."""
    (unpacked / "__pycache__").write_text("in the way")
    (tmp_path / "temporary").mkdir()
    known = os.environ | {"TMPDIR": str(tmp_path / "temporary"), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "check.py"], cwd=unpacked, env=known, capture_output=True, text=True, check=False
    )
    assert "0 of 5 marks so far" in done.stdout, done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


def test_packing_passes_over_nothing(unpacked):
    """A word that is no file is told, not left out."""
    done = alone("pack", "warm_up.py", "extra", cwd=unpacked)
    assert done.returncode == 2
    assert "there is no file extra" in done.stderr


def test_one_file_at_a_time_is_checked_by_a_kit(unpacked):
    """A second file is not passed over in silence."""
    done = alone("warm_up.py", "warm_up.ipynb", cwd=unpacked)
    assert done.returncode == 2
    assert "there are 2 files to check" in done.stderr


def test_nothing_of_the_reference_can_be_found_after_use(unpacked):
    """Also not in what running the checker leaves behind, compiled files included."""
    from grader.kit import build, leaks, secrets, single
    from grader.kit.sheet import public_only, recorded
    from grader.rubric import Course

    alone(cwd=unpacked)
    course = Course(ROOT)
    reference = course.reference("warm_up")
    sheet = recorded(public_only(course.assignment("warm_up", seed=0)), reference)
    rubrics, own = [course.assignment("warm_up", seed=1)], single.modules({"numeric"}).values()
    known = secrets.collect(
        rubrics,
        reference,
        build.shipped(sheet),
        told=build.public_texts(sheet.assignment),
        own=[*own, single.TEMPLATE],
    )
    files = {str(path): path.read_bytes() for path in unpacked.rglob("*") if path.is_file()}
    assert any(name.endswith(".pyc") for name in files)
    assert leaks.scan(files, known) == []


def test_watching_checks_again_after_a_save(tmp_path):
    """The first result at once, another after the save, and Ctrl-C ends it with 130."""
    path = tmp_path / "warm_up.py"
    path.write_text(WRONG)
    known = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    command = [*PYTHON, "-m", "grader", "--course", str(ROOT), "check", "--watch"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=known, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            until(process.stdout, "2 of 4 public cases")
            path.write_text(RIGHT)
            until(process.stdout, "4 of 4 public cases")
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            process.kill()


def until(stream, words):
    """Read lines up to the one with these words; the test's own time limit is that of the stream's end."""
    for line in stream:
        if words in line:
            return
    pytest.fail(f"the output ended without {words!r}")
