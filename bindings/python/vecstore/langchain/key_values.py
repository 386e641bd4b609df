"""A collection as a key-value store of LangChain: for cached embeddings, parent documents and the like."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator, Sequence

from langchain_core.stores import ByteStore

from ..adapters import CollectionLike, PathLike, Place
from ..records import Record


class VecStoreByteStore(ByteStore):
    """Bytes by key. Keys are texts of 1 to 1,024 bytes of UTF-8; a value has at most 12 MiB, for it is kept as base64 in a record's text.

    >>> from vecstore.langchain import VecStoreByteStore
    >>> store = VecStoreByteStore()
    >>> store.mset([("a", b"one")])
    >>> store.mget(["a", "b"])
    [b'one', None]
    """

    def __init__(
        self, collection: CollectionLike | None = None, *, path: PathLike | None = None, collection_name: str = "key_values"
    ) -> None:
        """A collection made with ``analyzer="none"``, or a database's path, or neither: then in memory."""
        self._place = Place(collection, path, collection_name, {"analyzer": "none"} if collection is None else {})

    def close(self) -> None:
        """Closes the database when this store opened it."""
        self._place.close()

    def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values in the order of the ``keys``; None of an absent one."""
        return _values(keys, self._place.collection.get_many(list(keys)))

    async def amget(self, keys: Sequence[str]) -> list[bytes | None]:
        """The same, awaited."""
        return _values(keys, await self._place.twin.get_many(list(keys)))

    def mset(self, key_value_pairs: Sequence[tuple[str, bytes]]) -> None:
        """Writes all of the ``key_value_pairs`` or none; a key that is there gets the new value."""
        self._place.collection.upsert_many(_records(key_value_pairs))

    async def amset(self, key_value_pairs: Sequence[tuple[str, bytes]]) -> None:
        """The same, awaited."""
        await self._place.twin.upsert_many(_records(key_value_pairs))

    def mdelete(self, keys: Sequence[str]) -> None:
        """Removes values; absent ``keys`` are no error."""
        self._place.collection.remove(list(keys))

    async def amdelete(self, keys: Sequence[str]) -> None:
        """The same, awaited."""
        await self._place.twin.remove(list(keys))

    def yield_keys(self, *, prefix: str | None = None) -> Iterator[str]:
        """The keys in order, as they were when the walk began; only those that begin with ``prefix``."""
        with self._place.collection.scan(_beginning(prefix), include_vectors=False) as scan:
            for record in scan:
                yield record.id

    async def ayield_keys(self, *, prefix: str | None = None) -> AsyncIterator[str]:
        """The same, awaited."""
        async for record in self._place.twin.scan(_beginning(prefix), include_vectors=False):
            yield record.id


def _records(pairs: Sequence[tuple[str, bytes]]) -> list[Record]:
    return [Record(key, text=base64.b64encode(value).decode()) for key, value in dict(pairs).items()]


def _values(keys: Sequence[str], found: Sequence[Record]) -> list[bytes | None]:
    texts = {r.id: r.text for r in found}
    return [base64.b64decode(texts[key] or "") if key in texts else None for key in keys]


def _beginning(prefix: str | None) -> dict[str, object] | None:
    return {"$id": {"$startswith": prefix}} if prefix else None
