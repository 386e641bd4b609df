"""Answers that are given again, to questions that mean the same, while the passages that they are from are the same."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _vecstore, embedders
from .embedders import Embedder
from .errors import InvalidArgument, WrongType

if TYPE_CHECKING:
    from .database import Database

_MOST_SECONDS = 1_000_000_000


class CachedFrom(NamedTuple):
    """Where an answer was given before."""

    question: str  #: that it was given to
    similarity: float  #: of the two questions: the cosine; 1 for the same words
    said_at: datetime.datetime | None  #: in UTC


class AnswerCacheStats(NamedTuple):
    """What a cache of answers did, over all programs that could write."""

    entries: int  #: answers that are kept
    hits: int  #: questions that were answered from it
    misses: int  #: and those that a model was asked
    stale: int  #: of the misses: there was an answer, from other passages


class AnswerCache:
    """Answers kept in a database, for ``cache=`` of :meth:`Collection.ask`. Safe from many threads.

    An answer is given again when model, settings and the ways to find passages are the same, the questions mean the same by their vectors, with the same numbers, denials and
    order of words, and the model would be shown the very same passages: that is tried, so that a document that changed ends it. Answers with problems are not kept.

    :param database: that keeps them.
    :param embedder: the one of the collection that is asked: each has a cache of its own.
    :param threshold: the least cosine of two questions that have one answer, 0 to 1.
    :param ttl: how long an answer is given, in seconds from 1 on, or a timedelta: a week unless given.
    :param capacity: answers that are kept, at least 1; the least recently used go first.
    :raises InvalidArgument: one of these is out of its range.
    """

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        *,
        threshold: float = 0.97,
        ttl: float | datetime.timedelta = 7 * 24 * 60 * 60,
        capacity: int = 10_000,
    ) -> None:
        if not hasattr(embedder, "embed"):
            raise WrongType(f"an embedder is expected, not {type(embedder).__name__}")
        seconds = ttl.total_seconds() if isinstance(ttl, datetime.timedelta) else ttl
        for name, value in (("threshold", threshold), ("ttl", seconds), ("capacity", capacity)):
            if isinstance(value, (bool, str)) or not hasattr(value, "__float__"):
                raise WrongType(f"{name}: a number is expected, not {type(value).__name__}")
            if not math.isfinite(value) or value < 0:
                raise InvalidArgument(f"{name} must be a number that is not negative, it is {value}")
        if seconds > _MOST_SECONDS:
            raise InvalidArgument(f"ttl must be at most {_MOST_SECONDS} s, it is {seconds}")
        self._embedder = embedder
        self._database = database
        self._options = (float(threshold), math.floor(seconds), int(capacity))
        self._core = self._open()

    def _open(self) -> _vecstore.AnswerCache:
        return _vecstore.open_answer_cache(self._database._core, embedders.info_of(self._embedder), *self._options, True)

    def stats(self) -> AnswerCacheStats:
        """Answers that are kept, and how often they were given."""
        return AnswerCacheStats(*self._core.stats())

    def clear(self) -> int:
        """Forgets all answers and counts, and gives how many answers there were."""
        entries = self.stats().entries
        self._database.drop_collection(self._core.collection())
        self._core = self._open()
        return entries

    def __repr__(self) -> str:
        threshold, ttl, capacity = self._options
        return f"<AnswerCache: {self.stats().entries:,} of {capacity:,} answers, threshold {threshold:g}, {ttl:,} s>"


def key_of(asked: dict[str, Any], retrieval: str) -> str:
    """What an answer depends on, beside its question and passages."""
    return _vecstore.answer_key(asked, retrieval)


__all__ = ["AnswerCache", "AnswerCacheStats", "CachedFrom"]
