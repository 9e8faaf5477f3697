"""Finds the kinds of check by themselves: one module of this package a kind, named like it.

A package of somebody else adds a kind through the entry-point group `grader.checks`; what it points to is
the kind itself. Nothing is registered by importing, and one kind is loaded without the others: a numeric
check must not wait for SymPy.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from types import MappingProxyType

from grader.checks.base import CheckKind
from grader.errors import CheckError

PACKAGE = __name__.rpartition(".")[0]
GROUP = "grader.checks"


@cache
def kind(name: str) -> CheckKind:
    """The kind of that name; loads its module alone.

    Raises:
        CheckError: there is no such kind.
    """
    found = _own(name) or _installed(name)
    if found is None:
        raise CheckError(f"there is no kind of check called {name!r}")
    return found


@cache
def kinds() -> Mapping[str, CheckKind]:
    """Every kind by name, ours and installed ones, in alphabetical order; loads them all.

    Raises:
        CheckError: two kinds have one name, or a module's name is not its kind's.
    """
    return collect([*_all_own(), *((entry.name, entry.load()) for entry in entry_points(group=GROUP))])


def collect(found: list[tuple[str, CheckKind]]) -> Mapping[str, CheckKind]:
    """A read-only mapping of kinds, each found under a name.

    Raises:
        CheckError: two kinds have one name, or one is found under another name than its own.
    """
    by_name: dict[str, CheckKind] = {}
    for place, check in found:
        if check.kind != place:
            raise CheckError(f"the kind of check {check.kind!r} is found under the name {place!r}")
        if check.kind in by_name:
            raise CheckError(f"two kinds of check are called {check.kind!r}")
        by_name[check.kind] = check
    return MappingProxyType(dict(sorted(by_name.items())))


def _own(name: str) -> CheckKind | None:
    module = f"{PACKAGE}.{name}"
    if not name.isidentifier() or find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), "CHECK", None)


def _all_own() -> Iterator[tuple[str, CheckKind]]:
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.iter_modules(package.__path__):
        if check := _own(module.name):
            yield module.name, check


def _installed(name: str) -> CheckKind | None:
    entries = tuple(entry_points(group=GROUP, name=name))
    if len(entries) > 1:
        raise CheckError(f"two installed packages bring a kind of check called {name!r}")
    return entries[0].load() if entries else None
