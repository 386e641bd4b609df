"""LangChain: a vector store, embeddings, a retriever, caches of model answers and a key-value store, all on VecStore collections.

Needs the package langchain-core.
"""

from __future__ import annotations

try:
    import langchain_core  # noqa: F401
except ImportError as error:
    from ..adapters import missing

    missing("vecstore.langchain", "langchain-core", error)

from .caches import VecStoreCache, VecStoreSemanticCache
from .embeddings import VecStoreEmbeddings
from .key_values import VecStoreByteStore
from .retriever import VecStoreRetriever
from .structured_queries import VecStoreTranslator
from .vector_store import VecStoreVectorStore

__all__ = ["VecStoreByteStore", "VecStoreCache", "VecStoreEmbeddings", "VecStoreRetriever", "VecStoreSemanticCache", "VecStoreTranslator", "VecStoreVectorStore"]
