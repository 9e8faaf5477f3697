"""How a wrong numeric answer differs, in one true sentence; nothing rather than a guess.

Computed from recorded answers alone. What is said holds in every core case; where only some cases are wrong,
it says which. The order is fixed: shape, the whole answer, one component, entries, cases, weak likenesses.
A constant is told no more than its shape, order and rounding, since anything else would give it away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.checks.cases import Trial
from grader.checks.diagnosis import likeness, shapes
from grader.checks.diagnosis.likeness import Row, Rows
from grader.checks.diagnosis.proportion import direction, proportion
from grader.checks.diagnosis.whereabouts import cases_at_fault, entries_at_fault
from grader.checks.texts import ordinal
from grader.model import OneOf
from grader.values.closeness import Array, Fault, Tolerance, compare, components

STRONG = (
    likeness.handed_back,
    likeness.empty,
    likeness.rounded,
    likeness.sign,
    proportion,
    likeness.order,
    likeness.by_argument,
    likeness.offset,
    likeness.function,
)
WEAK = (likeness.nearly, direction, likeness.square, likeness.signs, likeness.single_entry)
HARMLESS = (likeness.rounded, likeness.order, likeness.nearly)  # tells no constant


def diagnose(tried: Sequence[Trial], tolerance: Tolerance) -> str:
    """The first sentence that is true, or an empty string."""
    core = [trial for trial in tried if trial.case.marks is None and not _forgiven(trial, tolerance)]
    wrong = [trial for trial in core if not _right(trial, tolerance)]
    if not wrong:
        core = [trial for trial in tried if not _forgiven(trial, tolerance)]
        wrong = [trial for trial in core if not _right(trial, tolerance)]
    if not wrong or all(trial.pair is None for trial in core):
        return ""
    if changing := _changing(core):
        return changing
    phrase = _whole(core, tolerance) if all(trial.pair for trial in core) else ""
    if not phrase and len(wrong) < len(core):
        phrase = _some(core, wrong, tolerance)
    if not phrase and all(trial.pair for trial in core):
        phrase = _weak(core, tolerance)
    return f"Your answer {phrase}." if phrase else ""


def _right(trial: Trial, tolerance: Tolerance) -> bool:
    return trial.pair is not None and compare(*trial.pair, tolerance).close


def _forgiven(trial: Trial, tolerance: Tolerance) -> bool:
    """A case that costs nothing tells nothing either."""
    if not trial.case.forgives:
        return False
    if trial.pair is None:
        return "raise" in trial.case.forgives
    compared = compare(*trial.pair, tolerance)
    return compared.fault is Fault.VALUE and compared.found <= trial.case.forgives


def _changing(core: Sequence[Trial]) -> str:
    """Whether one question got two answers: asked twice without drawing anew."""
    first: dict[str, tuple[object, object]] = {}
    for trial in core:
        if trial.case.seed is not None or trial.pair is None or not trial.case.group:
            continue
        earlier = first.setdefault(trial.case.group, trial.pair)
        before, now = shapes.numbers(earlier[0]), shapes.numbers(trial.pair[0])
        if before is not None and now is not None and not np.array_equal(before, now, equal_nan=True):
            return "The same question gets different answers from call to call."
    return ""


def _whole(core: Sequence[Trial], tolerance: Tolerance) -> str:
    """What holds of the answer as a whole in all cases, or of one component of it."""
    pairs = [trial.pair for trial in core if trial.pair]
    if phrase := shapes.arrangement(pairs, tolerance):
        return phrase
    leaves = _leaves(core, tolerance)
    if not leaves:
        return ""
    constant = len(core) == 1 and not core[0].case.args
    rules = HARMLESS if constant else STRONG
    if len(leaves) == 1:
        return _first(rules, leaves[0])
    if phrase := _first(rules, _joined(leaves)):
        return phrase
    return _one_component(leaves, rules)


def _first(rules: Sequence[likeness.Rule], rows: Rows) -> str:
    """The first phrase about shape, else the first of these rules."""
    if phrase := shapes.shape(rows):
        return phrase
    if any(row.given.shape != row.right.shape for row in rows.rows):
        return ""
    return next((phrase for rule in rules if (phrase := rule(rows))), "")


def _one_component(leaves: Sequence[Rows], rules: Sequence[likeness.Rule]) -> str:
    """The components that are wrong, where all of them are wrong in one way."""
    wrong = [index for index, rows in enumerate(leaves) if not shapes.all_right(rows)]
    phrases = {_first(rules, leaves[index]) for index in wrong}
    phrase = phrases.pop() if len(phrases) == 1 else ""
    if not phrase or len(wrong) == len(leaves):
        return f"is wrong in the same way in every component: each {phrase}" if phrase else ""
    names = " and the ".join(ordinal(index) for index in wrong)
    return f"is right but for the {names} component, which {phrase}"


def _some(core: Sequence[Trial], wrong: Sequence[Trial], tolerance: Tolerance) -> str:
    """Which cases are wrong, and how, where the rest is right."""
    where = cases_at_fault(core, wrong)
    how = ""
    if len(wrong) > 1 and all(trial.pair for trial in wrong):
        leaves = _leaves(wrong, tolerance)
        how = _first((*STRONG, direction), _joined(leaves)) if leaves else ""
    if where and how:
        return f"is right except {where}: there it {how}"
    if where:
        return f"is right except {where}"
    return f"is right in some cases; in the others it {how}" if how else ""


def _weak(core: Sequence[Trial], tolerance: Tolerance) -> str:
    leaves = _leaves(core, tolerance)
    if not leaves:
        return ""
    constant = len(core) == 1 and not core[0].case.args
    rules = HARMLESS if constant else (entries_at_fault, *WEAK)
    rows = _joined(leaves)
    if any(row.given.shape != row.right.shape for row in rows.rows):
        return ""
    phrase = next((phrase for rule in rules if (phrase := rule(rows))), "")
    if phrase or len(leaves) == 1:
        return phrase
    return _one_component(leaves, rules) or ("" if constant else _which_components(leaves))


def _which_components(leaves: Sequence[Rows]) -> str:
    wrong = [ordinal(index) for index, rows in enumerate(leaves) if not shapes.all_right(rows)]
    if len(wrong) == len(leaves):
        return ""
    return f"is wrong in its {' and '.join(wrong)} component alone"


def _joined(leaves: Sequence[Rows]) -> Rows:
    """All components of each case in one row, where they have the shapes asked for."""
    if len(leaves) == 1:
        return leaves[0]
    rows = []
    for parts in zip(*(leaf.rows for leaf in leaves), strict=True):
        given, right = (np.concatenate([np.ravel(a) for a in side]) for side in _sides(parts))
        rows.append(Row(parts[0].case, given, right))
    return Rows(tuple(rows), leaves[0].tolerance)


def _sides(parts: Sequence[Row]) -> tuple[list[Array], list[Array]]:
    return [part.given for part in parts], [part.right for part in parts]


def _leaves(tried: Sequence[Trial], tolerance: Tolerance) -> list[Rows]:
    """Component by component, all cases; nothing where an answer is not built like the right one."""
    built = [_pairs(*trial.pair, tolerance) if trial.pair else None for trial in tried]
    found = [pairs for pairs in built if pairs]
    if len(found) < len(built) or len({len(pairs) for pairs in found}) != 1:
        return []
    columns = zip(*found, strict=True)
    return [
        Rows(tuple(Row(trial.case, *pair) for trial, pair in zip(tried, column, strict=True)), tolerance)
        for column in columns
    ]


def _pairs(answer: object, expected: object, tolerance: Tolerance) -> list[tuple[Array, Array]] | None:
    """The numbers of both sides, component by component."""
    if isinstance(expected, OneOf):
        close = (value for value in expected.values if compare(answer, value, tolerance).close)
        expected = next(close, expected.values[0])
    if isinstance(expected, dict):
        if not isinstance(answer, dict) or answer.keys() != expected.keys():
            return None
        both = [(answer[key], expected[key]) for key in expected]
    elif shapes.is_sequence(expected):
        given, wanted = components(answer), components(expected)
        if given is None or wanted is None or len(given) != len(wanted):
            return None
        both = list(zip(given, wanted, strict=True))
    else:
        pair = shapes.numbers(answer), shapes.expected_numbers(expected)
        return [pair] if pair[0] is not None and pair[1] is not None else None  # type: ignore[list-item]
    found = [_pairs(one, value, tolerance) for one, value in both]
    return None if None in found else [pair for pairs in found if pairs for pair in pairs]
