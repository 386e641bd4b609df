"""What the stores for frameworks share: a collection with its asyncio twin, and the parts of which their filters are made."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, NoReturn, Union

from . import database
from .aio import AsyncCollection
from .collection import Collection
from .database import Database
from .errors import InvalidArgument, WrongType

#: A collection that is open.
CollectionLike = Union[Collection, AsyncCollection]
#: Where a database lies.
PathLike = Union[str, "os.PathLike[str]"]

#: Records of one write, each write all or nothing: far below the 64 MiB that one may take, for the usual lengths of texts and vectors.
BATCH = 1000

_THREADS = 16


def missing(module: str, package: str, error: ImportError) -> NoReturn:
    """Says what to install. Only the framework itself is meant: an error within it stays what it is."""
    raise ImportError(f"{module} needs the package {package}: pip install {package} ({error})", name=error.name) from error


class _Opened:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.users = 0


class _Shared:
    """Databases that places of this process have open, so that several stores can lie in one, by path.

    The garbage collector may call ``leave`` at any point of ``take``, in the same thread.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open: dict[str, _Opened] = {}

    def take(self, path: str) -> Database:
        with self._lock:
            while True:
                found = self._open.get(path)
                if found is None:
                    found = self._open[path] = _Opened(database.open(path))
                found.users += 1
                if self._open.get(path) is found:  # from here on nobody else closes it
                    return found.database

    def leave(self, path: str) -> None:
        with self._lock:
            found = self._open[path]
            found.users -= 1
            if found.users == 0:
                del self._open[path]
                found.database.close()


_shared = _Shared()


class Place:
    """A collection for calls and for ``await``: one that was given, or one in a database that is opened at the first use.

    Places with one path share the database; the last that is closed, or no longer referred to, closes it. Without a path each has its
    own, in memory.
    """

    def __init__(self, collection: CollectionLike | None, path: PathLike | None, name: str, settings: Mapping[str, Any]) -> None:
        if collection is not None and not isinstance(collection, (Collection, AsyncCollection)):
            raise WrongType(f"collection: a vecstore.Collection or AsyncCollection is expected, not {type(collection).__name__}")
        if collection is not None and (path is not None or settings):
            raise InvalidArgument("a collection is given: it has its path and its options already")
        self._lock = threading.Lock()
        self._twin = collection if isinstance(collection, AsyncCollection) else None
        self._collection = collection.sync if isinstance(collection, AsyncCollection) else collection
        self._own: Collection | None = None
        self._leave: Callable[[], Any] = lambda: None
        self._executor: ThreadPoolExecutor | None = None
        self._name, self._settings = name, settings
        self._path = None if path is None or os.fspath(path) == ":memory:" else os.path.realpath(path)

    @property
    def collection(self) -> Collection:
        """The collection, opened when it is not."""
        found = self._collection
        return found if found is not None else self._opened()

    def _opened(self) -> Collection:
        with self._lock:
            if self._own is None:
                opened = database.open(":memory:") if self._path is None else _shared.take(self._path)
                leave = opened.close if self._path is None else functools.partial(_shared.leave, self._path)
                try:
                    self._own = self._collection = opened.collection(self._name, **self._settings)
                except BaseException:
                    leave()
                    raise
                self._leave = leave if self._path is None else weakref.finalize(self, leave)
            return self._own

    @property
    def twin(self) -> AsyncCollection:
        """The collection whose calls are awaited."""
        found = self._twin
        if found is None:
            collection = self.collection
            with self._lock:
                self._executor = self._executor or ThreadPoolExecutor(_THREADS, "vecstore")
                found = self._twin = self._twin or AsyncCollection(collection, self._executor)
        return found

    def recreate(self) -> None:
        """Drops the collection and makes it anew, empty and of no dimension yet unless the settings have one."""
        opened = self.collection.database
        if self._own is None:
            raise InvalidArgument("a collection that was given is not dropped: other handles of it may be in use")
        with self._lock:
            opened.drop_collection(self._name)
            self._own = self._collection = opened.collection(self._name, **self._settings)
            self._twin = None

    def close(self) -> None:
        """Lets go of a database that was opened here, which the next use opens again. A collection that was given stays open."""
        with self._lock:
            if self._executor is not None:
                self._executor.shutdown(wait=True)
                self._executor = self._twin = None
            if self._own is not None:
                self._own = self._collection = None
                self._leave()


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


class Truth(NamedTuple):
    """A condition of two truth values: the filter of records for which it holds, and of those for which it does not."""

    holds: Condition
    fails: Condition

    def __invert__(self) -> Truth:
        return Truth(self.fails, self.holds)


def compared(path: str, operator: str, value: Any) -> Truth:
    """One comparison of the store, which fails where the field is missing. Values that have no order with this one do neither."""
    condition = {path: {operator: value}}
    return Truth(condition, either([{"$not": condition}, is_missing(path)]))


def among(path: str, values: Iterable[Any]) -> Truth:
    """The field equals one of the texts, numbers and booleans: one condition however many they are. Of none, never."""
    many = list(values)
    return compared(path, "$in", many) if many else never()


def missing_field(path: str) -> Truth:
    """The field is missing or null."""
    return Truth(is_missing(path), {path: {"$exists": True}})


def never() -> Truth:
    """What holds for no record."""
    return Truth(NEVER, ALWAYS)


def any_of(parts: Iterable[Truth]) -> Truth:
    """One of them holds."""
    many = list(parts)
    return Truth(either(p.holds for p in many), every(p.fails for p in many))


def all_of(parts: Iterable[Truth]) -> Truth:
    """All of them hold."""
    many = list(parts)
    return Truth(every(p.holds for p in many), either(p.fails for p in many))


def is_value(value: Any) -> bool:
    """What a filter can be given to compare with, apart from lists: None is asked for with :func:`missing_field`."""
    return isinstance(value, (str, int, float))


def like_literal(text: str) -> str:
    """A text for LIKE whose own % and _ are meant as they stand."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
