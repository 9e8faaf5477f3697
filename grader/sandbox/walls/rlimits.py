"""Resource limits of a process: memory, CPU time, file size, open files, threads, no core, no locks."""

from __future__ import annotations

import os
from pathlib import Path

MIB = 1 << 20
_OPEN_FILES = 128
_STACK = 8 * MIB


def address_space(statm: int | None = None) -> int:
    """The size of this process's address space in bytes.

    Args:
        statm: a descriptor of /proc/self/statm, where /proc can't be reached any more.
    """
    text = os.pread(statm, 100, 0) if statm is not None else Path("/proc/self/statm").read_bytes()
    return int(text.split()[0]) * os.sysconf("SC_PAGESIZE")


def apply(*, address_bytes: int, cpu_seconds: int, file_mb: int, processes: int | None) -> None:
    """Set every limit, soft and hard alike; only root could raise them again.

    Args:
        address_bytes: all memory that may be mapped: what there is now, plus the budget.
        cpu_seconds: CPU time of the whole process.
        file_mb: the largest file that may be written.
        processes: threads and processes of this user, where they are counted for this box alone.
    """
    import resource

    limits = {
        resource.RLIMIT_AS: address_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_mb * MIB,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_STACK: _STACK,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if processes is not None:
        limits[resource.RLIMIT_NPROC] = processes
    for which, value in limits.items():
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)  # noqa: PLW2901
        resource.setrlimit(which, (value, value))
