"""Haystack's own test suites, unmodified, from the released package haystack-ai: 83 cases, and 44 awaited ones."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("haystack", reason="haystack-ai is not installed: tools/setup python")

from haystack.dataclasses import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.testing import document_store as suites
from haystack.testing import document_store_async as async_suites

from vecstore.haystack import VecStoreDocumentStore


def as_stored(document):
    """Embeddings are kept in float32; all else comes back as it was."""
    if document.embedding is None:
        return document
    return dataclasses.replace(document, embedding=np.asarray(document.embedding, dtype=np.float32).tolist())


class _Stored:
    @pytest.fixture
    def document_store(self, tmp_path):
        store = VecStoreDocumentStore(path=tmp_path / "db")
        yield store
        store.close()

    @staticmethod
    def assert_documents_are_equal(received, expected):
        assert received == [as_stored(document) for document in expected]


class TestDocumentStore(
    _Stored,
    suites.DocumentStoreBaseExtendedTests,
    suites.CountDocumentsByFilterTest,
    suites.CountUniqueMetadataByFilterTest,
    suites.GetMetadataFieldsInfoTest,
    suites.GetMetadataFieldMinMaxTest,
    suites.GetMetadataFieldUniqueValuesTest,
):
    def test_write_documents(self, document_store):
        """The suite leaves the default policy to the store: here FAIL."""
        document = Document(content="test doc")
        assert document_store.write_documents([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([document])


class TestDocumentStoreAsync(
    _Stored,
    async_suites.DeleteAllAsyncTest,
    async_suites.CountDocumentsAsyncTest,
    async_suites.CountDocumentsByFilterAsyncTest,
    async_suites.CountUniqueMetadataByFilterAsyncTest,
    async_suites.DeleteByFilterAsyncTest,
    async_suites.UpdateByFilterAsyncTest,
    async_suites.WriteDocumentsAsyncTest,
    async_suites.DeleteDocumentsAsyncTest,
    async_suites.GetMetadataFieldsInfoAsyncTest,
    async_suites.GetMetadataFieldMinMaxAsyncTest,
    async_suites.GetMetadataFieldUniqueValuesAsyncTest,
    async_suites.FilterDocumentsAsyncTest,
):
    async def test_write_documents_async(self, document_store):
        """As above."""
        document = Document(content="test doc")
        assert await document_store.write_documents_async([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            await document_store.write_documents_async([document])
