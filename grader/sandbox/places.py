"""What a box may read: Python, its libraries, and what those need of the system."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from grader.errors import SandboxError

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
)


def readable() -> tuple[str, ...]:
    """Existing folders and files that student code may read, without doubles."""
    ours = [*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()]
    libraries = [
        path for path in ours if path.startswith(("/usr/", sys.prefix, sys.base_prefix)) or _holds(path)
    ]
    prefixes = [
        prefix for prefix in {sys.prefix, sys.base_prefix} if prefix not in ("/", "/usr", "/usr/local")
    ]
    found = dict.fromkeys((*prefixes, *libraries, *_SYSTEM))
    paths = [path for path in found if path != "/" and Path(path).exists()]
    return tuple(path for path in paths if not any(_inside(path, other) for other in paths if other != path))


def _holds(path: str) -> bool:
    return path in sys.path


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def refuse_readable(secrets: Iterable[Path | str], allowed: Iterable[str]) -> None:
    """Stop where something that must stay secret lies in a folder that student code can read.

    Raises:
        SandboxError: it does.
    """
    for secret in secrets:
        real = os.path.realpath(secret)
        for folder in allowed:
            place = os.path.realpath(folder)
            if real == place or _inside(real, place):
                raise SandboxError(
                    f"{secret} lies under {folder}, which student code can read",
                    hint="move the course out of Python's own folders",
                )
