"""Answers of language models, kept: for the same prompt, or for one that means the same."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Any, Union

from langchain_core.caches import RETURN_VAL_TYPE, BaseCache
from langchain_core.embeddings import Embeddings
from langchain_core.load import dumps, loads
from langchain_core.messages import AIMessage, AIMessageChunk, ChatMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, Generation, GenerationChunk

from ..adapters import CollectionLike, PathLike, Place
from ..records import Record

#: Seconds, a timedelta, or None for ever.
Ttl = Union[float, datetime.timedelta, None]

# What an answer is made of; a stored text that names any other class is refused.
_CLASSES = [
    *(Generation, GenerationChunk, ChatGeneration, ChatGenerationChunk),
    *(AIMessage, AIMessageChunk, ChatMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage),
]


class _Cache(BaseCache):
    def __init__(self, collection: CollectionLike | None, path: PathLike | None, name: str, ttl: Ttl) -> None:
        # Texts are JSON here, and nobody searches them by words.
        self._place = Place(collection, path, name, {"analyzer": "none"} if collection is None else {})
        self._ttl = ttl

    def close(self) -> None:
        """Closes the database when this cache opened it."""
        self._place.close()

    def clear(self, **kwargs: Any) -> None:
        """Removes every answer; with ``llm_string`` in ``kwargs``, those of that model."""
        self._place.collection.remove_where(_of_model(kwargs))

    async def aclear(self, **kwargs: Any) -> None:
        """The same, awaited."""
        await self._place.twin.remove_where(_of_model(kwargs))


class VecStoreCache(_Cache):
    """Answers by prompt and model, exactly. They survive the process when the collection does; after ``ttl`` seconds they are gone.

    >>> from langchain_core.outputs import Generation
    >>> from vecstore.langchain import VecStoreCache
    >>> cache = VecStoreCache()
    >>> cache.update("2 + 2?", "model", [Generation(text="4")])
    >>> cache.lookup("2 + 2?", "model")[0].text
    '4'
    """

    def __init__(
        self, collection: CollectionLike | None = None, *, path: PathLike | None = None, collection_name: str = "llm_cache", ttl: Ttl = None
    ) -> None:
        """A collection made with ``analyzer="none"``, or a database's path, or neither: then in memory."""
        super().__init__(collection, path, collection_name, ttl)

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """What was kept for this prompt and model, or None."""
        return _answer(self._place.collection.get_many([_key(prompt, llm_string)]))

    async def alookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """The same, awaited."""
        return _answer(await self._place.twin.get_many([_key(prompt, llm_string)]))

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Keeps what the model answered, which later prompts are given."""
        self._place.collection.upsert(_record(prompt, llm_string, return_val), ttl=self._ttl)

    async def aupdate(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """The same, awaited."""
        await self._place.twin.upsert(_record(prompt, llm_string, return_val), ttl=self._ttl)


class VecStoreSemanticCache(_Cache):
    """Answers by the meaning of the prompt: that of the nearest prompt to the same model, if its score is at least ``min_score``.

    The score is that of the collection's metric, the cosine unless a collection with another is given. After ``ttl`` seconds answers are gone.
    """

    def __init__(
        self,
        collection: CollectionLike | None = None,
        embedding: Embeddings | None = None,
        *,
        path: PathLike | None = None,
        collection_name: str = "semantic_llm_cache",
        min_score: float = 0.95,
        ttl: Ttl = None,
    ) -> None:
        """A collection made with ``analyzer="none"``, or a database's path, or neither: then in memory."""
        if embedding is None:
            raise TypeError("VecStoreSemanticCache needs an embedding; VecStoreCache compares prompts exactly and needs none")
        super().__init__(collection, path, collection_name, ttl)
        self._embedding = embedding
        self._min_score = min_score

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """What was kept for the nearest prompt to this model, or None."""
        vector = self._embedding.embed_query(prompt)
        return _answer(self._place.collection.query(vector, k=1, filter=_of_model({"llm_string": llm_string}), min_score=self._min_score))

    async def alookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """The same, awaited."""
        vector = await self._embedding.aembed_query(prompt)
        return _answer(await self._place.twin.query(vector, k=1, filter=_of_model({"llm_string": llm_string}), min_score=self._min_score))

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Keeps what the model answered, which later prompts are given."""
        vector = self._embedding.embed_query(prompt)
        self._place.collection.upsert(_record(prompt, llm_string, return_val, vector), ttl=self._ttl)

    async def aupdate(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """The same, awaited."""
        vector = await self._embedding.aembed_query(prompt)
        await self._place.twin.upsert(_record(prompt, llm_string, return_val, vector), ttl=self._ttl)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(prompt: str, llm_string: str) -> str:
    return f"{_digest(llm_string)}.{_digest(prompt)}"


def _of_model(given: dict[str, Any]) -> dict[str, Any]:
    unknown = set(given) - {"llm_string"}
    if unknown:
        raise TypeError(f"clear takes llm_string, not {', '.join(sorted(unknown))}")
    return {"model": _digest(given["llm_string"])} if given else {}


def _record(prompt: str, llm_string: str, answer: RETURN_VAL_TYPE, vector: list[float] | None = None) -> Record:
    return Record(_key(prompt, llm_string), vector, {"model": _digest(llm_string)}, dumps(list(answer)))


def _answer(found: Sequence[Any]) -> RETURN_VAL_TYPE | None:
    return loads(found[0].text, allowed_objects=_CLASSES) if len(found) else None
