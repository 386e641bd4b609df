"""The same store for asyncio: the same names, awaited.

Calls run in threads of the database's own, so the event loop never waits. When a task is cancelled, or ``asyncio.timeout`` ends, the call's
token is set and the engine stops at its next look, before the task goes on; a write is then stored whole or not at all, the latter unless it was
being logged.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from . import database
from ._vecstore import CancelToken
from .aio_models import AsyncAnswerStream
from .collection import Collection
from .conversations import Conversation
from .database import Database
from .records import Record
from .scan import CollectionChange, Diff, RecordChange
from .twins import Twin, awaited, stoppable

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Unpack

    from .answers import ChatLike
    from .arguments import CollectionSettings, ConversationSettings, DatabaseSettings, FilterLike
    from .conversations import ConversationInfo, ConversationTurn
    from .embedders import Embedder
    from .reports import IngestReport

_THREADS = 16  # of a database: calls that wait for each other's turn, beyond them


class AsyncCollection(Twin):
    """A :class:`Collection` whose calls are awaited; ``sync`` is the collection itself, for calls that need no waiting."""

    def __init__(self, sync: Collection, executor: ThreadPoolExecutor) -> None:
        self._sync = sync
        self._executor = executor

    @property
    def sync(self) -> Collection:
        """The same collection for other threads."""
        return self._sync  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """The present name."""
        return self.sync.name

    def __repr__(self) -> str:
        return f"<Async{repr(self._sync)[1:]}"

    upsert = stoppable(Collection.upsert)
    upsert_many = stoppable(Collection.upsert_many)
    upsert_text = awaited(Collection.upsert_text)
    upsert_table = stoppable(Collection.upsert_table)
    update = awaited(Collection.update)
    update_where = stoppable(Collection.update_where)
    remove = awaited(Collection.remove)
    remove_where = stoppable(Collection.remove_where)
    apply = awaited(Collection.apply)
    soft_delete = awaited(Collection.soft_delete)
    restore = awaited(Collection.restore)
    list_deleted = stoppable(Collection.list_deleted)
    purge = awaited(Collection.purge)
    set_ttl = awaited(Collection.set_ttl)
    clear_ttl = awaited(Collection.clear_ttl)
    get = awaited(Collection.get)
    get_many = stoppable(Collection.get_many)
    versions = awaited(Collection.versions)
    get_version = awaited(Collection.get_version)
    rollback = awaited(Collection.rollback)
    set_keep_versions = awaited(Collection.set_keep_versions)
    count = stoppable(Collection.count)
    facet = stoppable(Collection.facet)
    summarize = stoppable(Collection.summarize)
    to_arrow = awaited(Collection.to_arrow)
    to_pandas = awaited(Collection.to_pandas)
    to_polars = awaited(Collection.to_polars)
    query = stoppable(Collection.query)
    query_many = stoppable(Collection.query_many)
    query_json = stoppable(Collection.query_json)
    search = stoppable(Collection.search)
    discover = stoppable(Collection.discover)
    check_spelling = awaited(Collection.check_spelling)
    ask = stoppable(Collection.ask)
    evaluate = stoppable(Collection.evaluate)
    evaluate_answers = stoppable(Collection.evaluate_answers)
    ingest = stoppable(Collection.ingest)
    tune = stoppable(Collection.tune)
    stats = awaited(Collection.stats)
    set_quantization = awaited(Collection.set_quantization)
    quantization_report = stoppable(Collection.quantization_report)
    set_ef_search = awaited(Collection.set_ef_search)
    flush = awaited(Collection.flush)
    compact = stoppable(Collection.compact)

    def ask_stream(self, question: str, model: ChatLike, **options: Any) -> AsyncAnswerStream:
        """``async for piece in docs.ask_stream(question, model)``: as :meth:`Collection.ask_stream` by the ``model``, whose other arguments are the ``options``."""
        return AsyncAnswerStream(self.sync.ask_stream(question, model, **options), self._executor)

    def conversation(self, name: str, model: ChatLike, **options: Unpack[ConversationSettings]) -> AsyncConversation:
        """A conversation whose questions are awaited: with ``name``, ``model`` and ``options`` as in :meth:`Collection.conversation`."""
        return AsyncConversation(self.sync.conversation(name, model, **options), self._executor)

    async def watch(self, paths: Any, **options: Any) -> AsyncIterator[IngestReport]:
        """``async for report in docs.watch("notes/")``: as :meth:`Collection.watch`, of ``paths``, with its ``options``; it ends with the task."""
        watch = await self._call(self.sync.watch, paths, **options)
        try:
            while not watch._ended:
                report = await self._call(watch.wait, 0.2)
                if report is not None:
                    yield report
        finally:
            await asyncio.shield(self._call(watch.close))

    async def scan(
        self, filter: FilterLike | None = None, *, batch_size: int = 1000, include_vectors: bool = True, include_deleted: bool = False, after: str = ""
    ) -> AsyncIterator[Record]:
        """``async for record in docs.scan()``: the records in the order of ids, as they were when it began.

        ``include_deleted`` and ``after`` are those of :meth:`Collection.scan`.
        """
        options = {"batch_size": batch_size, "include_vectors": include_vectors, "include_deleted": include_deleted, "after": after}
        with await self._call(self.sync.scan, filter, **options) as scan:
            while batch := await self._cancellable(scan.next_batch):
                for record in batch:
                    yield record

    def __aiter__(self) -> AsyncIterator[Record]:
        return self.scan()


class AsyncConversation(Twin):
    """A :class:`Conversation` whose calls are awaited: take it from :meth:`AsyncCollection.conversation`."""

    def __init__(self, sync: Conversation, executor: ThreadPoolExecutor | None) -> None:
        self._sync = sync
        self._executor = executor

    @property
    def sync(self) -> Conversation:
        """The same conversation for other threads."""
        return self._sync  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """By which it is kept."""
        return self.sync.name

    def __repr__(self) -> str:
        return f"<Async{repr(self._sync)[1:]}"

    ask = stoppable(Conversation.ask)
    remove = awaited(Conversation.remove)

    def ask_stream(self, question: str, **options: Any) -> AsyncAnswerStream:
        """``async for piece in talk.ask_stream(question)``: as :meth:`Conversation.ask_stream`, with its ``options``."""
        return AsyncAnswerStream(self.sync.ask_stream(question, **options), self._executor)

    async def turns(self) -> list[ConversationTurn]:
        """All that was said, in its order; [] before the first question."""
        return await self._call(lambda: self.sync.turns)

    async def info(self) -> ConversationInfo:
        """In short."""
        return await self._call(lambda: self.sync.info)


class AsyncDiff(Twin):
    """A :class:`Diff` whose batches are awaited: ``async for change in await db.diff("monday")``."""

    def __init__(self, sync: Diff, executor: ThreadPoolExecutor) -> None:
        self._sync = sync
        self._executor = executor

    @property
    def collections(self) -> list[CollectionChange]:
        """Those of either state, in the order in which the changes of their records come."""
        return self._sync.collections  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async{repr(self._sync)[1:]}"

    next_batch = stoppable(Diff.next_batch)

    def close(self) -> None:
        """Lets both states go."""
        self._sync.close()

    async def __aenter__(self) -> AsyncDiff:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[RecordChange]:
        while batch := await self.next_batch():
            for change in batch:
                yield change


class AsyncDatabase(Twin):
    """A :class:`Database` whose calls are awaited: take it from ``async with vecstore.aopen(..) as db``."""

    _executor: ThreadPoolExecutor

    def __init__(self, sync: Database, executor: ThreadPoolExecutor) -> None:
        self._sync = sync
        self._executor = executor

    @property
    def sync(self) -> Database:
        """The same database for other threads."""
        return self._sync  # type: ignore[no-any-return]

    @property
    def path(self) -> str:
        """Where it is."""
        return self.sync.path

    def __repr__(self) -> str:
        return f"<Async{repr(self._sync)[1:]}"

    async def __aenter__(self) -> AsyncDatabase:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Waits for calls that run, then writes out, syncs and releases the lock."""
        await self._call(self._sync.close)
        self._executor.shutdown(wait=False)

    async def collection(self, name: str, *, embedder: Embedder | None = None, **options: Unpack[CollectionSettings]) -> AsyncCollection:
        """The collection, made when absent, with ``options`` as in :meth:`Database.collection`."""
        return self._of(await self._call(self.sync.collection, name, embedder=embedder, **options))

    async def create_collection(self, name: str, *, embedder: Embedder | None = None, **options: Unpack[CollectionSettings]) -> AsyncCollection:
        """A new collection, with ``options`` as in :meth:`Database.create_collection`."""
        return self._of(await self._call(self.sync.create_collection, name, embedder=embedder, **options))

    async def get_collection(self, name: str, *, embedder: Embedder | None = None) -> AsyncCollection:
        """The collection of that name or alias."""
        return self._of(await self._call(self.sync.get_collection, name, embedder=embedder))

    async def copy_collection(self, source: str, destination: str, *, cancel: CancelToken | None = None) -> AsyncCollection:
        """A new collection, ``destination``, with the options and records of ``source``: see :meth:`Database.copy_collection`."""
        return self._of(await self._cancellable(self.sync.copy_collection, source, destination, cancel=cancel))

    async def snapshot(self, name: str) -> AsyncDatabase:
        """The snapshot as a database of its own, read-only."""
        return AsyncDatabase(await self._call(self.sync.snapshot, name), ThreadPoolExecutor(_THREADS, "vecstore"))

    async def diff(self, old: str, new: str | None = None, *, batch_size: int = 1000, collection: str = "", after: str = "") -> AsyncDiff:
        """What differs between the snapshot ``old`` and a later one, ``new``, or the present; ``collection``, ``after`` and all else as in :meth:`Database.diff`."""
        options = {"batch_size": batch_size, "collection": collection, "after": after}
        return AsyncDiff(await self._call(self.sync.diff, old, new, **options), self._executor)

    def _of(self, sync: Collection) -> AsyncCollection:
        return AsyncCollection(sync, self._executor)

    list_collections = awaited(Database.list_collections)
    drop_collection = awaited(Database.drop_collection)
    rename_collection = awaited(Database.rename_collection)
    set_alias = awaited(Database.set_alias)
    drop_alias = awaited(Database.drop_alias)
    list_aliases = awaited(Database.list_aliases)
    create_snapshot = awaited(Database.create_snapshot)
    list_snapshots = awaited(Database.list_snapshots)
    drop_snapshot = awaited(Database.drop_snapshot)
    restore_snapshot = awaited(Database.restore_snapshot)
    backup = stoppable(Database.backup)
    refresh = awaited(Database.refresh)
    refresh_to = stoppable(Database.refresh_to)
    wait_durable = stoppable(Database.wait_durable)
    compact = stoppable(Database.compact)
    stats = awaited(Database.stats)
    flush = awaited(Database.flush)
    wait_for_background = stoppable(Database.wait_for_background)


class Opening:
    """What :func:`vecstore.aopen` returns: awaited, or entered with ``async with``, it is an :class:`~vecstore.AsyncDatabase`."""

    def __init__(self, path: Any, snapshot: str | None, options: dict[str, Any]) -> None:
        self._arguments = (path, snapshot, options)
        self._opened: AsyncDatabase | None = None

    async def _open(self) -> AsyncDatabase:
        path, snapshot, options = self._arguments
        executor = ThreadPoolExecutor(_THREADS, "vecstore")
        token = options.get("cancel") or CancelToken()
        opening = functools.partial(database.open, path, snapshot=snapshot, **(options | {"cancel": token}))
        call = asyncio.get_running_loop().run_in_executor(executor, opening)
        try:
            sync = await asyncio.shield(call)
        except BaseException:
            token.cancel()
            await asyncio.wait([call])
            if call.exception() is None:
                call.result().close()  # it was open before it looked
            executor.shutdown(wait=False)
            raise
        return AsyncDatabase(sync, executor)

    def __await__(self) -> Generator[Any, None, AsyncDatabase]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncDatabase:
        self._opened = await self._open()
        return self._opened

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._opened is not None:
            await self._opened.close()


def aopen(path: Any, *, snapshot: str | None = None, **options: Unpack[DatabaseSettings]) -> Opening:
    """Opens a database for asyncio: ``async with vecstore.aopen("notes.db") as db``, or ``db = await vecstore.aopen(..)``.

    >>> async def main():
    ...     async with vecstore.aopen(":memory:") as adb:
    ...         adocs = await adb.collection("docs", dimension=3)
    ...         await adocs.upsert("a", [1, 2, 3])
    ...         hits = await asyncio.wait_for(adocs.query([1, 2, 3]), timeout=1)
    ...         return hits.ids, [record.id async for record in adocs.scan()]
    >>> asyncio.run(main())
    (['a'], ['a'])

    :param snapshot: as in :func:`vecstore.open`.
    :param options: see :class:`DatabaseSettings`.
    """
    return Opening(path, snapshot, dict(options))
