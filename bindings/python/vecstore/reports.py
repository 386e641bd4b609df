"""What stores, checks and upkeep report: plain data with the names of the C++ structs."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import charts, html
from .records import time_of


class _Shown:
    """Reports show themselves as a table in notebooks."""

    def _repr_html_(self) -> str:
        rows = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            rows.append([field.name, html.pairs(value) if isinstance(value, dict) else _in_words(field.name, value)])
        return html.table([type(self).__name__, ""], rows)


def _in_words(name: str, value: Any) -> Any:
    if type(value) is not int:
        return value
    return html.bytes_text(value) if name.endswith("bytes") else f"{value:,}"


@dataclass
class CollectionStats(_Shown):
    """What a collection holds, counted, never estimated."""

    name: str  #: the present one
    records: int  #: neither deleted nor expired
    soft_deleted: int  #: hidden until restored or purged
    expired: int  #: not yet purged
    dead_rows: int  #: replaced or removed, whose space a merge will return
    segments: int  #: files
    memory_rows: int  #: not yet in a file
    vector_bytes: int  #: in files and memory together, as are the next three
    metadata_bytes: int  #: of columns and objects
    text_bytes: int  #: of texts and their index
    id_bytes: int  #: of ids and their map
    version_rows: int  #: of older versions, in files of their own; others are among dead_rows still
    version_bytes: int  #: of these
    index_bytes: int  #: graphs and their codes
    file_bytes: int  #: of all of it, on the disk
    sequence: int  #: the last change that a reader sees
    index: str  #: of the default field: "flat", or "hnsw" where segments get a graph
    indexed_rows: int  #: in files whose graph is built; of the others, all rows are looked at
    coded_rows: int  #: of these, in files with the codes that ``quantization`` asks for
    recall: dict[str, Any]  #: queries compared, mean, least: with recall_sample
    options: dict[str, Any]  #: what it was made with, and has been told since


@dataclass
class DatabaseStats(_Shown):
    """What a database holds."""

    collections: int  #: how many
    file_bytes: int  #: everything in the folder
    log_bytes: int  #: replayed by the next open
    segments: int  #: files of records
    snapshots: int  #: that have a name
    snapshot_bytes: int  #: of files that only they need
    manifest: int  #: the number of the present one
    sequence: int  #: of the last write
    pending_background: int  #: seals and merges that are queued or run
    writable: bool  #: whether it takes writes
    fault: str  #: why not, when the writer has fenced itself


@dataclass
class SnapshotInfo(_Shown):
    """A state that is kept under a name."""

    name: str  #: what it is kept under
    created_ms: int  #: in milliseconds since 1970
    sequence: int  #: of the last write in it
    collections: int  #: how many
    records: int  #: with those that are soft-deleted or have expired
    bytes: int  #: of all files that it needs
    pinned_bytes: int  #: what dropping it gives back

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it was made, in UTC."""
        return time_of(self.created_ms)


@dataclass
class BackupReport(_Shown):
    """What a backup, or a restore, copied."""

    sequence: int  #: of the last write in it
    files: int  #: that make up the database
    bytes: int  #: of these
    copied_files: int  #: the others are in earlier backups
    copied_bytes: int  #: of the copied ones


class Damage(NamedTuple):
    """Bytes that are not what they were."""

    file: str  #: in the folder
    offset: int  #: in bytes
    what: str  #: is wrong


@dataclass
class CheckReport(_Shown):
    """What a check found."""

    damage: list[Damage]  #: what was found; none is clean
    files: int  #: that were looked at
    bytes: int  #: verified
    notes: list[str]  #: harmless

    @property
    def clean(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damage

    @classmethod
    def _of(cls, report: dict[str, Any]) -> CheckReport:
        return cls(**(report | {"damage": [Damage(*d) for d in report["damage"]]}))


@dataclass
class SalvageReport(_Shown):
    """What was saved of a damaged database."""

    collections: dict[str, int]  #: records saved, by name
    saved: int  #: records in the new database
    lost: int  #: known of and not saved
    doubtful: int  #: saved, but may have been deleted or replaced since
    findings: list[dict[str, Any]]  #: the first of them: file, offset, collection, id, records, doubtful, reason
    findings_in_all: int  #: also those beyond the limit
    notes: list[str]  #: what was made up for


@dataclass
class RepairReport(_Shown):
    """What a repair did."""

    repaired: list[str]  #: files that were made anew, and why
    notes: list[str]  #: what else there is to say


class Pin(NamedTuple):
    """Somebody who keeps bytes on the disk that the present state does not need."""

    kind: str  #: "snapshot": until it is dropped; "versions": the option keep_versions; "reader": of this process; "backup": under way
    name: str  #: of the snapshot
    collection: str  #: empty: of several, or of one that was dropped and has no name any more
    dropped: bool  #: the collection is in the present state no longer
    bytes: int  #: several may keep the same ones


@dataclass
class CompactResult(_Shown):
    """What a compaction gave."""

    rows_dropped: int  #: replaced or removed, and gone now
    bytes_before: int  #: of its files
    bytes_after: int  #: of its files, now
    pinned_bytes: int  #: still on disk because a reader holds them
    snapshot_bytes: int  #: .. because snapshots need them
    snapshots: list[str]  #: those that need them, by name
    version_bytes: int  #: .. of older versions of records, which keep_versions asks for
    pins: list[Pin]  #: all of these, one by one

    @classmethod
    def _of(cls, result: dict[str, Any]) -> CompactResult:
        return cls(**(result | {"pins": [Pin(*p) for p in result["pins"]]}))


@dataclass
class DatabaseCompactResult:
    """What compacting every collection gave, and who still keeps bytes."""

    collections: dict[str, CompactResult]  #: what each gave, by name
    pins: list[Pin]  #: of all collections, and of those that were dropped

    @classmethod
    def _of(cls, result: dict[str, Any]) -> DatabaseCompactResult:
        return cls({name: CompactResult._of(one) for name, one in result["collections"].items()}, [Pin(*p) for p in result["pins"]])

    def _repr_html_(self) -> str:
        rows = [[p.kind, p.name, p.collection, html.bytes_text(p.bytes)] for p in self.pins]
        given = sum(c.bytes_before - c.bytes_after for c in self.collections.values())
        return html.table(["kept by", "name", "collection", "bytes"], rows, note=f"given back: {html.bytes_text(max(given, 0))}")


class FacetCount(NamedTuple):
    """A value, and how many records have it."""

    value: Any  #: text, a number, a boolean or None
    records: int  #: that have it; one whose list has it twice counts once


@dataclass
class Facet:
    """How often each value of a field stands in the records, the most frequent first."""

    values: list[FacetCount]  #: the most frequent first
    different: int  #: values in all, also those beyond the limit

    def _repr_html_(self) -> str:
        return html.table(["value", "records"], [[v, f"{n:,}"] for v, n in self.values], note=f"{self.different} different values")


@dataclass
class Summary(_Shown):
    """Of the numbers in a field."""

    count: int  #: how many
    min: Any  #: the least; None when there is none
    max: Any  #: the greatest; None when there is none
    sum: float  #: of all
    mean: float  #: 0 when there is none


@dataclass
class QuantizationReport:
    """What each quantization would cost and give, measured on a sample of the field's vectors."""

    field: str  #: that was measured
    dimension: int  #: of its vectors
    metric: str  #: of its vectors
    storage: str  #: of its vectors
    quantization: str  #: the field's option
    in_use: str  #: what that comes to
    rows: int  #: that were searched
    queries: int  #: that searched
    k: int  #: nearest rows that recall is of
    bytes_per_row: int  #: of a stored vector
    compared_per_second: float  #: stored vectors, by one thread
    measures: list[dict[str, Any]]  #: most bits first

    def _repr_html_(self) -> str:
        names = ["quantization", "bits", "bytes_per_row", "ratio", "mean_error", "recall", "refined_recall"]
        return html.table(names, [[_round(m[n]) for n in names] for m in self.measures], note=f"in use: {self.in_use}")


@dataclass
class TuneReport:
    """Which codes, and how wide a walk, serve a collection best."""

    field: str  #: that was measured
    goal: str  #: that was given
    quantization: str  #: in use
    ef_search: int  #: in use
    rows: int  #: with a graph
    others: int  #: without: looked at one by one, whatever the setting
    queries: int  #: that were tried
    k: int  #: nearest rows that recall is of
    trials: list[dict[str, Any]]  #: quantization, ef, recall, least_recall (with 95 % confidence), p50_ms, p95_ms, memory_bytes, fits
    best: dict[str, Any] | None  #: of the trials within the limits; None when there is none
    nearest: dict[str, Any]  #: the trial with the most recall

    @classmethod
    def _of(cls, report: dict[str, Any]) -> TuneReport:
        trials, best = report["trials"], report["best"]
        return cls(**(report | {"best": None if best is None else trials[best], "nearest": trials[report["nearest"]] if trials else {}}))

    def _repr_html_(self) -> str:
        names = ["quantization", "ef", "recall", "least_recall", "p50_ms", "p95_ms", "memory_bytes", "fits"]
        best = "none within the limits" if self.best is None else f"{self.best['quantization']}, ef {self.best['ef']}"
        rows = html.table(names, [[_round(t[n]) for n in names] for t in self.trials])
        return charts.recall_over_time(self.trials, self.best) + f"<p>best: {best}</p>" + html.folded("all that was tried", rows)


class IngestProgress(NamedTuple):
    """How far an ingest is."""

    files_done: int  #: so far
    files_total: int  #: in all
    bytes_done: int  #: so far
    bytes_total: int  #: in all
    chunks_written: int  #: passages, so far
    seconds: float  #: since the beginning
    source: str  #: the file just finished, or a large one in the middle


class IngestNote(NamedTuple):
    """A file, and what there is to say of it."""

    source: str  #: the file
    why: str  #: what there is to say


@dataclass
class IngestReport(_Shown):
    """What an ingest did; of a dry run, what it would do."""

    files: int  #: looked at; the sum of the next six
    added: int  #: new files
    changed: int  #: whose passages were written again
    unchanged: int  #: since the last time
    empty: int  #: of text
    skipped: int  #: too large, or of no known kind
    failed: int  #: that could not be read
    removed: int  #: whose passages were removed, as the files are gone
    chunks_written: int  #: passages
    chunks_removed: int  #: passages of changed and removed files
    bytes_read: int  #: of files
    seconds: float  #: in all
    cancelled: bool  #: what is counted here is done and stays
    problems: list[IngestNote]  #: each failed file
    skips: list[IngestNote]  #: each skipped file
    remarks: list[IngestNote]  #: what else there is to say

    @classmethod
    def _of(cls, report: dict[str, Any]) -> IngestReport:
        notes = {name: [IngestNote(*n) for n in report[name]] for name in ("problems", "skips", "remarks")}
        return cls(**(report | notes))


def _round(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


class EmbeddingCacheStats(NamedTuple):
    """What a :class:`~vecstore.CachedEmbedder` knew."""

    hits: int  #: texts of this run that were there
    misses: int  #: and those that had to be embedded; a text twice in one call is one
    entries: int  #: vectors that are kept


class RemoteUsage(NamedTuple):
    """What was sent to a provider and what came, over the life of an embedder or reranker."""

    requests: int  #: attempts that were sent
    retries: int  #: of them, those after the first
    texts: int  #: answered
    tokens: int  #: as the provider counted; 0 from one that does not


class RemoteEstimate(NamedTuple):
    """What embedding texts by a provider comes to, before anything is sent."""

    texts: int  #: that would be sent: not those without anything to embed
    requests: int  #: how many
    likely_tokens: int  #: a quarter of the ASCII bytes and one for each other character
    most_tokens: int  #: no tokenizer makes more
    likely_usd: float | None  #: None when the price is not known
    most_usd: float | None  #: of the most tokens


class ModelFolder(NamedTuple):
    """A model that this computer has."""

    name: str  #: by which it is loaded
    path: pathlib.Path  #: its folder
    #: "transformer" or "static" (:func:`~vecstore.load_model`), "reranker" (:func:`~vecstore.load_reranker`), "tokens" (:func:`~vecstore.load_token_embedder`),
    #: "sparse" (:func:`~vecstore.load_sparse_embedder`), or "unknown" where its files cannot be read
    kind: str
    bytes: int  #: of its files
