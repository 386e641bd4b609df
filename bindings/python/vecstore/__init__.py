"""VecStore: an embedded vector database.

::

    import vecstore

    db = vecstore.open("notes.db")
    docs = db.collection("docs", dimension=384)
    docs.upsert(ids, vectors, metadata=metadata, texts=texts)
    hits = docs.query(vector, k=10, filter="year >= 2020")
"""

from __future__ import annotations

import datetime
import threading

import numpy as np

from . import _vecstore, arrays, errors, hits, queries, records
from ._vecstore import CancelToken, Field, Filter, __version__, field
from .aio import AsyncCollection, AsyncDatabase, AsyncDiff, aopen
from .arguments import CollectionSettings, DatabaseSettings, QueryOptions
from .arrays import BinaryVector, SparseVector
from .collection import Collection
from .database import Database, check, open, repair, restore, salvage
from .embedders import Embedder, FunctionEmbedder, StaticModel, builtin_model, models_folder
from .errors import (
    Aborted,
    AlreadyExists,
    AlreadyOpen,
    Cancelled,
    DataLoss,
    DeadlineExceeded,
    Error,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    OutOfMemory,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unavailable,
    Unimplemented,
    WrongType,
)
from .hits import ArmScore, Explanation, Highlight, Hit, Hits, HitsBatch
from .queries import Query
from .records import BatchResult, Operation, Record, RecordVersion, WriteResult
from .reports import CompactResult, DatabaseCompactResult, Pin
from .scan import CollectionChange, Diff, RecordChange, Scan

#: The limits of a store by name; an error names the one that it is about.
LIMITS: dict[str, int] = _vecstore.LIMITS


def now(shift: str = "") -> dict[str, str]:
    """The query's own instant in a filter, shifted: ``field("$created_at") >= now("-7 days")``."""
    return {"$now": shift}


def timestamp(time: str | datetime.datetime) -> dict[str, str]:
    """An instant in a filter, from ISO 8601 text or a datetime: strings of the field then count as the times that they write."""
    text = arrays.plain_value(time) if isinstance(time, datetime.datetime) else (time,)
    return {"$timestamp": text[0]}  # type: ignore[index]


_vecstore.register_all(
    errors.by_name(),
    {
        "make_record": records.make_record,
        "make_hit": hits.make_hit,
        "SparseVector": SparseVector,
        "BinaryVector": BinaryVector,
        "ndarray": np.ndarray,
        "canonical_vector": arrays.canonical_vector,
        "plain_value": arrays.plain_value,
        "REFUSED": arrays.REFUSED,
        "Query": queries.Query,
    },
    threading.main_thread().ident or 0,
)

__all__ = [
    "LIMITS",
    "Aborted",
    "AlreadyExists",
    "AlreadyOpen",
    "ArmScore",
    "AsyncCollection",
    "AsyncDatabase",
    "AsyncDiff",
    "BatchResult",
    "BinaryVector",
    "CancelToken",
    "Cancelled",
    "Collection",
    "CollectionChange",
    "CollectionSettings",
    "CompactResult",
    "DataLoss",
    "Database",
    "DatabaseCompactResult",
    "DatabaseSettings",
    "DeadlineExceeded",
    "Diff",
    "Embedder",
    "Error",
    "Explanation",
    "FailedPrecondition",
    "Field",
    "Filter",
    "FunctionEmbedder",
    "Highlight",
    "Hit",
    "Hits",
    "HitsBatch",
    "Internal",
    "InvalidArgument",
    "NotFound",
    "Operation",
    "OutOfMemory",
    "OutOfRange",
    "PermissionDenied",
    "Pin",
    "Query",
    "QueryOptions",
    "Record",
    "RecordChange",
    "RecordVersion",
    "ResourceExhausted",
    "Scan",
    "SparseVector",
    "StaticModel",
    "Unavailable",
    "Unimplemented",
    "WriteResult",
    "WrongType",
    "__version__",
    "aopen",
    "builtin_model",
    "check",
    "field",
    "models_folder",
    "now",
    "open",
    "repair",
    "restore",
    "salvage",
    "timestamp",
]
