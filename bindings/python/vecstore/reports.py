"""What stores, checks and upkeep report: plain data with the names of the C++ structs."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import html
from .records import time_of


class _Shown:
    """Reports show themselves as a table in notebooks."""

    def _repr_html_(self) -> str:
        rows = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            text = html.bytes_text(value) if field.name.endswith("bytes") and isinstance(value, int) else value
            rows.append([field.name, html.pairs(text) if isinstance(text, dict) else text])
        return html.table([type(self).__name__, ""], rows)


@dataclass
class CollectionStats(_Shown):
    """What a collection holds, counted, never estimated."""

    name: str
    records: int  # neither deleted nor expired
    soft_deleted: int
    expired: int  # not yet purged
    dead_rows: int  # replaced or removed, whose space a merge will return
    segments: int  # files
    memory_rows: int  # not yet in a file
    vector_bytes: int
    metadata_bytes: int
    text_bytes: int
    id_bytes: int
    version_rows: int  # of older versions, in files of their own; others are among dead_rows still
    version_bytes: int
    index_bytes: int  # graphs and their codes
    file_bytes: int
    sequence: int  # the last change that a reader sees
    index: str  # of the default field: "flat", or "hnsw" where segments get a graph
    indexed_rows: int
    coded_rows: int
    recall: dict[str, Any]  # queries compared, mean, least: with recall_sample
    options: dict[str, Any]


@dataclass
class DatabaseStats(_Shown):
    """What a database holds."""

    collections: int
    file_bytes: int  # everything in the folder
    log_bytes: int  # replayed by the next open
    segments: int
    snapshots: int
    snapshot_bytes: int  # of files that only they need
    manifest: int
    sequence: int
    pending_background: int
    writable: bool
    fault: str  # why not, when the writer has fenced itself


@dataclass
class SnapshotInfo(_Shown):
    """A state that is kept under a name."""

    name: str
    created_ms: int
    sequence: int
    collections: int
    records: int
    bytes: int
    pinned_bytes: int  # what dropping it gives back

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it was made, in UTC."""
        return time_of(self.created_ms)


@dataclass
class BackupReport(_Shown):
    """What a backup, or a restore, copied."""

    sequence: int
    files: int
    bytes: int
    copied_files: int
    copied_bytes: int


class Damage(NamedTuple):
    """Bytes that are not what they were."""

    file: str
    offset: int
    what: str


@dataclass
class CheckReport(_Shown):
    """What a check found; no damage is clean. Notes are harmless."""

    damage: list[Damage]
    files: int
    bytes: int  # verified
    notes: list[str]

    @property
    def clean(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damage

    @classmethod
    def of(cls, report: dict[str, Any]) -> CheckReport:
        """From what the engine says."""
        return cls(**(report | {"damage": [Damage(*d) for d in report["damage"]]}))


@dataclass
class SalvageReport(_Shown):
    """What was saved of a damaged database."""

    collections: dict[str, int]  # records saved, by name
    saved: int
    lost: int  # known of and not saved
    doubtful: int  # saved, but may have been deleted or replaced since
    findings: list[dict[str, Any]]
    findings_in_all: int
    notes: list[str]


@dataclass
class RepairReport(_Shown):
    """Files that were made anew, and why."""

    repaired: list[str]
    notes: list[str]


class Pin(NamedTuple):
    """Somebody who keeps bytes on the disk that the present state does not need."""

    kind: str  # "snapshot": until it is dropped; "versions": the option keep_versions; "reader": of this process; "backup": under way
    name: str  # of the snapshot
    collection: str  # empty: of several, or of one that was dropped and has no name any more
    dropped: bool  # the collection is in the present state no longer
    bytes: int  # several may keep the same ones


@dataclass
class CompactResult(_Shown):
    """What a compaction gave."""

    rows_dropped: int
    bytes_before: int
    bytes_after: int
    pinned_bytes: int  # still on disk because a reader holds them
    snapshot_bytes: int  # .. because snapshots need them
    snapshots: list[str]
    version_bytes: int  # .. of older versions of records, which keep_versions asks for
    pins: list[Pin]  # all of these, one by one

    @classmethod
    def of(cls, result: dict[str, Any]) -> CompactResult:
        """From what the engine says."""
        return cls(**(result | {"pins": [Pin(*p) for p in result["pins"]]}))


@dataclass
class DatabaseCompactResult:
    """What compacting every collection gave, and who still keeps bytes: ``pins`` are of all collections, and of those that were dropped."""

    collections: dict[str, CompactResult]
    pins: list[Pin]

    @classmethod
    def of(cls, result: dict[str, Any]) -> DatabaseCompactResult:
        """From what the engine says."""
        return cls({name: CompactResult.of(one) for name, one in result["collections"].items()}, [Pin(*p) for p in result["pins"]])

    def _repr_html_(self) -> str:
        rows = [[p.kind, p.name, p.collection, html.bytes_text(p.bytes)] for p in self.pins]
        given = sum(c.bytes_before - c.bytes_after for c in self.collections.values())
        return html.table(["kept by", "name", "collection", "bytes"], rows, note=f"given back: {html.bytes_text(max(given, 0))}")


class FacetCount(NamedTuple):
    """A value, and how many records have it."""

    value: Any
    records: int


@dataclass
class Facet:
    """How often each value of a field stands in the records, the most frequent first."""

    values: list[FacetCount]
    different: int  # values in all, also those beyond the limit

    def _repr_html_(self) -> str:
        return html.table(["value", "records"], self.values, note=f"{self.different} different values")


@dataclass
class Summary(_Shown):
    """Of the numbers in a field."""

    count: int
    min: Any
    max: Any
    sum: float
    mean: float


@dataclass
class QuantizationReport:
    """What each quantization would cost and give, measured on a sample of the field's vectors."""

    field: str
    dimension: int
    metric: str
    storage: str
    quantization: str  # the field's option
    in_use: str  # what that comes to
    rows: int
    queries: int
    k: int
    bytes_per_row: int
    compared_per_second: float
    measures: list[dict[str, Any]]  # most bits first

    def _repr_html_(self) -> str:
        names = ["quantization", "bits", "bytes_per_row", "ratio", "mean_error", "recall", "refined_recall"]
        return html.table(names, [[_round(m[n]) for n in names] for m in self.measures], note=f"in use: {self.in_use}")


@dataclass
class TuneReport:
    """Which codes, and how wide a walk, serve a collection best; ``best`` is one of ``trials``, None when none is within the limits."""

    field: str
    goal: str
    quantization: str  # in use
    ef_search: int  # in use
    rows: int
    others: int
    queries: int
    k: int
    trials: list[dict[str, Any]]
    best: dict[str, Any] | None
    nearest: dict[str, Any]  # the trial with the most recall

    @classmethod
    def of(cls, report: dict[str, Any]) -> TuneReport:
        """From what the engine says."""
        trials, best = report["trials"], report["best"]
        return cls(**(report | {"best": None if best is None else trials[best], "nearest": trials[report["nearest"]] if trials else {}}))

    def _repr_html_(self) -> str:
        names = ["quantization", "ef", "recall", "least_recall", "p50_ms", "p95_ms", "memory_bytes", "fits"]
        best = "none within the limits" if self.best is None else f"{self.best['quantization']}, ef {self.best['ef']}"
        return html.table(names, [[_round(t[n]) for n in names] for t in self.trials], note=f"best: {best}")


class IngestProgress(NamedTuple):
    """How far an ingest is; ``source`` is the file just finished, or a large one in the middle."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    chunks_written: int
    seconds: float
    source: str


class IngestNote(NamedTuple):
    """A file, and what there is to say of it."""

    source: str
    why: str


@dataclass
class IngestReport(_Shown):
    """What an ingest did; of a dry run, what it would do."""

    files: int  # looked at; the sum of the next six
    added: int
    changed: int
    unchanged: int
    empty: int
    skipped: int
    failed: int
    removed: int
    chunks_written: int
    chunks_removed: int
    bytes_read: int
    seconds: float
    cancelled: bool  # what is counted here is done and stays
    problems: list[IngestNote]  # each failed file
    skips: list[IngestNote]
    remarks: list[IngestNote]

    @classmethod
    def of(cls, report: dict[str, Any]) -> IngestReport:
        """From what the engine says."""
        notes = {name: [IngestNote(*n) for n in report[name]] for name in ("problems", "skips", "remarks")}
        return cls(**(report | notes))


def _round(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value
