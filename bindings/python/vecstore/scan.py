"""What is walked batch by batch: all records of a collection, and what two states of a database differ in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .errors import FailedPrecondition, InvalidArgument
from .records import Record

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from . import _vecstore
    from ._vecstore import CancelToken

T = TypeVar("T")


class _Walk(Iterator[T]):
    """An iterator that fetches some at a time and holds a state on the disk until closed, or no longer referred to."""

    def __init__(self, core: Any, batch_size: int) -> None:
        if batch_size < 1:
            raise InvalidArgument(f"batch_size must be at least 1, it is {batch_size}")
        self._core = core
        self._size = batch_size
        self._batch: Iterator[T] = iter(())

    def __next__(self) -> T:
        for one in self._batch:
            return one
        self._batch = iter(self.next_batch())
        return next(self._batch)

    def next_batch(self, count: int | None = None, *, cancel: CancelToken | None = None) -> list[T]:
        """Up to ``count`` further ones, ``batch_size`` when left out; none at the end. After Ctrl-C or ``cancel`` the next call goes on as if
        that one had not been made."""
        if self._core is None:
            raise FailedPrecondition(f"the {type(self).__name__.lower()} is closed")
        return self._made(self._core.next(self._size if count is None else count, cancel))

    def _made(self, batch: list[Any]) -> list[T]:
        return batch

    def close(self) -> None:
        """Lets the state go."""
        self._core = None
        self._batch = iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Scan(_Walk[Record]):
    """The records in the order of ids, as they were when the scan began. Holds that state on the disk until closed, or no longer referred to."""


class RecordChange(NamedTuple):
    """A record that is in one of two states only, or was written between them; soft-deleted and expired ones count as not there."""

    collection: str  #: as the later state calls it; a dropped one as the earlier did
    id: str
    kind: str  #: "added", "removed", "changed"
    before: int  #: its version in the earlier state; 0: none
    after: int  #: its version in the later one; 0: none


class CollectionChange(NamedTuple):
    """A collection of either of two states."""

    name: str  #: as RecordChange has it
    old_name: str  #: in the earlier state; empty when it was made later
    dropped: bool  #: not in the later state
    options_changed: bool  #: the options differ, or it is another collection of the same name


class Diff(_Walk[RecordChange]):
    """The records that two states differ in, by collection and id. Holds both states on the disk until closed, or no longer referred to."""

    def __init__(self, core: _vecstore.Diff, batch_size: int) -> None:
        super().__init__(core, batch_size)
        self.collections = [CollectionChange(*c) for c in core.collections()]
        """Those of either state, in the order in which the changes of their records come."""

    def _made(self, batch: list[Any]) -> list[RecordChange]:
        return [RecordChange(*c) for c in batch]

    def __repr__(self) -> str:
        said = [c.name + " (dropped)" * c.dropped + " (new)" * (not c.old_name) for c in self.collections]
        return f"<Diff of {', '.join(said) or 'no collections'}>"
