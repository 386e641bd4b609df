"""LlamaIndex: a vector store with every filter operator and the query modes default, mmr, sparse, text_search and hybrid.

::

    from llama_index.core import StorageContext, VectorStoreIndex
    from vecstore.llama_index import VecStoreVectorStore

    store = VecStoreVectorStore(path="notes.db")
    index = VectorStoreIndex.from_documents(documents, storage_context=StorageContext.from_defaults(vector_store=store))
    index.as_retriever(vector_store_query_mode="hybrid").retrieve("opening files")

Needs the package llama-index-core.
"""

from __future__ import annotations

try:
    import llama_index.core  # noqa: F401
except ImportError as error:
    from ..adapters import missing

    missing("vecstore.llama_index", "llama-index-core", error)

from .vector_store import VecStoreVectorStore

__all__ = ["VecStoreVectorStore"]
