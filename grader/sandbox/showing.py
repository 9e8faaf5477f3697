"""Stands in for libraries that only show things, where they are not installed: a plot changes no answer.

Without this a file that imports one of them would stop there, and everything below would be missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

SHOWING = frozenset({"IPython", "ipywidgets", "matplotlib", "mpl_toolkits", "plotly", "pylab", "seaborn"})


class Nothing:
    """Takes whatever is done with it, and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_options: object) -> Nothing:
        """Nothing again."""
        return self

    def __getitem__(self, _key: object) -> Nothing:
        return self

    def __setitem__(self, _key: object, _value: object) -> None:
        return None

    def __iter__(self) -> Iterator[Nothing]:
        return iter((self, self))  # figure, axes = plt.subplots()

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *_error: object) -> None:
        return None


class _Absent(ModuleType):
    """A module in which everything is there, and nothing comes of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class _Finder(MetaPathFinder, Loader):
    """Asked last: what is installed, or lies beside the file, is found before."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - Python's signature
        target: ModuleType | None = None,  # noqa: ARG002
        /,
    ) -> ModuleSpec | None:
        top = fullname.partition(".")[0]
        known = top == fullname or isinstance(sys.modules.get(top), _Absent)
        return ModuleSpec(fullname, self, is_package=True) if top in SHOWING and known else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run."""


def stand_in() -> None:
    """From now on, importing one of them works in this process."""
    sys.meta_path.append(_Finder())
