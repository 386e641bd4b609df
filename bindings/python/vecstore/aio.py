"""The same store for asyncio: the same names, awaited.

Calls run in threads of the database's own, so the event loop never waits. When a task is cancelled, or ``asyncio.timeout`` ends, the call's
token is set and the engine stops at its next look, before the task goes on; a write is then stored whole or not at all, the latter unless it was
being logged.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from . import database
from ._vecstore import CancelToken
from .answers import Answer, AnswerStream
from .chat import RemoteChat
from .collection import Collection
from .database import Database
from .embedders import EngineEmbedder
from .errors import FailedPrecondition, WrongType
from .heads import SparseEmbedder, TokenEmbedder
from .records import Record
from .rerankers import EngineReranker
from .scan import CollectionChange, Diff, RecordChange

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Unpack

    from .answers import ChatLike
    from .arguments import CollectionSettings, DatabaseSettings, FilterLike
    from .embedders import Embedder

P = ParamSpec("P")
R = TypeVar("R")

_THREADS = 16  # of a database: calls that wait for each other's turn, beyond them


class _Twin:
    """What an asynchronous object and its database's threads share."""

    _executor: ThreadPoolExecutor | None  # None: that of the loop
    _sync: Any

    async def _call(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        try:
            call = asyncio.get_running_loop().run_in_executor(self._executor, functools.partial(function, *args, **kwargs))
        except RuntimeError as error:
            raise FailedPrecondition("the database is closed") from error
        return await call

    async def _cancellable(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        token = kwargs.get("cancel") or CancelToken()
        kwargs["cancel"] = token
        call = asyncio.ensure_future(self._call(function, *args, **kwargs))
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            token.cancel()
            await asyncio.wait([call])  # soon: and then nothing of it runs any more
            if not call.cancelled():
                call.exception()
            raise


def _awaited(function: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """The twin of a method."""

    @functools.wraps(function)
    async def twin(self: _Twin, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._call(function, self._sync, *args, **kwargs)

    return cast(Any, twin)  # type: ignore[no-any-return]


def _stoppable(function: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """The twin of a method that takes a token."""

    @functools.wraps(function)
    async def twin(self: _Twin, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._cancellable(function, self._sync, *args, **kwargs)

    return cast(Any, twin)  # type: ignore[no-any-return]


class AsyncCollection(_Twin):
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

    upsert = _stoppable(Collection.upsert)
    upsert_many = _stoppable(Collection.upsert_many)
    upsert_text = _awaited(Collection.upsert_text)
    upsert_table = _stoppable(Collection.upsert_table)
    update = _awaited(Collection.update)
    update_where = _stoppable(Collection.update_where)
    remove = _awaited(Collection.remove)
    remove_where = _stoppable(Collection.remove_where)
    apply = _awaited(Collection.apply)
    soft_delete = _awaited(Collection.soft_delete)
    restore = _awaited(Collection.restore)
    list_deleted = _stoppable(Collection.list_deleted)
    purge = _awaited(Collection.purge)
    set_ttl = _awaited(Collection.set_ttl)
    clear_ttl = _awaited(Collection.clear_ttl)
    get = _awaited(Collection.get)
    get_many = _stoppable(Collection.get_many)
    versions = _awaited(Collection.versions)
    get_version = _awaited(Collection.get_version)
    rollback = _awaited(Collection.rollback)
    set_keep_versions = _awaited(Collection.set_keep_versions)
    count = _stoppable(Collection.count)
    facet = _stoppable(Collection.facet)
    summarize = _stoppable(Collection.summarize)
    to_arrow = _awaited(Collection.to_arrow)
    to_pandas = _awaited(Collection.to_pandas)
    to_polars = _awaited(Collection.to_polars)
    query = _stoppable(Collection.query)
    query_many = _stoppable(Collection.query_many)
    query_json = _stoppable(Collection.query_json)
    search = _stoppable(Collection.search)
    check_spelling = _awaited(Collection.check_spelling)
    ask = _stoppable(Collection.ask)
    evaluate = _stoppable(Collection.evaluate)
    evaluate_answers = _stoppable(Collection.evaluate_answers)
    ingest = _stoppable(Collection.ingest)
    tune = _stoppable(Collection.tune)
    stats = _awaited(Collection.stats)
    set_quantization = _awaited(Collection.set_quantization)
    quantization_report = _stoppable(Collection.quantization_report)
    set_ef_search = _awaited(Collection.set_ef_search)
    flush = _awaited(Collection.flush)
    compact = _stoppable(Collection.compact)

    def ask_stream(self, question: str, model: ChatLike, **options: Any) -> AsyncAnswerStream:
        """``async for piece in docs.ask_stream(question, model)``: as :meth:`Collection.ask_stream` by the ``model``, whose other arguments are the ``options``."""
        return AsyncAnswerStream(self.sync.ask_stream(question, model, **options), self._executor)

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


class AsyncEmbedder(_Twin):
    """A :class:`Model`, :class:`CachedEmbedder` or :class:`RemoteEmbedder` whose calls are awaited.

    :param sync: the embedder itself.
    """

    def __init__(self, sync: EngineEmbedder) -> None:
        if not isinstance(sync, EngineEmbedder):
            raise WrongType(f"a Model, CachedEmbedder or RemoteEmbedder is expected, not {type(sync).__name__}")
        self._sync = sync
        self._executor = None

    @property
    def sync(self) -> EngineEmbedder:
        """The same embedder for other threads, and for collections."""
        return self._sync  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async {self._sync!r}>"

    embed = _stoppable(EngineEmbedder.embed)
    embed_queries = _stoppable(EngineEmbedder.embed_queries)
    embed_some = _stoppable(EngineEmbedder.embed_some)
    count_tokens = _awaited(EngineEmbedder.count_tokens)


class AsyncReranker(_Twin):
    """A reranker of the package, such as :class:`RemoteReranker`, whose calls are awaited.

    :param sync: the reranker itself.
    """

    def __init__(self, sync: EngineReranker) -> None:
        if not isinstance(sync, EngineReranker):
            raise WrongType(f"a reranker of the package is expected, not {type(sync).__name__}")
        self._sync = sync
        self._executor = None

    @property
    def sync(self) -> EngineReranker:
        """The same reranker for other threads."""
        return self._sync  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async {self._sync!r}>"

    rerank = _stoppable(EngineReranker.rerank)


class AsyncChat(_Twin):
    """A :class:`RemoteChat` whose calls are awaited.

    :param sync: the model itself.
    """

    def __init__(self, sync: RemoteChat) -> None:
        if not isinstance(sync, RemoteChat):
            raise WrongType(f"a RemoteChat is expected, not {type(sync).__name__}")
        self._sync = sync
        self._executor = None

    @property
    def sync(self) -> RemoteChat:
        """The same model for other threads, and for :meth:`AsyncCollection.ask`."""
        return self._sync  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async {self._sync!r}>"

    chat = _stoppable(RemoteChat.chat)


class AsyncAnswerStream(_Twin):
    """An :class:`AnswerStream` whose pieces are awaited: ``async for piece in stream``, then ``await stream.answer()``."""

    def __init__(self, sync: AnswerStream, executor: ThreadPoolExecutor | None) -> None:
        self._sync = sync
        self._executor = executor

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        try:
            piece: str | None = await self._call(next, self._sync, None)
        except asyncio.CancelledError:
            self._sync.close()
            raise
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def answer(self) -> Answer:
        """The whole answer, checked."""
        async for _ in self:
            pass
        return self._sync.answer  # type: ignore[no-any-return]

    def close(self) -> None:
        """Calls it off, if it has not ended."""
        self._sync.close()


class AsyncTokenEmbedder(_Twin):
    """A :class:`TokenEmbedder` whose calls are awaited.

    :param sync: the embedder itself.
    """

    def __init__(self, sync: TokenEmbedder) -> None:
        if not isinstance(sync, TokenEmbedder):
            raise WrongType(f"a TokenEmbedder is expected, not {type(sync).__name__}")
        self._sync = sync
        self._executor = None

    @property
    def sync(self) -> TokenEmbedder:
        """The same embedder for other threads."""
        return self._sync  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async {self._sync!r}>"

    embed = _stoppable(TokenEmbedder.embed)
    embed_queries = _stoppable(TokenEmbedder.embed_queries)
    rerank = _stoppable(TokenEmbedder.rerank)


class AsyncSparseEmbedder(_Twin):
    """A :class:`SparseEmbedder` whose calls are awaited.

    :param sync: the embedder itself.
    """

    def __init__(self, sync: SparseEmbedder) -> None:
        if not isinstance(sync, SparseEmbedder):
            raise WrongType(f"a SparseEmbedder is expected, not {type(sync).__name__}")
        self._sync = sync
        self._executor = None

    @property
    def sync(self) -> SparseEmbedder:
        """The same embedder for other threads."""
        return self._sync  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Async {self._sync!r}>"

    embed = _stoppable(SparseEmbedder.embed)


class AsyncDiff(_Twin):
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

    next_batch = _stoppable(Diff.next_batch)

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


class AsyncDatabase(_Twin):
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

    list_collections = _awaited(Database.list_collections)
    drop_collection = _awaited(Database.drop_collection)
    rename_collection = _awaited(Database.rename_collection)
    set_alias = _awaited(Database.set_alias)
    drop_alias = _awaited(Database.drop_alias)
    list_aliases = _awaited(Database.list_aliases)
    create_snapshot = _awaited(Database.create_snapshot)
    list_snapshots = _awaited(Database.list_snapshots)
    drop_snapshot = _awaited(Database.drop_snapshot)
    restore_snapshot = _awaited(Database.restore_snapshot)
    backup = _stoppable(Database.backup)
    refresh = _awaited(Database.refresh)
    refresh_to = _stoppable(Database.refresh_to)
    wait_durable = _stoppable(Database.wait_durable)
    compact = _stoppable(Database.compact)
    stats = _awaited(Database.stats)
    flush = _awaited(Database.flush)
    wait_for_background = _stoppable(Database.wait_for_background)


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
