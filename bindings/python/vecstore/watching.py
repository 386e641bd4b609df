"""Folders that are ingested as they change."""

from __future__ import annotations

import difflib
import math
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._vecstore import CancelToken
from .arguments import IngestSettings
from .errors import Error, InvalidArgument, WrongType
from .reports import IngestReport

if TYPE_CHECKING:
    from types import TracebackType

_USUAL: dict[str, Any] = {
    "include": (),
    "exclude": (),
    "gitignore": True,
    "splitter": "heading",
    "chunk_size": 1000,
    "chunk_overlap": 150,
    "split_options": {},
    "late_chunking": False,
    "batch_size": 256,
    "max_file_bytes": 64 << 20,
    "max_unpacked_bytes": 256 << 20,
    "max_members": 10_000,
    "max_depth": 4,
    "password": "",
}


def ingest_options(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], given: Mapping[str, Any]) -> dict[str, Any]:
    """As the compiled part takes them."""
    for name in given:
        if name not in _USUAL:
            near = difflib.get_close_matches(name, _USUAL, 1)
            raise WrongType(f"an ingest has no argument '{name}', {f'did you mean {near[0]!r}?' if near else 'known are ' + ', '.join(_USUAL)}")
    many = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    options = {**_USUAL, **given, "paths": [os.fspath(path) for path in many]}
    return {**options, "include": list(options["include"]), "exclude": list(options["exclude"]), "split_options": dict(options["split_options"])}


def milliseconds(name: str, seconds: Any) -> int:
    """Of seconds, checked."""
    if isinstance(seconds, (bool, str)) or not hasattr(seconds, "__float__"):
        raise WrongType(f"{name}: seconds are expected, not {type(seconds).__name__}")
    if not math.isfinite(seconds) or not 0.001 <= seconds <= 3600:
        raise InvalidArgument(f"{name}: 0.001 to 3,600 seconds are expected, not {seconds}")
    return int(1000 * seconds)


class FolderWatch(Iterator[IngestReport]):
    """Folders that are ingested as they change: iterate for what was done, each an :class:`~vecstore.reports.IngestReport`. Take it from :meth:`Collection.watch`.

    Leaving its ``with`` block, or :meth:`close`, ends it between batches; what is written stays.
    """

    def __init__(self, run: Callable[[Callable[[Any], None], Callable[[Any], None], CancelToken], None], cancel: CancelToken | None) -> None:
        self._reports: queue.SimpleQueue[IngestReport | None] = queue.SimpleQueue()
        self._token = cancel or CancelToken()
        self._error: BaseException | None = None
        self._ended = False
        self.problem: Error | None = None
        """What keeps a change from being taken for now, and is tried again; None when nothing does."""
        self._thread = threading.Thread(target=self._run, args=(run,), name="vecstore-watch", daemon=True)
        self._thread.start()

    def _run(self, run: Callable[..., None]) -> None:
        def take(report: dict[str, Any]) -> None:
            self.problem = None
            self._reports.put(IngestReport._of(report))

        def fail(problem: Error) -> None:
            self.problem = problem

        try:
            run(take, fail, self._token)
        except BaseException as error:  # noqa: BLE001: raised again where reports are taken
            self._error = error
        self._reports.put(None)

    def __next__(self) -> IngestReport:
        if self._ended:
            raise StopIteration
        try:
            report = self._reports.get()
        except BaseException:  # Ctrl-C
            self.close()
            raise
        if report is not None:
            return report
        self._ended = True
        if self._error is not None:
            raise self._error
        raise StopIteration

    def wait(self, timeout: float) -> IngestReport | None:
        """The next report, or None when there is none within ``timeout`` seconds, and at the end.

        :raises Error: what ended it.
        """
        if self._ended:
            return None
        try:
            report = self._reports.get(timeout=timeout)
        except queue.Empty:
            return None
        if report is not None:
            return report
        self._reports.put(None)  # the end, which the iterator tells
        return next(self, None)

    @property
    def running(self) -> bool:
        """Whether it still watches."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Ends it, and returns when nothing of it runs any more."""
        self._token.cancel()
        self._thread.join()

    def __enter__(self) -> FolderWatch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<FolderWatch: {'watching' if self.running else 'ended'}>"


__all__ = ["FolderWatch"]
