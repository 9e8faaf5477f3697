"""The last look at what leaves the course: no reference, no hidden case and no mistake, in any form.

Every file is opened as far as it opens: archives and their comments, Base64, Base32, Base85, hexadecimal,
compressed bytes, UTF-16 and UTF-32, escapes, text backwards, compiled code; in what comes out, the course's
secrets are looked for with spaces left out. It fails closed: what can't be opened in bounds counts as a leak.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote_to_bytes

from grader.kit.secrets import Secrets

DEPTH = 6
ESCAPE = re.compile(rb"\\([nrt\"'\\]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3})")
MAX_VIEW = 64 << 20
MAX_VIEWS = 50_000
RUNS = {
    "Base64": rb"(?=[a-z0-9+/_-]*[A-Z])(?=[A-Z0-9+/_-]*[a-z])[A-Za-z0-9+/_-]{16,}={0,2}",
    "Base64 lines": rb"(?m)(?:^[ \t\"']*[A-Za-z0-9+/_-]{16,}={0,2}(?:\\n)?[ \t\"',\\]*$\s?){2,}",
    "Base32": rb"[A-Z2-7]{16,}={0,6}",
    "hexadecimal": rb"(?:[0-9A-Fa-f]{2}[\s:]?){12,}",
    "Base85": rb"[!-~]{40,}",
    "Ascii85": rb"[!-u]{40,}",
}
MAGICS = {
    b"\x1f\x8b": lambda data: zlib.decompressobj(47).decompress(data, MAX_VIEW),
    b"\x78": lambda data: zlib.decompressobj(15).decompress(data, MAX_VIEW),
    b"BZh": lambda data: bz2.BZ2Decompressor().decompress(data, MAX_VIEW),
    b"\xfd7zXZ": lambda data: lzma.LZMADecompressor().decompress(data, MAX_VIEW),
}


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that was found: what it is, in which file, and in what form."""

    what: str
    file: str
    form: str = "plain"

    def __str__(self) -> str:
        return f"{self.file}: {self.what} ({self.form})"


def scan(files: Mapping[str, bytes], secrets: Secrets) -> list[Leak]:
    """Every secret that the files give away; an empty list is the proof that was looked for.

    Args:
        files: name → bytes; the names are looked at too.
        secrets: what must not leave the course.
    """
    found: dict[tuple[str, str], Leak] = {}
    for name, content in files.items():
        try:
            for view, form in chain([(name.encode(), "name")], views(content, secrets.public)):
                for what in secrets.in_bytes(view):
                    found.setdefault((name, what), Leak(what, name, form))
        except _TooMuch as error:
            found[name, ""] = Leak(f"it can't be searched: {error}", name)
    return list(found.values())


class _TooMuch(Exception):
    """There is more to open than the bounds allow."""


def views(content: bytes, public: frozenset[bytes] = frozenset()) -> Iterator[tuple[bytes, str]]:
    """A file's bytes in every form in which they can be read, those left out that are public as they are.

    Raises:
        _TooMuch: there are too many, or one is too large, or packed too deep.
    """
    waiting, seen = [(content, "plain", 0)], set(public)
    while waiting:
        data, form, depth = waiting.pop()
        if data in seen:
            continue
        seen.add(data)
        if len(data) > MAX_VIEW or len(seen) > MAX_VIEWS or depth > DEPTH:
            raise _TooMuch("it is too large, or packed too deep")
        yield data, form
        for inner, how in _opened(data):
            waiting.append((inner, how if form == "plain" else f"{form}, {how}", depth + 1))


def _opened(data: bytes) -> Iterator[tuple[bytes, str]]:
    if data.find(b"PK\x03\x04") >= 0 and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _members(data)
    for magic, decompress in MAGICS.items():
        if data.startswith(magic):
            yield from _tried(decompress, data, "compressed")
    if is_text(data):
        yield from _of_text(data)
    elif b"\0" in data[:4096]:
        for code in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            text = data[: len(data) // 4 * 4].decode(code, errors="replace").encode("utf-8", "replace")
            if text.count(b"\xef\xbf\xbd") * 20 < len(text) and is_text(text):
                yield text, code


def _of_text(data: bytes) -> Iterator[tuple[bytes, str]]:
    for form, pattern in RUNS.items():
        decode = DECODERS[form]
        for match in re.finditer(pattern, data):
            for start in range(4 if form == "Base64" else 1):
                yield from _tried(decode, match[0][start:], form)
    if ESCAPE.search(data):
        yield ESCAPE.sub(_unescaped, data), "escaped"
    if b"%" in data:
        yield unquote_to_bytes(data), "percent-encoded"


def _tried(decode: Callable[[bytes], bytes], data: bytes, form: str) -> Iterator[tuple[bytes, str]]:
    try:
        inner = decode(data)
    except (ValueError, binascii.Error, zlib.error, OSError, EOFError, lzma.LZMAError, UnicodeError):
        return
    if len(inner) > 8 and inner != data:
        yield inner, form


def _members(data: bytes) -> Iterator[tuple[bytes, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment, "zip comment"
        for member in archive.infolist():
            if member.file_size > MAX_VIEW:
                raise _TooMuch(f"{member.filename} is too large")
            yield (
                member.filename.encode("utf-8", "replace") + b"\n" + member.comment + member.extra,
                "zip metadata",
            )
            yield archive.read(member), f"zip, {member.filename}"


def is_text(data: bytes) -> bool:
    """Whether bytes are UTF-8 that people could read: what was decoded by mistake is not."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    sample = text[:4096]
    return sum(char.isprintable() or char in "\t\n\r" for char in sample) > 0.95 * len(sample)


def _base64(run: bytes) -> bytes:
    clean = re.sub(rb"\\n|[^A-Za-z0-9+/_-]", b"", run).replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(_padded(clean, 4))


def _unescaped(match: re.Match[bytes]) -> bytes:
    """What an escape of Python, JSON or C stands for."""
    code = match[1]
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(code)
    if plain is not None or len(code) == 1:
        return plain or code
    number = int(code, 8) if code[:1].isdigit() else int(code[1:], 16)
    return chr(min(number, 0x10FFFF)).encode("utf-8", "ignore")


def _padded(run: bytes, to: int) -> bytes:
    clean = b"".join(run.split()).rstrip(b"=")
    return clean + b"=" * (-len(clean) % to)


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "Base64": _base64,
    "Base64 lines": _base64,
    "Base32": lambda run: base64.b32decode(_padded(run, 8)),
    "hexadecimal": lambda run: bytes.fromhex(re.sub(rb"[\s:]", b"", run).decode("ascii")),
    "Base85": lambda run: base64.b85decode(b"".join(run.split())),
    "Ascii85": base64.a85decode,
}
