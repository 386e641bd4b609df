"""Records by id, counts, scans, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import frames
from ._vecstore import CancelToken
from .arguments import FilterLike, suggesting
from .columns import ids_of
from .handle import Handle
from .records import Record, RecordVersion, instant_of
from .reports import Facet, FacetCount, Summary
from .scan import Scan

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Reading(Handle):
    """The part of a collection's handle that reads records."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Record]:
        return self.scan()

    def get(self, id: str) -> Record:
        """The record, its vector as it was stored; ``docs["a"]`` is the same.

        >>> docs.get("tea").vector
        array([0.9, 0.1, 0. ], dtype=float32)

        :raises NotFound: it is absent, deleted or expired; also a KeyError.
        """
        return self._core.get(id)

    def __getitem__(self, id: str) -> Record:
        return self._core.get(id)

    def get_many(self, ids: Sequence[str], *, cancel: CancelToken | None = None) -> list[Record]:
        """The records, in the order asked; absent ids are left out, so that there may be fewer."""
        return self._core.get_many(ids_of(ids), cancel)

    @suggesting
    def versions(self, id: str, *, records: bool = False) -> list[RecordVersion]:
        """What writes made of a record, newest first: the present state, then the last ``keep_versions`` older ones with the removals between.

        Empty when nothing is known of the id.

        >>> notes = db.collection("notes", dimension=2, keep_versions=5)
        >>> first, second = notes.upsert("plan", [1, 0], texts="walk"), notes.upsert("plan", [0, 1], texts="swim")
        >>> [version.record.text for version in notes.versions("plan", records=True)]
        ['swim', 'walk']

        :param records: also what each was, which costs reading it. Without it ``record`` is None.
        """
        return [RecordVersion(s, instant_of(ms), *rest) for s, ms, *rest in self._core.versions(id, records)]

    @suggesting
    def get_version(self, id: str, sequence: int) -> Record:
        """The record as that write made it.

        :param sequence: of a version that is kept: see :meth:`versions`.
        :raises NotFound: it is no longer kept, or removed the record.
        """
        return self._core.get_version(id, sequence)

    @suggesting
    def count(self, filter: FilterLike | None = None, *, cancel: CancelToken | None = None) -> int:
        """How many records there are, or pass; deleted and expired ones do not count.

        >>> docs.count(), docs.count("year > 2020"), len(docs)
        (3, 2, 3)
        """
        return self._core.count(filter, cancel)

    @suggesting
    def scan(
        self, filter: FilterLike | None = None, *, batch_size: int = 1000, include_vectors: bool = True, include_deleted: bool = False, after: str = ""
    ) -> Scan:
        """An iterator over the records in the order of ids, all as they were when it was made, while writes go on.

        Use it in ``with``, or close it, when it may end early: it holds that state on the disk. ``for record in docs`` is a scan of everything.

        >>> [record.id for record in docs.scan("year >= 2020", include_vectors=False)]
        ['key', 'tea']

        :param batch_size: records fetched at a time, which are in memory together.
        :param include_deleted: soft-deleted records too: their ``deleted_at`` is set.
        :param after: only ids greater than this: goes on with an earlier scan.
        """
        return Scan(self._core.scan(filter, include_vectors, include_deleted, after), batch_size)

    @suggesting
    def facet(self, field: str, filter: FilterLike | None = None, *, limit: int = 10, cancel: CancelToken | None = None) -> Facet:
        """How often each value of a field stands in the records that pass, the most frequent first.

        >>> docs.facet("tags").values[0]
        FacetCount(value='drink', records=1)

        :param field: a path in the metadata, such as ``"author.name"``. Of a list each value counts, once.
        :param limit: the most values that are told; ``different`` counts all.
        """
        values, different = self._core.facet(field, filter, limit, cancel)
        return Facet([FacetCount(*v) for v in values], different)

    @suggesting
    def summarize(self, field: str, filter: FilterLike | None = None, *, cancel: CancelToken | None = None) -> Summary:
        """Count, least, greatest, sum and mean of the numbers in a field; other values are passed over.

        >>> docs.summarize("year").min, docs.summarize("year").max
        (2019, 2024)

        :param field: a path in the metadata.
        """
        return Summary(**self._core.summarize(field, filter, cancel))

    @suggesting
    def to_arrow(self, filter: FilterLike | None = None, *, include_vectors: bool = True) -> pyarrow.Table:
        """All records, or those that pass, as a pyarrow Table: id, vector, text and a column for each key of the metadata.

        All of it is in memory. A key of the metadata that is called like one of the first three becomes ``metadata.NAME``; values of several
        types become JSON text.
        """
        return frames.to_arrow(self._columns(filter, include_vectors))

    @suggesting
    def to_pandas(self, filter: FilterLike | None = None, *, include_vectors: bool = True) -> pandas.DataFrame:
        """The same as a pandas DataFrame."""
        return frames.to_pandas(self._columns(filter, include_vectors))

    @suggesting
    def to_polars(self, filter: FilterLike | None = None, *, include_vectors: bool = True) -> polars.DataFrame:
        """The same as a polars DataFrame."""
        return frames.to_polars(self._columns(filter, include_vectors))

    def _columns(self, filter: FilterLike | None, include_vectors: bool) -> dict[str, Any]:
        scan = self._core.scan(filter, include_vectors, False, "")
        ids, vectors, metadata, texts = [], [], [], []
        while len((part := scan.next_columns(10_000, None))[0]):
            ids += part[0]
            vectors.append(part[1])
            metadata += part[2]
            texts += part[3]
        own: dict[str, Any] = {"id": ids, "text": texts}
        if include_vectors:
            even = vectors and all(isinstance(v, np.ndarray) and v.shape[1] == vectors[0].shape[1] for v in vectors)
            own["vector"] = np.concatenate(vectors) if even else [v if v is None else list(v) for part in vectors for v in part]
        return frames.with_metadata(own, metadata)
