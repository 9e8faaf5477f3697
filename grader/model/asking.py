"""A question to somebody's code, and what came back: plain data, with no code in it.

The student's code, the reference and every known mistake are asked the same Probes and answer with the
same Observations, so comparing them is a pure function of data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ask(StrEnum):
    """How an entry is asked.

    `CALL` calls it. `VALUE` takes the value, calling it without arguments if it is a function. `EITHER`
    calls a function with the arguments (with those symbols alone that it has parameters for, where it has
    fewer) and takes anything else as it is. `ALLOCATION` calls it and measures the peak of memory allocated
    meanwhile.
    """

    CALL = "call"
    VALUE = "value"
    EITHER = "either"
    ALLOCATION = "allocation"


@dataclass(frozen=True, eq=False, slots=True)
class Probe:
    """One question: an entry, arguments (values that the codec knows), and how to ask.

    Attributes:
        entry: the name at the top level of the submission.
        args: positional arguments; whoever is asked gets a copy of its own.
        how: call it, take its value, or measure it.
        seconds: time limit of this question; None takes the check's.
        case: the name of the case it comes from, for reports.
    """

    entry: str
    args: tuple[object, ...] = ()
    how: Ask = Ask.CALL
    seconds: float | None = None
    case: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """What the code printed while it answered, cleaned of control characters and cut at the limit."""

    stdout: str = ""
    stderr: str = ""
    cut: bool = False


NO_OUTPUT = Output()


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the student's own code in a traceback; `cell` counts a notebook's code cells from 1."""

    file: str
    line: int
    function: str = ""
    text: str = ""
    cell: int | None = None

    def __str__(self) -> str:
        place = f"cell {self.cell}, line {self.line}" if self.cell else f"{self.file}, line {self.line}"
        return f"{place}, in {self.function}" if self.function else place


@dataclass(frozen=True, eq=False, slots=True)
class Returned:
    """A value came back: an exact built-in or ndarray, rebuilt from data.

    Attributes:
        value: the answer.
        called: False where the entry was taken as a value and not called.
        peak_bytes: memory allocated at the peak, for `Ask.ALLOCATION`.
        mutated: positions of arguments that the call changed in place.
        note: how the answer was made plain ("a masked array, its mask dropped").
    """

    value: object
    called: bool = True
    seconds: float = 0.0
    peak_bytes: int | None = None
    mutated: tuple[int, ...] = ()
    note: str = ""
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class Unanswerable:
    """The entry exists and gave something that is not data, or not callable: "returned a generator"."""

    reason: str
    seconds: float = 0.0
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class Raised:
    """An exception of the student's code; `frames` are theirs alone, innermost last."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    seconds: float = 0.0
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class Missing:
    """Nothing of that name is there; `nearest` is a name that is, `reason` says why (a broken import)."""

    entry: str
    nearest: str = ""
    reason: str = ""
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class TimedOut:
    """No answer within the limit, in seconds."""

    limit: float
    while_importing: bool = False
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class OutOfMemory:
    """More memory was asked for than the limit, in MiB."""

    limit_mb: int
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class OutputLimit:
    """More was printed, written or returned than the limit; `what` names it ("printed", "returned")."""

    limit_kb: int
    what: str = "printed"
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class Forbidden:
    """Something the box does not allow was tried: "opened a network connection"."""

    action: str
    frames: tuple[Frame, ...] = ()
    output: Output = NO_OUTPUT


@dataclass(frozen=True, eq=False, slots=True)
class Crashed:
    """The process ended without an answer: by a signal ("SIGSEGV") or an exit."""

    how: str
    output: Output = NO_OUTPUT


Observation = (
    Returned | Unanswerable | Raised | Missing | TimedOut | OutOfMemory | OutputLimit | Forbidden | Crashed
)
