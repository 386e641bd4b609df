"""LlamaIndex: a vector store with every filter operator and the query modes default, mmr, sparse, text_search and hybrid; and embeddings.

Needs the package llama-index-core.
"""

from __future__ import annotations

try:
    import llama_index.core  # noqa: F401
except ImportError as error:
    from ..adapters import missing

    missing("vecstore.llama_index", "llama-index-core", error)

from .embeddings import VecStoreEmbedding
from .vector_store import VecStoreVectorStore

__all__ = ["VecStoreEmbedding", "VecStoreVectorStore"]
