"""Everything that changes records."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import embedders, frames
from . import progress as _progress
from ._vecstore import CancelToken
from .arguments import FilterLike, suggesting
from .arrays import VectorLike
from .columns import Columns, Metadatas, ids_of
from .errors import InvalidArgument, WrongType
from .handle import Handle
from .records import BatchResult, Operation, Record, WriteResult, milliseconds_of, span_ms


class Writing(Handle):
    """The part of a collection's handle that writes."""

    __slots__ = ()

    @suggesting
    def upsert(
        self,
        ids: str | Record | Sequence[str] | Any,
        vectors: VectorLike | Sequence[VectorLike | None] | None = None,
        *,
        metadata: Mapping[str, Any] | Metadatas | None = None,
        texts: str | Sequence[str | None] | None = None,
        fields: Mapping[str, Any] | None = None,
        ttl: float | datetime.timedelta | None = None,
        if_absent: bool = False,
        if_version: int | None = None,
        batch_size: int | None = None,
        progress: Callable[[int, int], None] | bool | None = None,
        cancel: CancelToken | None = None,
    ) -> WriteResult:
        """Inserts records, or replaces them whole: clears expiry and soft deletion, keeps ``created_at``.

        One record: an id, or a :class:`Record`. Many: a sequence of ids, a matrix (n, dimension) or a sequence of vectors (None: without), and
        one metadata dict and text for each. Or a table, as in :meth:`upsert_table`. Acknowledged when it returns: what that survives is the
        database's ``durability``.

        >>> docs.upsert("cup", [0.5, 0.5, 0], metadata={"year": 2020}, texts="a cup of coffee").inserted
        1
        >>> docs.upsert(["cup", "jug"], [[0.5, 0.5, 0], [0.4, 0.6, 0]])[1:]  # inserted, replaced
        (1, 1)

        :param vectors: of the field "vector": shape (dimension,) for one record, (n, dimension) for many; None: without. A float32 array in C
            order is read where it lies; other numbers are converted by one copy.
        :param metadata: a JSON object, or one for each id: at most 1 MiB and 64 deep. Dates become ISO 8601 text.
        :param texts: what is found by words, or one for each id: at most 16 MiB of UTF-8.
        :param fields: vectors of other fields by name: one vector, or a sequence of one for each id.
        :param ttl: the record expires so many seconds from now (one record only).
        :param if_absent: only when the id is not there (one record only); raises Aborted.
        :param if_version: only when the stored version is exactly this (one record only); raises Aborted.
        :param batch_size: write so many at a time, each batch all or nothing; left out, all are one batch of at most 64 MiB.
        :param progress: called with (written, total) after each batch; True shows a line on standard error, or a bar in a notebook.
        :param cancel: ends it; nothing of the batch that is not yet logged is stored. Ctrl-C does the same.
        :raises Cancelled: by ``cancel``.
        :raises InvalidArgument: another dimension, NaN, an id given twice, columns of different lengths, metadata against the collection's rules.
        :raises Aborted: a condition does not hold. Nothing was changed.
        """
        if isinstance(ids, Record):
            self._refuse(vectors=vectors, metadata=metadata, texts=texts, fields=fields, batch_size=batch_size)
            return WriteResult(*self._core.upsert_one(ids, if_absent, if_version, None if ttl is None else span_ms(ttl)))
        if isinstance(ids, str):
            self._refuse(batch_size=batch_size, progress=progress or None)
            record = Record(ids, vectors, metadata, texts, fields)  # type: ignore[arg-type]
            return WriteResult(*self._core.upsert_one(record, if_absent, if_version, None if ttl is None else span_ms(ttl)))
        if ttl is not None or if_absent or if_version is not None:
            raise InvalidArgument("ttl, if_absent and if_version are for one record; Record.expires_at and apply() serve many")
        if frames.is_table(ids):
            self._refuse(vectors=vectors, metadata=metadata, texts=texts, fields=fields)
            return self.upsert_table(ids, batch_size=batch_size, progress=progress, cancel=cancel)
        batch = Columns(ids_of(ids), vectors, metadata, texts, fields)
        return self._write(len(batch.ids), batch_size, progress, lambda start, end: batch.write(self._core, start, end, cancel))

    @staticmethod
    def _refuse(**given: object) -> None:
        for name, value in given.items():
            if value is not None:
                raise InvalidArgument(f"'{name}' does not go with what is given first: it is one record, or holds that itself")

    @staticmethod
    def _write(total: int, size: int | None, progress: Callable[[int, int], None] | bool | None, write: Callable[[int, int], tuple[int, int, int]]) -> WriteResult:
        """All at once, or batch by batch."""
        if size is not None and size < 1:
            raise InvalidArgument(f"batch_size must be at least 1, it is {size}")
        tell = _progress.of_writing() if progress is True else progress or None
        done, step = WriteResult(0, 0, 0), size or max(total, 1)
        for start in range(0, total, step):
            end = min(start + step, total)
            try:
                sequence, inserted, replaced = write(start, end)
            except InvalidArgument as error:
                if size is None and "the batch takes more than" in str(error):
                    raise InvalidArgument(f"{error}; batch_size=10_000 writes so many at a time") from None
                raise
            done = WriteResult(max(sequence, done.sequence), done.inserted + inserted, done.replaced + replaced)
            if tell is not None:
                tell(end, total)
        return done

    @suggesting
    def upsert_many(self, records: Iterable[Record | Mapping[str, Any]], *, batch_size: int | None = None, cancel: CancelToken | None = None) -> WriteResult:
        """Inserts or replaces what an iterable gives; all of it is in memory at once. All or nothing, unless ``batch_size`` says how many make a batch.

        >>> docs.upsert_many({"id": f"n{i}", "vector": [i, 1, 0], "metadata": {"n": i}} for i in range(3)).inserted
        3

        :param records: :class:`Record` objects, or dicts with a record's members.
        :param cancel: ends it, as in :meth:`upsert`.
        :raises InvalidArgument: as :meth:`upsert`; a wrong member of a dict names the nearest one.
        """
        many = [_record_of(r, i) for i, r in enumerate(_not_one(records))]
        return self._write(len(many), batch_size, None, lambda start, end: self._core.upsert_records(many[start:end], cancel))

    @suggesting
    def upsert_text(
        self,
        ids: str | Sequence[str],
        texts: str | Sequence[str],
        *,
        metadata: Mapping[str, Any] | Metadatas | None = None,
        batch_size: int | None = None,
    ) -> WriteResult:
        """Embeds the texts with the collection's model and upserts vectors and texts.

        :param texts: one for each id; or one text, with one id.
        :param metadata: a JSON object, or one for each id.
        :raises FailedPrecondition: the collection has no embedder.
        """
        model = self._model()
        if isinstance(ids, str) and isinstance(texts, str):
            return self.upsert(ids, embedders.embedded(model, [texts])[0], metadata=metadata, texts=texts)
        many = list(texts)
        return self.upsert(ids, embedders.embedded(model, many), metadata=metadata, texts=many, batch_size=batch_size)

    @suggesting
    def upsert_table(
        self,
        table: Any,
        *,
        id: str = "id",
        vector: str | None = "vector",
        text: str | None = "text",
        metadata: Sequence[str] | None = None,
        batch_size: int | None = None,
        progress: Callable[[int, int], None] | bool | None = None,
        cancel: CancelToken | None = None,
    ) -> WriteResult:
        """Inserts or replaces the rows of a table; an index of pandas is not looked at.

        :param table: a pandas or polars DataFrame, a pyarrow Table or RecordBatch.
        :param id: the column of ids, which are strings.
        :param vector: the column of vectors: arrays, lists, or lists of fixed size; it may be absent, or be None.
        :param text: the column of texts; it may be absent, or be None.
        :param metadata: the columns that become metadata; all others when left out. A missing value leaves its key out.
        :param progress: called with (written, total) after each batch; True shows a line on standard error, or a bar in a notebook.
        :param cancel: ends it, as in :meth:`upsert`.
        :raises InvalidArgument: there is no such column, or as :meth:`upsert`.
        """
        ids, vectors, texts, objects = frames.split(table, id=id, vector=vector, text=text, metadata=metadata)
        batch = Columns(ids_of(ids), vectors, objects, texts, None)
        return self._write(len(batch.ids), batch_size, progress, lambda start, end: batch.write(self._core, start, end, cancel))

    @suggesting
    def update(
        self,
        id: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        patch: Mapping[str, Any] | None = None,
        vector: VectorLike | None = None,
        vectors: Mapping[str, VectorLike | None] | None = None,
        text: str | None = None,
        remove_text: bool = False,
        expires_at: datetime.datetime | None = None,
        if_version: int | None = None,
    ) -> WriteResult:
        """Changes what is given of one record; the rest stays.

        >>> docs.update("tea", patch={"read": True}).replaced
        1
        >>> docs.get("tea").metadata["read"]
        True

        :param metadata: replaces the whole object.
        :param patch: merges (RFC 7396): objects merge, None deletes a key.
        :param vector: of the field "vector".
        :param vectors: by field; None removes that vector.
        :param text: replaces the text.
        :param remove_text: the record has no text any more.
        :param expires_at: from then on the record is in no answer; without a zone UTC.
        :raises NotFound: when there is no such record.
        :raises Aborted: the condition does not hold. Nothing was changed.
        """
        parts = _changes(metadata, patch, vector, vectors, text, expires_at, remove_text)
        return WriteResult(*self._core.update(id, parts, if_version))

    @suggesting
    def update_where(
        self,
        filter: FilterLike,
        *,
        metadata: Mapping[str, Any] | None = None,
        patch: Mapping[str, Any] | None = None,
        vectors: Mapping[str, VectorLike | None] | None = None,
        text: str | None = None,
        remove_text: bool = False,
        expires_at: datetime.datetime | None = None,
        cancel: CancelToken | None = None,
    ) -> WriteResult:
        """The same change to every record that passes, atomically: ``metadata``, ``patch``, ``vectors``, ``text``, ``remove_text`` and ``expires_at``
        as in :meth:`update`. ``replaced`` counts the records. Ended by Ctrl-C or ``cancel`` it changes nothing, unless it is being logged."""
        _given(filter, "update_where")
        return WriteResult(*self._core.update_where(filter, _changes(metadata, patch, None, vectors, text, expires_at, remove_text), cancel))

    @suggesting
    def remove(self, ids: str | Sequence[str], *, if_version: int | None = None) -> WriteResult:
        """Removes one record or many, all or nothing; ``replaced`` counts those that were there, missing ones are no error.

        :param ids: one id, or many.
        :param if_version: only when the stored version is exactly this (one record only).
        :raises Aborted: the condition does not hold. Nothing was changed.
        """
        if isinstance(ids, str):
            return WriteResult(*self._core.remove(ids, if_version))
        if if_version is not None:
            raise InvalidArgument("if_version is for one record")
        return WriteResult(*self._core.remove_many(ids_of(ids)))

    def __delitem__(self, id: str) -> None:
        self.remove(id)

    @suggesting
    def remove_where(self, filter: FilterLike, *, cancel: CancelToken | None = None) -> WriteResult:
        """Removes every record that passes, atomically. ``"TRUE"``, or ``{}``, is what every record passes; ``replaced`` counts them. Ended
        by Ctrl-C or ``cancel`` it removes nothing, unless it is being logged."""
        _given(filter, "remove_where")
        return WriteResult(*self._core.remove_where(filter, cancel))

    @suggesting
    def rollback(self, id: str, sequence: int, *, if_absent: bool = False, if_version: int | None = None) -> WriteResult:
        """Writes the record anew as that write made it, deletes it where that write removed it: history is never rewritten.

        An expiry that has passed is left out. Nothing happens when it is as asked already (sequence 0).

        :param sequence: of a version that is kept: see :meth:`versions`.
        :param if_absent: only when the record is not there.
        :raises NotFound: when that version is no longer kept.
        :raises Aborted: a condition does not hold. Nothing was changed.
        """
        return WriteResult(*self._core.rollback(id, sequence, if_absent, if_version))

    @suggesting
    def apply(self, operations: Iterable[Operation], *, atomic: bool = True) -> BatchResult:
        """Many writes of different kinds, in order: all or none, or with ``atomic=False`` each by itself, its refusal in its place.

        >>> steps = [Operation.remove("tea"), Operation.update("sea", patch={"read": True}), Operation.remove("sea", if_version=1)]
        >>> [type(refused).__name__ for refused in docs.apply(steps, atomic=False).steps]
        ['NoneType', 'NoneType', 'Aborted']

        :param operations: made by the class methods of :class:`Operation`.
        :raises Error: what refused the first operation that was refused, unless ``atomic=False``. Nothing was changed.
        """
        parts = [(o.kind, o.target, o.change, o.if_absent, o.if_version) for o in operations]
        total, steps = self._core.apply(parts, atomic)
        return BatchResult(WriteResult(*total), steps)

    def soft_delete(self, id: str) -> WriteResult:
        """Hides the record from all answers until it is restored or purged. NotFound when it is not there."""
        return WriteResult(*self._core.soft_delete(id))

    def restore(self, id: str) -> WriteResult:
        """Shows a soft-deleted record again. NotFound when there is none."""
        return WriteResult(*self._core.restore(id))

    @suggesting
    def list_deleted(self, *, cancel: CancelToken | None = None) -> list[Record]:
        """The soft-deleted records, all of them in memory, in the order of ids."""
        return self._core.list_deleted(cancel)

    def purge(self) -> WriteResult:
        """Removes soft-deleted records for good."""
        return WriteResult(*self._core.purge())

    def set_ttl(self, id: str, ttl: float | datetime.timedelta) -> WriteResult:
        """The record expires so many seconds from now: it is then in no answer, and its space returns by merges.

        :param ttl: seconds, or a timedelta.
        :raises NotFound: when there is no such record.
        """
        return WriteResult(*self._core.set_ttl(id, span_ms(ttl)))

    def clear_ttl(self, id: str) -> WriteResult:
        """The record stays: it expires no more."""
        return WriteResult(*self._core.set_ttl(id, None))


def _given(filter: object, call: str) -> None:
    if filter is None:
        raise WrongType(f'{call}: a filter is expected, not None: "TRUE" is what every record passes')


def _not_one(records: Any) -> Iterable[Any]:
    if isinstance(records, (Mapping, Record, str)):
        raise WrongType(f"upsert_many: an iterable of records is expected, not one {type(records).__name__}")
    return records  # type: ignore[no-any-return]


def _record_of(given: Any, position: int) -> Record:
    if isinstance(given, Record):
        return given
    if not isinstance(given, Mapping):
        raise WrongType(f"record at position {position}: a vecstore.Record or a dict of its members is expected, not {type(given).__name__}")
    if "id" not in given:
        raise WrongType(f"record at position {position} has no 'id'")
    return Record(**given)


def _changes(metadata: Any, patch: Any, vector: Any, vectors: Any, text: Any, expires_at: Any, remove_text: bool) -> tuple[Any, ...]:
    named = dict(vectors or {}) | ({} if vector is None else {"vector": vector})
    plain = [None if m is None else dict(m) for m in (metadata, patch)]
    return (*plain, named or None, text, None if expires_at is None else milliseconds_of(expires_at), remove_text)
