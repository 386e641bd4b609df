"""Models whose head is another than one vector for a text: rerankers, vectors of tokens, weights of words."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn

import numpy as np
import numpy.typing as npt

from . import _vecstore
from ._vecstore import CancelToken
from .arguments import suggesting
from .arrays import FloatArray, SparseVector, matrix
from .embedders import texts_of
from .errors import InvalidArgument, WrongType
from .models import naming_ours, place_of
from .rerankers import EngineReranker, RankedText


class CrossEncoder(EngineReranker):
    """A reranker that runs here: a transformer reads question and text together and scores the two. :func:`load_reranker` makes it.

    Better than comparing vectors, and each text costs what embedding it would: it is for the best hundred of a search.
    """

    def __init__(self, core: _vecstore.Reranker, folder: Path) -> None:
        super().__init__(core)
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self._folder

    @property
    def memory_bytes(self) -> int:
        """Of its weights, shared by all threads."""
        return self._reranker.memory_bytes()

    def scores(self, query: str, texts: Sequence[str], *, cancel: CancelToken | None = None) -> FloatArray:
        """Of each of the ``texts`` for the question ``query``, in their order: from 0 to 1, or any number where the model's files ask for no sigmoid.

        Where the two together are longer than the model takes, the longer one loses its end.
        """
        return self._reranker.scores(query, texts_of(texts), cancel)


class _Headed:
    """What models with vectors of their own kinds have in common."""

    def __init__(self, info: dict[str, Any], folder: Path) -> None:
        self.info: dict[str, Any] = {name: info[name] for name in ("name", "dimension", "pooling", "checksum")}
        self._memory_bytes = int(info["memory_bytes"])
        self._folder = folder

    @property
    def name(self) -> str:
        """The last part of its folder."""
        return str(self.info["name"])

    @property
    def dimension(self) -> int:
        """Of its vectors: what a field for them is made with."""
        return int(self.info["dimension"])

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self._folder

    @property
    def memory_bytes(self) -> int:
        """Of its weights, shared by all threads."""
        return self._memory_bytes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, dimension={self.dimension})"

    def __reduce__(self) -> NoReturn:
        raise WrongType(f"a {type(self).__name__} cannot be pickled: make it again from what it was made of")


class TokenEmbedder(_Headed):
    """A ColBERT: a vector of length 1 for each token of a text. :func:`load_token_embedder` makes it.

    Its vectors go into a field of the kind "multi" with the metric "dot", whose score is :func:`max_sim`. It is a :class:`Reranker` too: then the texts are
    embedded when they are ranked, and need no room; :class:`LateInteraction` has options for that.
    """

    takes_cancel = True

    def __init__(self, core: _vecstore.TokenModel, folder: Path) -> None:
        super().__init__(core.info(), folder)
        self._model = core
        self._late = EngineReranker(_vecstore.late_interaction(core, "dot", 256))

    def embed(self, texts: Sequence[str], *, cancel: CancelToken | None = None) -> list[FloatArray]:
        """For each of the ``texts`` that are to be found a float32 matrix, (tokens, dimension); what is beyond the model's length does not count."""
        return self._model.embed(texts_of(texts), False, cancel)

    def embed_queries(self, texts: Sequence[str], *, cancel: CancelToken | None = None) -> list[FloatArray]:
        """The same for ``texts`` that are looked for: filled up with mask tokens, which may stand for words that they do not say."""
        return self._model.embed(texts_of(texts), True, cancel)

    def rerank(self, query: str, texts: Sequence[str], count: int | None = None, *, cancel: CancelToken | None = None) -> list[RankedText]:
        """The best of the texts for the question, best first, by :func:`max_sim`.

        :param query: the question.
        :param texts: that may answer it.
        :param count: how many; all when left out.
        """
        return self._late.rerank(query, texts, count, cancel=cancel)


class LateInteraction(EngineReranker):
    """A reranker by the vectors of tokens that a :class:`TokenEmbedder` makes of the texts when they are ranked.

    :param model: a ColBERT.
    :param metric: what is near: "dot", "cosine" or "euclidean", as in :func:`max_sim`.
    :param cached_texts: those asked for last, whose vectors are kept: some 100 kB each.
    """

    @suggesting
    def __init__(self, model: TokenEmbedder, *, metric: str = "dot", cached_texts: int = 256) -> None:
        if not isinstance(model, TokenEmbedder):
            raise WrongType(f"a TokenEmbedder is expected, not {type(model).__name__}: load_token_embedder makes one")
        super().__init__(_vecstore.late_interaction(model._model, metric, cached_texts))


class SparseEmbedder(_Headed):
    """A SPLADE: a weight for each piece of the vocabulary that a text speaks of, said or not. :func:`load_sparse_embedder` makes it.

    Its vectors go into a field of the kind "sparse" with the metric "dot". A question is embedded as a text.
    """

    def __init__(self, core: _vecstore.SparseModel, folder: Path) -> None:
        super().__init__(core.info(), folder)
        self._model = core

    def embed(self, texts: Sequence[str], *, cancel: CancelToken | None = None) -> list[SparseVector]:
        """For each of the ``texts`` the weights above 0, by the ids of their pieces."""
        return self._model.embed(texts_of(texts), cancel)


def max_sim(question: npt.ArrayLike, document: npt.ArrayLike, metric: Literal["dot", "cosine", "euclidean"] = "dot") -> float:
    """How well a document's vectors answer a question's: the sum over the question's of the nearest of the document's; 0 where either has none.

    >>> vecstore.max_sim([[1, 0], [0, 1]], [[0.5, 0.75], [1, 0]])
    1.75

    :param question: of shape (tokens, dimension).
    :param document: the same.
    :param metric: what is near: "dot", "cosine", or "euclidean", whose squared distances count as negative.
    """
    asked, there = matrix(question, "question"), matrix(document, "document")
    if asked.shape[1] != there.shape[1]:
        raise InvalidArgument(f"vectors of {asked.shape[1]} and of {there.shape[1]} numbers cannot be compared")
    if metric not in ("dot", "cosine", "euclidean"):
        raise InvalidArgument(f"metric is 'dot', 'cosine' or 'euclidean', not {metric!r}")
    if not asked.size or not there.size:
        return 0.0
    a, b = (rows.astype(np.float64) if metric != "cosine" else _unit(rows.astype(np.float64)) for rows in (asked, there))
    near = a @ b.T
    if metric == "euclidean":
        near = 2 * near - (a**2).sum(1)[:, None] - (b**2).sum(1)[None, :]
    return float(near.max(axis=1).sum())


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    lengths: npt.NDArray[np.float64] = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)


@suggesting
def load_reranker(
    model: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    precision: str = "float",
    threads: int = 1,
    batch_tokens: int = 512,
    max_tokens: int = 0,
) -> CrossEncoder:
    """A cross-encoder by its name, or from its folder: an architecture that ends with ForSequenceClassification and has one label.

    >>> ranks = vecstore.load_reranker("ms-marco-MiniLM-L6-v2")  # doctest: +SKIP
    >>> docs.search("where is my key", reranker=ranks)  # doctest: +SKIP

    :param model: a folder, or the name of one in ``folder``.
    :param folder: that of the models, :func:`models_folder` when left out.
    :param precision: "float", or "int8": a quarter of the memory, faster, scores that are a little off.
    :param threads: that work on one call, 1 to 1,024.
    :param batch_tokens: how many tokens are worked on at a time by each thread.
    :param max_tokens: of question and text together, at most; 0: what the model says.
    :raises InvalidArgument: the folder holds another kind of model; the message has the function that loads it.
    """
    path = place_of(model, folder)
    return CrossEncoder(naming_ours(lambda: _vecstore.load_reranker(str(path), precision, threads, batch_tokens, max_tokens)), path)


@suggesting
def load_token_embedder(
    model: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    precision: str = "float",
    threads: int = 1,
    batch_tokens: int = 512,
    max_tokens: int = 0,
) -> TokenEmbedder:
    """A ColBERT by its name, or from its folder, as colbert-ir (artifact.metadata) or PyLate (modules.json with a Dense module) publish it.

    :param model: a folder, or the name of one in ``folder``.
    :param folder: that of the models, :func:`models_folder` when left out.
    :param precision: "float", or "int8": a quarter of the memory, faster, vectors that are a little off.
    :param threads: that work on one call, 1 to 1,024.
    :param batch_tokens: how many tokens are worked on at a time by each thread.
    :param max_tokens: of a text that is to be found, at most; 0: what the model says.
    :raises InvalidArgument: the folder holds another kind of model; the message has the function that loads it.
    """
    path = place_of(model, folder)
    return TokenEmbedder(naming_ours(lambda: _vecstore.load_token_embedder(str(path), precision, threads, batch_tokens, max_tokens)), path)


@suggesting
def load_sparse_embedder(
    model: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    precision: str = "float",
    threads: int = 1,
    batch_tokens: int = 512,
    max_tokens: int = 0,
    top: int = 0,
) -> SparseEmbedder:
    """A SPLADE by its name, or from its folder: a masked language model as its authors or sentence-transformers publish it.

    :param model: a folder, or the name of one in ``folder``.
    :param folder: that of the models, :func:`models_folder` when left out.
    :param precision: "float", or "int8": a quarter of the memory, faster, weights that are a little off.
    :param threads: that work on one call, 1 to 1,024.
    :param batch_tokens: how many tokens are worked on at a time by each thread.
    :param max_tokens: of a text, at most; 0: what the model says.
    :param top: how many weights are kept of a text, the largest; 0: all.
    :raises InvalidArgument: the folder holds another kind of model; the message has the function that loads it.
    """
    path = place_of(model, folder)
    return SparseEmbedder(naming_ours(lambda: _vecstore.load_sparse_embedder(str(path), precision, threads, batch_tokens, max_tokens, top)), path)


__all__ = ["CrossEncoder", "LateInteraction", "SparseEmbedder", "TokenEmbedder", "load_reranker", "load_sparse_embedder", "load_token_embedder", "max_sim"]
