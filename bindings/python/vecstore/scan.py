"""Walking through all records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import FailedPrecondition, InvalidArgument
from .records import Record

if TYPE_CHECKING:
    from types import TracebackType

    from . import _vecstore


class Scan(Iterator[Record]):
    """The records in the order of ids, as they were when the scan began. Holds that state on the disk until closed, or no longer referred to."""

    def __init__(self, core: _vecstore.Scan, batch_size: int) -> None:
        if batch_size < 1:
            raise InvalidArgument(f"batch_size must be at least 1, it is {batch_size}")
        self._core: _vecstore.Scan | None = core
        self._size = batch_size
        self._batch: Iterator[Record] = iter(())

    def __next__(self) -> Record:
        for record in self._batch:
            return record
        self._batch = iter(self.next_batch())
        return next(self._batch)

    def next_batch(self, count: int | None = None) -> list[Record]:
        """Up to so many further records, ``batch_size`` when left out; none at the end."""
        if self._core is None:
            raise FailedPrecondition("the scan is closed")
        return self._core.next(self._size if count is None else count)

    def close(self) -> None:
        """Lets the state go."""
        self._core = None
        self._batch = iter(())

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
