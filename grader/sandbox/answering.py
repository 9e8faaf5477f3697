"""Answers one question with the names of a namespace: the half of asking that runs beside student code.

A reply is a kind and its fields, all data of the codec; `replies.py` reads it on the other side, believing
nothing. Kinds: returned, unanswerable, raised, missing, forbidden, memory, large.
"""

from __future__ import annotations

import difflib
import errno
import gc
import inspect
import sys
import time
import tracemalloc
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from grader.errors import CodecError, TooLarge
from grader.sandbox.plain import describe, drawn, plain
from grader.sandbox.tracing import Sources, failure
from grader.sandbox.watching import Watch
from grader.values.codec import CodecLimits, decode, encode

Reply = tuple[str, dict[str, object]]
ANSWER_LIMITS = CodecLimits(bytes=32 << 20)
"""What an answer may be: 32 MiB."""
_NO_ARGS = encode([])
_FIXED = frozenset({bool, int, float, complex, str, bytes, type(None), np.random.Generator})
"""What a function can't change, or may."""
_MAX_NAMES = 2000
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


class Answerer:
    """Asks the functions and values of one namespace.

    Args:
        namespace: the names.
        sources: which code is the student's, for tracebacks.
        watch: what was tried that the box refuses, if anybody looks.
        absent: why names may be absent: the fields of a `missing` reply.
        interruptible: let a person's Ctrl-C through, where this is their own process.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        sources: Sources,
        watch: Watch | None = None,
        absent: Mapping[str, object] | None = None,
        *,
        interruptible: bool = False,
    ) -> None:
        self.namespace = namespace
        self.sources = sources
        self.watch = watch or Watch()
        self.interruptible = interruptible
        self.absent = dict(absent or {"reason": "", "frames": []})

    def answer(self, entry: str, how: str, args: bytes) -> Reply:
        """One reply; whatever the student's code raises becomes one too.

        Args:
            entry: the name that is asked.
            how: one of `Ask`.
            args: the arguments, a list in the codec: every use of it is a fresh copy.
        """
        if entry not in self.namespace:
            return "missing", {"nearest": nearest(entry, self.namespace), **self.absent}
        self.watch.reset()
        start = time.process_time()
        try:
            kind, fields = self._ask(self.namespace[entry], entry, how, args)
        except KeyboardInterrupt as error:
            if self.interruptible:
                raise
            kind, fields = self.raised(error)
        except BaseException as error:  # noqa: BLE001 - the child's outermost guard
            kind, fields = self.raised(error)
        fields["seconds"] = time.process_time() - start
        return kind, fields

    def raised(self, error: BaseException) -> Reply:
        """What an exception of the student's means, also where it lies about itself or raises again."""
        try:
            return self._meaning(error)
        except BaseException:  # noqa: BLE001 - part of the same guard
            return "raised", {"type": "Exception", "message": "(it can't be shown)", "frames": []}

    def _meaning(self, error: BaseException) -> Reply:
        code = error.errno if isinstance(error, OSError) else None
        if isinstance(error, MemoryError) or code == errno.ENOMEM:
            return "memory", {}
        if code in _FULL:
            return "large", {"what": "written"}
        if isinstance(error, TooLarge):
            return "large", {"what": "returned"}
        facts = dict(failure(error, self.sources))
        action = self.watch.explain(error)
        if action:
            return "forbidden", {"action": action, "frames": facts["frames"]}
        return "raised", facts

    def _ask(self, target: Any, entry: str, how: str, args: bytes) -> Reply:
        function = is_function(target)
        if not function and how in ("call", "allocation"):
            return "unanswerable", {"reason": f"{entry} is {describe(target)}, not a function"}
        if not function:
            return _told(target, {"called": False})
        if how == "value":
            args = _NO_ARGS
        if how == "either":
            args = fitting(target, args)
        if how == "allocation":
            return self._measure(target, args)
        given = decode(args)
        value = drawn(target(*given))
        return _told(value, _mutated(given, args))

    def _measure(self, target: Any, args: bytes) -> Reply:
        """The peak of what a second call allocates: the first one pays for imports and caches."""
        drawn(target(*decode(args)))
        given = decode(args)
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            value = drawn(target(*given))
            peak = tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()
        return _told(value, {**_mutated(given, args), "peak": max(peak, 0)})


def _told(value: object, fields: dict[str, object]) -> Reply:
    """The reply that holds a value, tried on the codec first."""
    try:
        data, note = plain(value)
        noted = {"note": note} if note else {}
        return "returned", {**fields, **noted, "value": encode(data, ANSWER_LIMITS)}
    except TooLarge:
        return "large", {"what": "returned"}
    except CodecError as error:
        return "unanswerable", {"reason": f"gives {error.message}"}


def _mutated(given: Sequence[object], args: bytes) -> dict[str, object]:
    """The field that names changed arguments; what is as usual is left out of a reply."""
    positions = changed(given, args)
    return {"mutated": positions} if positions else {}


def is_function(value: object) -> bool:
    """Whether a name of the submission is there to be called: SymPy's symbols only look as if."""
    if not callable(value):
        return False
    sympy = sys.modules.get("sympy")
    return sympy is None or not isinstance(value, sympy.Basic) or isinstance(value, sympy.Lambda)


def fitting(function: Any, args: bytes) -> bytes:
    """The arguments that a function has parameters for, where it has fewer: symbols go by their names.

    `def runtime(n, m)` is as good as one of n, m and k, and one without parameters stands for what it gives.
    """
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return args
    values = decode(args)
    if len(names) >= len(values):
        return args
    given = {str(value): value for value in values} if names else {}
    return encode([given[name] for name in names]) if all(name in given for name in names) else args


def changed(given: Sequence[object], args: bytes) -> tuple[int, ...]:
    """The positions of arguments that are no longer what they were; generators always move."""
    if all(type(one) in _FIXED for one in given):
        return ()
    try:
        if encode(given) == args:
            return ()
    except CodecError:  # a Generator is among them, or something that is no data was put in
        pass
    pairs = zip(given, decode(args), strict=True)
    return tuple(position for position, (now, before) in enumerate(pairs) if _differs(now, before))


def _differs(now: object, before: object) -> bool:
    try:
        was = encode(before)
    except CodecError:  # it is a Generator, or holds one
        return False
    try:
        return encode(now) != was
    except CodecError:
        return True


def nearest(entry: str, namespace: Mapping[str, Any]) -> str:
    """The public name that looks most like the one asked for, or an empty string."""
    names = [
        name
        for name, value in list(namespace.items())[:_MAX_NAMES]
        if type(name) is str
        and not name.startswith("_")
        and len(name) < 80
        and not isinstance(value, ModuleType)
    ]
    folded = {name.lower().replace("_", ""): name for name in names}
    same = folded.get(entry.lower().replace("_", ""))
    return same or next(iter(difflib.get_close_matches(entry, names, 1, 0.7)), "")
