"""A question as an object: a stage of another one, or one of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _vecstore
from .arguments import FilterLike, QueryOptions
from .arrays import VectorLike

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Query:
    """The arguments of :meth:`Collection.query`, kept: for ``prefetch`` and for :meth:`Collection.query_many`.

    >>> stages = [vecstore.Query([1, 0, 0], k=20), vecstore.Query(text="sea", k=20)]
    >>> docs.query(prefetch=stages, fusion="rrf", k=2).ids
    ['sea', 'tea']

    :param vector: as there.
    :param text: as there.
    :param options: see :class:`QueryOptions`.
    """

    __slots__ = ("members",)

    def __init__(
        self,
        vector: VectorLike | None = None,
        *,
        text: str | None = None,
        k: int = 10,
        filter: FilterLike | None = None,
        field: str = "vector",
        include: Sequence[str] | None = None,
        **options: Unpack[QueryOptions],
    ) -> None:
        given = {"vector": vector, "text": text, "k": k, "filter": filter, "field": field, "include": include}
        self.members: dict[str, Any] = {name: value for name, value in (given | dict(options)).items() if value is not None}

    def to_json(self) -> str:
        """On one line, only what differs from the defaults: what :meth:`Collection.query_json` and the command line take."""
        return _vecstore.query_to_json(self)

    def __repr__(self) -> str:
        return f"Query({', '.join(f'{n}={v!r}' for n, v in self.members.items())})"
