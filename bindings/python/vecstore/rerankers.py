"""Hits in the order of a model that reads the question and each text together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, runtime_checkable

from . import _vecstore, kept
from ._vecstore import CancelToken
from .embedders import texts_of
from .errors import InvalidArgument, WrongType
from .hits import Hits


class RankedText(NamedTuple):
    """One of the texts that a reranker was given."""

    #: into them
    index: int  # type: ignore[assignment]
    score: float  #: larger is better; what it means beyond that is the model's


@runtime_checkable
class Reranker(Protocol):
    """What says how well texts answer a question: anything with these two."""

    @property
    def name(self) -> str:
        """What the model is called."""

    def rerank(self, query: str, texts: Sequence[str], count: int | None = None) -> Sequence[tuple[int, float]]:
        """The best ``count`` of the ``texts`` for the question ``query``, best first, each as (index, score); all where no count is given."""


class EngineReranker:
    """What the package's own rerankers have in common: a model of the engine behind them. Safe from many threads; cannot be pickled."""

    takes_cancel = True

    def __init__(self, core: _vecstore.Reranker) -> None:
        self._reranker = core

    @property
    def name(self) -> str:
        """The model's name, or "provider/model"."""
        return self._reranker.name()

    def rerank(self, query: str, texts: Sequence[str], count: int | None = None, *, cancel: CancelToken | None = None) -> list[RankedText]:
        """The best of the texts for the question, best first.

        :param query: the question.
        :param texts: that may answer it, at most 16 MiB each.
        :param count: how many; all when left out.
        :raises InvalidArgument: the question is blank, of a provider; a text of more than 16 MiB.
        """
        many = texts_of(texts)
        return [RankedText(*one) for one in self._reranker.rerank(query, many, len(many) if count is None else count, cancel)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __reduce__(self) -> NoReturn:
        raise WrongType(f"a {type(self).__name__} cannot be pickled: make it again from what it was made of")


def reranked(hits: Hits, reranker: Reranker, question: str, k: int, cancel: CancelToken | None) -> Hits:
    """The k best by the reranker, with its scores; hits without a text come last, in their order. Those of the package are told of the token."""
    with_text = [hit for hit in hits if hit.text]
    options: dict[str, Any] = {"cancel": cancel} if getattr(reranker, "takes_cancel", False) else {}
    ranked = reranker.rerank(question, [hit.text or "" for hit in with_text], min(k, len(with_text)), **options) if with_text else []
    seen = [index for index, _ in ranked]
    if len(set(seen)) != len(seen) or any(not 0 <= index < len(with_text) for index in seen):
        raise InvalidArgument(f"the reranker '{reranker.name}' gave a text twice, or one that is not there: {seen[:10]}")
    best = [dataclasses.replace(with_text[index], score=float(score)) for index, score in ranked]
    last = best[-1].score if best else 0.0
    best += [dataclasses.replace(hit, score=last) for hit in hits if not hit.text]
    answer = kept.Answer.of(hits._answer)
    return Hits(kept.Answer(best[:k], answer.kept_facts, answer.kept_explanation))


def for_engine(reranker: Reranker, cancel: CancelToken | None) -> Callable[[str, list[str], int], Sequence[tuple[int, float]]]:
    """A reranker as the compiled part asks it."""
    options: dict[str, Any] = {"cancel": cancel} if getattr(reranker, "takes_cancel", False) else {}
    return lambda question, texts, count: reranker.rerank(question, texts, count, **options)


__all__ = ["EngineReranker", "RankedText", "Reranker"]
