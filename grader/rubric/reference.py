"""The course's own answers: `reference/<assignment>.py`, asked like a student's code, and trusted.

The file's bytes are compiled and run here, in a fresh module that is not left where an import could find
it; nothing is written beside it. A mistake is the same file with one name answered by another function;
follow-through is the same file run again with some of its names taken by the student's own versions.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import secrets
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from grader.errors import CodecError, CourseCodeError, Where, did_you_mean
from grader.model import Ask, Missing, Observation, Probe, Raised, Returned, Unanswerable
from grader.rubric.document import shown
from grader.values import codec
from grader.values.codec import Seeded

MAX_REMEMBERED = 50_000


class Reference:
    """A reference file that has been run. Implements `grader.checks.base.Key`.

    Attributes:
        path: where it was read.
        digest: SHA-256 of its bytes, in hexadecimal.
        text: its source.
    """

    def __init__(self, path: Path) -> None:
        """Read and run the file.

        Raises:
            CourseCodeError: it is missing, does not compile, or raises.
        """
        content = _bytes_of(path)
        self.path = path
        self.digest = hashlib.sha256(content).hexdigest()
        self._code = _compiled(content, path)
        self.text = content.decode("utf-8-sig", errors="replace")
        self._names = _run(self._code, path)
        self._aliases: dict[str, str | _Given] = {}
        self._memo: _Memo | None = _Memo()

    def answer(self, probe: Probe) -> Observation:
        """What this file answers; what it raises comes back as `Raised`, and arguments are copies."""
        target = self._aliases.get(probe.entry, probe.entry)
        if self._memo is None or isinstance(target, _Given):
            return self._ask(probe)
        key = self._memo.key(probe, target)
        if key not in self._memo.answers:
            self._memo.keep(key, self._ask(probe))
        return self._memo.answers[key]

    def value(self, name: str) -> Any:
        """A name of the file as it stands.

        Raises:
            CourseCodeError: there is no such name.
        """
        target = self._aliases.get(name, name)
        if isinstance(target, _Given):
            return target.value
        if target not in self._names:
            hint = did_you_mean(target, self.names)
            raise CourseCodeError(
                f"{shown(self.path)} defines no '{target}'", hint=hint, where=Where(shown(self.path))
            )
        return self._names[target]

    def call(self, name: str, *args: object) -> Any:
        """What a function of the file returns.

        Raises:
            CourseCodeError: there is no such function, or it raises.
        """
        function = self.value(name)
        if not callable(function):
            raise CourseCodeError(f"'{name}' is not a function", where=Where(shown(self.path)))
        try:
            return function(*args)
        except (Exception, SystemExit) as error:  # whatever the course's code raises is its answer
            raise _while_running(error, self.path) from error

    def has(self, name: str) -> bool:
        """Whether the file defines the name."""
        return name in self._names

    @property
    def names(self) -> tuple[str, ...]:
        """Every name at the file's top level that does not start with an underscore."""
        return tuple(name for name in self._names if not name.startswith("_"))

    def instead(self, entry: str, like: object, *, named: bool | None = None) -> Reference:
        """This file, with `entry` answered by another.

        Args:
            entry: whose questions are answered by the other.
            like: a name in the file, or a function or value itself.
            named: whether `like` is a name; by default a string is one.
        """
        is_name = isinstance(like, str) if named is None else named
        target = str(like) if is_name else _Given(like)
        return self._copy(aliases={**self._aliases, entry: target}, memo=self._memo)

    def following(self, stand_ins: Mapping[str, object]) -> Reference:
        """The file run again, with these names replaced in it: whatever calls them calls the stand-ins.

        It remembers what it answered, apart from this one: a stand-in is asked once for the same arguments.

        Raises:
            CourseCodeError: a name is not in the file.
        """
        for name in stand_ins:
            self.value(name)
        names = _run(self._code, self.path)
        names.update(stand_ins)
        return self._copy(names=names, memo=_Memo())

    def rerun(self, tree: ast.Module, given: Mapping[str, object] | None = None) -> Reference:
        """The file with another syntax tree in its place (with locations), run with further names to use.

        Raises:
            CourseCodeError: it does not compile, or raises.
        """
        names = _run(_compiled(tree, self.path), self.path, given)
        return self._copy(names=names, memo=None)

    def signature(self, entry: str) -> inspect.Signature | None:
        """The parameters of an entry; None where it is a constant or its parameters can't be known."""
        value = self.value(entry)
        if not callable(value):
            return None
        try:
            return inspect.signature(value)
        except (TypeError, ValueError):
            return None

    def source(self, name: str) -> str:
        """The text of a definition at the top level, or an empty string where there is none."""
        for node in ast.parse(self.text).body:
            if name in defined_names(node):
                return ast.get_source_segment(self.text, node) or ""
        return ""

    def _copy(
        self,
        names: dict[str, Any] | None = None,
        aliases: dict[str, str | _Given] | None = None,
        memo: _Memo | None = None,
    ) -> Reference:
        other = object.__new__(Reference)
        other.path, other.digest, other.text, other._code = self.path, self.digest, self.text, self._code
        other._names = self._names if names is None else names
        other._aliases = self._aliases if aliases is None else aliases
        other._memo = memo
        return other

    def _ask(self, probe: Probe) -> Observation:
        target = self._aliases.get(probe.entry, probe.entry)
        if isinstance(target, str) and target not in self._names:
            return Missing(target)
        found: Any = target.value if isinstance(target, _Given) else self._names[target]
        if not callable(found):
            if probe.how in (Ask.CALL, Ask.ALLOCATION):
                return Unanswerable(f"`{probe.entry}` is not a function")
            return Returned(fresh(found), called=False)
        alone = probe.how is Ask.VALUE or (probe.how is Ask.EITHER and takes_nothing(found))
        args = () if alone else tuple(fresh(arg) for arg in probe.args)
        return _call(found, args, measure=probe.how is Ask.ALLOCATION)


def takes_nothing(function: Callable[..., Any]) -> bool:
    """Whether a function has no parameters: it stands for the value that it gives."""
    try:
        return not inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def defined_names(node: ast.stmt) -> tuple[str, ...]:
    """The names that a statement at the top level binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Assign):
        return tuple(
            leaf.id for target in node.targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)
        )
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    return ()


def fresh(value: Any) -> Any:
    """A copy that may be changed in place; a `Seeded` becomes a new Generator."""
    if isinstance(value, Seeded):
        return np.random.default_rng(value.seed)
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(fresh(item) for item in value)
    if type(value) is dict:
        return {key: fresh(item) for key, item in value.items()}
    return value


@dataclass(frozen=True, eq=False, slots=True)
class _Given:
    """A function or value that is no name of the file."""

    value: Any


class _Memo:
    """Answers by question. Arguments are known by identity first, since cases live long; then by digest."""

    def __init__(self) -> None:
        self.answers: dict[tuple[object, ...], Observation] = {}
        self.digests: dict[int, tuple[object, str]] = {}

    def keep(self, key: tuple[object, ...], answer: Observation) -> None:
        """Remember an answer; everything is forgotten at times, so that memory stays flat."""
        if len(self.answers) >= MAX_REMEMBERED:
            self.answers.clear()
            self.digests.clear()
        self.answers[key] = answer

    def key(self, probe: Probe, target: str) -> tuple[object, ...]:
        return (target, probe.how, self._digest(probe.args))

    def _digest(self, args: tuple[object, ...]) -> object:
        known = self.digests.get(id(args))
        if known is not None:
            return known[1]
        try:
            digest = codec.digest(args)
        except CodecError:
            digest = f"identity {id(args)}"
        if len(self.digests) < MAX_REMEMBERED:
            self.digests[id(args)] = (args, digest)  # holding the arguments keeps their identity theirs
        return digest


def _call(function: Callable[..., Any], args: tuple[Any, ...], *, measure: bool) -> Observation:
    started = perf_counter()
    peak = None
    try:
        with np.errstate(all="ignore"):
            if measure:
                value, peak = _measured(function, args)
            else:
                value = function(*args)
    except (Exception, SystemExit) as error:  # noqa: BLE001  a known mistake may raise anything: that is its answer
        return Raised(type(error).__name__, str(error), seconds=perf_counter() - started)
    return Returned(value, seconds=perf_counter() - started, peak_bytes=peak)


def _measured(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, int]:
    was_on = tracemalloc.is_tracing()
    if not was_on:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        value = function(*args)
        return value, tracemalloc.get_traced_memory()[1] - before
    finally:
        if not was_on:
            tracemalloc.stop()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        hint = "it is ordinary Python that defines every entry of the rubric under the same name"
        raise CourseCodeError(f"there is no reference file {shown(path)}", hint=hint) from error
    except OSError as error:
        raise CourseCodeError(f"{shown(path)} can't be read: {error.strerror}") from error


def _compiled(content: bytes | ast.Module, path: Path) -> CodeType:
    try:
        return compile(content, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line, column = getattr(error, "lineno", 0) or 0, getattr(error, "offset", 0) or 0
        text = (getattr(error, "text", "") or "").rstrip("\n")
        where = Where(shown(path), line, column, text)
        message = getattr(error, "msg", None) or str(error)
        raise CourseCodeError(f"the reference does not compile: {message}", where=where) from error


def _run(code: CodeType, path: Path, given: Mapping[str, object] | None = None) -> dict[str, Any]:
    # Dataclasses look their module up while they are made, so it has a name there just so long.
    module = ModuleType(f"reference_{path.stem}_{secrets.token_hex(8)}")
    module.__file__ = str(path)
    module.__dict__.update(given or {})
    sys.modules[module.__name__] = module
    try:
        with np.errstate(all="ignore"):
            exec(code, module.__dict__)  # noqa: S102  the course's own file
    except (Exception, SystemExit) as error:  # whatever the course's code raises is its answer
        raise _while_running(error, path) from error
    finally:
        sys.modules.pop(module.__name__, None)
    return module.__dict__


def _while_running(error: BaseException, path: Path) -> CourseCodeError:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return CourseCodeError(
        f"the reference raised {type(error).__name__}: {error}", where=Where(shown(path), line)
    )
