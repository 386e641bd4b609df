"""A folder of collections, or the same in memory."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Union

from . import _vecstore, embedders, html
from ._vecstore import CancelToken
from .arguments import CollectionSettings, DatabaseSettings, suggesting
from .collection import Collection
from .embedders import Embedder
from .errors import AlreadyOpen, Error, InvalidArgument, WrongType
from .records import span_ms
from .reports import BackupReport, CheckReport, DatabaseCompactResult, DatabaseStats, RepairReport, SalvageReport, SnapshotInfo
from .scan import Diff

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Unpack

#: Where a database lies; in ``open`` ":memory:" too.
Path = Union[str, "os.PathLike[str]"]


@suggesting
def open(path: Path, *, snapshot: str | None = None, **options: Unpack[DatabaseSettings]) -> Database:
    """Opens the database in a folder, which is made when absent; ``":memory:"`` keeps everything in memory.

    One process writes a database at a time, any number may read it with ``read_only=True``. Costs the tail of the log, not the data.

    >>> with vecstore.open("notes.db", durability="full") as notes:
    ...     notes.collection("plans", dimension=2).upsert("a", [1, 2]).inserted
    1
    >>> with vecstore.open("notes.db", read_only=True) as reader:
    ...     len(reader["plans"])
    1

    :param snapshot: the database as it was when the named snapshot was made, read-only.
    :param options: see :class:`DatabaseSettings`.
    :raises AlreadyOpen: another process writes it; the message has its process id.
    :raises NotFound: there is none, and ``create=False``.
    :raises DataLoss: bytes are damaged; the message has file and offset.
    """
    place = _path(path)
    try:
        return Database(_vecstore.open(place, dict(options), snapshot), place)
    except AlreadyOpen as error:
        if str(error).endswith(f"by process {os.getpid()}"):
            raise AlreadyOpen(f"{error}, which is this one: pass the handle on, or open it with read_only=True") from None
        raise


class Database:
    """An open database: take it from :func:`open`, use it in ``with``, or call :meth:`close`. Safe from many threads.

    ``db["docs"]`` is a collection, ``"docs" in db`` asks for one, ``for name in db`` and ``len(db)`` are of their names. A handle belongs to the
    process that opened it: in a child of ``fork`` every call raises :class:`FailedPrecondition`.
    """

    __slots__ = ("_core", "path")

    def __init__(self, core: _vecstore.Database, path: str) -> None:
        self._core = core
        self.path = path
        """Where it is; ":memory:" when nowhere."""

    def __enter__(self) -> Database:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Writes out, syncs, releases the lock. Later calls on any handle raise FailedPrecondition; closing again does nothing."""
        self._core.close()

    def __reduce__(self) -> NoReturn:
        raise WrongType("a database's handle cannot be pickled: it holds a lock and threads; pass the path and open it there")

    def __repr__(self) -> str:
        try:
            return f"<Database {self.path!r}: {', '.join(self.list_collections()) or 'no collections'}>"
        except Exception as error:
            return f"<Database {self.path!r}: {error}>"

    def _repr_html_(self) -> str:
        try:
            return self._table()
        except Error:
            return html.preformatted(repr(self))

    def _table(self) -> str:
        rows = []
        for name in self.list_collections():
            stats = self.get_collection(name).stats()
            size = sum((stats.vector_bytes, stats.metadata_bytes, stats.text_bytes, stats.id_bytes, stats.index_bytes))
            rows.append([name, f"{stats.records:,}", stats.options["dimension"], stats.options["metric"], html.bytes_text(size)])
        return html.table(["collection", "records", "dimension", "metric", "size"], rows, note=self.path)

    # Collections.

    @suggesting
    def collection(self, name: str, *, embedder: Embedder | None = None, **options: Unpack[CollectionSettings]) -> Collection:
        """The collection, made when absent. Options that are given and differ from the stored ones are an error that names both values.

        >>> db.collection("pictures", dimension=512, metric="dot", storage="f16")
        <Collection 'pictures': 0 records, dimension 512, dot>

        :param embedder: what turns texts into vectors; a new collection gets its dimension and remembers its name, and one whose vectors
            come from another model is refused.
        :param options: see :class:`CollectionSettings`.
        :raises FailedPrecondition: it is there with other options.
        """
        if embedder is not None and name not in self:
            return Collection(self._core.get_or_create(name, _with_model(dict(options), embedder)), self, embedder)
        return Collection(self._core.get_or_create(name, dict(options)), self, embedder)

    @suggesting
    def create_collection(self, name: str, *, embedder: Embedder | None = None, **options: Unpack[CollectionSettings]) -> Collection:
        """A new collection.

        :param options: see :class:`CollectionSettings`.
        :raises AlreadyExists: the name is taken.
        """
        given = dict(options) if embedder is None else _with_model(dict(options), embedder)
        return Collection(self._core.create_collection(name, given), self, embedder)

    @suggesting
    def get_collection(self, name: str, *, embedder: Embedder | None = None) -> Collection:
        """The collection of that name or alias; ``db[name]`` is the same.

        :raises NotFound: there is none; also a KeyError.
        """
        return Collection(self._core.get_collection(name), self, embedder)

    def __getitem__(self, name: str) -> Collection:
        return self.get_collection(name)

    def __contains__(self, name: object) -> bool:
        return name in self._core.list_collections() or name in dict(self._core.list_aliases())

    def __iter__(self) -> Iterator[str]:
        return iter(self.list_collections())

    def __len__(self) -> int:
        return len(self._core.list_collections())

    def __bool__(self) -> bool:
        return True

    def list_collections(self) -> list[str]:
        """Names in order, without aliases."""
        return self._core.list_collections()

    def drop_collection(self, name: str) -> None:
        """Removes the collection and its records; handles of it raise NotFound from now on."""
        self._core.drop_collection(name)

    def rename_collection(self, source: str, destination: str) -> None:
        """Gives the collection another name; handles stay.

        :param source: its present name.
        :param destination: its new one.
        :raises AlreadyExists: the new name is taken.
        """
        self._core.rename_collection(source, destination)

    @suggesting
    def copy_collection(self, source: str, destination: str, *, cancel: CancelToken | None = None) -> Collection:
        """A new collection with the same options and records, whole or not at all. Costs reading and writing all of it.

        :param source: the name of the one that is there.
        :param destination: the name of the new one.
        :raises AlreadyExists: the new name is taken.
        """
        return Collection(self._core.copy_collection(source, destination, cancel), self)

    def set_alias(self, alias: str, collection: str) -> None:
        """Points the alias at the collection, moving it when it exists: programs that ask by the alias see the other collection from then on.

        :param alias: the name that points.
        :param collection: the name of the collection.
        """
        self._core.set_alias(alias, collection)

    def drop_alias(self, alias: str) -> None:
        """Removes the alias; the collection stays.

        :param alias: the name that points.
        """
        self._core.drop_alias(alias)

    def list_aliases(self) -> dict[str, str]:
        """Collections by alias."""
        return dict(self._core.list_aliases())

    # Snapshots and backups.

    def create_snapshot(self, name: str) -> SnapshotInfo:
        """Keeps the present state of all collections under a name, until it is dropped. Copies nothing: what it costs is the space of
        what would otherwise be gone."""
        return SnapshotInfo(**self._core.create_snapshot(name))

    def list_snapshots(self) -> list[SnapshotInfo]:
        """Those that are kept, in the order of names, each with what dropping it gives back."""
        return [SnapshotInfo(**s) for s in self._core.list_snapshots()]

    def drop_snapshot(self, name: str) -> None:
        """Lets the state go. NotFound when there is none of that name."""
        self._core.drop_snapshot(name)

    def restore_snapshot(self, name: str) -> None:
        """The database becomes what it was, atomically; what was written since is gone, unless another snapshot has it."""
        self._core.restore_snapshot(name)

    def snapshot(self, name: str) -> Database:
        """The snapshot as a database of its own, read-only: close it too. NotFound when there is none of that name."""
        return Database(self._core.snapshot(name), self.path)

    @suggesting
    def diff(self, old: str, new: str | None = None, *, batch_size: int = 1000, collection: str = "", after: str = "") -> Diff:
        """What differs between a snapshot and a later one, or the present: an iterator over records that were added, removed or written between.

        Costs what was written between. Use it in ``with``: it holds both states on the disk.

        >>> info = db.create_snapshot("monday")
        >>> docs.upsert("tea", [1, 0, 0]).replaced
        1
        >>> with db.diff("monday") as changes:
        ...     [(change.collection, change.id, change.kind) for change in changes]
        [('docs', 'tea', 'changed')]

        :param old: the name of a snapshot, and so is ``new``; without that, the present.
        :param batch_size: changes fetched at a time.
        :param collection: with ``after``, goes on behind this record of this collection, as an earlier diff of the same states gave it last.
        :raises NotFound: there is no such snapshot.
        """
        return Diff(self._core.diff(old, new, collection, after), batch_size)

    @suggesting
    def backup(self, destination: Path, *, single_file: bool = False, base: Path = "", cancel: CancelToken | None = None) -> BackupReport:
        """Copies the present state to a folder, or a single file, where nothing may be, while writes go on; verified to the last byte.

        >>> db.backup("monday.vsb", single_file=True).files > 0
        True
        >>> with vecstore.open("monday.vsb", read_only=True) as copy:  # opens as it is
        ...     len(copy["docs"])
        3

        :param destination: where it goes; whole or not there.
        :param single_file: one file instead of a folder.
        :param base: an earlier backup of the same database: what it has is not copied again, and restoring needs both.
        :raises AlreadyExists: something is at the destination.
        :raises Cancelled: by ``cancel``; nothing is left.
        """
        return BackupReport(**self._core.backup(_path(destination), single_file, os.fspath(base), cancel))

    # Readers beside a writer, and what is on the disk.

    def refresh(self) -> None:
        """Has a database that was opened with ``read_only=True`` see every write that its writer acknowledged before the call, batches whole.

        For all of its collections; queries that run keep what they see. Costs what is new. ``refresh_interval_ms`` does it by itself.
        """
        self._core.refresh()

    @suggesting
    def refresh_to(self, sequence: int, *, timeout: float | datetime.timedelta, cancel: CancelToken | None = None) -> None:
        """Refreshes until the write with that :attr:`WriteResult.sequence` is seen.

        :param sequence: of the write, as the writer's result has it.
        :param timeout: seconds, or a timedelta.
        :raises DeadlineExceeded: when it takes longer; the message has the sequence that was reached.
        :raises Cancelled: by ``cancel``.
        """
        self._core.refresh_to(sequence, span_ms(timeout, "timeout"), cancel)

    @suggesting
    def wait_durable(self, sequence: int, *, cancel: CancelToken | None = None) -> None:
        """Returns when the write with that :attr:`WriteResult.sequence`, and all before it, are on the disk, whatever the durability.

        Callers that wait at one time share a sync.

        :param sequence: of the write.
        :raises OutOfRange: it was not acknowledged yet.
        :raises Cancelled: by ``cancel``: whether they are on the disk is not known.
        """
        self._core.wait_durable(sequence, cancel)

    # Upkeep.

    @suggesting
    def compact(self, *, cancel: CancelToken | None = None) -> DatabaseCompactResult:
        """Compacts every collection, and says who keeps bytes in the folder that the present state does not need. Ctrl-C and ``cancel`` end it
        as they do :meth:`Collection.compact`."""
        return DatabaseCompactResult._of(self._core.compact(cancel))

    def stats(self) -> DatabaseStats:
        """What it holds, counted: bytes, files, the log, work in the background. A table in a notebook."""
        return DatabaseStats(**self._core.stats())

    def flush(self) -> None:
        """Everything written so far into files, synced. Never needed."""
        self._core.flush()

    @suggesting
    def wait_for_background(self, *, cancel: CancelToken | None = None) -> None:
        """Waits until no seal or merge is queued or running. Ctrl-C and ``cancel`` end the wait, not the work."""
        self._core.wait_for_background(cancel)


@suggesting
def check(path: Path, *, deep: bool = False, cancel: CancelToken | None = None) -> CheckReport:
    """Verifies the structure of a database, or with ``deep`` every byte; reads only, also beside a writer. Damage is in the report, not an error.

    >>> vecstore.open("notes.db").close()
    >>> vecstore.check("notes.db", deep=True).clean
    True

    :param deep: reads all of it: costs the size of the database.
    :raises NotFound: there is no database.
    :raises Cancelled: by ``cancel``; there is no report.
    """
    return CheckReport._of(_vecstore.check(_path(path), deep, cancel))


@suggesting
def repair(path: Path, *, cancel: CancelToken | None = None) -> RepairReport:
    """Makes anew, in place, what follows from bytes that are whole: graphs, text indexes, id maps, columns. Nobody may have it open.

    :raises DataLoss: other bytes are damaged: :func:`salvage` saves what is whole.
    :raises Cancelled: by ``cancel``: nothing is changed, or all is whole but graphs, which the next one to write makes.
    """
    return RepairReport(**_vecstore.repair(_path(path), cancel))


@suggesting
def salvage(path: Path, destination: Path, *, findings: int = 10_000, cancel: CancelToken | None = None) -> SalvageReport:
    """Writes every record of a damaged database that is whole to a new one, and says what is lost. The old one is not changed; nobody may write
    it meanwhile.

    :param destination: where the new one goes.
    :param findings: how many the report lists; all are counted.
    :raises Cancelled: by ``cancel``; nothing is at the destination.
    """
    return SalvageReport(**_vecstore.salvage(_path(path), _path(destination), findings, cancel))


@suggesting
def restore(backups: Path | Sequence[Path], path: Path, *, cancel: CancelToken | None = None) -> BackupReport:
    """A new database at ``path`` as the last of the backups has it; whole, with every hash checked, or not there.

    :param backups: one backup, or several: those before the last are the ones that it stands on.
    :raises DataLoss: a backup is damaged.
    :raises AlreadyExists: something is at ``path``.
    """
    many = [backups] if isinstance(backups, (str, os.PathLike)) else list(backups)
    return BackupReport(**_vecstore.restore([_path(b) for b in many], _path(path), cancel))


def _path(path: Any) -> str:
    try:
        place = os.fspath(path)
    except TypeError:
        raise WrongType(f"a path is expected, not {type(path).__name__}") from None
    place = os.fsdecode(place)
    if not place or "\0" in place:
        raise InvalidArgument(f"a path is expected, not {place!r}")
    return place


def _with_model(options: dict[str, Any], embedder: Embedder) -> dict[str, Any]:
    info = embedders.info_of(embedder)
    attributes = dict(options.get("attributes") or {}) | {_vecstore.EMBEDDING_ATTRIBUTE: info}
    return {"dimension": info["dimension"], "metric": "cosine"} | options | {"attributes": attributes}


__all__ = ["Database", "check", "open", "repair", "restore", "salvage"]
