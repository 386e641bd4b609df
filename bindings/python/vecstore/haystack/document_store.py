"""A collection as a document store of Haystack."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from haystack import default_from_dict, default_to_dict
from haystack.dataclasses import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack.errors import FilterError

from ..adapters import BATCH, CollectionLike, Condition, PathLike, Place
from ..collection import Collection
from ..errors import Aborted
from ..hits import Hit
from ..records import BatchResult, Operation, Record
from . import metadata
from .documents import checked_meta, to_document, to_records
from .filters import EXTRAS, to_filter

Filters = dict[str, Any] | None
_SCALES = {"cosine": None, "dot": 100.0, "bm25": 8.0}  # Haystack's own constants


class VecStoreDocumentStore:
    """Documents in a collection: the id is the record's, content its text, meta its metadata, embedding its vector, kept in float32.

    Blob, sparse embedding and score lie in the metadata under ``_haystack``; metadata has at most 1 MiB. Documents come back in the order
    in which they were written. Missing fields are None to a filter, as in Haystack; where a field is a list, a condition on one value asks
    whether any of its elements meets it. Times without a zone are UTC. Every call has a twin that is awaited, whose name ends in "_async".

    >>> from haystack import Document
    >>> from vecstore.haystack import VecStoreBM25Retriever, VecStoreDocumentStore
    >>> store = VecStoreDocumentStore()
    >>> store.write_documents([Document(id="file", content="how to open a file"), Document(id="sea", content="the tides of the sea")])
    2
    >>> [document.id for document in VecStoreBM25Retriever(store, top_k=1).run(query="tides")["documents"]]
    ['sea']
    """

    def __init__(
        self, path: PathLike | None = None, collection_name: str = "default", *, collection: CollectionLike | None = None, **settings: Any
    ) -> None:
        """A collection at ``path``, opened at the first use and made when absent; or one that is there; with neither, one in memory.

        :param settings: options of a new collection, such as ``metric="dot"``: see :class:`vecstore.CollectionSettings`.
        """
        self._place = Place(collection, path, collection_name, settings)
        self._init = {"path": None if path is None else str(path), "collection_name": collection_name, **settings}
        if collection is not None:
            self._init = {"path": self.collection.database.path, "collection_name": self.collection.name}

    @property
    def collection(self) -> Collection:
        """The collection, for all that Haystack has no words for."""
        return self._place.collection

    def close(self) -> None:
        """Closes the database when this store opened it."""
        self._place.close()

    def to_dict(self) -> dict[str, Any]:
        """Path, name and options: not the documents, which a store in memory loses."""
        return default_to_dict(self, **self._init)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> VecStoreDocumentStore:
        """The store over the same collection, from the ``data`` of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    # Documents.

    def count_documents(self) -> int:
        """How many there are."""
        return self.collection.count()

    async def count_documents_async(self) -> int:
        """The same, awaited."""
        return await self._place.twin.count()

    def filter_documents(self, filters: Filters = None) -> list[Document]:
        """Those that pass, in the order in which they were written."""
        return _in_order(self.collection.scan(to_filter(filters)))

    async def filter_documents_async(self, filters: Filters = None) -> list[Document]:
        """The same, awaited."""
        return _in_order([r async for r in self._place.twin.scan(to_filter(filters))])

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """Writes documents and says how many. Of ``policy`` NONE is FAIL, which raises DuplicateDocumentError and writes none of up to 1,000 documents."""
        return sum(_written(self._apply(part, policy), policy) for part in _parts(to_records(documents), policy))

    async def write_documents_async(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """The same, awaited."""
        written = 0
        for part in _parts(to_records(documents), policy):
            try:
                result = await self._place.twin.apply(part, atomic=policy != DuplicatePolicy.SKIP)
            except Aborted as error:
                raise DuplicateDocumentError(str(error)) from error
            written += _written(result, policy)
        return written

    def _apply(self, part: list[Operation], policy: DuplicatePolicy) -> BatchResult:
        try:
            return self.collection.apply(part, atomic=policy != DuplicatePolicy.SKIP)
        except Aborted as error:
            raise DuplicateDocumentError(str(error)) from error

    def delete_documents(self, document_ids: list[str]) -> None:
        """Removes documents by ``document_ids``; absent ones are no error."""
        self.collection.remove(list(document_ids))

    async def delete_documents_async(self, document_ids: list[str]) -> None:
        """The same, awaited."""
        await self._place.twin.remove(list(document_ids))

    def delete_all_documents(self, recreate_collection: bool = False) -> None:
        """Removes every document; with ``recreate_collection`` drops the collection and makes it anew, which then takes embeddings of another dimension."""
        if recreate_collection:
            self._place.recreate()
        else:
            self.collection.remove_where({})

    async def delete_all_documents_async(self, recreate_collection: bool = False) -> None:
        """The same, awaited."""
        if recreate_collection:
            await asyncio.to_thread(self._place.recreate)
        else:
            await self._place.twin.remove_where({})

    # By filter.

    def delete_by_filter(self, filters: dict[str, Any]) -> int:
        """Removes those that pass, atomically, and says how many."""
        return self.collection.remove_where(_needed(filters)).replaced

    async def delete_by_filter_async(self, filters: dict[str, Any]) -> int:
        """The same, awaited."""
        return (await self._place.twin.remove_where(_needed(filters))).replaced

    def update_by_filter(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Sets the keys of ``meta`` in the documents that pass, and says how many; whole values, as ``dict.update`` does."""
        condition, plain = _needed(filters), _plain(meta)
        if plain:
            return self.collection.update_where(condition, patch=meta).replaced
        changes = [_change(r, meta) for r in self.collection.scan(condition, include_vectors=False)]
        self.collection.apply(changes)
        return len(changes)

    async def update_by_filter_async(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """The same, awaited."""
        condition, plain = _needed(filters), _plain(meta)
        if plain:
            return (await self._place.twin.update_where(condition, patch=meta)).replaced
        changes = [_change(r, meta) async for r in self._place.twin.scan(condition, include_vectors=False)]
        await self._place.twin.apply(changes)
        return len(changes)

    def count_documents_by_filter(self, filters: dict[str, Any]) -> int:
        """How many pass."""
        return self.collection.count(to_filter(filters))

    async def count_documents_by_filter_async(self, filters: dict[str, Any]) -> int:
        """The same, awaited."""
        return await self._place.twin.count(to_filter(filters))

    # What the metadata holds; each call looks at all documents that pass.

    def count_unique_metadata_by_filter(self, filters: dict[str, Any], metadata_fields: list[str]) -> dict[str, int]:
        """How many different values each of ``metadata_fields`` has in those that pass."""
        return metadata.count_distinct(self._metas(filters), metadata_fields)

    async def count_unique_metadata_by_filter_async(self, filters: dict[str, Any], metadata_fields: list[str]) -> dict[str, int]:
        """The same, awaited."""
        return metadata.count_distinct(await self._ametas(filters), metadata_fields)

    def get_metadata_fields_info(self) -> dict[str, dict[str, str]]:
        """The type of each field: boolean, int, float or keyword."""
        return metadata.types(self._metas())

    async def get_metadata_fields_info_async(self) -> dict[str, dict[str, str]]:
        """The same, awaited."""
        return metadata.types(await self._ametas())

    def get_metadata_field_min_max(self, metadata_field: str) -> dict[str, Any]:
        """The least and the greatest value of ``metadata_field``, None when there is none."""
        return metadata.extremes(self._metas(), metadata_field)

    async def get_metadata_field_min_max_async(self, metadata_field: str) -> dict[str, Any]:
        """The same, awaited."""
        return metadata.extremes(await self._ametas(), metadata_field)

    def get_metadata_field_unique_values(
        self, metadata_field: str, search_term: str | None = None, from_: int = 0, size: int = 10, filters: Filters = None
    ) -> tuple[list[Any], int]:
        """A page of the different values of ``metadata_field``: ``size`` of them from the one at ``from_``; and how many there are. With
        ``search_term`` only values that have it."""
        values = metadata.distinct(self._metas(filters), metadata_field, search_term)
        return values[from_ : from_ + size], len(values)

    async def get_metadata_field_unique_values_async(
        self, metadata_field: str, search_term: str | None = None, from_: int = 0, size: int = 10, filters: Filters = None
    ) -> tuple[list[Any], int]:
        """The same, awaited."""
        values = metadata.distinct(await self._ametas(filters), metadata_field, search_term)
        return values[from_ : from_ + size], len(values)

    def _metas(self, filters: Filters = None) -> Iterable[dict[str, Any]]:
        return [_meta(r) for r in self.collection.scan(to_filter(filters), include_vectors=False)]

    async def _ametas(self, filters: Filters = None) -> Iterable[dict[str, Any]]:
        return [_meta(r) async for r in self._place.twin.scan(to_filter(filters), include_vectors=False)]

    # Searching, for the retrievers.

    def _retrieve(self, query: dict[str, Any], scale: bool) -> list[Document]:
        if query["k"] == 0:
            return []
        return self._scored(self.collection.query(**query), query, scale)

    async def _retrieve_async(self, query: dict[str, Any], scale: bool) -> list[Document]:
        if query["k"] == 0:
            return []
        return self._scored(await self._place.twin.query(**query), query, scale)

    def _scored(self, hits: Iterable[Hit], query: dict[str, Any], scale: bool) -> list[Document]:
        both = query["vector"] is not None and query["text"] is not None
        kind = "hybrid" if both else "bm25" if query["vector"] is None else self.collection.options["metric"]
        return [to_document(hit, _scaled(kind, hit.score) if scale else hit.score) for hit in hits]


def _scaled(kind: str, score: float) -> float:
    """0 to 1, larger is better. Other metrics, and fused rankings, have such scores already."""
    if kind == "cosine":
        return min(max((score + 1) / 2, 0.0), 1.0)
    factor = _SCALES.get(kind)
    return score if factor is None else 1 / (1 + math.exp(-max(min(score / factor, 500.0), -500.0)))


def _in_order(records: Iterable[Record]) -> list[Document]:
    return [to_document(r) for r in sorted(records, key=lambda r: r.version)]


def _meta(record: Record) -> dict[str, Any]:
    return {key: value for key, value in (record.metadata or {}).items() if key != EXTRAS}


def _parts(records: Sequence[Record], policy: DuplicatePolicy) -> list[list[Operation]]:
    steps = [Operation.upsert(r, if_absent=policy != DuplicatePolicy.OVERWRITE) for r in records]
    return [steps[start : start + BATCH] for start in range(0, len(steps), BATCH)]


def _written(result: BatchResult, policy: DuplicatePolicy) -> int:
    """Of SKIP, duplicates are passed over, and any other refusal is raised."""
    for step in result.steps:
        if step is not None and not isinstance(step, Aborted):
            raise step
    return sum(step is None for step in result.steps)


def _needed(filters: dict[str, Any]) -> Condition:
    condition = to_filter(filters)
    if condition is None:
        raise FilterError("a filter is expected; delete_all_documents removes everything")
    return condition


def _plain(meta: Mapping[str, Any]) -> bool:
    """Whether merging sets what replacing would: None would delete its key, and an object merge into another."""
    return not any(value is None or isinstance(value, Mapping) for value in checked_meta(meta).values())


def _change(record: Record, meta: Mapping[str, Any]) -> Operation:
    return Operation.update(record.id, metadata={**(record.metadata or {}), **meta}, if_version=record.version)
