"""Ingest, and what a collection is told and tells about its codes, graphs and files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from . import _vecstore, embedders, watching
from . import progress as _progress
from ._vecstore import CancelToken
from .arguments import IngestSettings, suggesting
from .arrays import matrix
from .handle import Handle
from .reports import CollectionStats, CompactResult, IngestProgress, IngestReport, QuantizationReport, TuneReport
from .watching import FolderWatch

if TYPE_CHECKING:
    from typing_extensions import Unpack


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
        gitignore: bool = True,
        splitter: str = "heading",
        chunk_size: int = 1000,
        chunk_overlap: int = 150,
        split_options: Mapping[str, Any] | None = None,
        late_chunking: bool = False,
        batch_size: int = 256,
        max_file_bytes: int = 64 << 20,
        max_unpacked_bytes: int = 256 << 20,
        max_members: int = 10_000,
        max_depth: int = 4,
        password: str = "",
        dry_run: bool = False,
        progress: Callable[[IngestProgress], None] | bool | None = None,
        cancel: CancelToken | None = None,
    ) -> IngestReport:
        """Files and folders into records: read, split into passages, embedded and written; again only where they changed.

        Text, Markdown, HTML, PDF, office files, mail, archives and more: the guide to ingest lists them. A file that cannot be read is one of the report's ``problems``, and the others go on.
        Ctrl-C and ``cancel`` end it between batches: what is written stays, and the next call goes on.

        :param paths: files and folders, looked through to the bottom.
        :param include: only files in folders that match one of these patterns; ``exclude`` leaves out.
        :param gitignore: leave out what ``.gitignore`` files in the folders say.
        :param splitter: "character", "code", "heading", "html", "json", "markdown", "recursive", "semantic", "sentence" or "token". ``chunk_size`` and ``chunk_overlap`` are characters, of "token" tokens.
        :param split_options: the splitter's own options by name, as under ``[ingest]`` in a configuration file: ``{"separators": [";", ""]}``.
        :param late_chunking: the model reads a document whole, as much of it as its length allows, and a passage's vector is the mean of its tokens there. For sentence transformers that
            pool by the mean; others raise :class:`~vecstore.Unimplemented`.
        :param batch_size: passages embedded and written at a time.
        :param max_file_bytes: larger files fail, with a problem that says so.
        :param max_unpacked_bytes: of all that is decompressed out of one file; ``max_members`` files within it, ``max_depth`` archives within archives. A
            file with more fails, with a problem that names the limit.
        :param password: tried on files that are encrypted.
        :param progress: called with an :class:`~vecstore.reports.IngestProgress` after every file; True shows a line on standard error, or a bar in a notebook.
        :param dry_run: says what would be done and changes nothing.
        :raises FailedPrecondition: the collection has no embedder.
        """
        given: IngestSettings = {
            "include": include,
            "exclude": exclude,
            "gitignore": gitignore,
            "splitter": splitter,
            "chunk_size": chunk_size,
            "chunk_overlap": chunk_overlap,
            "split_options": split_options or {},
            "late_chunking": late_chunking,
            "batch_size": batch_size,
            "max_file_bytes": max_file_bytes,
            "max_unpacked_bytes": max_unpacked_bytes,
            "max_members": max_members,
            "max_depth": max_depth,
            "password": password,
        }
        options = {**watching.ingest_options(paths, given), "dry_run": dry_run}
        show = _progress.of_ingest() if progress is True else progress or None
        tell = None if show is None else lambda *at: show(IngestProgress(*at))
        report = _vecstore.ingest(self._database._core, self.name, embedders.for_engine(self._model()), options, tell, cancel)
        return IngestReport._of(report)

    def watch(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        looking: bool = False,
        interval: float = 2.0,
        quiet: float = 0.3,
        cancel: CancelToken | None = None,
        **options: Unpack[IngestSettings],
    ) -> FolderWatch:
        """Ingests, and goes on with what changes, comes, moves and goes below the paths, in a thread of its own: an iterator of what was done.

        >>> import pathlib
        >>> _ = pathlib.Path("tides.md").write_text("The moon pulls the sea.")
        >>> model = vecstore.FunctionEmbedder(lambda texts: np.ones((len(texts), 2)), name="ones", dimension=2)
        >>> with db.collection("notes", embedder=model).watch("tides.md") as changes:
        ...     next(changes).added
        1

        The first report is of everything, the next ones of changes, gathered; only files that changed are read. What cannot be done for now, such as a folder that is away,
        is tried again: see :attr:`FolderWatch.problem`. After a kill the same call goes on. The database itself may lie below the paths.

        :param paths: files and folders that are there.
        :param looking: compare times and sizes every ``interval`` seconds instead of being told by the system: for network folders, and where it tells nothing.
        :param interval: seconds between two looks.
        :param quiet: seconds without a change before one is taken: an editor writes a file in several steps.
        :param options: see :class:`IngestSettings`.
        :raises FailedPrecondition: the collection has no embedder.
        :raises NotFound: a path is not there: when the first report is asked for.
        """
        times = [watching.milliseconds("interval", interval), watching.milliseconds("quiet", quiet), 5000, 1000]
        ignored = [] if self._database.path == ":memory:" else [self._database.path]
        given = {**watching.ingest_options(paths, options), "dry_run": False}
        model = embedders.for_engine(self._model())

        def run(on_report: Callable[[Any], None], on_problem: Callable[[Any], None], token: CancelToken) -> None:
            _vecstore.watch(self._database._core, self.name, model, given, (bool(looking), *times), ignored, on_report, on_problem, token)

        return FolderWatch(run, cancel)

    def stats(self) -> CollectionStats:
        """What it holds, counted: records, bytes, files, graphs. A table in a notebook."""
        return CollectionStats(**self._core.stats())

    def set_quantization(self, quantization: str, *, field: str = "vector") -> None:
        """How graphs of the field are coded from now on; those that are there are coded anew in the background, by a pass over the vectors.

        :param quantization: "auto", "sq8", "sq4", "sq2" or "rabitq1"; :meth:`quantization_report` measures them.
        :raises InvalidArgument: the field's vectors cannot be coded so.
        """
        self._core.set_quantization(field, quantization)

    @suggesting
    def quantization_report(
        self,
        *,
        field: str = "vector",
        rows: int = 10_000,
        queries: int = 200,
        k: int = 10,
        seed: int = 42,
        cancel: CancelToken | None = None,
    ) -> QuantizationReport:
        """Every quantization that the field can be given, measured on a sample of its vectors; changes nothing.

        Costs ``rows`` x ``queries`` distances for each quantization, about a second as it is, and the sample in memory.

        :param rows: in the sample, at most 100,000.
        :param queries: of these rows, held out of what is searched.
        :param k: nearest rows that recall is of.
        :raises FailedPrecondition: there are fewer than two vectors.
        :raises Cancelled: by ``cancel``.
        """
        return QuantizationReport(**self._core.quantization_report(field, rows, queries, k, seed, cancel))

    def set_ef_search(self, ef_search: int, *, field: str = "vector") -> None:
        """How wide walks are from now on, where a query does not say otherwise.

        :param ef_search: rows that a walk through a graph keeps, 1 to 65,536. Wider is slower and finds more.
        """
        self._core.set_ef_search(field, ef_search)

    @suggesting
    def set_keep_versions(self, count: int) -> None:
        """The option of that name from now on. What is beyond it goes with merges, at the latest with :meth:`compact`.

        :param count: older versions of each record that are kept, at most 1,000; 0: none.
        """
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
        """Tries every quantization with walks of many widths and says which setting serves the goal best; changes nothing:
        :meth:`set_quantization` and :meth:`set_ef_search` do. A chart and a table in a notebook.

        Costs an exact search and some fifty walks for each query: about ten seconds for 60,000 vectors of 384 components.

        :param goal: "balanced" (the least time x memory), "max_recall", "min_latency" or "min_memory", within the limits.
        :param min_recall: of the k nearest, 0 to 1.
        :param max_latency_ms: of 95 of 100 queries, in milliseconds, by one thread; 0 is no limit.
        :param max_memory_bytes: of codes and graphs; 0 is no limit.
        :param k: nearest rows that recall is of.
        :param questions: a matrix (n, dimension) of what users ask, where it is known.
        :param queries: without ``questions``, how many of the records ask, 10 to 10,000.
        :raises FailedPrecondition: the field has no graph.
        :raises Cancelled: by ``cancel``.
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
        return TuneReport._of(self._core.tune(options, rows, cancel))

    def flush(self) -> None:
        """Everything written so far into files, synced. Never needed: it happens by itself."""
        self._core.flush()

    @suggesting
    def compact(self, *, cancel: CancelToken | None = None) -> CompactResult:
        """Merges everything into as few files as possible without dead rows, and says who keeps bytes nevertheless. Never needed.

        Costs reading and writing all of it, and building its graphs anew; queries and writes go on meanwhile.
        Ctrl-C and ``cancel`` end it within about half a second: what was complete stays, the rest is as before.

        :raises Cancelled: by ``cancel``.
        """
        return CompactResult._of(self._core.compact(cancel))
