"""The tutorial's commands do what it says, from an empty folder on."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is written for a Unix shell")


def test_the_tutorial_runs(tmp_path):
    """Every block, one after the other; Ben's mark is corrected at the end without running anything."""
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(re.findall(r"^```sh", text, re.MULTILINE)) > 5
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, command in (("grader", "-m grader"), ("python3", "")):
        (tools / name).write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" {command} "$@"\n')
        (tools / name).chmod(0o755)
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path / "empty", env=os.environ | {"PATH": f"{tools}:/usr/bin:/bin", "COLUMNS": "100"},
        capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    course = tmp_path / "empty" / "course"
    rows = (course / "gradebook" / "gradebook.csv").read_text()
    assert re.search(r"ben.*1\.5", rows), rows
    assert "0 of 3 marks so far" in done.stdout
    assert "3 of 3 marks so far: 1 of 1 public case; hidden ones decide the rest." in done.stdout
