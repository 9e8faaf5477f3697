"""Bundles, unpacked and run the way each system runs them, in a scratch root and without a network."""

import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from grader.kit.bundles import SYSTEMS, Wanted, zipped
from grader.rubric import Course

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these systems run on Linux")

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
WRONG = RIGHT.replace("return e / e.sum()", "return e / e.max()")
HOSTILE = """\
import os, pathlib, sys

here = pathlib.Path(__file__).resolve()
stolen = []
for root in (pathlib.Path("ROOT/source"), *here.parents):
    try:
        stolen += [path.read_text() for path in root.rglob("reference/*.py")]
    except OSError:
        pass
for place in ("ROOT/results/results.json", "results.json"):
    try:
        pathlib.Path(place).write_text('{"score": 100}')
    except OSError:
        pass
print('{"score": 100, "tests": []}')

def sigmoid(x):
    print("::error::", "x" * 100)
    while True:
        pass

def softmax(x):
    if stolen:
        exec(stolen[0], globals())
        return softmax(x)
    os._exit(0)
"""
EMPTY = "print('nothing here')\n"
NEEDY = """\
import importlib
import numpy as np

tools = importlib.import_module("tools")
scale = float(np.loadtxt("scale.txt"))

def sigmoid(x):
    return scale * tools.sigmoid(x)

softmax = tools.softmax
"""


@pytest.fixture(scope="module")
def bundles():
    """Each system's zip for warm_up."""
    course = Course(ROOT)
    return {name: zipped(make(course, Wanted("warm_up"))) for name, make in SYSTEMS.items()}


def unpack(data, folder):
    """As `unzip` does: with permissions."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)


def environment(**extra):
    """Python and its packages as the image has them; nothing of this repository."""
    kept = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
    shadow = {"PIP_NO_INDEX": "1", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return kept | shadow | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"} | extra


def run(command, cwd, **extra):
    return subprocess.run(
        command, cwd=cwd, env=environment(**extra), capture_output=True, text=True, timeout=180, check=False
    )


@pytest.fixture(scope="module")
def gradescope(bundles, tmp_path_factory):
    """The image as Gradescope builds it: the zip in source, run_autograder copied, setup.sh run."""
    root = tmp_path_factory.mktemp("autograder")
    unpack(bundles["gradescope"], root / "source")
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    done = run(["bash", "source/setup.sh"], root)
    assert done.returncode == 0, done.stderr
    return root


BARE_PYTHON = """\
#!/bin/sh
case "$*" in
  *version_info\\ \\<*) exit 0 ;;
  *print*) echo python3.13 ;;
  *import\\ numpy*) exit 1 ;;
  "-m venv"*) [ -f "$MARK" ] || exit 1
    for last in "$@"; do :; done
    mkdir -p "$last/bin" && cp "$0" "$last/bin/python" ;;
  "-m pip"*) echo "$@" >> "$MARK" ;;
esac
"""
APT = '#!/bin/sh\n[ "$*" != "install -y python3.13-venv" ] || touch "$MARK"\n'


def test_setup_installs_venv_where_python_lacks_it(bundles, tmp_path):
    """An image may bring a Python that is new enough, and no packages and no venv."""
    unpack(bundles["gradescope"], tmp_path / "source")
    (tmp_path / "bin").mkdir()
    for name, text in (("python3.13", BARE_PYTHON), ("apt-get", APT)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    mark = tmp_path / "mark"
    done = run(["bash", "source/setup.sh"], tmp_path, PATH=f"{tmp_path}/bin:/usr/bin:/bin", MARK=str(mark))
    assert done.returncode == 0, done.stderr
    assert "requirements.txt" in mark.read_text()
    assert (tmp_path / "source" / "python.txt").read_text() == f"{tmp_path}/venv/bin/python\n"


def submit(root, files):
    """Put a submission in, with its metadata, and run the autograder."""
    folder = root / "submission"
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("ROOT", str(root)))
    about = {
        "id": 1, "created_at": "2026-11-03T22:15:07.385935-08:00", "users": [{"email": "jane@example.edu", "id": 77}],
        "assignment": {"due_date": "2026-11-03T23:00:00.000000-08:00", "total_points": "5.0"},
    }  # fmt: skip
    (root / "submission_metadata.json").write_text(json.dumps(about))
    done = run([str(root / "run_autograder")], root)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((root / "results" / "results.json").read_text())


@pytest.mark.parametrize(
    ("files", "score"),
    [
        ({"warm_up.py": RIGHT}, 5),
        ({"warm_up.py": WRONG}, 2.5),
        ({"warm_up (1).py": RIGHT, "notes.txt": "hello"}, 5),
        ({"mine.py": RIGHT}, 5),
        ({"warm_up.py": RIGHT, "__MACOSX/._warm_up.py": "\0\1", ".git/warm_up.py": EMPTY}, 5),
        ({"hw/warm_up.py": NEEDY, "hw/scale.txt": "1.0", "hw/tools.py": RIGHT}, 5),
        ({"warm_up.py": EMPTY}, 0),
        ({"warm_up.py": HOSTILE}, 0),
        ({"readme.txt": "sorry"}, 0),
    ],
    ids=[
        "right",
        "wrong",
        "a copy",
        "another name",
        "a Mac's zip",
        "files beside it",
        "empty",
        "hostile",
        "no file",
    ],
)
def test_gradescope_gives_the_right_results(gradescope, files, score):
    """Run as its documentation says: right, wrong, hostile and missing."""
    found = submit(gradescope, files)
    assert found["score"] == score
    assert found["visibility"] == "visible"
    assert found["stdout_visibility"] == "hidden"
    assert [test["max_score"] for test in found["tests"]] == [2, 3]
    assert sum(test["score"] for test in found["tests"]) == score


def test_gradescopes_zip_is_as_it_wants_it(bundles):
    """The scripts at the root, executable, with plain line ends; the same course gives the same bytes."""
    with zipfile.ZipFile(io.BytesIO(bundles["gradescope"])) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        for name in ("setup.sh", "run_autograder"):
            assert entries[name].external_attr >> 16 & 0o111
            assert b"\r" not in archive.read(name)
        assert not [name for name in entries if "__pycache__" in name or name.startswith("/")]
    assert zipped(SYSTEMS["gradescope"](Course(ROOT), Wanted("warm_up"))) == bundles["gradescope"]


def test_a_fault_of_ours_is_never_a_zero(gradescope):
    """A bundle that can't grade writes no results: the system then shows an autograder failure."""
    rubric = gradescope / "source" / "course" / "rubrics" / "warm_up.yaml"
    good = rubric.read_bytes()
    rubric.write_text("assignment: [")
    try:
        done = run([str(gradescope / "run_autograder")], gradescope)
    finally:
        rubric.write_bytes(good)
    assert done.returncode != 0
    assert not (gradescope / "results" / "results.json").exists()


@pytest.mark.parametrize(("text", "score"), [(RIGHT, 1.0), (WRONG, 0.5), (HOSTILE, 0.0)])
def test_prairielearns_external_grader(bundles, tmp_path, text, score):
    """/grade as its documentation lays it out, and the entry point of info.json."""
    unpack(bundles["prairielearn"], tmp_path / "question")
    info = json.loads((tmp_path / "question" / "info.json").read_text())
    grade = tmp_path / "grade"
    (tmp_path / "question" / "tests").rename(tmp_path / "tests")
    grade.mkdir()
    (tmp_path / "tests").rename(grade / "tests")
    (grade / "student").mkdir()
    (grade / "student" / "warm_up.py").write_text(text.replace("ROOT", str(grade)))
    (grade / "data").mkdir()
    (grade / "data" / "data.json").write_text("{}")
    entry = grade / info["externalGradingOptions"]["entrypoint"].removeprefix("/grade/")
    shadow = tmp_path / "bin"
    shadow.mkdir()
    (shadow / "python3").symlink_to(sys.executable)
    done = run([str(entry)], grade)
    assert done.returncode == 0, done.stderr
    found = json.loads((grade / "results" / "results.json").read_text())
    assert found["gradable"] is True
    assert found["score"] == score
    assert all({"name", "points", "max_points"} <= set(test) for test in found["tests"])


def test_prairielearns_students_get_no_reference(bundles):
    """What the question serves is the kit; the course lies in tests, which students never see."""
    with zipfile.ZipFile(io.BytesIO(bundles["prairielearn"])) as archive:
        outside = [name for name in archive.namelist() if not name.startswith("tests/")]
        page = ET.fromstring(f"<page>{archive.read('question.html').decode()}</page>")
    assert not [name for name in outside if "reference" in name or "rubrics" in name]
    offered = {f"clientFilesQuestion/{link.get('file-name')}" for link in page.iter("pl-file-download")}
    assert offered <= set(outside)
    assert page.find("pl-question-panel/pl-file-upload").get("file-names") == "warm_up.py"
    assert page.find("pl-submission-panel/pl-external-grader-results") is not None


@pytest.mark.parametrize(("text", "score"), [(RIGHT, 500), (WRONG, 200)])
def test_classroom50_scores_public_cases(bundles, tmp_path, text, score):
    """In the student's checkout, with its environment; ./result.json has the schema's keys alone."""
    unpack(bundles["classroom50"], tmp_path / "bundle")
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "warm_up.py").write_text(text)
    known = {
        "CLASSROOM": "ml-101", "ASSIGNMENT": "hw0", "USERNAME": "janed", "ASSIGNMENT_TYPE": "individual",
        "SUBMISSION_TAG": "submit/2026-11-03T22-15-07Z-a1b2c3d", "COMMIT_URL": "https://github.com/o/r/commit/abc",
        "RELEASE_URL": "https://github.com/o/r/releases/tag/x", "REVIEW_URL": "https://github.com/o/r/compare/a...b",
        "CLASSROOM50_BUNDLE_DIR": str(tmp_path / "bundle"),
    }  # fmt: skip
    done = run([sys.executable, str(tmp_path / "bundle" / "autograder.py")], repository, **known)
    assert done.returncode == 0, done.stderr
    found = json.loads((repository / "result.json").read_text())
    assert (found["score"], found["max-score"]) == (score, 500)
    assert found["schema"] == "classroom50/result/v1"
    assert found["assignment"] == "hw0"
    assert found["submission"].startswith("submit/")
    assert found["datetime"] == "2026-11-03T22:15:07Z"
    assert found["owner"] == "janed"


def test_classroom50s_bundle_is_public(bundles):
    """Everybody can read it: no rubric, no reference."""
    with zipfile.ZipFile(io.BytesIO(bundles["classroom50"])) as archive:
        names = archive.namelist()
    assert not [name for name in names if "warm_up" in name or name.startswith("course/")]
