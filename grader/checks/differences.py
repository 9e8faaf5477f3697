"""A comparison of numbers in words: what kind, shape, length, or which entries; never the expected value."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.texts import ordinal, shape_words, what_is
from grader.values.closeness import Comparison, Fault, components


def difference(answer: object, compared: Comparison) -> str:
    """How an answer differs, to follow "it returned …": never the expected value itself."""
    found = compared.first_fault()
    if found is None:
        return "is right"
    path, leaf = found
    if path and compared.fault is not Fault.VALUE:
        compared = leaf
        answer = _at(answer, path)
    where = "".join(f" in its {ordinal(step)} component" for step in path[:1])
    match compared.fault:
        case Fault.KIND:
            return f"is {what_is(answer)}{where}, where {_wanted(leaf)} was asked for"
        case Fault.SHAPE:
            shapes = f"shape {leaf.answer_shape}{where}, where {shape_words(leaf.expected_shape)}"
            return f"has {shapes} was asked for"
        case Fault.LENGTH:
            wanted = (leaf.expected_shape or (0,))[0]
            return f"has {(leaf.answer_shape or (0,))[0]} components{where}, where {wanted} were asked for"
        case Fault.KEYS:
            return f"has other keys{where} than the ones asked for"
    return _value_words(compared, path, leaf)


def _wanted(leaf: Comparison) -> str:
    return shape_words(leaf.expected_shape) if leaf.expected_shape is not None else "a dictionary"


def _at(answer: object, path: Sequence[object]) -> object:
    for step in path:
        if isinstance(answer, dict):
            answer = answer[step]
        elif isinstance(step, int):
            answer = (components(answer) or [answer])[step]
    return answer


def _value_words(compared: Comparison, path: Sequence[object], leaf: Comparison) -> str:
    if compared.size == 1:
        return f"is not right{_digits(leaf.error)}"
    which = f"entry {leaf.worst if len(leaf.worst) > 1 else leaf.worst[0]}" if leaf.worst else "all of it"
    where = f"{which} of the {ordinal(path[0])} component" if path and leaf.worst else which
    if path and not leaf.worst:
        where = f"the {ordinal(path[0])} component"
    if compared.wrong == compared.size:
        return f"is wrong in all {compared.size} entries{_digits(leaf.error)}"
    verb = "entry is" if compared.wrong == 1 else "entries are"
    share = f"{compared.wrong} of {compared.size} {verb} wrong"
    return f"is not right: {share}, {where} for one{_digits(leaf.error)}"


def _digits(error: float) -> str:
    """How many digits agree, said only where some do: enough to tell rounding from a wrong formula."""
    for digits in range(12, 1, -1):
        if error < 10.0**-digits:
            return f" (it agrees to about {digits} digits)"
    return ""
