"""Records by id, counts, scans, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import frames
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
        """The record, its vector as it was stored. Raises NotFound, a KeyError, when it is absent, deleted or expired."""
        return self._core.get(id)

    def __getitem__(self, id: str) -> Record:
        return self._core.get(id)

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        """The records, in the order asked; absent ids are left out."""
        return self._core.get_many(ids_of(ids))

    @suggesting
    def versions(self, id: str, *, records: bool = False) -> list[RecordVersion]:
        """What writes made of a record, newest first: the present state, then the last ``keep_versions`` older ones with the removals between.

        :param records: also what each was. Without it ``record`` is None.
        """
        return [RecordVersion(s, instant_of(ms), *rest) for s, ms, *rest in self._core.versions(id, records)]

    @suggesting
    def get_version(self, id: str, sequence: int) -> Record:
        """The record as that write made it. Raises NotFound when it is no longer kept, or removed the record."""
        return self._core.get_version(id, sequence)

    @suggesting
    def count(self, filter: FilterLike | None = None) -> int:
        """How many records there are, or pass."""
        return self._core.count(filter)

    @suggesting
    def scan(
        self, filter: FilterLike | None = None, *, batch_size: int = 1000, include_vectors: bool = True, include_deleted: bool = False, after: str = ""
    ) -> Scan:
        """An iterator over the records in the order of ids, all as they were when it was made, while writes go on.

        :param batch_size: records fetched at a time.
        :param after: only ids greater than this: goes on with an earlier scan.
        """
        return Scan(self._core.scan(filter, include_vectors, include_deleted, after), batch_size)

    @suggesting
    def facet(self, field: str, filter: FilterLike | None = None, *, limit: int = 10) -> Facet:
        """How often each value of a field stands in the records that pass, the most frequent first."""
        values, different = self._core.facet(field, filter, limit)
        return Facet([FacetCount(*v) for v in values], different)

    @suggesting
    def summarize(self, field: str, filter: FilterLike | None = None) -> Summary:
        """Count, least, greatest, sum and mean of the numbers in a field."""
        return Summary(**self._core.summarize(field, filter))

    @suggesting
    def to_arrow(self, filter: FilterLike | None = None, *, include_vectors: bool = True) -> pyarrow.Table:
        """All records, or those that pass, as a pyarrow Table: id, vector, text and a column for each key of the metadata."""
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
        while len((part := scan.next_columns(10_000))[0]):
            ids += part[0]
            vectors.append(part[1])
            metadata += part[2]
            texts += part[3]
        own: dict[str, Any] = {"id": ids, "text": texts}
        if include_vectors:
            even = vectors and all(isinstance(v, np.ndarray) and v.shape[1] == vectors[0].shape[1] for v in vectors)
            own["vector"] = np.concatenate(vectors) if even else [v if v is None else list(v) for part in vectors for v in part]
        return frames.with_metadata(own, metadata)
