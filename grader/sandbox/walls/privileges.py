"""Giving up what a process may do beyond its own: new privileges, capabilities, the uid of root."""

from __future__ import annotations

import ctypes
import os
import struct

from grader.sandbox.walls.libc import call

_SET_PDEATHSIG, _SET_DUMPABLE, _SET_SUBREAPER, _SET_NO_NEW_PRIVS, _AMBIENT = 1, 4, 36, 38, 47
_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_FIRST_UID, _UIDS = 61184, 4335
"""Ids that no package and no person has (systemd keeps them for services that need one in passing)."""


def prctl(option: int, *args: int) -> None:
    """Set something of this process.

    Raises:
        OSError: the kernel refused.
    """
    call("prctl", option, *(ctypes.c_ulong(arg) for arg in (*args, 0, 0, 0, 0)[:4]))


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    prctl(_SET_PDEATHSIG, 9)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    prctl(_SET_SUBREAPER, 1)


def no_new_privileges() -> None:
    """No set-user-id program helps from here on."""
    prctl(_SET_NO_NEW_PRIVS, 1)


def set_dumpable(*, dumpable: bool) -> None:
    """Whether others of the same user may look into this process: its memory, its descriptors."""
    prctl(_SET_DUMPABLE, int(dumpable))


def drop_capabilities() -> None:
    """Give up every capability."""
    prctl(_AMBIENT, _AMBIENT_CLEAR_ALL)
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    call("capset", ctypes.c_char_p(header), ctypes.c_char_p(bytes(24)))


def spare_uid() -> int:
    """A user id that nobody has, different for most boxes at work at the same time."""
    return _FIRST_UID + os.getpid() % _UIDS


def become(uid: int) -> None:
    """Leave root for good.

    Raises:
        OSError: this is not root.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    set_dumpable(dumpable=True)  # the kernel cleared it; the child's own files in /proc must stay its own
