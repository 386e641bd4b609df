"""A collection as a vector store of LlamaIndex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from ..adapters import BATCH, CollectionLike, PathLike, Place
from ..collection import Collection
from ..errors import InvalidArgument, Unimplemented
from ..queries import Query
from ..records import Record
from .filters import to_filter
from .nodes import to_node, to_records, to_result

_BY_WORDS = (VectorStoreQueryMode.SPARSE, VectorStoreQueryMode.TEXT_SEARCH)
_BY_VECTOR = (VectorStoreQueryMode.DEFAULT, VectorStoreQueryMode.MMR)


class VecStoreVectorStore(BasePydanticVectorStore):
    """Nodes in a collection, their texts too, so that no other document store is needed.

    Modes: default; mmr; hybrid, by meaning and words, with ``alpha`` the share of the meaning; text_search and sparse, by words (BM25).
    Similarities are the store's own scores, larger is better: the cosine unless the collection has another metric.
    A condition on a field that is a list asks whether any of its elements meets it; ``!=`` and ``nin`` pass records that lack the field.

    >>> from llama_index.core import MockEmbedding, StorageContext, VectorStoreIndex
    >>> from llama_index.core.schema import TextNode
    >>> from vecstore.llama_index import VecStoreVectorStore
    >>> context = StorageContext.from_defaults(vector_store=VecStoreVectorStore())
    >>> nodes = [TextNode(text="how to open a file", id_="file"), TextNode(text="the tides of the sea", id_="sea")]
    >>> index = VectorStoreIndex(nodes, storage_context=context, embed_model=MockEmbedding(embed_dim=8))
    >>> [found.node_id for found in index.as_retriever(vector_store_query_mode="text_search", similarity_top_k=1).retrieve("tides")]
    ['sea']
    """

    stores_text: bool = True  #: texts lie here, so that an index needs no other store
    is_embedding_query: bool = True  #: an index embeds the question before it asks
    path: Optional[str] = None  #: where the database lies; None: in memory, or not known
    collection_name: str = "default"  #: of the collection there
    vector_field: str = "vector"  #: the field that embeddings are written to, and searched in
    batch_size: int = BATCH  #: records of one write; each is all or nothing
    _place: Place = PrivateAttr()

    def __init__(
        self,
        collection: CollectionLike | None = None,
        *,
        path: PathLike | None = None,
        collection_name: str = "default",
        vector_field: str = "vector",
        batch_size: int = BATCH,
        **settings: Any,
    ) -> None:
        """A collection that is there, or one at ``path``, made when absent; with neither, one in memory.

        :param vector_field: the field that embeddings are written to, and searched in unless a query names another.
        :param settings: options of a new collection, such as ``metric="dot"``: see :class:`vecstore.CollectionSettings`.
        """
        place = Place(collection, path, collection_name, settings)
        if collection is not None:
            path, collection_name = place.collection.database.path, place.collection.name
        super().__init__(
            path=None if path is None else str(path), collection_name=collection_name, vector_field=vector_field, batch_size=batch_size
        )  # type: ignore[call-arg]
        self._place = place

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex knows the class by."""
        return "VecStoreVectorStore"

    @property
    def client(self) -> Collection:
        """The collection, for all that LlamaIndex has no words for."""
        return self._place.collection

    def close(self) -> None:
        """Closes the database when this store opened it."""
        self._place.close()

    # Writing.

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Writes ``nodes`` with their embeddings; an id that is there is replaced. Returns the ids."""
        self.client.upsert_many(to_records(nodes, self.vector_field), batch_size=self.batch_size)
        return [node.node_id for node in nodes]

    async def async_add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """The same, awaited."""
        await self._place.twin.upsert_many(to_records(nodes, self.vector_field), batch_size=self.batch_size)
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Removes the nodes of the source document ``ref_doc_id``; ``delete_kwargs`` are not looked at."""
        self.client.remove_where({"ref_doc_id": ref_doc_id})

    async def adelete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """The same, awaited."""
        await self._place.twin.remove_where({"ref_doc_id": ref_doc_id})

    def delete_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any) -> None:
        """Removes nodes by ``node_ids``, by ``filters``, or those of the ids that pass the filters; ``delete_kwargs`` are not looked at."""
        self.client.remove_where(_given(to_filter(filters, node_ids)))

    async def adelete_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any) -> None:
        """The same, awaited."""
        await self._place.twin.remove_where(_given(to_filter(filters, node_ids)))

    def clear(self) -> None:
        """Removes every node; the collection stays."""
        self.client.remove_where({})

    async def aclear(self) -> None:
        """The same, awaited."""
        await self._place.twin.remove_where({})

    def persist(self, persist_path: str = "", fs: Any = None) -> None:
        """Syncs: what was written is where the collection lies already. ``persist_path`` and ``fs`` are not looked at."""
        self.client.flush()

    # Reading.

    def get_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None) -> list[BaseNode]:
        """Nodes with their embeddings, by ``node_ids``, by ``filters``, or both: in the order of the ids, else in the order of writing. All, of neither."""
        return self._ordered(self.client.scan(to_filter(filters, node_ids)), node_ids)

    async def aget_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None) -> list[BaseNode]:
        """The same, awaited."""
        return self._ordered([r async for r in self._place.twin.scan(to_filter(filters, node_ids))], node_ids)

    def _ordered(self, records: Any, node_ids: list[str] | None) -> list[BaseNode]:
        rank = {id: i for i, id in enumerate(node_ids or [])}
        ordered: list[Record] = sorted(records, key=lambda r: rank[r.id] if node_ids is not None else r.version)
        return [to_node(r, self.vector_field, with_embedding=True) for r in ordered]

    # Searching.

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nodes that answer ``query``, best first. ``kwargs``: ``mmr_threshold``, ``mmr_prefetch_factor`` or ``mmr_prefetch_k``, and options of the
        query such as ``effort="max_recall"``: see :class:`vecstore.QueryOptions`."""
        asked = self._asked(query, kwargs)
        return to_result(self.client.query(**asked), asked["field"], "vector" in asked["include"])

    async def aquery(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The same, awaited."""
        asked = self._asked(query, kwargs)
        return to_result(await self._place.twin.query(**asked), asked["field"], "vector" in asked["include"])

    def _asked(self, query: VectorStoreQuery, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The query in the store's own words."""
        field = query.embedding_field or self.vector_field
        embedding = ["vector"] if "embedding" in (query.output_fields or []) else []
        asked: dict[str, Any] = {"field": field, "include": ["metadata", "text", *embedding], "k": query.similarity_top_k}
        # An index over this store asks with an empty list of ids, which restricts nothing.
        asked["filter"] = to_filter(query.filters, query.node_ids or None, query.doc_ids or None)
        mode = query.mode
        if mode in _BY_VECTOR:
            asked["vector"] = _needed(query.query_embedding, "query_embedding", mode)
        elif mode in _BY_WORDS:
            asked |= {"text": _needed(query.query_str, "query_str", mode), "k": query.sparse_top_k or query.similarity_top_k}
        elif mode is VectorStoreQueryMode.HYBRID:
            asked |= _hybrid(query, field)
        else:
            raise Unimplemented(f"the query mode '{mode.value}' is not served: default, mmr, hybrid, text_search and sparse are")
        return asked | (_mmr(query, kwargs) if mode is VectorStoreQueryMode.MMR else {}) | kwargs


def _hybrid(query: VectorStoreQuery, field: str) -> dict[str, Any]:
    """Both rankings, fused; with limits of their own where the query has them."""
    vector, text = _needed(query.query_embedding, "query_embedding", query.mode), _needed(query.query_str, "query_str", query.mode)
    if query.sparse_top_k is None and query.hybrid_top_k is None:
        return {"vector": vector, "text": text} | ({} if query.alpha is None else {"alpha": query.alpha})
    alpha = 0.3 if query.alpha is None else query.alpha  # the store's own
    k = query.similarity_top_k
    stages = [Query(vector, field=field, k=k), Query(text=text, k=query.sparse_top_k or k)]
    return {"prefetch": stages, "fusion": {"method": "relative_score", "weights": [alpha, 1 - alpha]}, "k": query.hybrid_top_k or k}


def _mmr(query: VectorStoreQuery, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The threshold is MMR's lambda; ``kwargs`` loses what is used of it."""
    given = kwargs.pop("mmr_threshold", None)
    threshold = query.mmr_threshold if query.mmr_threshold is not None else 0.5 if given is None else given
    factor, candidates = kwargs.pop("mmr_prefetch_factor", None), kwargs.pop("mmr_prefetch_k", None)
    if factor is not None and candidates is not None:
        raise InvalidArgument("either mmr_prefetch_factor or mmr_prefetch_k, not both")
    if factor is not None:
        candidates = max(1, int(query.similarity_top_k * factor))
    return {"mmr": threshold} | ({} if candidates is None else {"candidates": candidates})


def _needed(value: Any, name: str, mode: VectorStoreQueryMode) -> Any:
    if value is None:
        raise InvalidArgument(f"the query mode '{mode.value}' needs {name}")
    return value


def _given(condition: Any) -> Any:
    if condition is None:
        raise InvalidArgument("delete_nodes: ids or filters are expected; clear() removes everything")
    return condition
