"""Tables of pandas, polars and Arrow, in and out. None of them is needed by the package; each is imported when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import InvalidArgument, WrongType

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def is_table(value: object) -> bool:
    """A pandas or polars DataFrame, a pyarrow Table or RecordBatch, or a dict of columns; found without importing any."""
    return _library(value) is not None


def _library(value: object) -> str | None:
    for kind in type(value).__mro__:
        library = kind.__module__.partition(".")[0]
        if library in ("pandas", "polars", "pyarrow") and kind.__name__ in ("DataFrame", "Table", "RecordBatch"):
            return library
    return None


def columns_of(table: Any) -> dict[str, Any]:
    """The columns by name: arrays or lists, missing values as None."""
    library = _library(table)
    if library == "pandas":
        if not table.columns.is_unique:
            raise InvalidArgument(f"the table has several columns that are called '{table.columns[table.columns.duplicated()][0]}'")
        return {_name(n): _pandas_column(table[n]) for n in table.columns}
    if library == "polars":
        return {c.name: _polars_column(c) for c in table.get_columns()}
    if library == "pyarrow":
        return {n: _arrow_column(table.column(n)) for n in table.schema.names}
    raise WrongType(f"a DataFrame or an Arrow table is expected, not {type(table).__name__}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise WrongType(f"the names of columns are strings, one is {name!r}")
    return name


def _pandas_column(column: Any) -> Any:
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        return [None if v != v else v for v in column.tolist()] if column.dtype.kind == "f" else column.tolist()
    missing = column.isna()
    return [None if absent is True or (np.ndim(absent) == 0 and bool(absent)) else v for v, absent in zip(column.tolist(), missing.tolist())]


def _polars_column(column: Any) -> Any:
    if type(column.dtype).__name__ == "Array" or str(column.dtype).startswith("Array"):
        return column.to_numpy()
    return column.to_list()


def _arrow_column(column: Any) -> Any:
    """Lists of fixed size become a matrix without a copy where the column is one chunk without nulls."""
    kind = str(column.type)
    if kind.startswith("fixed_size_list") and column.null_count == 0:
        chunk = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        if hasattr(chunk, "num_chunks"):
            chunk = chunk.chunk(0) if chunk.num_chunks == 1 else chunk
        if hasattr(chunk, "flatten") and len(column):
            return chunk.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)
    return column.to_pylist()


_LIKE_VECTORS = {"embedding", "embeddings", "emb", "vectors", "vec"}


def objects_of(table: Any) -> list[dict[str, Any]]:
    """The rows as JSON objects, missing values left out."""
    columns = columns_of(table)
    return [{name: column[i] for name, column in columns.items() if column[i] is not None} for i in range(len(table))]


def split(table: Any, *, id: str, vector: str | None, text: str | None, metadata: Sequence[str] | None) -> tuple[list[Any], Any, list[Any] | None, list[dict[str, Any]]]:
    """Ids, vectors, texts and metadata of a table. Columns that are neither named nor in ``metadata`` (None: all others) are left out."""
    columns = columns_of(table)
    for name in [id, *(metadata or [])]:
        if name not in columns:
            hint = f"; table.reset_index(names={name!r}) makes one of the index" if name == id and hasattr(table, "reset_index") else ""
            raise InvalidArgument(f"the table has no column '{name}', its columns are {', '.join(columns)}{hint}")
    if vector == "vector" and vector not in columns and metadata is None:
        for name in _LIKE_VECTORS.intersection(columns):
            raise InvalidArgument(f"the table has no column 'vector', but '{name}': vector={name!r} takes it, vector=None leaves it to the metadata")
    vectors = columns.get(vector) if vector is not None else None
    texts = columns.get(text) if text is not None else None
    keys = [n for n in columns if n not in (id, vector, text)] if metadata is None else list(metadata)
    count = len(columns[id])
    objects = [{k: columns[k][i] for k in keys if columns[k][i] is not None} for i in range(count)]
    return list(columns[id]), vectors, None if texts is None else list(texts), objects


def with_metadata(own: dict[str, Any], metadata: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Adds a column for each key of the metadata, in the order in which they are met; a name that is taken gets "metadata." before it."""
    keys = dict.fromkeys(key for one in metadata for key in one)
    columns = dict(own)
    for key in keys:
        columns[f"metadata.{key}" if key in own else key] = [one.get(key) for one in metadata]
    return columns


def _uniform(values: Iterable[Any]) -> Any:
    """The values, as JSON text where they are of several types or objects: columns have one type."""
    values = list(values)
    kinds = {type(v) for v in values if v is not None}
    if kinds == {int, float}:
        return [None if v is None else float(v) for v in values]
    if len(kinds) > 1 or kinds & {dict, list}:
        same = kinds == {list} and len({type(x) for v in values if v for x in v} - {type(None)}) <= 1
        nested = same and not any(isinstance(x, (dict, list)) for v in values if v for x in v)
        return values if nested else [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
    return values


def _made(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {n: c if isinstance(c, np.ndarray) else _uniform(c) for n, c in columns.items()}


def to_pandas(columns: Mapping[str, Any]) -> pandas.DataFrame:
    """A matrix becomes a column of arrays."""
    import pandas

    return pandas.DataFrame({n: list(c) if isinstance(c, np.ndarray) and c.ndim == 2 else c for n, c in columns.items()})


def to_polars(columns: Mapping[str, Any]) -> polars.DataFrame:
    """A matrix becomes a column of the type Array."""
    import polars

    return polars.DataFrame({n: polars.Series(n, c) for n, c in _made(columns).items()})


def to_arrow(columns: Mapping[str, Any]) -> pyarrow.Table:
    """A matrix becomes a column of lists of fixed size, which share its memory."""
    import pyarrow

    def column(values: Any) -> Any:
        if isinstance(values, np.ndarray) and values.ndim == 2:
            return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values.reshape(-1)), values.shape[1])
        return pyarrow.array(values)

    return pyarrow.table({n: column(c) for n, c in _made(columns).items()})
