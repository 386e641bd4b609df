"""Text into vectors: the built-in model, another static model, or a function of yours."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, Union, runtime_checkable

import numpy as np
import numpy.typing as npt

from . import _vecstore
from .arrays import FloatArray, matrix
from .errors import InvalidArgument, WrongType


_AT_A_TIME = 5000  # texts: about a tenth of a second


@runtime_checkable
class Embedder(Protocol):
    """What turns texts into vectors that can be compared: anything with these three. ``name`` and ``dimension`` are kept with a collection, so that
    vectors of another model are refused."""

    @property
    def name(self) -> str:
        """What the model is called."""

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """A float32 matrix, (texts, dimension), of the ``texts``; rows of unit length, or zeros where there is nothing to embed."""


class StaticModel:
    """A model that is a table: the vector of a text is the mean of its tokens' rows. Needs no network and no graphics card.

    ``folder`` holds model.safetensors and tokenizer.json. The built-in one takes about 20 MB of memory and embeds some 100,000 short texts a second.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        path = Path(folder)
        builtin = path.name == _vecstore.BUILTIN_MODEL
        self._model = _vecstore.load_model(str(path.parent if builtin else path), builtin)
        self.info: dict[str, Any] = self._model.info()

    @property
    def name(self) -> str:
        """The name of the folder."""
        return str(self.info["name"])

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self.info["dimension"])

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """A float32 matrix, (texts, dimension), of the ``texts``; rows of unit length, or zeros."""
        many, rows = list(texts), np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(many), _AT_A_TIME):  # Ctrl-C comes between them
            part = many[start : start + _AT_A_TIME]
            rows[start : start + len(part)] = self._model.embed(part).reshape(len(part), self.dimension)
        return rows

    def __repr__(self) -> str:
        return f"StaticModel({self.name!r}, dimension={self.dimension})"


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
    """

    def __init__(self, function: Callable[[list[str]], npt.ArrayLike], *, name: str, dimension: int, checksum: str = "") -> None:
        if not callable(function):
            raise WrongType(f"a function of a list of texts is expected, not {type(function).__name__}")
        self._function = function
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
        rows = matrix(self._function(list(texts)), f"the vectors of '{self.name}'")
        if rows.shape != (len(texts), self.dimension):
            raise InvalidArgument(f"the embedder '{self.name}' gave shape {rows.shape}, ({len(texts)}, {self.dimension}) is expected")
        return rows

    def __repr__(self) -> str:
        return f"FunctionEmbedder({self.name!r}, dimension={self.dimension})"


def models_folder() -> Path:
    """Where ``builtin_model`` looks, and where the project's ``tools/fetch-model`` puts it: $VECSTORE_MODELS, else
    $XDG_CACHE_HOME/vecstore/models, else ~/.cache/vecstore/models."""
    named = os.environ.get("VECSTORE_MODELS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(cache) / "vecstore" / "models"


def builtin_model(folder: str | os.PathLike[str] | None = None) -> StaticModel:
    """The built-in model, wordllama-256: 256 dimensions, English first.

    :param folder: that of the models, :func:`models_folder` when left out.
    :raises NotFound: it is not there; the message has the command that fetches it.
    :raises DataLoss: a file is not what it should be.
    """
    return StaticModel((Path(folder) if folder is not None else models_folder()) / _vecstore.BUILTIN_MODEL)


def info_of(embedder: Embedder) -> dict[str, Any]:
    """What is kept with a collection."""
    info = getattr(embedder, "info", None)
    if isinstance(info, dict):
        return {name: info[name] for name in ("name", "dimension", "pooling", "checksum")}
    return {"name": embedder.name, "dimension": embedder.dimension, "pooling": "", "checksum": ""}


def embedded(embedder: Embedder, texts: Sequence[str]) -> FloatArray:
    """The vectors of the texts, checked."""
    rows = matrix(embedder.embed(texts), f"the vectors of '{embedder.name}'")
    if rows.shape != (len(texts), embedder.dimension):
        raise InvalidArgument(f"the embedder '{embedder.name}' gave shape {rows.shape}, ({len(texts)}, {embedder.dimension}) is expected")
    return rows


def for_engine(embedder: Embedder) -> Any:
    """What the compiled part takes: its own model, or a description and a function."""
    if isinstance(embedder, StaticModel):
        return embedder._model
    return (info_of(embedder), lambda texts: embedded(embedder, texts))


EmbedderLike = Union[Embedder, StaticModel, FunctionEmbedder]
__all__ = ["Embedder", "EmbedderLike", "FunctionEmbedder", "StaticModel", "builtin_model", "models_folder"]
