"""Archives, read member by member in memory: nothing is ever extracted to disk.

Refused by name, while the other members are read: paths that climb out, absolute paths, links, devices,
encrypted members, members that unpack to far more than they weigh, and names that occur twice.
"""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO, cast

from grader.errors import ArchiveError
from grader.intake.files import Bounds, Haul, is_archive, is_junk, is_wanted, limit_of

_SLACK = 1 << 20
_SAID_UTF8 = 1 << 11
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
# What the libraries raise on damaged bytes; found by changing bytes of good archives at random.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    LookupError,
    ArithmeticError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """An archive's member before it is read: `read(n)` gives at most n bytes."""

    name: str
    size: int
    packed: int | None
    refusal: str
    read: Callable[[int], bytes]


def unpack(data: bytes, path: str, origin: str, haul: Haul, *, inner: bool = False) -> None:
    """Read an archive's code and data into `haul`, under `path`; archives inside are folders of their name.

    Args:
        data: the archive's bytes.
        path: what stands before the members' names, "" for none.
        origin: where it is, for messages.
        haul: takes files and problems.
        inner: it is one student's, beside others': it may not use up what is allowed to all.
    """
    _Unpacking.below(None, path, origin, haul, inner=inner).run(data)


@dataclass(slots=True)
class _Unpacking:
    """One archive on its way into a haul, with what it may still cost: bytes read in all, members."""

    path: str
    origin: str
    haul: Haul
    depth: int
    ceiling: int
    most: int

    @classmethod
    def below(
        cls, outer: _Unpacking | None, path: str, origin: str, haul: Haul, *, inner: bool
    ) -> _Unpacking:
        """The unpacking of an archive, within the bounds of the one around it."""
        bounds = haul.bounds
        ceiling = outer.ceiling if outer else bounds.total_bytes
        if inner:
            ceiling = min(ceiling, haul.bytes_read + bounds.inner_bytes)
        most = bounds.inner_count if inner else bounds.count
        return cls(path, origin, haul, outer.depth + 1 if outer else 1, ceiling, most)

    def run(self, data: bytes) -> None:
        """Read what can be read; what can't is a problem of the haul."""
        if self.depth > self.haul.bounds.depth:
            why = f"archives are nested more than {self.haul.bounds.depth} deep"
            self.haul.refuse(self.origin, why, ArchiveError)
            return
        try:
            with _opened(data, self.haul.bounds) as archive:
                self._take(_zip(archive) if isinstance(archive, zipfile.ZipFile) else _tar(archive))
        except _BROKEN as error:
            self.haul.refuse(self.origin, f"it is not a readable archive ({error})", ArchiveError)

    def _take(self, members: Iterator[Member]) -> None:
        taken: set[str] = set()
        for count, member in enumerate(members, start=1):
            self.haul.seen += 1
            if count > self.most or self.haul.seen > self.haul.bounds.count:
                self.haul.refuse(self.origin, f"it has more than {self.most} members", ArchiveError)
                return
            name = member.name.replace("\\", "/")
            if is_junk(name):
                self.haul.ignored += 1
                continue
            why = member.refusal or _bad_name(name)
            key = PurePosixPath(name).as_posix().casefold()
            path, place = f"{self.path}/{PurePosixPath(name)}".lstrip("/"), f"{self.origin}!{member.name}"
            if why or key in taken:
                why = why or "the archive has this name twice; the first is kept"
                self.haul.refuse(place, why, ArchiveError)
            elif is_wanted(name) or is_archive(name):
                taken.add(key)
                self._read(member, path, place)
            else:
                self.haul.pass_over(path, place)

    def _read(self, member: Member, path: str, place: str) -> None:
        """Read one member; a refused file stays known by its path, so that its student is not lost."""
        content, why = self._content(member, path)
        if why:
            self.haul.refuse(place, why, ArchiveError)
            if not is_archive(path):
                self.haul.add(path, b"", place, why)
        elif is_archive(path):
            self.haul.bytes_read += len(content)
            _Unpacking.below(self, path, place, self.haul, inner=True).run(content)
        else:
            self.haul.add(path, content, place)

    def _content(self, member: Member, path: str) -> tuple[bytes, str]:
        """A member's bytes, or nothing and the reason; its header is not believed."""
        bounds = self.haul.bounds
        largest = bounds.inner_bytes if is_archive(path) else limit_of(path, bounds)
        unpacked = max(_SLACK, bounds.ratio * member.packed) if member.packed is not None else largest
        left = self.ceiling - self.haul.bytes_read
        if member.size > largest:
            return b"", f"it is larger than {largest >> 20} MiB"
        if member.size > unpacked:
            return b"", f"it unpacks to more than {bounds.ratio} times its size"
        if member.size > left:
            return b"", "everything together is larger than is allowed"
        limit = min(largest, unpacked, left)
        try:
            content = member.read(limit + 1)
        except _BROKEN as error:
            return b"", f"it can't be read ({error})"
        return (content, "") if len(content) <= limit else (b"", "it unpacks to more than it says")


class _Limited(io.RawIOBase):
    """An unpacked stream that ends in an error once it is far larger than what was packed.

    Without it, passing over one member of a tar could unpack for hours.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._left = stream, limit

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise OSError("it unpacks to far more than its size")
        return data


@contextmanager
def _opened(data: bytes, bounds: Bounds) -> Iterator[zipfile.ZipFile | tarfile.TarFile]:
    """An archive by its first bytes; a tar is read once from front to back."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
        return
    packed: BinaryIO = io.BytesIO(data)
    if data[:2] == b"\x1f\x8b":
        packed = cast("BinaryIO", gzip.GzipFile(fileobj=packed))
    elif data[:3] == b"BZh":
        packed = cast("BinaryIO", bz2.BZ2File(packed))
    limit = max(_SLACK, bounds.ratio * len(data))
    with packed, tarfile.open(fileobj=cast("BinaryIO", _Limited(packed, limit)), mode="r|") as tar:
        yield tar


def _bad_name(name: str) -> str:
    """Why a member's name is refused, or nothing."""
    if name.startswith("/") or PureWindowsPath(name).drive:
        return "its path is absolute"
    if ".." in PurePosixPath(name).parts:
        return "its path climbs out of the archive"
    return "its name has a null byte" if "\0" in name else ""


def spelled(info: zipfile.ZipInfo) -> str:
    """A member's name, also where UTF-8 was written without saying so, as macOS does.

    The format's own default, code page 437, hardly ever happens to be UTF-8 beyond ASCII.
    """
    if info.flag_bits & _SAID_UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _zip(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if not info.filename or info.is_dir():
            continue
        mode = info.external_attr >> 16
        refusal = "it is a link" if stat.S_ISLNK(mode) else "it is encrypted" if info.flag_bits & 1 else ""
        if info.compress_type not in _PACKINGS:
            refusal = "it is packed in an unusual way"

        def read(limit: int, info: zipfile.ZipInfo = info) -> bytes:
            with archive.open(info) as stream:
                return stream.read(limit)

        yield Member(spelled(info), info.file_size, info.compress_size, refusal, read)


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
