"""Ingest, and what a collection is told and tells about its codes, graphs and files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

import numpy.typing as npt

from . import _vecstore, embedders, html
from ._vecstore import CancelToken
from .arguments import suggesting
from .arrays import matrix
from .handle import Handle
from .reports import CollectionStats, CompactResult, IngestProgress, IngestReport, QuantizationReport, TuneReport


class Upkeep(Handle):
    """The part of a collection's handle that looks after it."""

    __slots__ = ()

    @suggesting
    def ingest(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        splitter: str = "heading",
        chunk_size: int = 1000,
        chunk_overlap: int = 150,
        batch_size: int = 256,
        max_file_bytes: int = 64 << 20,
        dry_run: bool = False,
        progress: Callable[[IngestProgress], None] | bool | None = None,
        cancel: CancelToken | None = None,
    ) -> IngestReport:
        """Files and folders into records: read, split into passages, embedded and written; again only where they changed.

        :param include: only files in folders that match one of these patterns; ``exclude`` leaves out.
        :param splitter: "heading", "recursive" or "sentence". ``chunk_size`` and ``chunk_overlap`` are characters.
        :param progress: called after every file; True shows a line on standard error.
        :param dry_run: says what would be done and changes nothing.
        """
        many = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        options = {
            "paths": [os.fspath(p) for p in many],
            "include": list(include),
            "exclude": list(exclude),
            "splitter": splitter,
            "chunk_size": chunk_size,
            "chunk_overlap": chunk_overlap,
            "batch_size": batch_size,
            "max_file_bytes": max_file_bytes,
            "dry_run": dry_run,
        }
        show = html.progress_line if progress is True else progress or None
        tell = None if show is None else lambda *at: show(IngestProgress(*at))
        report = _vecstore.ingest(self._database._core, self.name, embedders.for_engine(self._model()), options, tell, cancel)
        return IngestReport.of(report)

    def stats(self) -> CollectionStats:
        """What it holds, counted."""
        return CollectionStats(**self._core.stats())

    def set_quantization(self, quantization: str, *, field: str = "vector") -> None:
        """How graphs of the field are coded from now on; those that are there are coded anew in the background."""
        self._core.set_quantization(field, quantization)

    @suggesting
    def quantization_report(self, *, field: str = "vector", rows: int = 10_000, queries: int = 200, k: int = 10, seed: int = 42) -> QuantizationReport:
        """Every quantization that the field can be given, measured on a sample of its vectors; changes nothing."""
        return QuantizationReport(**self._core.quantization_report(field, rows, queries, k, seed))

    def set_ef_search(self, ef_search: int, *, field: str = "vector") -> None:
        """How wide walks are from now on, where a query does not say otherwise."""
        self._core.set_ef_search(field, ef_search)

    @suggesting
    def set_keep_versions(self, count: int) -> None:
        """The option of that name from now on. What is beyond it goes with merges, at the latest with :meth:`compact`."""
        self._core.set_keep_versions(count)

    @suggesting
    def tune(
        self,
        *,
        field: str = "vector",
        goal: str = "balanced",
        min_recall: float = 0.95,
        max_latency_ms: float = 0,
        max_memory_bytes: int = 0,
        k: int = 10,
        questions: npt.ArrayLike | None = None,
        queries: int = 300,
        seed: int = 42,
        cancel: CancelToken | None = None,
    ) -> TuneReport:
        """Tries every quantization with walks of many widths and says which setting serves the goal best; changes nothing.

        :param goal: "balanced", "max_recall", "min_latency" or "min_memory", within the limits; 0 is no limit.
        :param questions: a matrix of what users ask, where it is known.
        """
        options = {
            "field": field,
            "goal": goal,
            "min_recall": min_recall,
            "max_latency_ms": max_latency_ms,
            "max_memory_bytes": max_memory_bytes,
            "k": k,
            "queries": queries,
            "seed": seed,
        }
        rows = None if questions is None else matrix(questions, "questions")
        return TuneReport.of(self._core.tune(options, rows, cancel))

    def flush(self) -> None:
        """Everything written so far into files, synced. Never needed: it happens by itself."""
        self._core.flush()

    def compact(self) -> CompactResult:
        """Merges everything into as few files as possible without dead rows, and says who keeps bytes nevertheless. Never needed."""
        return CompactResult.of(self._core.compact())
