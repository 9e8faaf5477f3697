"""Where an answer is wrong: in which cases, by their tags and arguments, or in which entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from grader.checks.cases import Trial
from grader.checks.diagnosis.rows import Argument, Rows, arguments_of, floats
from grader.checks.texts import clean, short
from grader.values.closeness import Array

LARGE = 30.0  # beyond this a sigmoid is 0 or 1 to thirteen digits
FEW = 4  # cases or entries on either side that a statement about arguments needs
MANY = 12  # cases in all that it needs, since many statements are tried
SEEN = 2  # public cases that are enough to speak of them

TAGS = {
    "saturated": "for very large or very small inputs",
    "negative": "for negative inputs",
    "zero": "where an input is zero",
    "even": "for even sizes",
    "odd": "for odd sizes",
    "measured": "for long vectors",
}

Test = Callable[[Array], bool]
Statement = tuple[
    str, list[bool], bool
]  # words, of which cases it holds, whether it is of an array's contents
NUMBER: tuple[tuple[str, Test], ...] = (
    ("is 0", lambda x: bool(x == 0)),
    ("is 1", lambda x: bool(x == 1)),
    ("is not 0", lambda x: bool(x != 0)),
    ("is negative", lambda x: bool(x < 0)),
    ("is positive", lambda x: bool(x > 0)),
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
    """What the wrong cases have in common and the right ones have not, to follow "your answer is"."""
    bad = set(map(id, wrong))
    return _by_tag(core, bad) or _by_argument(core, bad) or _by_public(core, bad)


def _by_tag(core: Sequence[Trial], bad: set[int]) -> str:
    wrong = [trial.case.tags for trial in core if id(trial) in bad]
    right = [trial.case.tags for trial in core if id(trial) not in bad]
    for tag in sorted(frozenset.intersection(*wrong)):
        if not any(tag in tags for tags in right):
            return f"right except {TAGS.get(tag, _called(tag))}"
    for tag in sorted(frozenset.intersection(*right)) if len(right) >= FEW else ():
        if not any(tag in tags for tags in wrong):
            return f"right only {TAGS.get(tag, _called(tag))}"
    return ""


def _called(tag: str) -> str:
    return f"in the cases called '{clean(tag, 40)}'"


def _by_argument(core: Sequence[Trial], bad: set[int]) -> str:
    if min(len(bad), len(core) - len(bad)) < FEW or len(core) < MANY:
        return ""
    flags = [id(trial) in bad for trial in core]
    groups = [{trial.case.group for trial in core if (id(trial) in bad) is side} for side in (True, False)]
    mixed = groups[0] & groups[1]
    for words, held, of_contents in _statements(core):
        if held == flags and (mixed or not of_contents):
            return f"right except where {words}"
    return ""


def _by_public(core: Sequence[Trial], bad: set[int]) -> str:
    hidden = [not trial.case.public for trial in core]
    enough = sum(hidden) >= FEW and len(hidden) - sum(hidden) >= SEEN
    if enough and hidden == [id(trial) in bad for trial in core]:
        return "right in the public cases only"
    return ""


def _statements(core: Sequence[Trial]) -> Iterator[Statement]:
    """Everything that can be said of a case's arguments, and of which cases it holds."""
    cases = [trial.case for trial in core]
    for spot in range(min(len(case.args) for case in cases)):
        words = [case.args[spot] for case in cases]
        if all(isinstance(word, str) for word in words):
            name = cases[0].names[spot] if spot < len(cases[0].names) else f"argument {spot + 1}"
            for word in sorted({str(one) for one in words}):
                yield f"`{name}` is {short(word, 40)}", [one == word for one in words], False
    arguments = arguments_of(cases, entries=False)
    for argument in arguments:
        numbers = all(array.ndim == 0 for array in argument.values)
        if not numbers and any(array.ndim == 0 or not array.size for array in argument.values):
            continue
        for said, test in NUMBER if numbers else TABLE:
            yield f"{argument.name} {said}", [test(array) for array in argument.values], not numbers
    yield from _pairwise(arguments)
    right = [floats(trial.pair[1]) if trial.pair else None for trial in core]
    known = [array for array in right if array is not None and array.ndim == 0]
    if len(known) == len(right):
        for said, test in NUMBER[3:5]:
            yield f"the right answer {said}", [test(array) for array in known], False


def _pairwise(arguments: Sequence[Argument]) -> Iterator[Statement]:
    """Two arguments against each other: equal numbers, longer vectors."""
    for first, second in combinations(arguments, 2):
        pairs = list(zip(first.values, second.values, strict=True))
        if all(one.ndim == 0 == two.ndim for one, two in pairs):
            yield f"{first.name} equals {second.name}", [bool(one == two) for one, two in pairs], False
            yield f"{first.name} differs from {second.name}", [bool(one != two) for one, two in pairs], False
        elif all(one.ndim == 1 == two.ndim for one, two in pairs):
            yield (
                f"{first.name} is longer than {second.name}",
                [one.size > two.size for one, two in pairs],
                True,
            )
            yield (
                f"{first.name} is shorter than {second.name}",
                [one.size < two.size for one, two in pairs],
                True,
            )


def entries_at_fault(rows: Rows) -> str:
    """Which entries of the answer are wrong, by an argument's entries or by an index."""
    if all(row.right.ndim == 0 for row in rows.rows):
        return ""
    wrong = rows.wrong()
    bad = sum(int(np.count_nonzero(mask)) for mask in wrong)
    good = sum(mask.size for mask in wrong) - bad
    if min(bad, good) < FEW:
        return ""
    return _like_argument(rows, wrong) or _named(rows, wrong)


def places_at_fault(rows: Rows) -> str:
    """Entries that are wrong by where they stand, in all cases."""
    wrong = rows.wrong()
    if not any(mask.any() for mask in wrong):
        return ""
    gated = [row for row in rows.rows if (row.right == 0).any() and (row.right != 0).any()]
    if len(gated) >= SEEN and _fits(rows, wrong, [row.right != 0 for row in rows.rows]):
        return "is 0 where it should be, and wrong elsewhere"
    return _placed(rows, wrong)


def _like_argument(rows: Rows, wrong: Sequence[Array]) -> str:
    for argument in rows.arguments:
        if not rows.fits(argument):
            continue
        for words, test in ENTRY:
            if _fits(rows, wrong, [test(value) for value in argument.values]):
                return f"is right except where {argument.name} {words}"
    if _fits(rows, wrong, [row.right == 0 for row in rows.rows]):
        return "is right except where it should be 0"
    return ""


def _named(rows: Rows, wrong: Sequence[Array]) -> str:
    """The entry whose index is an argument, such as a class."""
    if any(row.right.ndim != 1 for row in rows.rows):
        return ""
    for argument in rows.arguments:
        pairs = list(zip(rows.rows, argument.values, strict=True))
        if argument.fixed or not all(value.ndim == 0 and 0 <= value < row.right.size for row, value in pairs):
            continue
        chosen = [np.arange(row.right.size) == value for row, value in pairs]
        if _fits(rows, wrong, chosen):
            return f"is right except in the entry whose index is {argument.name}"
        if _fits(rows, wrong, [~mask for mask in chosen]):
            return f"is right only in the entry whose index is {argument.name}"
    return ""


def _placed(rows: Rows, wrong: Sequence[Array]) -> str:
    """Entries that are wrong by where they stand."""
    axes = {row.right.ndim for row in rows.rows}
    if axes == {2}:
        for words, place in PLACES:
            masks = [np.zeros(mask.shape, bool) for mask in wrong]
            for mask in masks:
                mask[place] = True
            if not any((bad & ~mask).any() for bad, mask in zip(wrong, masks, strict=True)):
                return f"is wrong in its {words} alone"
    if axes != {1}:
        return ""
    if len({mask.size for mask in wrong}) == 1:
        spots = np.flatnonzero(np.any(wrong, axis=0)).tolist()
        if len(spots) == wrong[0].size:
            return ""
        return f"is wrong in {_listed(spots)} alone, counted from 0"
    if not any(mask[:-1].any() for mask in wrong):
        return "is wrong in its last entry alone"
    return "" if any(mask[1:].any() for mask in wrong) else "is wrong in its first entry alone"


PLACES: tuple[tuple[str, Any], ...] = (
    ("first row", (0, slice(None))),
    ("last row", (-1, slice(None))),
    ("first column", (slice(None), 0)),
    ("last column", (slice(None), -1)),
)


def _listed(spots: Sequence[int]) -> str:
    if len(spots) == 1:
        return f"entry {spots[0]}"
    if len(spots) > 2 and list(spots) == list(range(spots[0], spots[-1] + 1)):
        return f"entries {spots[0]} to {spots[-1]}"
    return f"entries {', '.join(map(str, spots[:-1]))} and {spots[-1]}"


def _fits(rows: Rows, wrong: Sequence[Array], held: Sequence[Array]) -> bool:
    marks = zip(rows.rows, wrong, held, strict=True)
    return all(np.array_equal(bad & row.known, holds & row.known) for row, bad, holds in marks)
