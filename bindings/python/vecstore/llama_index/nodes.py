"""Nodes of LlamaIndex as records, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from llama_index.core.schema import BaseNode, MetadataMode
from llama_index.core.vector_stores.types import VectorStoreQueryResult
from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

from ..errors import InvalidArgument
from ..hits import Hit
from ..records import Record

_SOURCES = ("document_id", "doc_id", "ref_doc_id")


def to_records(nodes: Sequence[BaseNode], field: str) -> list[Record]:
    """The records: id, embedding and text are the node's, the metadata its metadata with the node itself under ``_node_content``."""
    return list({node.node_id: _record(node, field) for node in nodes}.values())


def _record(node: BaseNode, field: str) -> Record:
    metadata = node_to_metadata_dict(node, remove_text=True, flat_metadata=False)
    for key in _SOURCES:
        if node.ref_doc_id is None and metadata.get(key) == "None":
            del metadata[key]  # so that deleting the document "None" takes no node that has none
    vector = node.embedding
    own, others = (vector, {}) if field == "vector" else (None, {} if vector is None else {field: vector})
    return Record(node.node_id, own, metadata, node.get_content(metadata_mode=MetadataMode.NONE), others)


def to_node(found: Record | Hit, field: str, with_embedding: bool) -> BaseNode:
    """The node as it was, its embedding in float32."""
    metadata: dict[str, Any] = found.metadata or {}
    if "_node_content" not in metadata:
        raise InvalidArgument(f"record '{found.id}' was not written by vecstore.llama_index: it has no _node_content")
    node = metadata_dict_to_node(metadata, text=found.text or "")
    if with_embedding:
        vector = found.vector if field == "vector" or isinstance(found, Hit) else (found.vectors or {}).get(field)
        node.embedding = None if vector is None else np.asarray(vector).tolist()
    return node


def to_result(hits: Iterable[Hit], field: str, with_embedding: bool) -> VectorStoreQueryResult:
    """Nodes, similarities and ids, best first."""
    many = list(hits)
    nodes = [to_node(hit, field, with_embedding) for hit in many]
    return VectorStoreQueryResult(nodes=nodes, similarities=[hit.score for hit in many], ids=[hit.id for hit in many])
