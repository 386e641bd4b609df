"""A retriever that also searches by words, and by both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from .vector_store import VecStoreVectorStore

if TYPE_CHECKING:
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun


class VecStoreRetriever(BaseRetriever):
    """The documents that answer a text: by meaning and by words (``mode="hybrid"``), by meaning ("vector"), by words ("text"), or "mmr".

    ``invoke(text, k=3)`` and the like override what is set here for one call. Each document's score stands in its metadata under
    ``score_key`` when that is set.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    vectorstore: VecStoreVectorStore  #: what is asked
    mode: Literal["hybrid", "vector", "text", "mmr"] = "hybrid"  #: by what
    k: int = 4  #: how many documents
    filter: Any = None  #: which documents count
    score_key: str | None = None  #: where in the metadata a document's score goes; None: nowhere
    search_kwargs: dict[str, Any] = Field(default_factory=dict)  #: options of the query: ``alpha``, ``effort``, for mmr ``fetch_k`` and ``lambda_mult``

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any) -> list[Document]:
        mode, options = self._options(kwargs)
        if mode == "mmr":
            return self.vectorstore.max_marginal_relevance_search(query, **options)
        return self._documents(self.vectorstore.similarity_search_with_score(query, mode=mode, **options))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        mode, options = self._options(kwargs)
        if mode == "mmr":
            return await self.vectorstore.amax_marginal_relevance_search(query, **options)
        return self._documents(await self.vectorstore.asimilarity_search_with_score(query, mode=mode, **options))

    def _options(self, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        options = {"k": self.k, "filter": self.filter, **self.search_kwargs, **given}
        return options.pop("mode", self.mode), options

    def _documents(self, scored: list[tuple[Document, float]]) -> list[Document]:
        if self.score_key is not None:
            for document, score in scored:
                document.metadata[self.score_key] = score
        return [document for document, _ in scored]
