"""Models and answers for asyncio: the same names, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from .answers import Answer, AnswerStream
from .chat import RemoteChat
from .embedders import EngineEmbedder
from .errors import WrongType
from .heads import SparseEmbedder, TokenEmbedder
from .rerankers import EngineReranker
from .twins import Twin, awaited, stoppable


class AsyncEmbedder(Twin):
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

    embed = stoppable(EngineEmbedder.embed)
    embed_queries = stoppable(EngineEmbedder.embed_queries)
    embed_some = stoppable(EngineEmbedder.embed_some)
    count_tokens = awaited(EngineEmbedder.count_tokens)


class AsyncReranker(Twin):
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

    rerank = stoppable(EngineReranker.rerank)


class AsyncChat(Twin):
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

    chat = stoppable(RemoteChat.chat)


class AsyncAnswerStream(Twin):
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


class AsyncTokenEmbedder(Twin):
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

    embed = stoppable(TokenEmbedder.embed)
    embed_queries = stoppable(TokenEmbedder.embed_queries)
    rerank = stoppable(TokenEmbedder.rerank)


class AsyncSparseEmbedder(Twin):
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

    embed = stoppable(SparseEmbedder.embed)
