"""`grader.check("a.theta")` and `%grader a.theta`: a running notebook's functions on the public cases."""

from __future__ import annotations

import inspect
import linecache
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from grader.errors import GraderError, UsageError
from grader.kit import telling
from grader.kit.main import CASES, chosen_parts, read
from grader.kit.selfcheck import SelfCheck, examine
from grader.kit.sheet import PUBLIC_SEED, RecordedKey, Sheet, entries, public_only
from grader.kit.source import Source
from grader.model import Part, SourceFile
from grader.sandbox.inprocess import InProcessSession
from grader.sandbox.tracing import Sources


@dataclass(frozen=True, slots=True)
class Shown:
    """A self-check as a notebook shows it: a table, or the same in plain text."""

    found: SelfCheck

    @property
    def passed(self) -> bool:
        """Whether every public case that was asked is right."""
        return not self.found.failed

    def __repr__(self) -> str:
        return telling.text(self.found, telling.Style(again="%grader"))

    def _repr_html_(self) -> str:
        return telling.page(self.found)


@dataclass(frozen=True, slots=True)
class Told:
    """What to say where nothing could be checked."""

    text: str
    passed: bool = False

    def __repr__(self) -> str:
        return self.text


def check(
    *parts: str,
    assignment: str | None = None,
    kit: str | Path | None = None,
    course: str | Path | None = None,
    namespace: Mapping[str, object] | None = None,
) -> Shown | Told:
    """Check the functions of the running notebook, or script, on the public cases.

    Args:
        parts: ids of parts or questions, or names of functions; everything without any.
        assignment: which one, where a course has several; else the one that has such parts, or whose names
            are defined.
        kit: the folder with the kit's `cases.json`; the current folder by default.
        course: a course's folder, used where there is no kit.
        namespace: where the functions are; the caller's by default.

    Returns:
        what was found, shown as a table in a notebook and as text elsewhere.
    """
    names = namespace if namespace is not None else _callers()
    try:
        sheet, key = _asked(parts, assignment, kit, course, names)
        wanted = chosen_parts(sheet, parts)
        return Shown(_examined(names, sheet, key, wanted))
    except GraderError as error:
        return Told(f"error: {error}")


def _examined(names: Mapping[str, object], sheet: Sheet, key: Any, wanted: tuple[Part, ...]) -> SelfCheck:
    asked = {entry for part in (wanted or sheet.assignment.parts) for entry in entries(part)}
    own = {name: names[name] for name in asked & set(names)}
    return examine(InProcessSession(own, sources=_cells(names)), sheet, key, wanted, _source(own))


def _cells(names: Mapping[str, object]) -> Sources:
    """The cells that functions come from, by the numbers that the notebook shows: `In [7]` is cell 7."""
    sources = Sources()
    shown: Any = getattr(getattr(_shell(), "compile", None), "format_code_name", None)
    for value in names.values() if shown else ():
        file = value.__code__.co_filename if isinstance(value, FunctionType) else ""
        number = re.search(r"\d+", str(shown(file)))
        if number:
            sources.add(file, "".join(linecache.getlines(file)), ("this notebook", int(number[0])))
    return sources


def _source(own: Mapping[str, object]) -> Source:
    """The text of the functions, as far as the notebook remembers it: to tell what is not written yet."""
    texts = []
    for name, value in own.items():
        if value is Ellipsis:
            texts.append(f"{name} = ...\n")
            continue
        try:
            texts.append(inspect.getsource(value))  # type: ignore[arg-type]  # anything else raises TypeError
        except (OSError, TypeError):
            continue
    return Source(SourceFile("this notebook", "\n".join(texts).encode("utf-8", "replace")))


def _asked(
    parts: tuple[str, ...],
    assignment: str | None,
    kit: str | Path | None,
    course: str | Path | None,
    names: Mapping[str, object],
) -> tuple[Sheet, Any]:
    folder = Path(kit) if kit is not None else Path.cwd()
    if course is None and (kit is not None or (folder / CASES).is_file()):
        sheet = read(folder)
        return sheet, RecordedKey(sheet.answers)
    return _of_course(parts, assignment, course, names)


def _of_course(
    parts: tuple[str, ...], assignment: str | None, course: str | Path | None, names: Mapping[str, object]
) -> tuple[Sheet, Any]:
    from importlib import import_module

    try:
        opened = import_module("grader.api").load_course(course)  # by name: a kit holds no course
    except UsageError as error:
        hint = "put check.py and cases.json of the kit beside the notebook, or name a course: course='FOLDER'"
        raise UsageError(f"neither a kit ({CASES}) nor a course is here", hint=hint) from error
    known = [name for name in opened.names if assignment in (None, name)]
    if not known:
        raise UsageError(f"the course has no assignment {assignment!r}")
    likely = [name for name in known if _mentions(opened.rubric_path(name), parts, names)]
    sheets = [public_only(opened.assignment(name, seed=PUBLIC_SEED)) for name in likely or known]
    best = max(sheets, key=lambda sheet: _fit(sheet, parts, names))
    return best, opened.reference(best.assignment.name)


def _mentions(rubric: Path, parts: tuple[str, ...], names: Mapping[str, object]) -> bool:
    """Whether a rubric's text has such a part or entry at all: reading them all would take its time."""
    text = rubric.read_text(encoding="utf-8", errors="replace")
    asked = set(re.findall(r"\bentry: *['\"]?(\w+)", text))
    ids = set(re.findall(r"\bid: *['\"]?([\w.]+)", text))
    return bool((asked | ids) & set(parts) if parts else asked & set(names))


def _fit(sheet: Sheet, parts: tuple[str, ...], names: Mapping[str, object]) -> tuple[int, int]:
    """How well an assignment fits what is asked for, and what is defined."""
    known = [name for part in sheet.assignment.parts for name in (part.id, part.question, *entries(part))]
    defined = {entry for part in sheet.assignment.parts for entry in entries(part)} & set(names)
    return sum(part in known for part in parts), len(defined)


def _callers() -> Mapping[str, object]:
    """The notebook's names where there is one, else those of the module that calls."""
    shell = _shell()
    if shell is not None:
        return dict(shell.user_ns)
    frame = sys._getframe(2)  # noqa: SLF001 - the documented way to the caller
    return dict(frame.f_globals)


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def load(shell: Any, kit: str | Path | None = None) -> None:
    """Bring `%grader [PART]...` to an IPython shell."""

    def magic(line: str) -> Shown | Told:
        """Check parts of the notebook on the public cases: %grader a.theta."""
        return check(*line.split(), kit=kit, namespace=dict(shell.user_ns))

    shell.register_magic_function(magic, magic_kind="line", magic_name="grader")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader`."""
    load(shell)
