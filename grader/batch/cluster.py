"""Beyond one machine: submissions go to a Dask cluster, through the standard Executor interface.

The course travels as one bundle of bytes, named by its digest and sent once to each worker, late-comers
included; the box stands on each worker. Marks stream back into the run's store as from local workers, and a
lost worker's submissions are tried again. Other executors (`concurrent.futures.Executor`) need no bundle if
they see the course's folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from grader.errors import SandboxError, UsageError

P = ParamSpec("P")
T = TypeVar("T")
SCHEME = "dask://"
FOLDERS = ("rubrics", "reference")


def bundle(course: Path) -> bytes:
    """Rubrics and reference as a zip whose bytes depend on their content alone."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in FOLDERS:
            for path in sorted((course / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    name = zipfile.ZipInfo(path.relative_to(course).as_posix())
                    archive.writestr(name, path.read_bytes())
    return stream.getvalue()


def digest_of(data: bytes) -> str:
    """The name of a bundle."""
    return hashlib.sha256(data).hexdigest()


def home(digest: str) -> Path:
    """Where a worker keeps a bundle: a folder that only this user can read."""
    return Path(tempfile.gettempdir()) / f"grader-course-{digest[:32]}"


def unpack(data: bytes) -> Path:
    """Put a bundle into its home, whole or not at all; one that is there already is left alone.

    Raises:
        SandboxError: the home belongs to somebody else.
    """
    place = home(digest_of(data))
    if not place.exists():
        beside = Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:  # our own bytes, with names of our own making
            archive.extractall(beside)
        try:
            beside.rename(place)
        except OSError as error:  # another worker of this machine was first
            if not place.is_dir():
                raise SandboxError(f"the course can't be put at {place}: {error}") from error
    if hasattr(os, "getuid") and place.stat().st_uid != os.getuid():
        raise SandboxError(f"{place} belongs to somebody else", hint="remove it")
    return place


class CourseOnWorkers:
    """A Dask worker plugin that unpacks the course when a worker starts."""

    name = "grader-course"
    idempotent = True

    def __init__(self, data: bytes) -> None:
        self.data = data

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        """Unpack the bundle on this worker."""
        unpack(self.data)

    def teardown(self, worker: Any) -> None:
        """Nothing to do: the bundle may serve the next worker."""


class OnCluster(Executor):
    """An executor on a Dask cluster that takes its connection with it when it is shut down.

    A client that is left behind goes on knocking at a scheduler that may be gone.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inner = client.get_executor(pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand in a call."""
        made: Future[T] = self._inner.submit(fn, *args, **kwargs)
        return made

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls, and leave the cluster."""
        self._inner.shutdown(wait=wait or cancel_futures)
        self._client.close()


def dask_executor(address: str, course: Path) -> Callable[[int], Executor]:
    """Makes executors on the cluster at `dask://host:port`; the course is sent first.

    Raises:
        UsageError: Dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client
        from distributed.diagnostics.plugin import WorkerPlugin
    except ImportError as error:
        hint = "pip install 'ml-homework-grader[cluster]'"
        raise UsageError("a cluster needs Dask's distributed package", hint=hint) from error
    plugin = type("CourseOnWorkers", (CourseOnWorkers, WorkerPlugin), {})(bundle(course))

    def make(_jobs: int) -> Executor:
        try:
            client = Client(f"tcp://{address.removeprefix(SCHEME)}", timeout=20, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
        client.register_plugin(plugin, name=CourseOnWorkers.name)
        return OnCluster(client)

    return make
