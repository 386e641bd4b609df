"""Documents of Haystack as records, and back."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from haystack.dataclasses import ByteStream, Document, SparseEmbedding

from ..hits import Hit
from ..records import Record
from .filters import EXTRAS


def to_records(documents: Any) -> list[Record]:
    """The records, checked."""
    if not isinstance(documents, Sequence) or isinstance(documents, str) or not all(isinstance(d, Document) for d in documents):
        raise ValueError("a list of haystack.Document is expected")
    return [_record(d) for d in documents]


def checked_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without the key that is the store's own."""
    if EXTRAS in meta:
        raise ValueError(f"the key '{EXTRAS}' of the metadata is the store's own")
    return dict(meta)


def _record(document: Document) -> Record:
    metadata = checked_meta(document.meta)
    extras: dict[str, Any] = {}
    if document.blob is not None:
        blob = document.blob
        extras["blob"] = {"data": base64.b64encode(blob.data).decode(), "meta": blob.meta, "mime_type": blob.mime_type}
    if document.sparse_embedding is not None:
        extras["sparse_embedding"] = document.sparse_embedding.to_dict()
    if document.score is not None:
        extras["score"] = document.score
    if extras:
        metadata[EXTRAS] = extras
    return Record(document.id, document.embedding, metadata, document.content)


def to_document(found: Record | Hit, score: float | None = None) -> Document:
    """The document; ``score`` is a search's."""
    meta = dict(found.metadata or {})
    extras = meta.pop(EXTRAS, {})
    blob, sparse = extras.get("blob"), extras.get("sparse_embedding")
    return Document(
        id=found.id,
        content=found.text,
        blob=ByteStream(base64.b64decode(blob["data"]), blob["meta"], blob["mime_type"]) if blob else None,
        meta=meta,
        score=extras.get("score") if score is None else score,
        embedding=None if found.vector is None else np.asarray(found.vector).tolist(),
        sparse_embedding=SparseEmbedding.from_dict(sparse) if sparse else None,
    )
