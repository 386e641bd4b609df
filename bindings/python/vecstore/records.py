"""Records, and what writes take and report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

import numpy as np

from .arguments import suggesting
from .arrays import BinaryVector, FloatArray, SparseVector, VectorLike
from .errors import Error, InvalidArgument, WrongType

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_LONGEST_SECONDS = 1e12  # thirty thousand years

#: A vector as it comes back: float32 of shape (dimension,), or (rows, dimension) of a multi-vector.
Vector = Union[FloatArray, SparseVector, BinaryVector]


def instant_of(milliseconds: int) -> datetime.datetime:
    """The instant in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def time_of(milliseconds: int) -> datetime.datetime | None:
    """The instant in UTC; None of 0, which means "not set"."""
    return instant_of(milliseconds) if milliseconds else None


def milliseconds_of(time: datetime.datetime | None) -> int:
    """Since 1970; a time without a zone is taken to be UTC. 0 of None."""
    if time is None:
        return 0
    if not isinstance(time, datetime.datetime):
        raise WrongType(f"a datetime is expected, not {type(time).__name__}")
    return ((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)) - _EPOCH) // _MILLISECOND


def span_ms(span: float | datetime.timedelta, name: str = "ttl") -> int:
    """A time span in milliseconds; numbers are seconds."""
    if isinstance(span, datetime.timedelta):
        return span // _MILLISECOND
    if isinstance(span, bool) or not isinstance(span, (int, float, np.integer, np.floating)):
        raise WrongType(f"{name}: seconds or a timedelta are expected, not {type(span).__name__}")
    if not abs(span) < _LONGEST_SECONDS:  # nor NaN
        raise InvalidArgument(f"{name} is {span} seconds, which is out of range")
    return round(span * 1000)


@suggesting
@dataclass(eq=False)
class Record:
    """What is stored under an id. Every vector may be missing; a collection of texts is legal.

    The last four members are set by the store and ignored when written. Two records are equal when what the user wrote is.

    >>> docs.upsert(vecstore.Record("cup", [0.5, 0.5, 0], {"year": 2020}, "a cup of coffee")).inserted
    1
    >>> docs.get("cup") == vecstore.Record("cup", [0.5, 0.5, 0], {"year": 2020}, "a cup of coffee")
    True
    """

    id: str  #: 1 to 1,024 bytes of UTF-8
    vector: VectorLike | None = None  #: of the field "vector"
    metadata: dict[str, Any] | None = field(default_factory=dict)  #: a JSON object: at most 1 MiB and 64 deep
    text: str | None = None  #: at most 16 MiB of UTF-8
    vectors: Mapping[str, VectorLike | None] | None = field(default_factory=dict)  #: of the other fields, by name
    expires_at: datetime.datetime | None = None  #: from then on it is in no answer; without a zone UTC; None: never
    created_at: datetime.datetime | None = None  #: when it was inserted, in UTC; None in a record of yours
    updated_at: datetime.datetime | None = None  #: when it was last written
    deleted_at: datetime.datetime | None = None  #: when it was soft-deleted; None: it is not
    version: int = 0  #: the sequence of the write that made this state: what ``if_version`` compares

    @property
    def expires_ms(self) -> int:
        """``expires_at`` in milliseconds since 1970, 0 when it never does."""
        return milliseconds_of(self.expires_at)

    def __eq__(self, other: object) -> bool:
        """Whether ids, vectors, metadata, text and expiry are equal: what the user wrote."""
        if not isinstance(other, Record):
            return NotImplemented
        mine, theirs = dict(self.vectors or {}), dict(other.vectors or {})
        return (
            (self.id, self.metadata, self.text, self.expires_at) == (other.id, other.metadata, other.text, other.expires_at)
            and same_vector(self.vector, other.vector)
            and mine.keys() == theirs.keys()
            and all(same_vector(mine[name], theirs[name]) for name in mine)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        parts = [f"{self.id!r}"]
        parts += [f"vector={in_short(self.vector)}"] if self.vector is not None else []
        parts += [f"metadata={self.metadata!r}"] if self.metadata else []
        parts += [f"text={shorten(self.text)!r}"] if self.text is not None else []
        parts += [f"{name}={in_short(v)}" for name, v in (self.vectors or {}).items()]
        return f"Record({', '.join(parts)})"


def make_record(
    id: str, vector: Any, metadata: dict[str, Any], text: str | None, vectors: dict[str, Any], expires: int, created: int, updated: int, deleted: int, version: int
) -> Record:
    """A record as the engine has it; times are milliseconds."""
    return Record(id, vector, metadata, text, vectors, time_of(expires), time_of(created), time_of(updated), time_of(deleted), version)


def same_vector(a: object, b: object) -> bool:
    """Equality of vectors of any kind."""
    if a is None or b is None or isinstance(a, (SparseVector, BinaryVector)) or isinstance(b, (SparseVector, BinaryVector)):
        return bool(type(a) is type(b) and a == b)
    return np.array_equal(np.asarray(a), np.asarray(b))


def in_short(vector: object) -> str:
    """A vector in a few characters."""
    if isinstance(vector, SparseVector):
        return f"<{len(vector.indices)} of {vector.dimension}>"
    if isinstance(vector, BinaryVector):
        return f"<{vector.dimension} bits>"
    return f"<{'x'.join(map(str, np.asarray(vector).shape))}>"


def shorten(text: str | None, most: int = 60) -> str:
    """At most so many characters."""
    text = text or ""
    return text if len(text) <= most else text[: most - 1] + "…"


class RecordVersion(NamedTuple):
    """What one write made of a record."""

    sequence: int  #: of the write: what get_version and rollback ask for
    written_at: datetime.datetime  #: in UTC
    current: bool  #: what get() returns now; a removal is not
    deleted: bool  #: the write removed or soft-deleted it
    record: Record | None  #: on request; a removal has none, a soft deletion has its deleted_at set


class WriteResult(NamedTuple):
    """What a write did."""

    sequence: int  #: the log position of its last change; 0: nothing changed. What ``refresh_to`` and ``wait_durable`` take
    inserted: int  #: records that are new
    replaced: int  #: records that were there and were replaced, changed or removed


class BatchResult(NamedTuple):
    """What :meth:`Collection.apply` did."""

    total: WriteResult  #: of all operations together
    steps: list[Error | None]  #: of every operation, in order: None, or the error that refused it


@dataclass(frozen=True)
class Operation:
    """One step of :meth:`Collection.apply`. Make it with the class methods."""

    kind: str  #: "upsert", "update", "remove", "soft_delete" or "restore"
    target: Record | str  #: the record of an upsert, else the id
    change: tuple[Any, ...] = ()  #: what an update changes, in the order of its arguments
    if_absent: bool = False  #: only when the id is not there
    if_version: int | None = None  #: only when the stored version is exactly this

    @classmethod
    def upsert(cls, record: Record, *, if_absent: bool = False, if_version: int | None = None) -> Operation:
        """Inserts or replaces the record.

        :param record: what is to be stored.
        :param if_absent: only when the id is not there.
        """
        return cls("upsert", record, (), if_absent, if_version)

    @classmethod
    def update(
        cls,
        id: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        patch: Mapping[str, Any] | None = None,
        vectors: Mapping[str, VectorLike | None] | None = None,
        text: str | None = None,
        if_version: int | None = None,
    ) -> Operation:
        """Changes a record: ``metadata``, ``patch``, ``vectors`` and ``text`` as in :meth:`Collection.update`."""
        return cls("update", id, (metadata, patch, vectors, text, None, False), False, if_version)

    @classmethod
    def remove(cls, id: str, *, if_version: int | None = None) -> Operation:
        """Removes the record."""
        return cls("remove", id, (), False, if_version)

    @classmethod
    def soft_delete(cls, id: str) -> Operation:
        """Hides the record until it is restored or purged."""
        return cls("soft_delete", id)

    @classmethod
    def restore(cls, id: str) -> Operation:
        """Shows a soft-deleted record again."""
        return cls("restore", id)
