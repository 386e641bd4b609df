"""Components that ask a document store: by embedding, by words, by both."""

from __future__ import annotations

from typing import Any

from haystack import component, default_from_dict, default_to_dict
from haystack.dataclasses import Document
from haystack.document_stores.types import FilterPolicy
from haystack.document_stores.types.filter_policy import apply_filter_policy

from .document_store import VecStoreDocumentStore
from .filters import to_filter


class _Retriever:
    def __init__(
        self,
        document_store: VecStoreDocumentStore,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        scale_score: bool = False,
        return_embedding: bool = False,
        filter_policy: str | FilterPolicy = FilterPolicy.REPLACE,
    ) -> None:
        if not isinstance(document_store, VecStoreDocumentStore):
            raise TypeError(f"document_store: a VecStoreDocumentStore is expected, not {type(document_store).__name__}")
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, it is {top_k}")
        self.document_store = document_store
        self.filters = filters
        self.top_k = top_k
        self.scale_score = scale_score
        self.return_embedding = return_embedding
        self.filter_policy = filter_policy if isinstance(filter_policy, FilterPolicy) else FilterPolicy.from_str(filter_policy)

    def to_dict(self) -> dict[str, Any]:
        """The options and the store's."""
        return default_to_dict(self, document_store=self.document_store, **self._options())

    def _options(self) -> dict[str, Any]:
        return {
            "filters": self.filters,
            "top_k": self.top_k,
            "scale_score": self.scale_score,
            "return_embedding": self.return_embedding,
            "filter_policy": self.filter_policy.value,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """The retriever, with its store, from the ``data`` of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    def _query(self, vector: list[float] | None, text: str | None, filters: Any, top_k: int | None) -> dict[str, Any]:
        k = self.top_k if top_k is None else top_k
        if k < 0:
            raise ValueError(f"top_k must be at least 0, it is {k}")
        condition = to_filter(apply_filter_policy(self.filter_policy, self.filters, filters))
        include = ("metadata", "text", "vector") if self.return_embedding else ("metadata", "text")
        return {"vector": vector, "text": text, "k": k, "filter": condition, "include": include}

    def _scale(self, scale_score: bool | None) -> bool:
        return self.scale_score if scale_score is None else scale_score


@component
class VecStoreEmbeddingRetriever(_Retriever):
    """The documents nearest to an embedding. Scores are those of the collection's metric; ``scale_score`` brings them to 0 to 1."""

    @component.output_types(documents=list[Document])
    def run(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None, top_k: int | None = None, scale_score: bool | None = None
    ) -> dict[str, Any]:
        """The documents, best first, as ``{"documents": [..]}``."""
        query = self._query(query_embedding, None, filters, top_k)
        return {"documents": self.document_store._retrieve(query, self._scale(scale_score))}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None, top_k: int | None = None, scale_score: bool | None = None
    ) -> dict[str, Any]:
        """The same, awaited."""
        query = self._query(query_embedding, None, filters, top_k)
        return {"documents": await self.document_store._retrieve_async(query, self._scale(scale_score))}


@component
class VecStoreBM25Retriever(_Retriever):
    """The documents with the words of a query, scored by BM25; ``scale_score`` brings scores to 0 to 1."""

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None, scale_score: bool | None = None
    ) -> dict[str, Any]:
        """The documents, best first, as ``{"documents": [..]}``."""
        return {"documents": self.document_store._retrieve(self._query(None, query, filters, top_k), self._scale(scale_score))}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None, scale_score: bool | None = None
    ) -> dict[str, Any]:
        """The same, awaited."""
        return {"documents": await self.document_store._retrieve_async(self._query(None, query, filters, top_k), self._scale(scale_score))}


# The decorator makes another class of the one it gets: super() would look for the first.
@component
class VecStoreHybridRetriever(_Retriever):
    """The best of both, fused: by meaning and by words, in one query. Scores lie in 0 to 1.

    ``alpha`` is the share of the meaning, 0 to 1; left out, the store's own, 0.3. ``fusion`` is "relative_score" or "rrf".
    """

    def __init__(
        self,
        document_store: VecStoreDocumentStore,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        return_embedding: bool = False,
        filter_policy: str | FilterPolicy = FilterPolicy.REPLACE,
        alpha: float | None = None,
        fusion: str | None = None,
    ) -> None:
        _Retriever.__init__(self, document_store, filters, top_k, False, return_embedding, filter_policy)
        self.alpha = alpha
        self.fusion = fusion

    def _options(self) -> dict[str, Any]:
        options = _Retriever._options(self) | {"alpha": self.alpha, "fusion": self.fusion}
        del options["scale_score"]
        return options

    def _both(self, query: str, query_embedding: list[float], filters: Any, top_k: int | None, alpha: float | None) -> dict[str, Any]:
        given = {"alpha": self.alpha if alpha is None else alpha, "fusion": self.fusion}
        return self._query(query_embedding, query, filters, top_k) | {name: v for name, v in given.items() if v is not None}

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        query_embedding: list[float],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        alpha: float | None = None,
    ) -> dict[str, Any]:
        """The documents, best first, as ``{"documents": [..]}``; ``alpha`` instead of the component's own."""
        return {"documents": self.document_store._retrieve(self._both(query, query_embedding, filters, top_k, alpha), False)}

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        query: str,
        query_embedding: list[float],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        alpha: float | None = None,
    ) -> dict[str, Any]:
        """The same, awaited."""
        return {"documents": await self.document_store._retrieve_async(self._both(query, query_embedding, filters, top_k, alpha), False)}
