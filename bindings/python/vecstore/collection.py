"""A set of records that are searched together."""

from __future__ import annotations

from .evaluating import Evaluating
from .reading import Reading
from .upkeep import Upkeep
from .writing import Writing


class Collection(Reading, Writing, Evaluating, Upkeep):
    """A handle on a collection: take it from a :class:`Database`.

    Safe from many threads; calls run without the interpreter lock. Reads see the newest state at their start and never wait for writers.
    Handles of a dropped collection raise NotFound.
    """

    __slots__ = ()
