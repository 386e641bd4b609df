"""LangChain's own test suites, unmodified, from the released package langchain-tests."""

import pytest

pytest.importorskip("langchain_tests", reason="langchain-tests is not installed: tools/setup python")

from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_tests.integration_tests import (
    AsyncCacheTestSuite,
    BaseStoreAsyncTests,
    BaseStoreSyncTests,
    RetrieversIntegrationTests,
    SyncCacheTestSuite,
    VectorStoreIntegrationTests,
)

from vecstore.langchain import VecStoreByteStore, VecStoreCache, VecStoreRetriever, VecStoreSemanticCache, VecStoreVectorStore


class TestVectorStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self):
        with VecStoreVectorStore(embedding=self.get_embeddings()) as store:
            yield store


class TestVectorStoreOnDisk(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path):
        with VecStoreVectorStore(path=tmp_path / "db", embedding=self.get_embeddings()) as store:
            yield store


class _Retriever(RetrieversIntegrationTests):
    mode = "hybrid"

    @property
    def retriever_constructor(self):
        return VecStoreRetriever

    @property
    def retriever_constructor_params(self):
        texts = [f"how to open file number {i}" for i in range(8)]
        store = VecStoreVectorStore.from_texts(texts, DeterministicFakeEmbedding(size=6))
        return {"vectorstore": store, "mode": self.mode}

    @property
    def retriever_query_example(self):
        return "open a file"


class TestHybridRetriever(_Retriever):
    pass


class TestVectorRetriever(_Retriever):
    mode = "vector"


class TestTextRetriever(_Retriever):
    mode = "text"


class TestMmrRetriever(_Retriever):
    mode = "mmr"


class TestCache(SyncCacheTestSuite):
    @pytest.fixture
    def cache(self, tmp_path):
        cache = VecStoreCache(path=tmp_path / "db")
        yield cache
        cache.close()


class TestCacheAsync(AsyncCacheTestSuite):
    @pytest.fixture
    async def cache(self, tmp_path):
        cache = VecStoreCache(path=tmp_path / "db")
        yield cache
        cache.close()


class TestSemanticCache(SyncCacheTestSuite):
    @pytest.fixture
    def cache(self):
        cache = VecStoreSemanticCache(embedding=DeterministicFakeEmbedding(size=32))
        yield cache
        cache.close()


class TestSemanticCacheAsync(AsyncCacheTestSuite):
    @pytest.fixture
    async def cache(self):
        cache = VecStoreSemanticCache(embedding=DeterministicFakeEmbedding(size=32))
        yield cache
        cache.close()


class TestByteStore(BaseStoreSyncTests[bytes]):
    @pytest.fixture
    def kv_store(self, tmp_path):
        store = VecStoreByteStore(path=tmp_path / "db")
        yield store
        store.close()

    @pytest.fixture
    def three_values(self):
        return b"\x00first", b"", bytes(range(256))


class TestByteStoreAsync(BaseStoreAsyncTests[bytes]):
    @pytest.fixture
    async def kv_store(self, tmp_path):
        store = VecStoreByteStore(path=tmp_path / "db")
        yield store
        store.close()

    @pytest.fixture
    def three_values(self):
        return b"\x00first", b"", bytes(range(256))
