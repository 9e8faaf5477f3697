"""Namespaces: a box sees only itself: no other process, no network, and a file system with little in it.

The fork server enters user, mount, process, network, IPC and host-name namespaces once and hides the
machine's files behind a view of Python and its libraries, read only. Each child then makes a mount namespace
of its own and puts a small file system in memory over its scratch folder, which ends with it.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox.walls.libc import call

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_DETACH = 2
_STATVFS_FLAGS = {_NOSUID: os.ST_NOSUID, _NODEV: os.ST_NODEV, _NOEXEC: os.ST_NOEXEC, 1024: os.ST_NOATIME}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SCRATCH = "/box"
"""Where a child's scratch folder lies in the view."""


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount something.

    Raises:
        OSError: the kernel refused.
    """
    encoded = [text.encode() or None for text in (source, target, kind)]
    call("mount", *encoded, ctypes.c_ulong(flags), options.encode() or None)


def enter(readable: Iterable[str], devices: Iterable[str], root: str) -> None:
    """Leave the machine's namespaces and see only `readable` and `devices` of its files.

    The process ids' namespace begins with the next child. Must run while there is one thread. `root` is an
    empty folder on which the view is built.

    Raises:
        OSError: the kernel refused; some of it may be done already, so try in a throw-away child first.
    """
    rest = _NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS
    if os.geteuid() == 0:
        call("unshare", rest)
    else:
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        uid, gid = os.geteuid(), os.getegid()
        call("unshare", rest | _NEWUSER)
        map_ids(proc, uid, gid)
        os.close(proc)
    _build_view(list(readable), list(devices), root)


def map_ids(proc: int, uid: int, gid: int) -> None:
    """Be the same user in the new user namespace as outside; `proc` is a descriptor of /proc."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        file = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)


def _build_view(readable: list[str], devices: list[str], root: str) -> None:
    """A root of nothing but read-only binds and a scratch place; the old root is let go."""
    mount("none", "/", "", _REC | _PRIVATE)
    mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "size=64m,nr_inodes=20000,mode=755")
    for path in sorted({os.path.realpath(path) for path in readable if Path(path).exists()}):
        _bind(path, root + path, read_only=True)
    for path in devices:
        if Path(path).exists():
            _bind(path, root + path, read_only=False)
    for path in readable:  # /lib may be a link into /usr, and a home a link to another disk
        real, seen = os.path.realpath(path), Path(root + path)
        if real != path and not seen.exists():
            seen.parent.mkdir(parents=True, exist_ok=True)
            seen.symlink_to(real)
    Path(root + SCRATCH).mkdir()
    Path(root + SCRATCH).chmod(0o1777)
    os.chdir(root)
    call("syscall", ctypes.c_long(_PIVOT_ROOT[os.uname().machine]), b".", b".")
    call("umount2", b".", _DETACH)
    os.chdir("/")


def _bind(path: str, target: str, *, read_only: bool) -> None:
    place = Path(target)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        if Path(path).is_dir():
            place.mkdir()
        else:
            place.touch()
    mount(path, target, "", _BIND | _REC)
    if read_only:
        kept = sum(flag for flag, seen in _STATVFS_FLAGS.items() if os.statvfs(target).f_flag & seen)
        mount("none", target, "", _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | kept)


def own_scratch(proc: int, folder: str, size_mb: int, inodes: int = 4096) -> None:
    """Give this process a mount namespace with a file system in memory over `folder`.

    Raises:
        OSError: the kernel refused.
    """
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", _NEWUSER | _NEWNS | _NEWIPC)
    map_ids(proc, uid, gid)
    mount("none", "/", "", _REC | _PRIVATE)
    options = f"size={size_mb}m,nr_inodes={inodes},mode=700"
    mount("tmpfs", folder, "tmpfs", _NOSUID | _NODEV | _NOEXEC, options)
