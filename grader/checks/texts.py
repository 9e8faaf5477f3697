"""Words that every kind uses: values cut to a line, what kind of thing they are, and how code failed.

What students wrote stands in these texts: control characters are taken out and the length is cut here;
escaping for a terminal or a page belongs to the renderers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from grader.model import (
    Case,
    Check,
    Crashed,
    Forbidden,
    Frame,
    Interval,
    Missing,
    Observation,
    OneOf,
    Outcome,
    OutOfMemory,
    OutputLimit,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
    Verdict,
)
from grader.values.closeness import Comparison, Fault, components

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
LINE = 160
FEW = 12  # entries of an array that are written out
DEEP = 4
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def clean(text: str, limit: int = LINE) -> str:
    """One line without control, bidirectional or invisible characters, cut at the limit."""
    line = " ".join(CONTROL.sub(" ", text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def short(value: object, limit: int = LINE) -> str:
    """A value in one line: numbers to six digits, large arrays by their shape and first entries."""
    return clean(_written(value), limit)


def _written(value: object, depth: int = 0) -> str:
    if isinstance(value, np.ndarray):
        return _array_written(value)
    if isinstance(value, (Interval, OneOf, list, tuple, dict)):
        return _several_written(value, depth + 1) if depth < DEEP else "…"
    return _one_written(value)


def _one_written(value: object) -> str:
    if isinstance(value, (bool, np.bool_)) or value is None:
        return str(value)
    if isinstance(value, (int, np.integer)):
        return str(value) if -(10**30) < value < 10**30 else f"an integer of {int(value).bit_length()} bits"
    if isinstance(value, (float, np.floating)):
        return format(float(value) + 0.0, ".6g")  # no minus before a zero
    if isinstance(value, (complex, np.complexfloating)):
        return format(complex(value), ".6g")
    if isinstance(value, str):
        return repr(value[:LINE])
    return str(value)[: 2 * LINE]


def _several_written(
    value: Interval | OneOf | list[object] | tuple[object, ...] | dict[object, object], depth: int
) -> str:
    if isinstance(value, Interval):
        low, high = _written(value.low, depth), _written(value.high, depth)
        return low if low == high else f"anything from {low} to {high}"
    if isinstance(value, OneOf):
        return " or ".join(_written(one, depth) for one in value.values)
    if isinstance(value, dict):
        pairs = list(value.items())[:FEW]
        inside = ", ".join(f"{_written(key, depth)}: {_written(one, depth)}" for key, one in pairs)
        return f"{{{inside}}}"
    inside = ", ".join(_written(entry, depth) for entry in value[:FEW])
    inside += ", …" if len(value) > FEW else ""
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside},)" if len(value) == 1 else f"({inside})"


def _array_written(array: np.ndarray) -> str:
    if array.size <= FEW:
        return _written(array.tolist())
    first = ", ".join(_written(entry) for entry in array.ravel()[:4].tolist())
    return f"array of shape {array.shape}: {first}, …"


def what_is(value: object) -> str:
    """What kind of thing an answer is, for "that is …, where an array was asked for"."""
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (bool, int, float, complex, np.generic, Fraction)):
        return "a number"
    if isinstance(value, np.ndarray):
        return shape_words(value.shape)
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return "a dictionary"
    return f"of type {type(value).__name__}"


def shape_words(shape: tuple[int, ...] | None) -> str:
    """A shape in words: "a number" for no axes."""
    if shape is None:
        return "something else"
    return f"an array of shape {shape}" if shape else "a number"


def ordinal(index: object) -> str:
    """Which component, counted as people count: 0 is "first"; a key stands for itself."""
    if isinstance(index, int):
        return ORDINALS[index] if index < len(ORDINALS) else f"{index + 1}th"
    return short(index, 40)


@lru_cache(maxsize=1024)
def inputs(case: Case, limit: int = 2 * LINE) -> str:
    """The arguments of a case in one line: `x = [1, 2], y = 1`; empty where there are none."""
    names = case.names or tuple(f"argument {number}" for number in range(1, len(case.args) + 1))
    pairs = (f"{name} = {short(value, 80)}" for name, value in zip(names, case.args, strict=False))
    return clean(", ".join(pairs), limit)


def place(case: Case) -> str:
    """Where something went wrong, as a student may read it: the inputs of a public case, else its name."""
    if not case.name and not case.args:
        return ""
    if case.public:
        return f"with {inputs(case)}" if case.args else f"in the case '{clean(case.name, 60)}'"
    return f"in a hidden case ('{clean(case.name, 60)}')"


def failed(check: Check, observation: Observation, *, public: bool = True) -> Outcome | None:
    """The outcome of an observation that is no answer; None where a value was returned.

    Every kind uses this, so that a student reads the same words for the same failure everywhere.

    Args:
        check: what was asked.
        observation: what came back.
        public: False for a hidden case, whose inputs an exception's message could repeat.
    """
    if isinstance(observation, Returned):
        return None
    verdict, student, staff = _failure(clean(check.entry, 60), observation, public)
    return Outcome(verdict, Fraction(0), student, staff or student)


def told(observation: Observation) -> str:
    """What stopped a hand-in as a whole, in a sentence for its student: the file's top level is their own."""
    match observation:
        case Returned():
            return ""
        case Missing():
            reason = clean(observation.reason) + _line(observation.frames)
            return reason or "There is nothing to ask."
        case Raised():
            text = f"Running the file raised {clean(observation.type, 60)}{_line(observation.frames)}"
            return f"{text}: {clean(observation.message)}".rstrip(": ")
    return _failure("the file", observation, True)[1].replace("`the file`", "Running the file")


def _failure(entry: str, seen: Observation, public: bool) -> tuple[Verdict, str, str]:
    """Verdict, the student's sentence, and the staff's where it says more."""
    match seen:
        case Raised():
            return Verdict.CRASHED, _raised(entry, seen, public), _raised(entry, seen, True)
        case Missing():
            return Verdict.MISSING, _missing(entry, seen), ""
        case TimedOut():
            doing = "Running the file's top level" if seen.while_importing else f"`{entry}`"
            return Verdict.TIMED_OUT, f"{doing} took longer than {seen.limit:g} s.", ""
        case OutOfMemory():
            return Verdict.OUT_OF_MEMORY, f"`{entry}` asked for more than {seen.limit_mb} MiB of memory.", ""
        case OutputLimit():
            text = f"`{entry}` {clean(seen.what, 40)} more than {seen.limit_kb} KiB."
            return Verdict.OUTPUT_LIMIT, text, ""
        case Forbidden():
            text = f"`{entry}` {clean(seen.action)}{_line(seen.frames)}, which is not allowed here."
            return Verdict.FORBIDDEN, text, ""
        case Crashed():
            return (
                Verdict.CRASHED,
                f"`{entry}` ended the process without an answer ({clean(seen.how, 60)}).",
                "",
            )
        case Unanswerable():
            return Verdict.INCORRECT, _unanswerable(entry, clean(seen.reason)), ""
    return Verdict.INCORRECT, f"`{entry}` gave no answer.", ""


def _unanswerable(entry: str, reason: str) -> str:
    if reason.startswith("gives "):
        return f"`{entry}` {reason}."
    return f"{reason}." if entry in reason else f"`{entry}`: {reason}."


def _raised(entry: str, seen: Raised, with_message: bool) -> str:
    message = f": {clean(seen.message)}" if with_message and seen.message else ""
    return f"`{entry}` raised {clean(seen.type, 60)}{_line(seen.frames)}{message}"


def _missing(entry: str, seen: Missing) -> str:
    text = f"There is no `{entry}` in your file."
    if seen.nearest:
        text += f" There is `{clean(seen.nearest, 60)}`: is it that?"
    reason = clean(seen.reason)
    return f"{text} {reason[0].upper()}{reason[1:]}{_line(seen.frames)}" if reason else text


def _line(frames: tuple[Frame, ...]) -> str:
    return f" ({clean(str(frames[-1]), 100)})" if frames else ""


def paragraphs(text: str, limit: int = 8000) -> str:
    """Text of several lines, each cleaned, cut at the limit; for staff who read a student's prose."""
    lines = [" ".join(CONTROL.sub(" ", line).split()) for line in text[: 2 * limit].splitlines()]
    whole = "\n".join(lines).strip()
    return whole if len(whole) <= limit else whole[:limit] + "…"


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
            return f"is {what_is(answer)}{where}, where {_wanted(leaf)} asked for"
        case Fault.SHAPE:
            shape = shape_words(leaf.expected_shape)
            return f"is {shape_words(leaf.answer_shape)}{where}, where {shape} was asked for"
        case Fault.LENGTH:
            given = (leaf.answer_shape or (0,))[0]
            return f"has {given} component{'s'[: given != 1]}{where}, where {_wanted(leaf)} asked for"
        case Fault.KEYS:
            return f"has other keys{where} than the ones asked for"
    return _value_words(compared, path, leaf)


def _wanted(leaf: Comparison) -> str:
    if leaf.expected_shape is None:
        return "a dictionary was"
    if not leaf.sequence:
        return f"{shape_words(leaf.expected_shape)} was"
    return "1 component was" if leaf.expected_shape == (1,) else f"{leaf.expected_shape[0]} components were"


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
        entries = "both" if compared.size == 2 else f"all {compared.size}"
        return f"is wrong in {entries} entries{_digits(leaf.error)}"
    verb = "is" if compared.wrong == 1 else "are"
    share = f"{compared.wrong} of {compared.size} entries {verb} wrong"
    return f"is not right: {share}, for example {where}{_digits(leaf.error)}"


def _digits(error: float) -> str:
    """How many digits agree, said only where some do: enough to tell rounding from a wrong formula."""
    for digits in range(12, 1, -1):
        if error < 10.0**-digits:
            return f" (it agrees to about {digits} digits)"
    return ""
