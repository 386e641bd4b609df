"""Text into vectors: what an embedder is, what those of the engine have in common, and a function of yours as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, Union, runtime_checkable

import numpy as np
import numpy.typing as npt

from . import _vecstore
from ._vecstore import CancelToken
from .arrays import FloatArray, matrix
from .errors import Error, InvalidArgument, WrongType


@runtime_checkable
class Embedder(Protocol):
    """What turns texts into vectors that can be compared: anything with these three. ``name`` and ``dimension`` are kept with a collection, so that
    vectors of another model are refused. One that tells questions from texts to be found has a fourth, ``embed_queries``, which :meth:`Collection.search`
    asks then."""

    @property
    def name(self) -> str:
        """What the model is called."""

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """A float32 matrix, (texts, dimension), of the ``texts``; rows of unit length, or zeros where there is nothing to embed."""


class EngineEmbedder:
    """What the package's own embedders have in common: a model of the engine behind them.

    Safe from many threads, which is what calls from asyncio need: :class:`AsyncEmbedder`. Ctrl-C ends what takes long. May be used in a child of
    ``fork``; cannot be pickled.
    """

    def __init__(self, core: _vecstore.Model) -> None:
        self._model = core
        self.info: dict[str, Any] = core.info()

    @property
    def name(self) -> str:
        """What is kept with a collection, and compared: the model's name, or "provider/model"."""
        return str(self.info["name"])

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self.info["dimension"])

    def embed(self, texts: Sequence[str], *, cancel: CancelToken | None = None) -> FloatArray:
        """A float32 matrix, (texts, dimension), of ``texts`` that are to be found; rows of unit length, or zeros where there is nothing to embed.

        :raises InvalidArgument: a text of more than 16 MiB.
        """
        return self._model.embed(texts_of(texts), False, cancel)

    def embed_queries(self, texts: Sequence[str], *, cancel: CancelToken | None = None) -> FloatArray:
        """The same of ``texts`` that are looked for, where :meth:`embed` takes those to be found: models that were trained with the two apart
        put another prefix before a question, or are told its task. For the others a question is a text."""
        return self._model.embed(texts_of(texts), True, cancel)

    def embed_some(self, texts: Sequence[str], *, questions: bool = False, cancel: CancelToken | None = None) -> SomeEmbedded:
        """Up to an error, which is told, not raised: what came before it has been paid for, and is kept.

        :param texts: as :meth:`embed` takes them, or :meth:`embed_queries` where they are ``questions``.
        """
        rows, done, error = self._model.embed_some(texts_of(texts), questions, cancel)
        return SomeEmbedded(rows, np.array(done, dtype=bool), error)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens the model makes of each of the ``texts``, with what it puts around them, and nothing cut.

        :raises Unimplemented: nobody here knows the model's tokenizer, as of those of providers.
        """
        return self._model.count_tokens(texts_of(texts))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, dimension={self.dimension})"

    def __reduce__(self) -> NoReturn:
        raise WrongType(f"a {type(self).__name__} cannot be pickled: make it again from what it was made of")


class SomeEmbedded(NamedTuple):
    """What :meth:`EngineEmbedder.embed_some` gives."""

    rows: FloatArray  #: a float32 matrix, (texts, dimension); zeros where nothing came
    done: npt.NDArray[np.bool_]  #: by text
    error: Error | None  #: the first one; None when all are done


def texts_of(texts: Sequence[str]) -> list[str]:
    """The texts as a list, checked."""
    if isinstance(texts, (str, bytes)):
        raise WrongType("a sequence of texts is expected, not one text: [text] is one")
    many = list(texts)
    for i, text in enumerate(many):
        if not isinstance(text, str):
            raise WrongType(f"texts[{i}]: a str is expected, not {type(text).__name__}")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise InvalidArgument(f"texts[{i}] is no valid text: {error.reason} at {error.start}") from None
    return many


class FunctionEmbedder:
    """A function as an embedder.

    >>> def embed(texts):
    ...     return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=np.float32)
    >>> letters = db.collection("letters", embedder=vecstore.FunctionEmbedder(embed, name="vowels", dimension=5))
    >>> letters.upsert_text(["a", "b"], ["banana", "tofu"]).inserted
    2
    >>> letters.search("papaya", k=1).ids
    ['a']

    :param function: takes a list of texts and returns an array of shape (texts, dimension), or rows of numbers. What it raises ends the call
        that asked, and arrives unchanged.
    :param name: of the model: kept with the collection, and compared when it is opened with an embedder again.
    :param dimension: components of a vector.
    :param checksum: of the model's files, where you have one: compared too.
    :param queries: the function for questions, of a model that tells them from texts to be found; without it, ``function``.
    """

    def __init__(
        self,
        function: Callable[[list[str]], npt.ArrayLike],
        *,
        name: str,
        dimension: int,
        checksum: str = "",
        queries: Callable[[list[str]], npt.ArrayLike] | None = None,
    ) -> None:
        for given in (function, queries):
            if given is not None and not callable(given):
                raise WrongType(f"a function of a list of texts is expected, not {type(given).__name__}")
        self._function = function
        self._queries = queries or function
        self.info: dict[str, Any] = {"name": name, "dimension": dimension, "pooling": "", "checksum": checksum}

    @property
    def name(self) -> str:
        """What the model is called."""
        return str(self.info["name"])

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self.info["dimension"])

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """What the function returns for the ``texts``, checked: a float32 matrix, (texts, dimension)."""
        return self._checked(self._function, texts)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """The same for ``texts`` that are looked for."""
        return self._checked(self._queries, texts)

    def _checked(self, function: Callable[[list[str]], npt.ArrayLike], texts: Sequence[str]) -> FloatArray:
        rows = matrix(function(list(texts)), f"the vectors of '{self.name}'")
        if rows.shape != (len(texts), self.dimension):
            raise InvalidArgument(f"the embedder '{self.name}' gave shape {rows.shape}, ({len(texts)}, {self.dimension}) is expected")
        return rows

    def __repr__(self) -> str:
        return f"FunctionEmbedder({self.name!r}, dimension={self.dimension})"


def info_of(embedder: Embedder) -> dict[str, Any]:
    """What is kept with a collection."""
    info = getattr(embedder, "info", None)
    if isinstance(info, dict):
        return {name: info[name] for name in ("name", "dimension", "pooling", "checksum")}
    return {"name": embedder.name, "dimension": embedder.dimension, "pooling": "", "checksum": ""}


def embedded(embedder: Embedder, texts: Sequence[str], *, questions: bool = False, cancel: CancelToken | None = None) -> FloatArray:
    """The vectors of the texts, checked."""
    many = list(texts)
    if isinstance(embedder, EngineEmbedder):
        return embedder.embed_queries(many, cancel=cancel) if questions else embedder.embed(many, cancel=cancel)
    function = _questions_of(embedder) if questions else embedder.embed
    rows = matrix(function(many), f"the vectors of '{embedder.name}'")
    if rows.shape != (len(many), embedder.dimension):
        raise InvalidArgument(f"the embedder '{embedder.name}' gave shape {rows.shape}, ({len(many)}, {embedder.dimension}) is expected")
    return rows


def _questions_of(embedder: Embedder) -> Callable[[list[str]], Any]:
    return getattr(embedder, "embed_queries", None) or embedder.embed


def for_engine(embedder: Embedder) -> Any:
    """What the compiled part takes: its own model, or a description and two functions."""
    if isinstance(embedder, EngineEmbedder):
        return embedder._model
    return (info_of(embedder), lambda texts: embedded(embedder, texts), lambda texts: embedded(embedder, texts, questions=True))


EmbedderLike = Union[Embedder, EngineEmbedder, FunctionEmbedder]
__all__ = ["Embedder", "EmbedderLike", "EngineEmbedder", "FunctionEmbedder", "SomeEmbedded"]
