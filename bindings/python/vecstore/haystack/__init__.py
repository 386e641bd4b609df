"""Haystack: a document store and its retrievers by embedding, by words (BM25) and by both.

Needs the package haystack-ai.
"""

from __future__ import annotations

try:
    import haystack  # noqa: F401
except ImportError as error:
    from ..adapters import missing

    missing("vecstore.haystack", "haystack-ai", error)

from .document_store import VecStoreDocumentStore
from .retrievers import VecStoreBM25Retriever, VecStoreEmbeddingRetriever, VecStoreHybridRetriever

__all__ = ["VecStoreBM25Retriever", "VecStoreDocumentStore", "VecStoreEmbeddingRetriever", "VecStoreHybridRetriever"]
