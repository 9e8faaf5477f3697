"""What all tests share: no clock in properties, and a real browser for the pages that people read and mark on."""

import json
import os
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Time is never what a test is about: these machines are shared, and a slow moment is no finding.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Beside what starts it: nothing of its own over the network.
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
)  # fmt: skip


@cache
def chromium() -> str:
    """A Chromium that starts, or nothing; GRADER_BROWSER names one."""
    for path in filter(None, (os.environ.get("GRADER_BROWSER"), *map(shutil.which, NAMES))):
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
        if done.returncode == 0:  # some are only a note that another package is needed
            return path
    return ""


class Browser:
    """Chromium, driven over a pair of pipes: messages of its remote protocol, each ended by a null byte."""

    def __init__(self, path: str, profile: Path) -> None:
        to_it, from_it = os.pipe(), os.pipe()

        def plug() -> None:
            for here, there in ((to_it[0], 13), (from_it[1], 14), (13, 3), (14, 4)):
                os.dup2(here, there)

        command = [path, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
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
                if not url.startswith(("http://127.0.0.1:", "file:", "data:", "about:")):
                    found.append(url)
        return found

    def looks(self, width, theme):
        """Show pages on a screen of this width in pixels, in the light or the dark theme."""
        narrow = width < 600
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=narrow
        )
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def close(self):
        self.session = None
        self.ask("Browser.close")
        self.process.wait(timeout=20)
        self.inward.close()
        self.outward.close()


@pytest.fixture
def browser(tmp_path):
    """A real browser, or a skip that says why."""
    if os.name != "posix" or not chromium():
        pytest.skip("no Chromium that starts on this machine (GRADER_BROWSER names one)")
    opened = Browser(chromium(), tmp_path / "profile")
    yield opened
    opened.close()
