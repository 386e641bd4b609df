"""What the stores for frameworks share: a collection with its asyncio twin, and the parts of which their filters are made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, Union

from . import database
from .aio import AsyncCollection
from .collection import Collection
from .database import Database
from .errors import InvalidArgument, WrongType

CollectionLike = Union[Collection, AsyncCollection]
PathLike = Union[str, "os.PathLike[str]"]

#: Records of one write, each write all or nothing: far below the 64 MiB that one may take, for the usual lengths of texts and vectors.
BATCH = 1000

_THREADS = 16


def missing(module: str, package: str, error: ImportError) -> NoReturn:
    """Says what to install. Only the framework itself is meant: an error within it stays what it is."""
    raise ImportError(f"{module} needs the package {package}: pip install {package} ({error})", name=error.name) from error


class Place:
    """A collection for calls and for ``await``: one that was given, or one in a database that is opened here and closed by :meth:`close`."""

    def __init__(self, collection: CollectionLike | None, path: PathLike | None, name: str, settings: Mapping[str, Any]) -> None:
        self._database: Database | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._twin: AsyncCollection | None = None
        if collection is None:
            self._database = database.open(path if path is not None else ":memory:")
            self.collection: Collection = self._database.collection(name, **settings)
            return
        if path is not None or settings:
            raise InvalidArgument("a collection is given: it has its path and its options already")
        if isinstance(collection, AsyncCollection):
            self.collection, self._twin = collection.sync, collection
        elif isinstance(collection, Collection):
            self.collection = collection
        else:
            raise WrongType(f"collection: a vecstore.Collection or AsyncCollection is expected, not {type(collection).__name__}")

    @property
    def twin(self) -> AsyncCollection:
        """The collection whose calls are awaited."""
        if self._twin is None:
            self._executor = ThreadPoolExecutor(_THREADS, "vecstore")
            self._twin = AsyncCollection(self.collection, self._executor)
        return self._twin

    def close(self) -> None:
        """Closes the database if it was opened here, and lets threads go."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = self._twin = None
        if self._database is not None:
            self._database.close()


# Filters, as JSON. Frameworks know two truth values: what does not hold is false, and its negation true, also where a field is missing.
# The store knows a third, unknown. So negations are written out here, each with the records that lack the field.

Condition = dict[str, Any]

ALWAYS: Condition = {}
NEVER: Condition = {"$id": {"$in": []}}


def path_of(*keys: str) -> str:
    """The path to a key whatever its characters: each in back-ticks."""
    return ".".join("`" + key.replace("`", "``") + "`" for key in keys)


def dotted(path: str) -> str:
    """The path that a framework writes with points between keys."""
    return path_of(*path.split("."))


def is_missing(path: str) -> Condition:
    """The field is missing or null."""
    return {path: {"$exists": False}}


def either(conditions: Iterable[Condition]) -> Condition:
    """One of them holds; of none, never."""
    many = list(conditions)
    return many[0] if len(many) == 1 else {"$or": many} if many else NEVER


def every(conditions: Iterable[Condition]) -> Condition:
    """All of them hold; of none, always."""
    many = list(conditions)
    return many[0] if len(many) == 1 else {"$and": many} if many else ALWAYS


def fails(path: str, condition: Condition) -> Condition:
    """A comparison of the field does not hold, or the field is missing."""
    return {"$or": [{"$not": condition}, is_missing(path)]}


def one_of(path: str, values: Sequence[Any]) -> Condition:
    """The field equals one of the values, of which None stands for a missing one."""
    parts = [{path: {"$in": [v for v in values if v is not None]}}]
    return either(parts + [is_missing(path)] if any(v is None for v in values) else parts)


def like_literal(text: str) -> str:
    """A text for LIKE whose own % and _ are meant as they stand."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
