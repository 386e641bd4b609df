"""Vectors and values as Python has them, made into what the engine takes: float32 arrays in C order, and JSON.

Arrays that have that layout already are not touched, and the engine reads them where they lie. All else is converted here, or refused with
what was expected and what was found.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from .errors import InvalidArgument, WrongType

#: A float32 array.
FloatArray = npt.NDArray[np.float32]

REFUSED = object()  # what plain_value says of a value that JSON cannot hold


@dataclass(frozen=True, eq=False)
class SparseVector:
    """A vector of few entries, for fields of the kind "sparse": from ``indices`` and as many ``values``, or from a dict with :meth:`of`.

    >>> words = db.collection("words", kind="sparse", dimension=30_000, metric="dot")
    >>> words.upsert("a", vecstore.SparseVector([3, 70], [0.5, 2.0], dimension=30_000)).inserted
    1
    """

    indices: npt.NDArray[np.int64]  #: int64, ascending and below the dimension; at most 65,536
    values: FloatArray  #: float32, one for each index
    dimension: int  #: of the vector, up to 2**32

    def __init__(self, indices: npt.ArrayLike, values: npt.ArrayLike, dimension: int) -> None:
        positions = np.ascontiguousarray(_plain_array(indices, "indices"))
        if positions.size and positions.dtype.kind not in "iu":
            raise WrongType(f"indices: integers are expected, not {positions.dtype}")
        positions = positions.astype(np.int64, copy=False)
        numbers = _floats(values, "values")
        if positions.ndim != 1 or positions.shape != numbers.shape:
            raise InvalidArgument(f"indices and values must be of one length: {positions.shape} and {numbers.shape}")
        if positions.size and not 0 <= int(positions.min()) <= int(positions.max()) < 2**32:
            raise InvalidArgument(f"indices must be from 0 to 2**32 - 1: {positions.min()} to {positions.max()}")
        object.__setattr__(self, "indices", positions)
        object.__setattr__(self, "values", numbers)
        object.__setattr__(self, "dimension", dimension)

    @classmethod
    def of(cls, entries: Mapping[int, float], dimension: int) -> SparseVector:
        """From ``entries``, a dict ``{index: value}`` in any order, and the ``dimension``.

        >>> vecstore.SparseVector.of({70: 2.0, 3: 0.5}, dimension=30_000).indices
        array([ 3, 70])
        """
        indices = sorted(entries)
        return cls(np.array(indices, dtype=np.int64), np.array([entries[i] for i in indices], dtype=np.float32), dimension)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SparseVector):
            return NotImplemented
        same = np.array_equal(self.indices, other.indices) and np.array_equal(self.values, other.values)
        return same and self.dimension == other.dimension

    def __hash__(self) -> int:
        return hash((self.indices.tobytes(), self.values.tobytes(), self.dimension))


@dataclass(frozen=True)
class BinaryVector:
    """Bits, for fields of the kind "binary": the most significant bit of the first byte first; bits beyond the dimension are zero."""

    data: bytes  #: eight bits each
    dimension: int  #: how many bits

    @classmethod
    def of(cls, bits: npt.ArrayLike) -> BinaryVector:
        """From ``bits``: booleans, or zeros and ones, of shape (dimension,).

        >>> vecstore.BinaryVector.of([1, 0, 0, 0, 0, 0, 0, 0, 1])
        BinaryVector(data=b'\\x80\\x80', dimension=9)
        """
        array = np.asarray(bits)
        if array.ndim != 1 or not np.isin(array, (0, 1)).all():
            raise InvalidArgument("bits are one row of booleans, or of zeros and ones")
        return cls(np.packbits(array.astype(bool)).tobytes(), int(array.size))

    def bits(self) -> npt.NDArray[np.bool_]:
        """The bits, one by one, of shape (dimension,)."""
        return np.unpackbits(np.frombuffer(self.data, dtype=np.uint8), count=self.dimension).astype(np.bool_)


#: One vector: numbers, a sparse or a binary one, or rows of numbers for a multi-vector.
VectorLike = Union[npt.ArrayLike, Sequence[float], SparseVector, BinaryVector]


def _plain_array(value: object, what: str) -> npt.NDArray[Any]:
    """An array of whatever numbers the object has; refuses what has no shape."""
    if isinstance(value, np.ma.MaskedArray):
        raise WrongType(f"{what}: a masked array has holes; fill them first, with .filled(0) for example")
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if isinstance(value, (str, bytes, Mapping, set, frozenset)):
        raise WrongType(f"{what}: numbers are expected, not {type(value).__name__}")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InvalidArgument(f"{what}: the rows are of different lengths") from error
    except (TypeError, RuntimeError) as error:  # a tensor on another device, or one that needs a gradient
        raise WrongType(f"{what}: {type(value).__name__} cannot be read as an array: {error}") from error
    if array.dtype == object and isinstance(value, (list, tuple)):
        _explain_objects(value, what)
    return array


def _explain_objects(value: Sequence[Any], what: str) -> None:
    """Says what in a list kept it from being an array of numbers."""
    for i, item in enumerate(value):
        if item is None or isinstance(item, (str, bytes)):
            raise WrongType(f"{what}[{i}]: a number is expected, not {item!r}")


def _floats(value: object, what: str) -> FloatArray:
    array = _plain_array(value, what)
    if array.dtype.kind not in "fiub" and array.size:
        raise WrongType(f"{what}: float32 or numbers that become it are expected, not dtype {array.dtype}")
    if array.dtype == np.float32 and array.flags.c_contiguous and array.dtype.isnative:
        return array
    with np.errstate(over="ignore"):
        floats = np.asarray(array, dtype=np.float32, order="C")  # unlike ascontiguousarray leaves a single number one
    if array.dtype.kind == "f" and array.dtype.itemsize > 4 and not np.isfinite(floats).all() and np.isfinite(array).all():
        raise InvalidArgument(f"{what}: numbers beyond the range of float32, {np.finfo(np.float32).max:.3g}")
    return floats


def canonical_vector(value: object, kind: str) -> FloatArray | SparseVector | BinaryVector:
    """The vector for a field of this kind: an array, a SparseVector or a BinaryVector. Raises for all else."""
    if isinstance(value, (SparseVector, BinaryVector)):
        return value
    if kind == "binary" or (kind == "dense" and isinstance(value, np.ndarray) and value.dtype == np.bool_):
        return _binary(value)
    if kind == "sparse" and isinstance(value, Mapping):
        raise WrongType("a sparse vector is a vecstore.SparseVector: SparseVector.of(entries, dimension) makes one of a dict")
    floats = _floats(value, "vector")
    wanted = 2 if kind == "multi" else 1
    if floats.ndim != wanted:
        shape = "(rows, dimension)" if kind == "multi" else "(dimension,)"
        hint = "; many vectors go with a list of ids" if floats.ndim == 2 else ""
        raise InvalidArgument(f"vector: shape {shape} is expected, not {floats.shape}{hint}")
    if floats.size == 0:
        raise InvalidArgument("vector: it has no numbers; None means that there is no vector")
    return floats


def _binary(value: object) -> BinaryVector:
    """Bytes and uint8 arrays are packed bits, booleans are single ones."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        return BinaryVector(data, 8 * len(data))
    array = _plain_array(value, "vector")
    if array.ndim == 1 and array.dtype == np.uint8:
        return BinaryVector(array.tobytes(), 8 * int(array.size))
    if array.ndim == 1 and array.dtype == np.bool_:
        return BinaryVector.of(array)
    raise WrongType(f"vector: a binary field takes bytes, a uint8 array of packed bits, or booleans, not dtype {array.dtype} of shape {array.shape}")


def matrix(value: object, what: str = "vectors") -> FloatArray:
    """A float32 matrix in C order, (rows, dimension): the array itself when it is one."""
    if getattr(value, "dtype", None) == object and getattr(value, "ndim", 0) == 1:
        value = list(value)  # type: ignore[call-overload]  # a column of arrays
    floats = _floats(value, what)
    if floats.ndim != 2:
        raise InvalidArgument(f"{what}: shape (rows, dimension) is expected, not {floats.shape}")
    return floats


def plain_value(value: object) -> object:
    """A value of JSON's own types, ``(text,)`` for dates and times, or REFUSED."""
    if isinstance(value, datetime.datetime):
        if value != value:  # pandas.NaT
            return None
        return (_iso(value),)
    if isinstance(value, (datetime.date, np.datetime64)):
        return (str(value),)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (np.generic, np.ndarray)) and not isinstance(value, np.ma.MaskedArray):
        return value.tolist() if value.dtype.kind in "biufUS" and value.dtype.kind != "S" else REFUSED
    if isinstance(value, Mapping):
        return dict(value)
    return None if type(value).__name__ in ("NAType", "NaTType") else REFUSED  # pandas' missing values


def _iso(value: datetime.datetime) -> str:
    """Times without a zone are taken to be UTC."""
    text = value.isoformat()
    return text.replace("+00:00", "Z") if value.tzinfo else text + "Z"
