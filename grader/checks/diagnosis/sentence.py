"""How a wrong numeric answer differs, in one true sentence; nothing rather than a guess.

Computed from recorded answers alone. What is said holds in every core case; where only some cases are wrong,
it says which. The order is fixed: shape, the whole answer, one component, entries, cases, weak likenesses.
A constant is told no more than its shape, order and rounding, since anything else would give it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grader.checks.cases import Trial
from grader.checks.diagnosis import likeness, shapes
from grader.checks.diagnosis.proportion import (
    direction,
    far_step,
    off_the_diagonal,
    oriented,
    proportion,
    step,
)
from grader.checks.diagnosis.rows import Row, Rows, arguments_of, floats
from grader.checks.diagnosis.whereabouts import cases_at_fault, entries_at_fault, places_at_fault
from grader.checks.texts import ordinal
from grader.model import OneOf
from grader.values.closeness import Array, Tolerance, compare, components

ENOUGH = 3  # cases without an answer left aside, so many with one tell something
JOINT = (likeness.handed_back, likeness.empty, likeness.rounded, likeness.sign, proportion)
STRONG = (
    *JOINT,
    likeness.order,
    likeness.by_argument,
    step,
    likeness.square,
    likeness.offset,
    likeness.function,
    entries_at_fault,
    oriented,
)
WEAK = (
    likeness.not_finite,
    likeness.nearly,
    direction,
    far_step,
    off_the_diagonal,
    places_at_fault,
    likeness.signs,
    likeness.sizes,
)
HARMLESS = (likeness.rounded, likeness.order)  # tells no constant


def diagnose(tried: Sequence[Trial], tolerance: Tolerance) -> str:
    """The first sentence that is true, or an empty string."""
    tried = [trial for trial in tried if not trial.case.forgives]  # what costs nothing tells nothing
    core = [trial for trial in tried if trial.case.marks is None]
    wrong = [trial for trial in core if not _right(trial, tolerance)]
    if not wrong:
        core = tried
        wrong = [trial for trial in core if not _right(trial, tolerance)]
    if not wrong or all(trial.pair is None for trial in core):
        return ""
    if changing := _changing(core):
        return changing
    phrase = _phrase(core, wrong, tolerance)
    return f"Your answer {phrase}." if phrase else ""


def _phrase(core: Sequence[Trial], wrong: Sequence[Trial], tolerance: Tolerance) -> str:
    answered = [trial for trial in core if trial.pair]
    bad = [trial for trial in wrong if trial.pair]
    phrase = _whole(core, tolerance) if len(answered) == len(core) else ""
    if not phrase and len(wrong) < len(core):
        phrase = _some(core, wrong, tolerance)
    if phrase or len(answered) == len(core):
        return phrase or _weak(core, tolerance)
    if len(answered) < ENOUGH:
        return ""
    if not bad:
        return "is right in every case in which your code answers"
    phrase = _whole(answered, tolerance) or _weak(answered, tolerance)
    return f"{phrase}, in the cases in which your code answers" if phrase else ""


def _right(trial: Trial, tolerance: Tolerance) -> bool:
    return trial.pair is not None and compare(*trial.pair, tolerance).close


def _changing(core: Sequence[Trial]) -> str:
    """Whether one question got two answers: asked twice without drawing anew."""
    first: dict[str, tuple[object, object]] = {}
    for trial in core:
        if trial.case.seed is not None or trial.pair is None or not trial.case.group:
            continue
        earlier = first.setdefault(trial.case.group, trial.pair)
        before, now = floats(earlier[0]), floats(trial.pair[0])
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
    if len(leaves) == 1:
        return _first(HARMLESS if constant else STRONG, leaves[0])
    joined = "" if constant or not all(rows.alike for rows in leaves) else _first(JOINT, _joined(leaves))
    return joined or _one_component(leaves, HARMLESS if constant else STRONG)


def _first(rules: Sequence[likeness.Rule], rows: Rows) -> str:
    """The first phrase about shape, else the first of these rules."""
    if not rows.alike:
        return shapes.shape(rows)
    return next((phrase for rule in rules if (phrase := rule(rows))), "")


def _one_component(leaves: Sequence[Rows], rules: Sequence[likeness.Rule]) -> str:
    """What can be said of the first component of which something can be said."""
    wrong = [index for index, rows in enumerate(leaves) if not rows.right]
    phrases = {index: _first(rules, leaves[index]) for index in wrong}
    told = [index for index in wrong if phrases[index]]
    if not told:
        return ""
    phrase = phrases[told[0]]
    if len(set(phrases.values())) == 1 and len(wrong) > 1:
        names = "every" if len(wrong) == len(leaves) else " and the ".join(ordinal(index) for index in wrong)
        every = "every" if names == "every" else f"the {names}"
        return f"has one fault in {every} component: it {phrase}"
    rest = "the others are right" if len(wrong) == 1 else "others are wrong as well"
    return f"has a {ordinal(told[0])} component that {phrase}; {rest}"


def _some(core: Sequence[Trial], wrong: Sequence[Trial], tolerance: Tolerance) -> str:
    """Which cases are wrong, and how, where the rest is right."""
    where = cases_at_fault(core, wrong)
    how = ""
    if len(wrong) > 1 and all(trial.pair for trial in wrong):
        how = _of_wrong(_leaves(wrong, tolerance))
    if where:
        return (
            f"is {where}{'; elsewhere it ' if 'only' in where else ': there it '}{how}"
            if how
            else f"is {where}"
        )
    return f"is right in some cases; in the others it {how}" if how else ""


def _of_wrong(leaves: Sequence[Rows]) -> str:
    if not leaves:
        return ""
    if len(leaves) == 1 or all(rows.alike for rows in leaves):
        rules = (*STRONG, direction) if len(leaves) == 1 else (*JOINT, direction)
        return _first((*rules, likeness.not_finite), _joined(leaves))
    return ""


def _weak(core: Sequence[Trial], tolerance: Tolerance) -> str:
    leaves = _leaves(core, tolerance)
    if not leaves or not all(rows.alike for rows in leaves):
        return ""
    if len(core) == 1 and not core[0].case.args:
        return _first(HARMLESS, leaves[0]) if len(leaves) == 1 else ""
    if len(leaves) == 1:
        return _first(WEAK, leaves[0])
    return (
        _one_component(leaves, WEAK)
        or _which_components(leaves)
        or _first((likeness.nearly, likeness.sizes), _joined(leaves))
    )


def _which_components(leaves: Sequence[Rows]) -> str:
    wrong = [ordinal(index) for index, rows in enumerate(leaves) if not rows.right]
    if len(wrong) == len(leaves):
        return ""
    names = " and ".join([", ".join(wrong[:-1]), wrong[-1]]) if len(wrong) > 1 else wrong[0]
    return f"is wrong in its {names} component{'s'[: len(wrong) > 1]} alone"


def _joined(leaves: Sequence[Rows]) -> Rows:
    """All components of each case in one row, where they have the shapes asked for."""
    if len(leaves) == 1:
        return leaves[0]
    rows = []
    for parts in zip(*(leaf.rows for leaf in leaves), strict=True):
        given, right = (np.concatenate([np.ravel(a) for a in side]) for side in _sides(parts))
        rows.append(Row(parts[0].case, given, right))
    return replace(leaves[0], rows=tuple(rows))


def _sides(parts: Sequence[Row]) -> tuple[list[Array], list[Array]]:
    return [part.given for part in parts], [part.right for part in parts]


def _leaves(tried: Sequence[Trial], tolerance: Tolerance) -> list[Rows]:
    """Component by component, all cases; nothing where an answer is not built like the right one."""
    built = [_pairs(*trial.pair, tolerance) if trial.pair else None for trial in tried]
    found = [pairs for pairs in built if pairs]
    if len(found) < len(built):
        return []
    if len({len(pairs) for pairs in found}) != 1:
        found = [[pair] for pairs in found if (pair := _flat(pairs)) is not None]
    if len(found) < len(built):
        return []
    arguments = arguments_of([trial.case for trial in tried])
    return [
        Rows(
            tuple(Row(trial.case, *pair) for trial, pair in zip(tried, column, strict=True)),
            arguments,
            tolerance,
        )
        for column in zip(*found, strict=True)
    ]


def _flat(pairs: Sequence[tuple[Array, Array]]) -> tuple[Array, Array] | None:
    """All components in one, where they have the shapes asked for."""
    if any(given.shape != right.shape for given, right in pairs):
        return None
    given, right = (np.concatenate([np.ravel(side) for side in sides]) for sides in zip(*pairs, strict=True))
    return given, right


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
        pair = floats(answer), shapes.expected_numbers(expected)
        return [pair] if pair[0] is not None and pair[1] is not None else None  # type: ignore[list-item]
    found = [_pairs(one, value, tolerance) for one, value in both]
    return None if None in found else [pair for pairs in found if pairs for pair in pairs]
