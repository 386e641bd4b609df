"""An embedder of VecStore as LlamaIndex's BaseEmbedding: models that run here, providers, the cache."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from ..embedders import Embedder, embedded


class VecStoreEmbedding(BaseEmbedding):
    """Any :class:`vecstore.Embedder` for whatever takes LlamaIndex's BaseEmbedding; questions are embedded as questions.

    :param embedder: such as ``vecstore.load_model("all-MiniLM-L6-v2")``.
    :param kwargs: what every BaseEmbedding takes, such as ``embed_batch_size``.
    """

    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder, **kwargs: Any) -> None:
        super().__init__(**{"model_name": embedder.name, **kwargs})
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """What LlamaIndex calls it."""
        return "VecStoreEmbedding"

    def _rows(self, texts: list[str], questions: bool = False) -> list[list[float]]:
        rows: list[list[float]] = embedded(self._embedder, texts, questions=questions).tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._rows([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._rows(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._rows([query], questions=True)[0]

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)
