"""The action and the GitLab job: their scripts are run as the systems would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
RIGHT = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))\n"


def shell(script, cwd, **extra):
    """As a runner does: bash, stopping at the first fault; `python` is this one."""
    code = f'python() {{ "{sys.executable}" "$@"; }}\n{script}'
    known = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "CI_"))}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", code],
        cwd=cwd, env=known | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | extra,
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


def test_the_actions_inputs_never_become_script():
    """Each step that runs has a shell, and takes inputs through the environment alone."""
    steps = [step for step in ACTION["runs"]["steps"] if "run" in step]
    assert steps
    for step in steps:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    used = {name for step in steps for name in step.get("env", {}).values()}
    asked = {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"] if name != "python-version"}
    assert used == asked


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, 1),
        ({"CHECK_FAIL_ON": "never"}, 0),
        ({"CHECK_FAIL_ON": "never", "CHECK_MIN_MARKS": "3"}, 1),
        ({"CHECK_FAIL_ON": "never", "CHECK_JUNIT": ""}, 0),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_the_action_checks_a_repository(tmp_path, inputs, code):
    """One function of two is there: annotations, summary, outputs and the exit code."""
    (tmp_path / "my work; touch hacked").mkdir()
    (tmp_path / "my work; touch hacked" / "warm_up.py").write_text(RIGHT)
    known = {
        "CHECK_PATH": "my work; touch hacked", "CHECK_ASSIGNMENT": "", "CHECK_COURSE": str(ROOT), "CHECK_FAIL_ON": "any",
        "CHECK_MIN_MARKS": "", "CHECK_JUNIT": "out/junit.xml", "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_WORKSPACE": str(tmp_path),
    }  # fmt: skip
    (script,) = [step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "check"]
    done = shell(script, tmp_path, **(known | inputs))
    assert done.returncode == code, done.stdout + done.stderr
    assert "::error file=my work; touch hacked/warm_up.py" in done.stdout
    assert (tmp_path / "outputs").read_text() == "marks=2\navailable=5\n"
    assert "softmax" in (tmp_path / "summary").read_text()
    assert (tmp_path / "out" / "junit.xml").exists() is (inputs.get("CHECK_JUNIT") != "")
    assert not (tmp_path / "hacked").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_the_gitlab_job_writes_its_reports(tmp_path):
    """The job's last line, run where the course is; what it declares as reports is there."""
    job = yaml.safe_load((ROOT / "docs" / "templates" / "gitlab-ci.yml").read_text(encoding="utf-8"))["check"]
    (tmp_path / "warm_up.py").write_text(RIGHT)
    done = shell(f"{job['script'][-1]} --course '{ROOT}'", tmp_path, CI_PROJECT_DIR=str(tmp_path))
    assert done.returncode == 1
    for report in (*job["artifacts"]["reports"].values(), *job["artifacts"]["paths"]):
        assert (tmp_path / report).stat().st_size
