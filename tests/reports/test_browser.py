"""The site in a real browser: nothing in the console, no request, no script from a student."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.reports.site import site, student_page

BROWSER = os.environ.get("GRADER_BROWSER") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium on this machine (GRADER_BROWSER names one)"
)


def opened(page: Path, profile: Path) -> tuple[str, list[str]]:
    """The document after loading, and what the console said."""
    flags = "--headless=new --no-sandbox --disable-gpu --enable-logging=stderr --no-first-run --dump-dom"
    command = [BROWSER, *flags.split(), f"--user-data-dir={profile}", page.as_uri()]
    done = subprocess.run(
        command, capture_output=True, timeout=120, check=True, encoding="utf-8", errors="replace"
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_the_console_would_tell(tmp_path):
    """The check below is able to fail: a page that fetches under our policy is reported."""
    page = tmp_path / "bad.html"
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    page.write_text(f"<!doctype html>{policy}<img src='http://127.0.0.1:9/x.png'>", encoding="utf-8")
    assert opened(page, tmp_path / "profile")[1]


def test_pages_open_in_silence(classroom, tmp_path):
    """The index, a hostile student's page and a part's page load whole, with no word in the console."""
    out = tmp_path / "site"
    index = site(classroom[0], out, classroom[1])
    hostile = out / student_page("<script>alert(1)</script>")
    for number, page in enumerate((index, hostile, next((out / "parts").iterdir()))):
        document, console = opened(page, tmp_path / f"profile{number}")
        assert console == []
        assert "</footer>" in document
        assert "<script" not in document
