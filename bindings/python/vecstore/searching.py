"""Questions: by vector, by words, by both."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from . import answers, asking, embedders, retrieval
from ._vecstore import CancelToken
from .answers import Answer, AnswerStream, ChatLike
from .arguments import DEFAULT_INCLUDE, AnswerOptions, AskOptions, ConversationSettings, FilterLike, MemoryOptions, QueryOptions, SearchOptions, suggesting
from .arrays import VectorLike, matrix
from .chat import to_chat_model
from .conversations import Conversation, conversation_of
from .errors import InvalidArgument
from .handle import Handle
from .hits import Hits, HitsBatch
from .queries import Query
from .retrieval import Misspelling, RerankersLike, RerankSteps, Spelling

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
        like: str | Sequence[str] | None = None,
        unlike: str | Sequence[str] | None = None,
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
        >>> docs.query(like="tea", unlike="sea", k=1).ids  # by examples, which are left out
        ['key']

        :param vector: shape (dimension,) of the field; or a SparseVector, BinaryVector, or (rows, dimension) for a multi-vector.
        :param text: words to find, at most 64 KiB.
        :param k: how many, 1 to 10,000; fewer come back only when fewer match. Where a graph is walked, a few of the nearest may be missing:
            ``effort`` or ``target_recall`` in the options say how hard to look.
        :param like: instead of a vector: ids of records, the mean of whose vectors it is, each of unit length; they are left out of the answer. Dense vectors only.
        :param unlike: with ``like``: ids of records that hits are to be away from; the vector is twice that mean less the mean of these.
        :param options: all else: see :class:`QueryOptions`. ``timeout`` seconds and ``cancel`` end it early, with what was found.
        :raises InvalidArgument: another dimension, NaN, a filter that does not parse (with its column), a limit.
        :raises NotFound: there is no such field; an example is not there.
        """
        if like is not None or unlike is not None:
            if vector is not None:
                raise InvalidArgument("like= and unlike= make a vector: give none beside them")
            vector, filter = retrieval.examples_of(self, like, unlike, field, filter)
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
        reranker: RerankersLike | None = None,
        rerank_candidates: int = 50,
        rerank_steps: str | Sequence[str] | RerankSteps | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[SearchOptions],
    ) -> Hits:
        """Text in: embeds it with the collection's model and searches by meaning and by words together.

        >>> docs.search("where is my key", mode="text", k=1).ids
        ['key']
        >>> docs.search("loost key", mode="text", expand="spelling").notes
        ['searched for: lost key']

        :param text: the question.
        :param reranker: puts the hits in its order, by their texts, with its scores: what :func:`load_reranker` or :func:`load_token_embedder` gives, a
            :class:`RemoteReranker`, or a :class:`Reranker` of yours.
        :param rerank_candidates: hits that it, or the first of the steps, chooses from.
        :param rerank_steps: what the hits go through, ``"model(k=20) | mmr(lambda=0.7)"``, of which ``reranker`` is the model; or :class:`RerankSteps`.
        :param mode: "hybrid"; "vector", by meaning alone; or "text", by words alone, which needs no model.
        :param options: see :class:`QueryOptions`, and :class:`RetrievalOptions` for ``expand``, ``window``, ``parent``, ``like`` and what belongs to them.
        :raises FailedPrecondition: the collection has no embedder, and the mode needs one; a step or expansion lacks its model.
        """
        plan = retrieval.planned(self, mode, include, reranker, rerank_candidates, rerank_steps, options)
        if not text.strip() and not plan.by_examples:  # models make something of a blank
            raise InvalidArgument("the text to look for is empty")
        hits, notes = retrieval.asked(plan, text, k, filter, cancel)
        hits = retrieval.ranked(plan, text, hits, k, cancel)
        return Hits(hits._answer, notes) if notes else hits

    @suggesting
    def discover(
        self,
        pairs: Sequence[tuple[str, str]],
        *,
        target: str | VectorLike | None = None,
        text: str | None = None,
        candidates: int | None = None,
        k: int = 10,
        filter: FilterLike | None = None,
        field: str = "vector",
        include: Sequence[str] = DEFAULT_INCLUDE,
        offset: int = 0,
        effort: str | None = None,
        ef: int | None = None,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Hits:
        """Records that are on the right side of pairs of examples: by cosine more like the first than the second; of dense vectors.

        >>> docs.discover([("tea", "sea")], target=[1, 0, 0], k=1).ids  # examples are left out
        ['key']

        With a target the score is the number of pairs that the record is on the right side of, plus its likeness to the target, 0 to 1; without one it is 0
        on the right side of all pairs, and below by what is missing of each.

        :param pairs: (like, unlike), two ids each; 1 to 50 pairs.
        :param target: an id or a vector: those on the right side of as many pairs come in the order of their likeness to it.
        :param text: instead of it: the target is what this text means, by the collection's embedder.
        :param candidates: records that are looked at in each direction that the pairs point to, ``offset + k`` to 10,000; ten times ``offset + k`` and 200 at
            least when left out. A collection that has no more is ranked exactly.
        :param offset: hits to pass over; offset + k at most 10,000.
        :param effort: ``effort`` and ``ef`` of each of the queries, of which there are two more than pairs: see :class:`QueryOptions`.
        :raises InvalidArgument: vectors that are not dense, too few or many pairs or candidates, another dimension.
        :raises NotFound: an example is not there, or has no vector in the field.
        """
        if text is not None and target is not None:
            raise InvalidArgument("target= and text= both say what to look for: give one of them")
        if text is not None and not text.strip() or isinstance(target, str) and not target:
            raise InvalidArgument(f"the {'text' if target is None else 'id'} to look for is empty")
        members: dict[str, Any] = {"k": k, "filter": filter, "field": field, "include": include, "candidates": candidates}
        members |= {"offset": offset, "effort": effort, "ef": ef, "timeout": timeout}
        if text is not None:
            target = embedders.embedded(self._model(), [text], questions=True, cancel=cancel)[0]
        if target is not None and not isinstance(target, str):
            members["vector"] = target
        return Hits(self._core.discover(list(pairs), target if isinstance(target, str) else "", members, cancel))

    def check_spelling(self, question: str) -> Spelling:
        """"Did you mean": words of a ``question`` that no text has, and those of texts that are near them. Costs a search of each word.

        >>> docs.check_spelling("the tidse of the sea").question
        'the tides of the sea'

        :raises InvalidArgument: the collection's texts are not searched by words.
        """
        meant, words = self._core.check_spelling(question)
        return Spelling(meant, [Misspelling(*one) for one in words])

    @suggesting
    def ask(
        self,
        question: str,
        model: ChatLike,
        *,
        k: int = 8,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        reranker: RerankersLike | None = None,
        rerank_candidates: int = 50,
        rerank_steps: str | Sequence[str] | RerankSteps | None = None,
        on_text: Callable[[str], object] | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[AskOptions],
    ) -> Answer:
        """Finds the passages that answer a question, as :meth:`search`, and has a model answer from them, as :func:`answer`.

        >>> docs.ask("Where is a lost key?", lambda messages: "Where one looks last [1].", mode="text", k=1).passages[0].id
        'key'

        :param model: a :class:`RemoteChat`, a :class:`ChatModel` of yours, or a function: see :class:`FunctionChat`.
        :param k: how many passages the model is shown; ``mode``, ``filter``, ``reranker``, ``rerank_candidates`` and ``rerank_steps`` choose them as in :meth:`search`.
        :param on_text: given each piece of the answer as it comes.
        :param options: see :class:`AnswerOptions`; of the search, :class:`QueryOptions` and :class:`RetrievalOptions`; and :class:`MemoryOptions` for ``conversation`` and
            ``cache``.
        :raises NotFound: nothing is found that has a text.
        """
        of_answer, of_search, of_memory = parted(options)
        plan = retrieval.planned(self, mode, DEFAULT_INCLUDE, reranker, rerank_candidates, rerank_steps, of_search, model)
        return asking.ask(plan, question, model, k, filter, on_text, cancel, of_answer, of_memory)

    def conversation(self, name: str, model: ChatLike, **options: Unpack[ConversationSettings]) -> Conversation:
        """A conversation by its name, new or kept: each question goes on with what was said.

        >>> talk = docs.conversation("tides", lambda messages: "The tides [1].", mode="text", max_history_tokens=500)
        >>> talk.ask("What moves the sea?").text, len(talk), talk.turns[0].messages[0]
        ('The tides [1].', 1, {'role': 'user', 'content': 'What moves the sea?'})

        :param name: under which it is kept in the database.
        :param model: answers, and rewrites questions that lean on what was said before: as :meth:`ask` takes it.
        :param options: of every question: see :class:`ConversationSettings`, such as ``max_history_tokens``, ``summarize`` and ``mode``.
        """
        return conversation_of(self, name, model, options)

    @suggesting
    def ask_stream(
        self,
        question: str,
        model: ChatLike,
        *,
        k: int = 8,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        reranker: RerankersLike | None = None,
        rerank_candidates: int = 50,
        rerank_steps: str | Sequence[str] | RerankSteps | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[AskOptions],
    ) -> AnswerStream:
        """As :meth:`ask`, by the ``model``, the pieces of the answer taken one by one while it comes.

        >>> stream = docs.ask_stream("Where is a lost key?", lambda messages: iter(["Where one ", "looks last [1]."]), mode="text")
        >>> [piece for piece in stream], stream.answer.citations[0].id
        (['Where one ', 'looks last [1].'], 'key')

        :param mode: with ``reranker``, ``rerank_candidates`` and ``rerank_steps`` as in :meth:`search`.
        :param options: as those of :meth:`ask`: see :class:`AskOptions`.
        """
        parted(options)  # what is wrong is told at once
        search: Any = {"k": k, "mode": mode, "filter": filter, "reranker": reranker, "rerank_candidates": rerank_candidates, "rerank_steps": rerank_steps}
        return AnswerStream(functools.partial(self.ask, question, to_chat_model(model), **search, **options), cancel)

    def query_json(self, query: str | Mapping[str, Any], *, cancel: CancelToken | None = None) -> Hits:
        """A query in JSON, as the command line and the server take it.

        >>> docs.query_json({"vector": [1, 0, 0], "k": 1}).ids
        ['tea']

        :param query: text, or a dict; :meth:`Query.to_json` writes one.
        :raises InvalidArgument: it is no JSON, or has a member that is not known.
        """
        return Hits(self._core.query_json(query if isinstance(query, str) else json.dumps(query), cancel))


def parted(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Those of the answer, those of the search, and those of what is kept."""
    answers.check_options(options, AskOptions.__annotations__)
    of_answer = {name: value for name, value in options.items() if name in AnswerOptions.__annotations__}
    of_memory = {name: value for name, value in options.items() if name in MemoryOptions.__annotations__}
    return of_answer, {name: value for name, value in options.items() if name not in of_answer and name not in of_memory}, of_memory
