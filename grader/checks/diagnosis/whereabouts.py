"""Where an answer is wrong: in which cases, by their tags and arguments, or in which entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from grader.checks.cases import Trial
from grader.checks.diagnosis.likeness import Row, Rows
from grader.checks.texts import clean, short
from grader.values.closeness import Array, as_array

LARGE = 30.0  # beyond this a sigmoid is 0 or 1 to thirteen digits
FEW = 2  # cases or entries on either side that a statement about arguments needs

TAGS = {
    "saturated": "for very large or very small inputs",
    "negative": "for negative inputs",
    "zero": "where an input is zero",
    "even": "for even sizes",
    "odd": "for odd sizes",
    "measured": "for long vectors",
}

Test = Callable[[Array], bool]
NUMBER: tuple[tuple[str, Test], ...] = (
    ("is negative", lambda x: bool(x < 0)),
    ("is positive", lambda x: bool(x > 0)),
    ("is 0", lambda x: bool(x == 0)),
    ("is not 0", lambda x: bool(x != 0)),
    ("is 1", lambda x: bool(x == 1)),
    ("is more than 1", lambda x: bool(x > 1)),
    ("is even", lambda x: bool(x % 2 == 0)),
    ("is odd", lambda x: bool(x % 2 == 1)),
    ("is very large", lambda x: bool(abs(x) > LARGE)),
)
TABLE: tuple[tuple[str, Test], ...] = (
    ("has very large entries", lambda x: bool((np.abs(x) > LARGE).any())),
    ("has negative entries", lambda x: bool((x < 0).any())),
    ("has only negative entries", lambda x: bool((x < 0).all())),
    ("has no negative entries", lambda x: bool((x >= 0).all())),
    ("has zeros", lambda x: bool((x == 0).any())),
    ("has no zeros", lambda x: bool((x != 0).all())),
    ("is not all zero", lambda x: bool(x.any())),
    ("has an even length", lambda x: len(x) % 2 == 0),
    ("has an odd length", lambda x: len(x) % 2 == 1),
    ("has length 1", lambda x: len(x) == 1),
    ("is longer than 1", lambda x: len(x) > 1),
    ("is longer than 2", lambda x: len(x) > 2),
    ("has repeated entries", lambda x: np.unique(x).size < x.size),
    ("is not square", lambda x: x.ndim == 2 and x.shape[0] != x.shape[1]),
    ("is square", lambda x: x.ndim == 2 and x.shape[0] == x.shape[1]),
)
ENTRY: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("is very large or very small", lambda x: np.abs(x) > LARGE),
    ("is negative", lambda x: x < 0),
    ("is positive", lambda x: x > 0),
    ("is 0", lambda x: x == 0),
    ("is not negative", lambda x: x >= 0),
    ("is not positive", lambda x: x <= 0),
)


def cases_at_fault(core: Sequence[Trial], wrong: Sequence[Trial]) -> str:
    """What the wrong cases have in common and the right ones have not, to follow "except"."""
    bad = set(map(id, wrong))
    return _by_tag(core, bad) or _by_argument(core, bad) or _by_public(core, bad)


def _by_tag(core: Sequence[Trial], bad: set[int]) -> str:
    shared = frozenset.intersection(*(trial.case.tags for trial in core if id(trial) in bad))
    for tag in sorted(shared):
        if not any(tag in trial.case.tags for trial in core if id(trial) not in bad):
            return TAGS.get(tag, f"in the cases called '{clean(tag, 40)}'")
    return ""


def _by_argument(core: Sequence[Trial], bad: set[int]) -> str:
    if min(len(bad), len(core) - len(bad)) < FEW:
        return ""
    flags = [id(trial) in bad for trial in core]
    for words, held in _statements(core):
        if held == flags:
            return f"where {words}"
    return ""


def _by_public(core: Sequence[Trial], bad: set[int]) -> str:
    hidden = [not trial.case.public for trial in core]
    if sum(hidden) >= FEW and hidden == [id(trial) in bad for trial in core]:
        return "in the hidden cases: it is right in the public ones only"
    return ""


def _statements(core: Sequence[Trial]) -> Iterator[tuple[str, list[bool]]]:
    """Everything that can be said of a case's arguments, and of which cases it holds."""
    names = core[0].case.names
    for spot in range(min(len(trial.case.args) for trial in core)):
        name = f"`{names[spot]}`" if spot < len(names) else f"argument {spot + 1}"
        args = [trial.case.args[spot] for trial in core]
        if all(isinstance(arg, str) for arg in args):
            for word in sorted({str(arg) for arg in args}):
                yield f"{name} is {short(word, 40)}", [arg == word for arg in args]
            continue
        arrays = [as_array(arg) for arg in args]
        known = [array for array in arrays if array is not None and array.dtype.kind != "c"]
        if len(known) < len(arrays):
            continue
        table = NUMBER if all(array.ndim == 0 for array in known) else TABLE
        if table is TABLE and any(array.ndim == 0 or not array.size for array in known):
            continue
        for words, test in table:
            yield f"{name} {words}", [test(array) for array in known]
    yield from _answers(core)


def _answers(core: Sequence[Trial]) -> Iterator[tuple[str, list[bool]]]:
    """What can be said of the right answer, where it is one number."""
    right = [as_array(trial.pair[1]) if trial.pair else None for trial in core]
    known = [array for array in right if array is not None and array.ndim == 0 and array.dtype.kind in "if"]
    if len(known) == len(right):
        for words, test in NUMBER[:4]:
            yield f"the right answer {words}", [test(array) for array in known]


def entries_at_fault(rows: Rows) -> str:
    """An argument's entries that tell which entries of the answer are wrong, in all cases together."""
    if any(row.given.shape != row.right.shape for row in rows.rows):
        return ""
    wrong = [~rows.near(row.given, row.right) for row in rows.rows]
    bad = sum(int(np.count_nonzero(mask)) for mask in wrong)
    good = sum(mask.size for mask in wrong) - bad
    if min(bad, good) < FEW:
        return ""
    for spot, name in rows.arguments:
        if any(row.argument(spot).shape != row.right.shape for row in rows.rows):
            continue
        for words, test in ENTRY:
            if _fits(rows.rows, wrong, [test(row.argument(spot)) for row in rows.rows]):
                return f"is right except where {name} {words}"
    if _fits(rows.rows, wrong, [row.right == 0 for row in rows.rows]):
        return "is right except where it should be 0"
    return ""


def _fits(rows: Sequence[Row], wrong: Sequence[Array], held: Sequence[Array]) -> bool:
    marks = zip(rows, wrong, held, strict=True)
    return all(np.array_equal(bad & row.known, holds & row.known) for row, bad, holds in marks)
