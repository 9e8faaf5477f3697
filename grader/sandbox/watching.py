"""What student code tried that the box refuses, in words.

Python's audit events say what was tried; the walls refuse it. A few lines of Python silence this, which
costs its author the explanation and gains nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NETWORK = "opened a network connection"
_PROGRAM = "started another process"
_SIGNAL = "sent a signal to a process"
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "socket.__new__": _NETWORK,
        "socket.connect": _NETWORK,
        "socket.bind": _NETWORK,
        "socket.getaddrinfo": _NETWORK,
        "socket.gethostbyname": _NETWORK,
        "subprocess.Popen": _PROGRAM,
        "os.system": _PROGRAM,
        "os.fork": _PROGRAM,
        "os.forkpty": _PROGRAM,
        "os.exec": _PROGRAM,
        "os.posix_spawn": _PROGRAM,
        "os.spawn": _PROGRAM,
        "pty.spawn": _PROGRAM,
        "os.kill": _SIGNAL,
        "os.killpg": _SIGNAL,
        "os.chown": "changed the owner of a file",
        "os.setxattr": "changed the attributes of a file",
        "resource.setrlimit": "changed a limit of the system",
        "resource.prlimit": "changed a limit of the system",
        "fcntl.ioctl": "controlled a device",
    }
)


class Watch:
    """Remembers the last refused kind of thing that was tried since `reset`."""

    def __init__(self) -> None:
        self.tried = ""

    def start(self) -> None:
        """Listen to this process's audit events, for good."""
        actions = dict(ACTIONS)

        def hook(event: str, _args: tuple[Any, ...]) -> None:
            if event in actions:
                self.tried = actions[event]

        sys.addaudithook(hook)

    def reset(self) -> None:
        """Forget what was tried."""
        self.tried = ""

    def explain(self, error: BaseException) -> str:
        """What was tried, where this exception comes from a refusal; else an empty string."""
        seen: list[BaseException] = []
        link: BaseException | None = error
        while link is not None and link not in seen and len(seen) < 20:
            seen.append(link)
            link = link.__cause__ or link.__context__
        if not any(isinstance(one, OSError) for one in seen):
            return ""
        if self.tried:
            return self.tried
        for one in seen:
            if isinstance(one, PermissionError):
                name = one.filename
                return (
                    f"opened {str(name)[:200]!r}" if isinstance(name, str | bytes) else "did what is refused"
                )
        return ""
