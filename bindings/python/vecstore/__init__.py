"""An embedded vector database: vectors, words, metadata filters and durability in one library, in your process.

>>> import vecstore
>>> db = vecstore.open(":memory:")  # or a folder, made when absent
>>> docs = db.collection("docs", dimension=3)
>>> vectors = [[0.9, 0.1, 0.0], [0.0, 0.2, 0.9], [0.1, 0.9, 0.1]]
>>> metadata = [{"year": 2024, "tags": ["drink"]}, {"year": 2019, "tags": ["water"]}, {"year": 2021}]
>>> texts = ["how to brew green tea", "the tides of the sea", "where to find a lost key"]
>>> docs.upsert(["tea", "sea", "key"], vectors, metadata=metadata, texts=texts).inserted
3
>>> for hit in docs.query([1.0, 0.0, 0.1], k=2, filter="year >= 2020"):
...     print(hit.id, round(hit.score, 3), hit.text)
tea 0.989 how to brew green tea
key 0.12 where to find a lost key

The examples of all pages go on from this one, with NumPy as ``np`` and what they need from ``vecstore`` imported.
"""

from __future__ import annotations

import datetime
import threading

import numpy as np

from . import _vecstore, arrays, errors, hits, queries, records
from ._vecstore import CancelToken, Field, Filter, __version__, field
from .aio import AsyncCollection, AsyncConversation, AsyncDatabase, AsyncDiff, aopen
from .aio_models import AsyncAnswerStream, AsyncChat, AsyncEmbedder, AsyncReranker, AsyncSparseEmbedder, AsyncTokenEmbedder
from .answer_cache import AnswerCache, AnswerCacheStats, CachedFrom
from .answer_evaluation import ANSWER_METRICS, AnswerEvaluation, AnswerMean, JudgedAnswer, evaluate_answers
from .answers import Answer, AnswerStream, Citation, answer, stream_answer
from .arguments import (
    AnswerOptions,
    AskOptions,
    CollectionSettings,
    ConversationSettings,
    DatabaseSettings,
    IngestSettings,
    MemoryOptions,
    QueryOptions,
    RemoteChatSettings,
    RemoteEmbedderSettings,
    RemoteSettings,
    RetrievalOptions,
    SearchOptions,
)
from .arrays import BinaryVector, SparseVector
from .chat import ChatAnswer, ChatModel, FunctionChat, RemoteChat, chat_providers
from .collection import Collection
from .conversations import Conversation, ConversationInfo, Conversations, ConversationTurn, History
from .database import Database, check, open, repair, restore, salvage
from .embedders import Embedder, EngineEmbedder, FunctionEmbedder, SomeEmbedded
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
    Unauthenticated,
    Unavailable,
    Unimplemented,
    WrongType,
)
from .evaluation import USUAL_METRICS, ComparedMetric, EvaluatedHit, EvaluatedQuery, EvaluatedRun, Evaluation, Interval, compare, evaluate, join_evaluations
from .extracting import Document, DocumentPlace, Heading, extract
from .heads import CrossEncoder, LateInteraction, SparseEmbedder, TokenEmbedder, load_reranker, load_sparse_embedder, load_token_embedder, max_sim
from .hits import ArmScore, Explanation, Highlight, Hit, Hits, HitsBatch
from .judged import Dataset, EvalQuestion, read_dataset, read_judgements, read_questions, read_run, write_judgements, write_questions, write_run
from .models import CachedEmbedder, Model, StaticModel, builtin_model, list_models, load_model, models_folder
from .pipeline import Pipeline
from .queries import Query
from .records import BatchResult, Operation, Record, RecordVersion, WriteResult
from .remote import Provider, RemoteEmbedder, RemoteReranker, embedding_providers, reranking_providers
from .reports import CompactResult, DatabaseCompactResult, EmbeddingCacheStats, ModelFolder, Pin, RemoteEstimate, RemoteUsage
from .rerankers import EngineReranker, RankedText, Reranker
from .retrieval import Misspelling, RerankSteps, Spelling, Synonyms
from .scan import CollectionChange, Diff, RecordChange, Scan
from .watching import FolderWatch

#: The limits of a store by name; an error names the one that it is about.
LIMITS: dict[str, int] = _vecstore.LIMITS


def now(shift: str = "") -> dict[str, str]:
    """The query's own instant in a filter, shifted.

    >>> docs.count(field("$created_at") >= now("-7 days"))
    3

    :param shift: such as ``"-7 days"`` or ``"+1 hour"``; ``""`` is the instant itself.
    """
    return {"$now": shift}


def timestamp(time: str | datetime.datetime) -> dict[str, str]:
    """An instant in a filter: strings of the field then count as the times that they write.

    >>> docs.count(field("written") < timestamp("2024-03-01T12:00:00Z"))
    0

    :param time: ISO 8601 text, or a datetime, which without a zone is UTC.
    """
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
    "ANSWER_METRICS",
    "LIMITS",
    "USUAL_METRICS",
    "Aborted",
    "AlreadyExists",
    "AlreadyOpen",
    "Answer",
    "AnswerCache",
    "AnswerCacheStats",
    "AnswerEvaluation",
    "AnswerMean",
    "AnswerOptions",
    "AnswerStream",
    "ArmScore",
    "AskOptions",
    "AsyncAnswerStream",
    "AsyncChat",
    "AsyncCollection",
    "AsyncConversation",
    "AsyncDatabase",
    "AsyncDiff",
    "AsyncEmbedder",
    "AsyncReranker",
    "AsyncSparseEmbedder",
    "AsyncTokenEmbedder",
    "BatchResult",
    "BinaryVector",
    "CachedEmbedder",
    "CachedFrom",
    "CancelToken",
    "Cancelled",
    "ChatAnswer",
    "ChatModel",
    "Citation",
    "Collection",
    "CollectionChange",
    "CollectionSettings",
    "CompactResult",
    "ComparedMetric",
    "Conversation",
    "ConversationInfo",
    "ConversationSettings",
    "ConversationTurn",
    "Conversations",
    "CrossEncoder",
    "DataLoss",
    "Database",
    "DatabaseCompactResult",
    "DatabaseSettings",
    "Dataset",
    "DeadlineExceeded",
    "Diff",
    "Document",
    "DocumentPlace",
    "Embedder",
    "EmbeddingCacheStats",
    "EngineEmbedder",
    "EngineReranker",
    "Error",
    "EvalQuestion",
    "EvaluatedHit",
    "EvaluatedQuery",
    "EvaluatedRun",
    "Evaluation",
    "Explanation",
    "FailedPrecondition",
    "Field",
    "Filter",
    "FolderWatch",
    "FunctionChat",
    "FunctionEmbedder",
    "Heading",
    "Highlight",
    "History",
    "Hit",
    "Hits",
    "HitsBatch",
    "IngestSettings",
    "Internal",
    "Interval",
    "InvalidArgument",
    "JudgedAnswer",
    "LateInteraction",
    "MemoryOptions",
    "Misspelling",
    "Model",
    "ModelFolder",
    "NotFound",
    "Operation",
    "OutOfMemory",
    "OutOfRange",
    "PermissionDenied",
    "Pin",
    "Pipeline",
    "Provider",
    "Query",
    "QueryOptions",
    "RankedText",
    "Record",
    "RecordChange",
    "RecordVersion",
    "RemoteChat",
    "RemoteChatSettings",
    "RemoteEmbedder",
    "RemoteEmbedderSettings",
    "RemoteEstimate",
    "RemoteReranker",
    "RemoteSettings",
    "RemoteUsage",
    "RerankSteps",
    "Reranker",
    "ResourceExhausted",
    "RetrievalOptions",
    "Scan",
    "SearchOptions",
    "SomeEmbedded",
    "SparseEmbedder",
    "SparseVector",
    "Spelling",
    "StaticModel",
    "Synonyms",
    "TokenEmbedder",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "WriteResult",
    "WrongType",
    "__version__",
    "answer",
    "aopen",
    "builtin_model",
    "chat_providers",
    "check",
    "compare",
    "embedding_providers",
    "evaluate",
    "evaluate_answers",
    "extract",
    "field",
    "join_evaluations",
    "list_models",
    "load_model",
    "load_reranker",
    "load_sparse_embedder",
    "load_token_embedder",
    "max_sim",
    "models_folder",
    "now",
    "open",
    "read_dataset",
    "read_judgements",
    "read_questions",
    "read_run",
    "repair",
    "reranking_providers",
    "restore",
    "salvage",
    "stream_answer",
    "timestamp",
    "write_judgements",
    "write_questions",
    "write_run",
]
