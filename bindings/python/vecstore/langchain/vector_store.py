"""A collection as a vector store of LangChain."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from ..adapters import BATCH, CollectionLike, PathLike, Place
from ..collection import Collection
from ..errors import InvalidArgument
from ..hits import Hit
from ..records import Record
from .structured_queries import to_filter

Metadatas = Sequence[Mapping[str, Any]]
MODES = ("vector", "text", "hybrid")


class VecStoreVectorStore(VectorStore):
    """Documents in a collection: the id is the record's, the content its text, the metadata its metadata.

    Scores are the store's own, larger is better: the cosine, the dot product, or 1 / (1 + distance); relevance scores lie in 0 to 1.
    Filters are those of the store: a dict such as ``{"year": {"$gte": 2020}}``, text such as ``"year >= 2020"``, a :class:`vecstore.Filter`,
    or a structured query. Metadata comes back as JSON has it: dates as text, tuples as lists. Every search has a twin that is awaited, whose
    name begins with "a".

    >>> from langchain_core.embeddings import DeterministicFakeEmbedding
    >>> from vecstore.langchain import VecStoreVectorStore
    >>> store = VecStoreVectorStore(embedding=DeterministicFakeEmbedding(size=64))
    >>> store.add_texts(["how to open a file", "the tides of the sea"], [{"year": 2024}, {"year": 2019}], ids=["file", "sea"])
    ['file', 'sea']
    >>> [document.id for document in store.similarity_search("tides", k=1, mode="text")]
    ['sea']
    >>> [document.id for document in store.similarity_search("tides", filter={"year": {"$gte": 2020}})]
    ['file']
    """

    def __init__(
        self,
        collection: CollectionLike | None = None,
        embedding: Embeddings | None = None,
        *,
        path: PathLike | None = None,
        collection_name: str = "default",
        relevance_score_fn: Callable[[float], float] | None = None,
        batch_size: int = BATCH,
        **settings: Any,
    ) -> None:
        """A collection that is there, or one at ``path``, made when absent; with neither, one in memory.

        :param embedding: needed by everything that takes a text, but not by searches by vector.
        :param relevance_score_fn: makes a relevance of a score, instead of the one that fits the metric.
        :param batch_size: records of one write; each is all or nothing.
        :param settings: options of a new collection, such as ``metric="dot"``: see :class:`vecstore.CollectionSettings`.
        """
        self._place = Place(collection, path, collection_name, settings)
        self._embedding = embedding
        self._relevance = relevance_score_fn
        self._batch_size = batch_size

    @property
    def embeddings(self) -> Embeddings | None:
        """What turns texts into vectors."""
        return self._embedding

    @property
    def collection(self) -> Collection:
        """The collection, for all that LangChain has no words for."""
        return self._place.collection

    def close(self) -> None:
        """Closes the database when this store opened it."""
        self._place.close()

    def __enter__(self) -> VecStoreVectorStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _model(self) -> Embeddings:
        if self._embedding is None:
            raise InvalidArgument("this vector store has no embedding: VecStoreVectorStore(collection, embedding) gives it one")
        return self._embedding

    # Writing.

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: Metadatas | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        batch_size: int | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Embeds and writes; an id that is there is replaced, one that is not given is made. Returns the ids."""
        many = list(texts)
        _no_more(kwargs, "add_texts")
        return self._write(_records(many, self._model().embed_documents(many) if many else [], metadatas, ids), batch_size)

    async def aadd_texts(
        self,
        texts: Iterable[str],
        metadatas: Metadatas | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        batch_size: int | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """The same, awaited."""
        many = list(texts)
        _no_more(kwargs, "aadd_texts")
        return await self._awrite(_records(many, await self._model().aembed_documents(many) if many else [], metadatas, ids), batch_size)

    def add_documents(self, documents: list[Document], ids: Sequence[str | None] | None = None, **kwargs: Any) -> list[str]:
        """Embeds and writes documents under ``ids``, else under their own ids."""
        return self.add_texts(
            [d.page_content for d in documents], [d.metadata for d in documents], ids=ids or [d.id for d in documents], **kwargs
        )

    async def aadd_documents(self, documents: list[Document], ids: Sequence[str | None] | None = None, **kwargs: Any) -> list[str]:
        """The same, awaited."""
        return await self.aadd_texts(
            [d.page_content for d in documents], [d.metadata for d in documents], ids=ids or [d.id for d in documents], **kwargs
        )

    def add_embeddings(
        self,
        text_embeddings: Iterable[tuple[str, Sequence[float]]],
        metadatas: Metadatas | None = None,
        ids: Sequence[str | None] | None = None,
    ) -> list[str]:
        """Writes texts whose vectors are known.

        :param text_embeddings: pairs of a text and its vector.
        """
        pairs = list(text_embeddings)
        return self._write(_records([text for text, _ in pairs], [vector for _, vector in pairs], metadatas, ids), None)

    def _write(self, records: list[Record], batch_size: int | None) -> list[str]:
        self.collection.upsert_many(_last_of_each(records), batch_size=batch_size or self._batch_size)
        return [r.id for r in records]

    async def _awrite(self, records: list[Record], batch_size: int | None) -> list[str]:
        await self._place.twin.upsert_many(_last_of_each(records), batch_size=batch_size or self._batch_size)
        return [r.id for r in records]

    def delete(self, ids: Sequence[str] | None = None, *, filter: Any = None, **kwargs: Any) -> bool:
        """Removes records by id (absent ones are no error), or those that pass a filter."""
        _no_more(kwargs, "delete")
        if filter is not None:
            _only_filter(ids)
            self.collection.remove_where(to_filter(filter))  # type: ignore[arg-type]
        elif ids is None:
            raise InvalidArgument("delete: ids or a filter are expected; filter='TRUE' removes everything")
        else:
            self.collection.remove(list(ids))
        return True

    async def adelete(self, ids: Sequence[str] | None = None, *, filter: Any = None, **kwargs: Any) -> bool:
        """The same, awaited."""
        _no_more(kwargs, "adelete")
        if filter is not None:
            _only_filter(ids)
            await self._place.twin.remove_where(to_filter(filter))  # type: ignore[arg-type]
        elif ids is None:
            raise InvalidArgument("adelete: ids or a filter are expected; filter='TRUE' removes everything")
        else:
            await self._place.twin.remove(list(ids))
        return True

    # Reading.

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents in the order of the ids; absent ones are left out."""
        return [_document(r) for r in self.collection.get_many(list(ids))]

    async def aget_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The same, awaited."""
        return [_document(r) for r in await self._place.twin.get_many(list(ids))]

    # Searching.

    def similarity_search(self, query: str, k: int = 4, filter: Any = None, **kwargs: Any) -> list[Document]:
        """The documents nearest to the text; with ``mode="hybrid"`` by meaning and by words, with ``mode="text"`` by words alone (BM25).

        :param kwargs: options of the query, such as ``effort="max_recall"`` or ``alpha=0.5``: see :class:`vecstore.QueryOptions`.
        """
        return [d for d, _ in self.similarity_search_with_score(query, k, filter, **kwargs)]

    async def asimilarity_search(self, query: str, k: int = 4, filter: Any = None, **kwargs: Any) -> list[Document]:
        """The same, awaited."""
        return [d for d, _ in await self.asimilarity_search_with_score(query, k, filter, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Any = None, *, mode: str = "vector", **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The same with scores, larger is better.

        :param mode: "vector", by meaning; "hybrid", by meaning and by words; "text", by words alone (BM25), which needs no embedding.
        """
        vector = self._model().embed_query(query) if _checked(mode) != "text" else None
        return self._query(vector, query if mode != "vector" else None, k, filter, kwargs)

    async def asimilarity_search_with_score(
        self, query: str, k: int = 4, filter: Any = None, *, mode: str = "vector", **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The same, awaited."""
        vector = await self._model().aembed_query(query) if _checked(mode) != "text" else None
        return await self._aquery(vector, query if mode != "vector" else None, k, filter, kwargs)

    def similarity_search_by_vector(self, embedding: Sequence[float], k: int = 4, filter: Any = None, **kwargs: Any) -> list[Document]:
        """The documents nearest to the vector."""
        return [d for d, _ in self._query(embedding, None, k, filter, kwargs)]

    async def asimilarity_search_by_vector(
        self, embedding: Sequence[float], k: int = 4, filter: Any = None, **kwargs: Any
    ) -> list[Document]:
        """The same, awaited."""
        return [d for d, _ in await self._aquery(embedding, None, k, filter, kwargs)]

    def similarity_search_with_score_by_vector(
        self, embedding: Sequence[float], k: int = 4, filter: Any = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The same with scores."""
        return self._query(embedding, None, k, filter, kwargs)

    def max_marginal_relevance_search(
        self, query: str, k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, filter: Any = None, **kwargs: Any
    ) -> list[Document]:
        """Documents near the text and unlike each other, chosen from the ``fetch_k`` nearest; ``lambda_mult`` 1 looks at nearness alone, 0 at variety."""
        return self.max_marginal_relevance_search_by_vector(self._model().embed_query(query), k, fetch_k, lambda_mult, filter, **kwargs)

    async def amax_marginal_relevance_search(
        self, query: str, k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, filter: Any = None, **kwargs: Any
    ) -> list[Document]:
        """The same, awaited."""
        vector = await self._model().aembed_query(query)
        return await self.amax_marginal_relevance_search_by_vector(vector, k, fetch_k, lambda_mult, filter, **kwargs)

    def max_marginal_relevance_search_by_vector(
        self, embedding: Sequence[float], k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, filter: Any = None, **kwargs: Any
    ) -> list[Document]:
        """The same for a vector, with ``fetch_k`` and ``lambda_mult`` as there."""
        return [d for d, _ in self._query(embedding, None, min(k, fetch_k), filter, {"mmr": lambda_mult, "candidates": fetch_k, **kwargs})]

    async def amax_marginal_relevance_search_by_vector(
        self, embedding: Sequence[float], k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, filter: Any = None, **kwargs: Any
    ) -> list[Document]:
        """The same, awaited."""
        return [
            d
            for d, _ in await self._aquery(embedding, None, min(k, fetch_k), filter, {"mmr": lambda_mult, "candidates": fetch_k, **kwargs})
        ]

    def _query(self, vector: Sequence[float] | None, text: str | None, k: int, filter: Any, options: Any) -> list[tuple[Document, float]]:
        if k < 1:
            return []
        return _scored(self.collection.query(vector, text=text, k=k, filter=to_filter(filter), **options))

    async def _aquery(
        self, vector: Sequence[float] | None, text: str | None, k: int, filter: Any, options: Any
    ) -> list[tuple[Document, float]]:
        if k < 1:
            return []
        return _scored(await self._place.twin.query(vector, text=text, k=k, filter=to_filter(filter), **options))

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        if self._relevance is not None:
            return self._relevance
        metric = self.collection.options["metric"]
        if metric == "cosine":
            return lambda score: min(max((1 + score) / 2, 0.0), 1.0)
        if metric == "dot":
            return lambda score: 1 / (1 + math.exp(-max(min(score / 100, 500.0), -500.0)))
        return lambda score: score  # 1 / (1 + distance)

    # Making.

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> VecStoreVectorStore:
        """A store with these texts; ``kwargs`` are arguments of the class: ``path``, ``collection_name``, options of a new collection."""
        store = cls(embedding=embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @classmethod
    async def afrom_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> VecStoreVectorStore:
        """The same, awaited."""
        store = cls(embedding=embedding, **kwargs)
        await store.aadd_texts(texts, metadatas, ids=ids)
        return store


def _records(
    texts: list[str], vectors: Sequence[Sequence[float]], metadatas: Metadatas | None, ids: Sequence[str | None] | None
) -> list[Record]:
    for name, given in (("vectors", vectors), ("metadatas", metadatas or None), ("ids", ids or None)):
        if given is not None and len(given) != len(texts):
            raise InvalidArgument(f"{len(texts)} texts, but {len(given)} {name}")
    known = [given or str(uuid.uuid4()) for given in (ids or [None] * len(texts))]
    objects = [dict(m or {}) for m in metadatas] if metadatas else [{} for _ in texts]
    return [Record(i, v, m, t) for i, v, m, t in zip(known, vectors, objects, texts)]


def _last_of_each(records: list[Record]) -> list[Record]:
    """Of records with one id the last, as if they were written one after the other."""
    return list({r.id: r for r in records}.values())


def _document(found: Record | Hit) -> Document:
    return Document(id=found.id, page_content=found.text or "", metadata=found.metadata or {})


def _scored(hits: Iterable[Hit]) -> list[tuple[Document, float]]:
    return [(_document(hit), hit.score) for hit in hits]


def _checked(mode: str) -> str:
    if mode not in MODES:
        raise InvalidArgument(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    return mode


def _only_filter(ids: object) -> None:
    if ids is not None:
        raise InvalidArgument("delete: either ids or a filter, not both")


def _no_more(kwargs: Mapping[str, Any], call: str) -> None:
    for name in kwargs:
        raise InvalidArgument(f"{call} has no argument '{name}'")
