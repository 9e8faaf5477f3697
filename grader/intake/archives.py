"""Archives, read member by member in memory: nothing is ever extracted to disk.

Refused by name, while the other members are read: paths that climb out, absolute paths, links, devices,
encrypted members, members that unpack to far more than they weigh, and names that occur twice.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from grader.errors import ArchiveError
from grader.intake.files import Haul, is_archive, is_junk, is_wanted, limit_of

_SLACK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """An archive's member before it is read: `read(n)` gives at most n bytes."""

    name: str
    size: int
    packed: int | None
    refusal: str
    read: Callable[[int], bytes]


def unpack(data: bytes, path: str, origin: str, haul: Haul, depth: int = 1) -> None:
    """Read an archive's code and data into `haul`, under `path`; archives inside are folders of their name.

    Args:
        data: the archive's bytes.
        path: what stands before the members' names, "" for none.
        origin: where it is, for messages.
        haul: takes files and problems.
        depth: how many archives deep this one is.
    """
    if depth > haul.bounds.depth:
        haul.refuse(origin, f"archives are nested more than {haul.bounds.depth} deep", ArchiveError)
        return
    try:
        with closing(_opened(data)) as archive:
            members = _zip(archive) if isinstance(archive, zipfile.ZipFile) else _tar(archive)
            _take(members, path, origin, haul, depth)
    except _BROKEN as error:
        haul.refuse(origin, f"it is not a readable archive ({error})", ArchiveError)


def _opened(data: bytes) -> zipfile.ZipFile | tarfile.TarFile:
    stream = io.BytesIO(data)
    return zipfile.ZipFile(stream) if data[:2] == b"PK" else tarfile.open(fileobj=stream, mode="r:*")


def _take(members: Iterator[Member], path: str, origin: str, haul: Haul, depth: int) -> None:
    taken: set[str] = set()
    for member in members:
        haul.seen += 1
        if haul.seen > haul.bounds.count:
            haul.refuse(origin, f"it has more than {haul.bounds.count} members", ArchiveError)
            return
        name = member.name.replace("\\", "/")
        place = f"{origin}!{member.name}"
        if is_junk(name) or not (is_wanted(name) or is_archive(name) or member.refusal):
            haul.ignored += 1
            continue
        why = member.refusal or _bad_name(name)
        key = PurePosixPath(name).as_posix().casefold()
        if not why and key in taken:
            why = "the archive has this name twice; the first is kept"
        if why:
            haul.refuse(place, why, ArchiveError)
            continue
        taken.add(key)
        _read(member, f"{path}/{PurePosixPath(name)}".lstrip("/"), place, haul, depth)


def _read(member: Member, path: str, place: str, haul: Haul, depth: int) -> None:
    """Read one member, no further than its bounds, whatever its header says of its size.

    What is refused stays known by its path, so that its student is not lost.
    """
    content, why = _content(member, path, haul)
    if why:
        haul.refuse(place, why, ArchiveError)
        if not is_archive(path):
            haul.add(path, b"", place, why)
    elif is_archive(path):
        haul.bytes_read += len(content)
        unpack(content, path, place, haul, depth + 1)
    else:
        haul.add(path, content, place)


def _content(member: Member, path: str, haul: Haul) -> tuple[bytes, str]:
    """A member's bytes, or nothing and the reason."""
    if why := _bad_size(member, haul):
        return b"", why
    limit = limit_of(path, haul.bounds)
    if member.packed is not None:
        limit = min(limit, max(_SLACK, haul.bounds.ratio * member.packed))
    limit = min(limit, haul.bounds.total_bytes - haul.bytes_read)
    try:
        content = member.read(limit + 1)
    except _BROKEN as error:
        return b"", f"it can't be read ({error})"
    return (content, "") if len(content) <= limit else (b"", "it unpacks to more than is allowed")


def _bad_name(name: str) -> str:
    """Why a member's name is refused, or nothing."""
    if name.startswith("/") or PureWindowsPath(name).drive:
        return "its path is absolute"
    if ".." in PurePosixPath(name).parts:
        return "its path climbs out of the archive"
    return "its name has a null byte" if "\0" in name else ""


def _bad_size(member: Member, haul: Haul) -> str:
    """Why a member is refused for what its header announces, or nothing."""
    limit = limit_of(member.name, haul.bounds)
    if member.size > limit:
        return f"it is larger than {limit >> 20} MiB"
    if member.packed is not None and member.size > max(_SLACK, haul.bounds.ratio * member.packed):
        return f"it unpacks to more than {haul.bounds.ratio} times its size"
    if haul.bytes_read + member.size > haul.bounds.total_bytes:
        return f"everything together is larger than {haul.bounds.total_bytes >> 20} MiB"
    return ""


def _zip(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        mode = info.external_attr >> 16
        refusal = "it is a link" if stat.S_ISLNK(mode) else "it is encrypted" if info.flag_bits & 1 else ""

        def read(limit: int, info: zipfile.ZipInfo = info) -> bytes:
            with archive.open(info) as stream:
                return stream.read(limit)

        yield Member(info.filename, info.file_size, info.compress_size, refusal, read)


def _tar(archive: tarfile.TarFile) -> Iterator[Member]:
    for info in archive:
        if info.isdir():
            continue
        linked = info.issym() or info.islnk()
        refusal = "it is a link" if linked else "" if info.isreg() else "it is not a regular file"

        def read(limit: int, info: tarfile.TarInfo = info) -> bytes:
            stream = archive.extractfile(info)
            return stream.read(limit) if stream else b""

        yield Member(info.name, info.size, None, refusal, read)
