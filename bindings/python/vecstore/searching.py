"""Questions: by vector, by words, by both."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from . import answers, embedders, rerankers
from ._vecstore import CancelToken
from .answers import Answer, AnswerStream, ChatLike
from .arguments import DEFAULT_INCLUDE, AnswerOptions, FilterLike, QueryOptions, suggesting
from .arrays import VectorLike, matrix
from .chat import to_chat_model
from .errors import InvalidArgument
from .handle import Handle
from .hits import Hits, HitsBatch
from .queries import Query
from .rerankers import Reranker

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Searching(Handle):
    """The part of a collection's handle that asks. The compiled part says what a wrong argument of a query might mean."""

    __slots__ = ()

    def query(
        self,
        vector: VectorLike | None = None,
        *,
        text: str | None = None,
        k: int = 10,
        filter: FilterLike | None = None,
        field: str = "vector",
        include: Sequence[str] = DEFAULT_INCLUDE,
        cancel: CancelToken | None = None,
        **options: Unpack[QueryOptions],
    ) -> Hits:
        """The nearest records among those that pass the filter, best first.

        With a vector: the nearest by the field's metric, their distances exact. With a text: the records with its words, scored by BM25. With
        both: the best of each, fused. With neither: those that pass, in the order of ids.

        >>> docs.query([1, 0, 0.1], k=2, filter="year >= 2020").ids
        ['tea', 'key']
        >>> docs.query(text="lost tides", k=2).ids
        ['sea', 'key']
        >>> docs.query([1, 0, 0], text="sea", alpha=0.5).ids  # both: half by each
        ['sea', 'tea', 'key']

        :param vector: shape (dimension,) of the field; or a SparseVector, BinaryVector, or (rows, dimension) for a multi-vector.
        :param text: words to find, at most 64 KiB.
        :param k: how many, 1 to 10,000; fewer come back only when fewer match. Where a graph is walked, a few of the nearest may be missing:
            ``effort`` or ``target_recall`` in the options say how hard to look.
        :param options: all else: see :class:`QueryOptions`. ``timeout`` seconds and ``cancel`` end it early, with what was found.
        :raises InvalidArgument: another dimension, NaN, a filter that does not parse (with its column), a limit.
        :raises NotFound: there is no such field.
        """
        return Hits(self._core.query(vector, text, k, filter, field, include, cancel, options))

    def query_many(
        self,
        queries: npt.ArrayLike | Sequence[Query],
        *,
        k: int = 10,
        filter: FilterLike | None = None,
        field: str = "vector",
        include: Sequence[str] = DEFAULT_INCLUDE,
        cancel: CancelToken | None = None,
        **options: Unpack[QueryOptions],
    ) -> HitsBatch:
        """Many queries against one state, in parallel, without the interpreter lock: by the ``threads`` of the database.

        >>> batch = docs.query_many([[1, 0, 0], [0, 0, 1]], k=2)
        >>> batch.ids.tolist(), batch.distances.shape
        ([['tea', 'key'], ['sea', 'key']], (2, 2))

        :param queries: a matrix (n, dimension), each row under the same conditions; or :class:`Query` objects, each with its own. None of them
            have no answers.
        :param options: of every row: see :class:`QueryOptions`.
        :raises InvalidArgument: as :meth:`query`; the first error ends all.
        """
        if isinstance(queries, (list, tuple)) and not queries:
            return HitsBatch(self._core.query_list([], cancel))
        if isinstance(queries, Sequence) and len(queries) and isinstance(queries[0], (Query, dict)):
            if filter is not None or k != 10 or options:
                raise InvalidArgument("the queries have arguments of their own: give them there")
            return HitsBatch(self._core.query_list(list(queries), cancel))
        return HitsBatch(self._core.query_matrix(matrix(queries, "queries"), k, filter, field, include, cancel, options))

    @suggesting
    def search(
        self,
        text: str,
        k: int = 10,
        *,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        include: Sequence[str] = DEFAULT_INCLUDE,
        reranker: Reranker | None = None,
        rerank_candidates: int = 50,
        cancel: CancelToken | None = None,
        **options: Unpack[QueryOptions],
    ) -> Hits:
        """Text in: embeds it with the collection's model and searches by meaning and by words together.

        >>> docs.search("where is my key", mode="text", k=1).ids
        ['key']

        :param text: the question.
        :param reranker: puts the hits in its order, by their texts, with its scores: what :func:`load_reranker` or :func:`load_token_embedder` gives, a
            :class:`RemoteReranker`, or a :class:`Reranker` of yours.
        :param rerank_candidates: hits that it chooses from.
        :param mode: "hybrid"; "vector", by meaning alone; or "text", by words alone, which needs no model.
        :param options: see :class:`QueryOptions`.
        :raises FailedPrecondition: the collection has no embedder, and the mode needs one.
        """
        if mode not in ("hybrid", "vector", "text"):
            raise InvalidArgument(f"mode is 'hybrid', 'vector' or 'text', not {mode!r}")
        if not text.strip():  # models make something of a blank
            raise InvalidArgument("the text to look for is empty")
        words = None if mode == "vector" else text
        if mode == "hybrid" and self.options["analyzer"] == "none" and not self.options["text_fields"]:
            words = None  # this collection's texts are not searched by words
        if reranker is not None and "text" not in include:
            raise InvalidArgument("a reranker reads the texts of hits: 'text' must be in include")
        vector = None if mode == "text" else embedders.embedded(self._model(), [text], questions=True, cancel=cancel)[0]
        wanted = k if reranker is None else max(k, rerank_candidates)
        hits = self.query(vector, text=words, k=wanted, filter=filter, include=include, cancel=cancel, **options)
        return hits if reranker is None else rerankers.reranked(hits, reranker, text, k, cancel)

    @suggesting
    def ask(
        self,
        question: str,
        model: ChatLike,
        *,
        k: int = 8,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        reranker: Reranker | None = None,
        rerank_candidates: int = 50,
        on_text: Callable[[str], object] | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[AnswerOptions],
    ) -> Answer:
        """Finds the passages that answer a question, as :meth:`search`, and has a model answer from them, as :func:`answer`.

        >>> docs.ask("Where is a lost key?", lambda messages: "Where one looks last [1].", mode="text", k=1).passages[0].id
        'key'

        :param model: a :class:`RemoteChat`, a :class:`ChatModel` of yours, or a function: see :class:`FunctionChat`.
        :param k: how many passages the model is shown; ``mode``, ``filter``, ``reranker`` and ``rerank_candidates`` choose them as in :meth:`search`.
        :param on_text: given each piece of the answer as it comes.
        :param options: see :class:`AnswerOptions`.
        :raises NotFound: nothing is found that has a text.
        """
        answers.check_options(options)
        hits = self.search(question, k, mode=mode, filter=filter, reranker=reranker, rerank_candidates=rerank_candidates, cancel=cancel)
        return answers.answer(question, hits, model, on_text=on_text, cancel=cancel, **options)

    @suggesting
    def ask_stream(
        self,
        question: str,
        model: ChatLike,
        *,
        k: int = 8,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        reranker: Reranker | None = None,
        rerank_candidates: int = 50,
        cancel: CancelToken | None = None,
        **options: Unpack[AnswerOptions],
    ) -> AnswerStream:
        """As :meth:`ask`, by the ``model``, the pieces of the answer taken one by one while it comes.

        >>> stream = docs.ask_stream("Where is a lost key?", lambda messages: iter(["Where one ", "looks last [1]."]), mode="text")
        >>> [piece for piece in stream], stream.answer.citations[0].id
        (['Where one ', 'looks last [1].'], 'key')

        :param mode: with ``reranker`` and ``rerank_candidates`` as in :meth:`search`.
        :param options: see :class:`AnswerOptions`.
        """
        answers.check_options(options)
        search: Any = {"k": k, "mode": mode, "filter": filter, "reranker": reranker, "rerank_candidates": rerank_candidates}
        return AnswerStream(functools.partial(self.ask, question, to_chat_model(model), **search, **options), cancel)

    def query_json(self, query: str | Mapping[str, Any], *, cancel: CancelToken | None = None) -> Hits:
        """A query in JSON, as the command line and the server take it.

        >>> docs.query_json({"vector": [1, 0, 0], "k": 1}).ids
        ['tea']

        :param query: text, or a dict; :meth:`Query.to_json` writes one.
        :raises InvalidArgument: it is no JSON, or has a member that is not known.
        """
        return Hits(self._core.query_json(query if isinstance(query, str) else json.dumps(query), cancel))
