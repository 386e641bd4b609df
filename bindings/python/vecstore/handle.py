"""What every part of a collection's handle stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from . import _vecstore, embedders, html, models
from .embedders import Embedder
from .errors import Error, WrongType
from .reports import CollectionStats

if TYPE_CHECKING:
    from .database import Database


# What others call it.
_OTHERWISE = {
    **dict.fromkeys(("add", "insert", "put", "add_texts"), "upsert writes records, upsert_text embeds texts first"),
    **dict.fromkeys(("delete", "drop", "pop"), "remove takes ids, remove_where a filter"),
    "peek": "scan(batch_size=..) walks, query(k=..) without a question lists",
    "similarity_search": "query takes a vector, search a text",
    "close": "the database is closed: collection.database.close()",
}


class Handle:
    """What stands for a collection, and what it says of itself."""

    __slots__ = ("_core", "_database", "embedder")

    def __init__(self, core: _vecstore.Collection, database: Database, embedder: Embedder | None = None) -> None:
        self._core = core
        self._database = database
        self.embedder = embedder
        """What turns texts into vectors for this handle; None until a call needs it."""
        if embedder is not None:
            _vecstore.check_model(core, embedders.info_of(embedder))

    # What it is.

    @property
    def name(self) -> str:
        """The present name."""
        return self._core.name()

    @property
    def options(self) -> dict[str, Any]:
        """The options it was made with, with dimensions filled in once known."""
        return self._core.options()

    @property
    def database(self) -> Database:
        """The database it belongs to."""
        return self._database

    def __len__(self) -> int:
        return self._core.count(None, None)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._core.contains(id)

    def __bool__(self) -> bool:
        return True  # an empty collection is one too

    def __repr__(self) -> str:
        try:
            options = self.options
            return f"<Collection {self.name!r}: {len(self):,} records, dimension {options['dimension'] or '?'}, {options['metric']}>"
        except Exception as error:
            return f"<Collection: {error}>"

    def _repr_html_(self) -> str:
        try:
            return CollectionStats(**self._core.stats())._repr_html_()
        except Error:
            return html.preformatted(repr(self))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            other = _OTHERWISE.get(name)
            raise AttributeError(f"a collection has no '{name}'" + (f": {other}" if other else ""), name=name, obj=self)

    def __reduce__(self) -> NoReturn:
        raise WrongType("a collection's handle cannot be pickled: it stands for an open database; pass the path and the name, and open it there")

    def _model(self) -> Embedder:
        """The handle's embedder; else the one that the collection's vectors come from, where a model of that name is here."""
        if self.embedder is None:
            model = models.model_of(self.name, self.options["attributes"].get(_vecstore.EMBEDDING_ATTRIBUTE) or {})
            _vecstore.check_model(self._core, embedders.info_of(model))
            self.embedder = model
        return self.embedder
