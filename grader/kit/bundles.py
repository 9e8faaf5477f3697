"""Autograders for other systems: the grader, one assignment and the scripts that a system runs, in one zip.

    gradescope    setup.sh and run_autograder, as Gradescope's image (and Codio's) wants them
    prairielearn  a question with an external grader, and the Dockerfile of its image
    classroom50   an autograder that anybody can read: public cases alone, like a student's kit

The first two hold the course's rubric and reference: they are for a system that keeps them from students.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from grader.kit.build import EPOCH, build
from grader.kit.single import PACKAGE

if TYPE_CHECKING:
    from grader.rubric import Course

STUDENTS = "matplotlib>=3.8\nscipy>=1.11\n"
"""What students' code may import besides: where an import fails, everything below it is missing."""
PUBLIC = "numpy>=1.26\nsympy>=1.13\nclick>=8.1\n"
REQUIREMENTS = f"{PUBLIC}pyyaml>=6.0\npydantic>=2.10\n{STUDENTS}"
MODULES = "numpy, sympy, yaml, pydantic, click"
EXECUTABLE = ("run_autograder", "setup.sh", "run.sh")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bundle is made for.

    Attributes:
        name: the assignment.
        seed: what its drawn cases are drawn from.
        visibility: when Gradescope shows the results to students.
        sandbox: how strong the box must be in the container.
    """

    name: str
    seed: int = 1
    visibility: str = "visible"
    sandbox: str = "best"


def gradescope(course: Course, wanted: Wanted) -> dict[str, bytes]:
    """The files of Gradescope's zip, at its root.

    Raises:
        RubricError: the rubric is wrong: a broken bundle is not made.
        CourseCodeError: the reference is.
    """
    course.assignment(wanted.name, seed=wanted.seed)
    scripts = {"setup.sh": SETUP, "run_autograder": RUN_AUTOGRADER, "requirements.txt": REQUIREMENTS}
    return {**_encoded(scripts), **_bundle(course, wanted)}


def prairielearn(course: Course, wanted: Wanted) -> dict[str, bytes]:
    """The files of a PrairieLearn question with an external grader. Raises as `gradescope` does."""
    assignment = course.assignment(wanted.name, seed=wanted.seed)
    kit = build(course, wanted.name, (wanted.seed,))
    info = {
        "uuid": str(uuid5(NAMESPACE_URL, f"grader/{assignment.name}")),
        "title": assignment.title or assignment.name,
        "topic": assignment.name,
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": f"your-registry/grader-{assignment.name}",
            "entrypoint": "/grade/tests/run.sh",
            "timeout": 120,
            "enableNetworking": False,
        },
    }
    names = f"{assignment.name}.py"
    page = QUESTION.format(title=escape(assignment.title or assignment.name), names=names)
    texts = {
        "info.json": json.dumps(info, indent=2) + "\n",
        "question.html": page,
        "tests/run.sh": RUN_PRAIRIELEARN,
    }
    texts |= {"docker/Dockerfile": DOCKERFILE, "docker/requirements.txt": REQUIREMENTS}
    inside = {f"tests/{name}": content for name, content in _bundle(course, wanted).items()}
    client = {f"clientFilesQuestion/{name}": content for name, content in kit.files.items()}
    return {**_encoded(texts), **inside, **client}


def classroom50(course: Course, wanted: Wanted) -> dict[str, bytes]:
    """The files of Classroom 50's autograder: its folder is public, so it is what students have anyway.

    Raises:
        LeakError: a public case or text would give the reference away.
    """
    kit = build(course, wanted.name, (wanted.seed,))
    texts = {"autograder.py": CLASSROOM50, "requirements.txt": PUBLIC + STUDENTS}
    return {**_encoded(texts), "cases.json": kit.files["cases.json"], **source()}


SYSTEMS = {"gradescope": gradescope, "prairielearn": prairielearn, "classroom50": classroom50}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip: scripts are executable, and the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix, whose permissions are kept
            mode = 0o755 if name.rpartition("/")[2] in EXECUTABLE else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def source() -> dict[str, bytes]:
    """The grader's own source."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {f"grader/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in files}


def _bundle(course: Course, wanted: Wanted) -> dict[str, bytes]:
    name = wanted.name
    config = {
        "assignment": name,
        "seed": wanted.seed,
        "visibility": wanted.visibility,
        "sandbox": wanted.sandbox,
    }
    return {
        "bundle.json": (json.dumps(config, indent=2) + "\n").encode(),
        f"course/rubrics/{name}.yaml": _plain(course.rubric_path(name)),
        f"course/reference/{name}.py": _plain(course.reference(name).path),
        **source(),
    }


def _plain(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode("utf-8") for name, text in texts.items()}


FIND_PYTHON = """\
find_python() {
  for python in python3.13 python3.12 python3.11 python3 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$python"
      return 0
    fi
  done
  return 1
}
"""

SETUP = f"""\
#!/usr/bin/env bash
# Run once, when the image is built. Needs the network, unless Python and the packages are there already.
set -euo pipefail
source="$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd)"

{FIND_PYTHON}
if ! python="$(find_python)"; then
  apt-get update
  apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
  python="$(find_python)"
fi
if ! "$python" -c 'import {MODULES}' 2>/dev/null; then
  venv="$(dirname "$source")/venv"  # beside the course, not in it: student code reads NumPy from here
  if ! "$python" -m venv "$venv" 2>/dev/null; then  # Debian and Ubuntu keep venv in a package of its own
    version="$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
    apt-get update
    apt-get install -y "$version-venv"
    "$python" -m venv --clear "$venv"
  fi
  python="$venv/bin/python"
  "$python" -m pip install --no-cache-dir -r "$source/requirements.txt"
fi
printf '%s\\n' "$python" > "$source/python.txt"
if [ "$(id -u)" = 0 ] && ! id student >/dev/null 2>&1 && command -v adduser >/dev/null; then
  adduser --system --no-create-home student || true
fi
"""

RUN_AUTOGRADER = """\
#!/usr/bin/env bash
# Run for each submission, as root, in a container whose network may be off.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "$root/results"
chmod -R go-rwx "$root/source/course" "$root/results" || true
cd "$root"
PYTHONPATH="$root/source" PYTHONDONTWRITEBYTECODE=1 exec "$(cat "$root/source/python.txt")" -m grader \\
  autograder gradescope --root "$root"
"""

RUN_PRAIRIELEARN = """\
#!/usr/bin/env bash
# The entry point of the external grader: /grade/student, /grade/tests and /grade/data are there.
set -euo pipefail
tests="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
chmod -R go-rwx "$tests/course" || true
PYTHONPATH="$tests" PYTHONDONTWRITEBYTECODE=1 exec python3 -m grader \\
  autograder prairielearn --root "$(dirname "$tests")"
"""

DOCKERFILE = """\
FROM python:3.12-slim
COPY requirements.txt /
RUN pip install --no-cache-dir -r /requirements.txt
"""

QUESTION = """\
<pl-question-panel>
  <p>{title}. The questions and a checker are in the files below.</p>
  <pl-file-download file-name="README.md" directory="clientFilesQuestion"></pl-file-download>
  <pl-file-download file-name="{names}" directory="clientFilesQuestion"></pl-file-download>
  <pl-file-download file-name="check.py" directory="clientFilesQuestion"></pl-file-download>
  <pl-file-download file-name="cases.json" directory="clientFilesQuestion"></pl-file-download>
  <pl-file-upload file-names="{names}"></pl-file-upload>
</pl-question-panel>
<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
  <pl-file-preview></pl-file-preview>
</pl-submission-panel>
"""

CLASSROOM50 = '''\
"""Checks the repository in the current folder on the public cases, and writes ./result.json."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or pathlib.Path(__file__).resolve().parent)

try:
    import click, numpy, sympy  # noqa: E401, F401
except ImportError:
    needed = str(HERE / "requirements.txt")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-r", needed], check=True)

path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
command = [sys.executable, "-m", "grader", "autograder", "classroom50", "--root", str(HERE)]
sys.exit(subprocess.run(command, env=os.environ | {"PYTHONPATH": path}).returncode)
'''
