"""Many records given as columns: ids, vectors, metadata, texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from . import frames
from .arrays import matrix
from .errors import InvalidArgument, WrongType
from .records import Record

if TYPE_CHECKING:
    from . import _vecstore
    from ._vecstore import CancelToken

#: One JSON object for each record; None is an empty one.
Metadatas = Sequence[Union[Mapping[str, Any], None]]


def ids_of(ids: Any) -> list[str]:
    """A list of what is given as ids: a sequence, an array, a column."""
    if isinstance(ids, np.ndarray):
        ids = ids.tolist()
    if hasattr(ids, "to_pylist"):
        ids = ids.to_pylist()
    if isinstance(ids, (Mapping, bytes)) or not isinstance(ids, Iterable):
        raise WrongType(f"ids: a str or a sequence of str is expected, not {type(ids).__name__}")
    return list(ids)


class Columns:
    """Many records as columns, checked for length, written slice by slice."""

    def __init__(self, ids: list[str], vectors: Any, metadata: Any, texts: Any, fields: Mapping[str, Any] | None) -> None:
        self.ids = ids
        if isinstance(vectors, Sequence) and vectors and not any(v is None for v in vectors) and all(np.ndim(v) == 1 for v in vectors[:1]):
            vectors = self._stacked(vectors)
        self.matrix = matrix(vectors) if _is_matrix(vectors) else None
        self.vectors = None if self.matrix is not None or vectors is None else list(vectors)
        self.metadata = self._column("metadata", frames.objects_of(metadata) if frames.is_table(metadata) else metadata, Mapping)
        self.texts = self._column("texts", texts, str)
        self.fields = {name: self._column(f"fields['{name}']", column, ()) for name, column in (fields or {}).items()}
        for name, column in (("vectors", self.matrix if self.matrix is not None else self.vectors),):
            if column is not None and len(column) != len(ids):
                raise InvalidArgument(f"{len(ids)} ids, but {len(column)} {name}")

    @staticmethod
    def _stacked(vectors: Sequence[Any]) -> Any:
        """A matrix where all are rows of numbers of one length, else the vectors as they are, to be refused or taken one by one."""
        rows = [np.asarray(v) if not isinstance(v, np.ma.MaskedArray) else v for v in vectors]
        even = all(type(r) is np.ndarray and r.ndim == 1 and r.shape == rows[0].shape and r.dtype.kind in "fiu" for r in rows)
        return np.stack(rows) if even and rows[0].dtype != np.uint8 else vectors

    def _column(self, name: str, column: Any, refused: Any) -> list[Any] | None:
        if column is None:
            return None
        if refused and isinstance(column, refused):
            raise WrongType(f"{name}: a sequence, one for each of the {len(self.ids)} ids, is expected, not a {type(column).__name__}")
        values = list(column)
        if len(values) != len(self.ids):
            raise InvalidArgument(f"{len(self.ids)} ids, but {len(values)} {name}")
        return values

    def write(self, core: _vecstore.Collection, start: int, end: int, cancel: CancelToken | None) -> tuple[int, int, int]:
        plain = self.texts is None or all(t is not None for t in self.texts[start:end])
        if self.matrix is not None and not self.fields and plain:
            metadata = None if self.metadata is None else [None if m is None else _dict(m) for m in self.metadata[start:end]]
            texts = None if self.texts is None else self.texts[start:end]
            return core.upsert_matrix(self.ids[start:end], self.matrix[start:end], metadata, texts, cancel)
        return core.upsert_records([self._record(i) for i in range(start, end)], cancel)

    def _record(self, i: int) -> Record:
        vector = self.matrix[i] if self.matrix is not None else None if self.vectors is None else self.vectors[i]
        fields = {name: column[i] for name, column in self.fields.items() if column is not None}
        metadata = None if self.metadata is None or self.metadata[i] is None else _dict(self.metadata[i])
        return Record(self.ids[i], vector, metadata, None if self.texts is None else self.texts[i], fields)


def _dict(metadata: Any) -> Any:
    return metadata if isinstance(metadata, dict) or not isinstance(metadata, Mapping) else dict(metadata)


def _is_matrix(vectors: Any) -> bool:
    return vectors is not None and not isinstance(vectors, (list, tuple)) and getattr(vectors, "ndim", 0) == 2 and getattr(vectors, "dtype", None) != np.uint8 and getattr(vectors, "dtype", None) != np.bool_
