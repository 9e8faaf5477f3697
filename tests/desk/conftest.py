"""A small course with a part for a person and a part for the grader, graded once; and a real browser."""

import json
import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.batch.run import Run
from grader.desk.queue import Desk
from grader.desk.server import Server
from grader.model import SourceFile, Submission
from grader.rubric import Course

RUBRIC = """
assignment: essay
title: An essay
questions:
  - id: "1"
    title: Why and what
    parts:
      - {id: why, title: Why, marks: 2, check: manual, entry: why, model_answer: "The slope <vanishes> & stalls."}
      - {id: two, title: Two, marks: 3, check: numeric, entry: two, cases: [{name: it, args: {}, public: true}]}
"""
REFERENCE = '''"""Answers."""


def two():
    """2."""
    return 2.0


why = ""
'''
ANSWERS = {
    "ada": ("It <b>saturates</b>, says Ada Lovelace.", 2),
    "bob": ("=HYPERLINK(1)", 3),
    "eve": ("", 2),
    "<script>alert(1)</script>": ("</textarea><script>alert(2)</script>", 2),
    "王小明": ("斜率消失 \u202eevil", 2),
}


def handed_in(student, why, two) -> Submission:
    source = f"why = {why!r}\n\n\ndef two():\n    return {two}.0\n"
    name = "Ada Lovelace" if student == "ada" else ""
    return Submission(student, "essay", (SourceFile("essay.py", source.encode()),), name=name)


@pytest.fixture(scope="session")
def graded(tmp_path_factory) -> Path:
    """The course with a run in it, graded once for all tests."""
    root = tmp_path_factory.mktemp("course")
    for folder, name, text in (("rubrics", "essay.yaml", RUBRIC), ("reference", "essay.py", REFERENCE)):
        (root / folder).mkdir()
        (root / folder / name).write_text(text, encoding="utf-8")
    Run(Course(root), root / "out", strength="none").grade(
        [handed_in(student, *answer) for student, answer in ANSWERS.items()]
    )
    return root


@pytest.fixture
def run(graded, tmp_path) -> Run:
    """A run of one's own: four answers wait for a person, one is empty."""
    root = shutil.copytree(graded, tmp_path / "course")
    return Run.again(Course(root), root / "out")


@pytest.fixture
def desk(run) -> Desk:
    return Desk(run, "rb")


@pytest.fixture
def serving():
    """Serves desks; each is ended with the test."""

    @contextmanager
    def serve(desk):
        with Server(desk) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()

    return serve


CHROMIUM = os.environ.get("GRADER_BROWSER") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


class Browser:
    """Chromium, driven over a pair of pipes: messages of its remote protocol, each ended by a null byte."""

    def __init__(self, profile: Path) -> None:
        to_it, from_it = os.pipe(), os.pipe()

        def plug() -> None:
            for here, there in ((to_it[0], 13), (from_it[1], 14), (13, 3), (14, 4)):
                os.dup2(here, there)

        flags = "--headless=new --no-sandbox --disable-gpu --no-first-run --remote-debugging-pipe"
        command = [CHROMIUM, *flags.split(), f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, preexec_fn=plug, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_it[0])
        os.close(from_it[1])
        self.inward, self.outward = os.fdopen(to_it[1], "wb", 0), os.fdopen(from_it[0], "rb")
        self.number, self.events, self.session = 0, [], None
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")[
            "targetId"
        ]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **params):
        """Call a method of the protocol and wait for its answer; events meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.inward.write(json.dumps(message).encode() + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self.number:
                assert "error" not in said, said
                return said["result"]
            self.events.append(said)

    def _read(self):
        data = bytearray()
        while (byte := self.outward.read(1)) != b"\0":
            assert byte, "the browser ended"
            data += byte
        return json.loads(data)

    def see(self, expression):
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"]
        return answer.get("value")

    def until(self, expression):
        """Wait for something to hold in the page, as a page may be loading."""
        for _ in range(200):
            if self.see(f"document.readyState === 'complete' && Boolean({expression})"):
                return
            time.sleep(0.05)
        pytest.fail(f"{expression} never held; the page: {self.see('document.body.innerText')}")

    def go(self, address):
        self.ask("Page.navigate", url=address)
        self.until(f"location.href === {json.dumps(address)}")

    def press(self, *keys):
        """Press keys as a person does."""
        codes = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for key in keys:
            text = "\r" if key == "Enter" else key if len(key) == 1 else ""
            code = codes.get(key, ord(key.upper()) if key.isalnum() and len(key) == 1 else 0)
            held = {"key": key, "windowsVirtualKeyCode": code}
            down = held | ({"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"})
            self.ask("Input.dispatchKeyEvent", **down)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **held)

    def complaints(self):
        """What the console said, and requests that left this machine."""
        found = [
            one["params"]
            for one in self.events
            if one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
        ]
        for one in self.events:
            if one["method"] == "Network.requestWillBeSent":
                url = one["params"]["request"]["url"]
                if not url.startswith(("http://127.0.0.1:", "data:", "about:")):
                    found.append(url)
        return found

    def close(self):
        self.session = None
        self.ask("Browser.close")
        self.process.wait(timeout=20)
        self.inward.close()
        self.outward.close()


@pytest.fixture
def browser(tmp_path):
    """A real browser, or a skip that says why."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (GRADER_BROWSER names one)")
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()
