"""How a wrong numeric answer differs, in one true sentence; nothing rather than a guess."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.cases import Trial
from grader.checks.up_to import scaled
from grader.errors import CheckError
from grader.values.closeness import Tolerance, compare


def diagnose(tried: Sequence[Trial], tolerance: Tolerance) -> str:
    """The first sentence that holds in every core case, or an empty string."""
    pairs = [trial.pair for trial in tried if trial.case.marks is None]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < len(pairs) or not known:
        return ""
    try:
        flipped = all(compare(answer, scaled(expected, -1), tolerance).close for answer, expected in known)
    except CheckError:  # intervals and alternatives have no sign of their own
        return ""
    return "The sign is flipped." if flipped else ""
