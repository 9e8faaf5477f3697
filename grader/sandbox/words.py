"""Text from student code, made fit to be shown: cut, and without control characters."""

from __future__ import annotations

import re

MESSAGE_CHARS = 2000

_UNFIT = re.compile(
    "\x1b\\[[0-9;:?]{0,30}[@-~]"  # terminal colours and cursor movements, as a whole
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except tab and newline
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # changes of direction, which reorder what is read
    "\ud800-\udfff]"
)


def clean(text: str, limit: int = MESSAGE_CHARS) -> str:
    """The text without control characters, carriage returns and escape sequences, cut at `limit`."""
    shown = _UNFIT.sub("", text[: limit * 2].replace("\r\n", "\n"))
    if len(shown) > limit or len(text) > limit * 2:
        return shown[: limit - 1] + "…"
    return shown


def clean_bytes(data: bytes, limit: int) -> str:
    """Likewise for what was written to a descriptor: UTF-8, wrong bytes replaced."""
    return clean(data[: limit * 2].decode("utf-8", "replace"), limit)
