"""How well a collection answers questions that people have judged."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from . import answer_evaluation, answers, embedders, evaluation, judged, retrieval
from ._vecstore import CancelToken, Filter
from .answer_evaluation import AnswerEvaluation, JudgeLike
from .answers import ChatLike
from .arguments import AskOptions, FilterLike, SearchOptions, suggesting
from .chat import to_chat_model
from .errors import Cancelled, DeadlineExceeded, FailedPrecondition, InvalidArgument, WrongType
from .evaluation import USUAL_METRICS, Evaluation, MetricLike
from .hits import Hits, HitsBatch
from .judged import Dataset, EvalQuestion, JudgementsLike
from .queries import Query
from .retrieval import RerankersLike, RerankSteps, Retrieval
from .searching import Searching, parted

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Questions, a Dataset, {id: text} with judgements apart, or the file or BEIR folder that has them.
QuestionsLike = Union[Sequence[EvalQuestion], Dataset, Mapping[str, str], str, "os.PathLike[str]"]

_MODES = ("vector", "text", "hybrid")
_AT_A_TIME = 256  # queries


class Evaluating(Searching):
    """The part of a collection's handle that is measured."""

    __slots__ = ()

    @suggesting
    def evaluate(
        self,
        questions: QuestionsLike,
        judgements: JudgementsLike | None = None,
        *,
        modes: str | Sequence[str] | None = None,
        metrics: str | Sequence[MetricLike] = USUAL_METRICS,
        k: int = 1000,
        filter: FilterLike | None = None,
        reranker: RerankersLike | None = None,
        rerank_candidates: int = 50,
        rerank_steps: str | Sequence[str] | RerankSteps | None = None,
        samples: int = 10_000,
        seed: int = 1,
        confidence: float = 0.95,
        cancel: CancelToken | None = None,
        **options: Unpack[SearchOptions],
    ) -> Evaluation:
        """How well the collection answers judged questions, by vectors, by words and by both, and which differences are more than chance.

        >>> asked = [vecstore.EvalQuestion("1", "green tea", relevant={"tea": 1}), vecstore.EvalQuestion("2", "lost key", relevant={"key": 1})]
        >>> docs.evaluate(asked, modes="text", metrics="mrr")["text"].means
        {'mrr': 1.0}

        :param questions: a list of :class:`EvalQuestion`, a :class:`Dataset`, ``{id: text}``, a file for :func:`read_questions`, or a folder for :func:`read_dataset`.
        :param judgements: where the questions do not say what answers them: as :func:`evaluate` takes them. Questions that nobody judged are left out.
        :param modes: "vector", "text" and "hybrid", in a list or with commas between them; all that the collection has vectors and texts for when left out.
        :param metrics: as :func:`evaluate` takes them.
        :param k: how deep rankings go, which "map" looks at.
        :param reranker: each mode then has a twin, "hybrid+rerank", whose best ``rerank_candidates`` it has put in its order.
        :param rerank_steps: as :meth:`search` takes them; what comes out of every step but the last is a run too: "hybrid+model", "hybrid+model+mmr".
        :param samples: ``samples``, ``seed`` and ``confidence`` as in :func:`evaluate`.
        :param options: of every query: see :class:`QueryOptions`, such as ``alpha``, and ``expand`` with what belongs to it in :class:`RetrievalOptions`.
        :raises FailedPrecondition: a mode needs vectors and there are none, or needs an embedder for the questions.
        :raises InvalidArgument: no question is judged; one lacks the text or vector that a mode needs.
        """
        if rerank_candidates < 1:
            raise InvalidArgument(f"rerank_candidates must be at least 1, it is {rerank_candidates}")
        evaluation.to_metrics(metrics)  # wrong ones are told before anything is asked
        evaluation.to_resampling(samples, seed, confidence)
        for name in ("window", "parent", "max_bytes", "like", "unlike"):
            if name in options:
                raise InvalidArgument(f"'{name}' is for search and ask: it has no say in which records are found for a judged question")
        asked, unjudged = judged_questions(questions, judgements)
        wanted = self._modes_of(modes)
        steps: Any = "model" if reranker is not None and rerank_steps is None else rerank_steps
        include = ["text", "metadata"] if steps is not None else []
        plans = {mode: retrieval.planned(self, mode, include, reranker, rerank_candidates, steps, options) for mode in wanted}
        vectors = _vectors_of(self, asked, plans, cancel)
        runs: dict[str, Any] = {}
        took_ms: dict[str, float] = {}
        for mode, plan in plans.items():
            queries = [_query_of(plan, one, vectors.get(one.id), k, filter, cancel) for one in asked]
            found, took_ms[mode] = _asked(self, queries, cancel)
            runs[mode] = {one.id: hits for one, hits in zip(asked, found)}
            if plan.steps is not None:
                _rerank(plan.steps, self, asked, found, (mode, rerank_candidates), runs, took_ms, cancel)
        return evaluation.measure(asked, runs, metrics, None, (samples, seed, confidence), cancel, took_ms, unjudged)

    @suggesting
    def evaluate_answers(
        self,
        questions: QuestionsLike,
        model: ChatLike | None = None,
        *,
        judge: JudgeLike = "words",
        k: int = 8,
        mode: str = "hybrid",
        filter: FilterLike | None = None,
        reranker: RerankersLike | None = None,
        rerank_candidates: int = 50,
        rerank_steps: str | Sequence[str] | RerankSteps | None = None,
        samples: int = 10_000,
        confidence: float = 0.95,
        cancel: CancelToken | None = None,
        **options: Unpack[AskOptions],
    ) -> AnswerEvaluation:
        """Judges answers from this collection, as :func:`evaluate_answers`: what a question does not bring is made here.

        >>> asked = [vecstore.EvalQuestion("1", "What are tides?", reference="The tides of the sea.")]
        >>> docs.evaluate_answers(asked, lambda messages: "The tides of the sea [1].", mode="text", k=1).answers[0].scores["answer_correctness"]
        1.0

        :param questions: as :meth:`evaluate` takes them; their ``reference`` is the right answer.
        :param model: answers those that bring no ``answer``, as :meth:`ask`; without one their passages alone are judged.
        :param judge: as :func:`evaluate_answers` takes it, or "embedder": the collection's own.
        :param k: passages that are searched for where a question brings no ``contexts``; ``mode``, ``filter``, ``reranker``, ``rerank_candidates`` and ``rerank_steps`` choose
            them as in :meth:`search`.
        :param samples: and ``confidence`` as in :func:`evaluate`; ``seed`` is the model's.
        :param options: as those of :meth:`ask`: see :class:`AskOptions`.
        """
        of_answer, of_search, of_memory = parted(options)
        if of_memory:
            raise InvalidArgument(f"'{next(iter(of_memory))}' is for ask: answers that are judged are given anew")
        who = self._model() if isinstance(judge, str) and judge == "embedder" else judge
        answer_evaluation.to_judge(who, cancel)  # a wrong one is told before a model is paid
        chat = None if model is None else to_chat_model(model)
        search: dict[str, Any] = {"k": k, "mode": mode, "reranker": reranker, "rerank_candidates": rerank_candidates, "rerank_steps": rerank_steps}
        search |= {"cancel": cancel, **({"writer": model} if model is not None else {}), **of_search}
        made: list[EvalQuestion] = []
        for one in questions_of(questions):
            if cancel is not None and cancel.cancelled:
                raise Cancelled(f"called off after {len(made)} answers")
            made.append(_answered(self, one, chat, _both(one.filter, filter), search, of_answer))
        said = "" if chat is None else chat.name
        return answer_evaluation.evaluate_answers(made, who, model=said, samples=samples, confidence=confidence, cancel=cancel)

    def _modes_of(self, given: str | Sequence[str] | None) -> list[str]:
        none = self._core.stats()["vector_bytes"] == 0
        if given is None:
            return ["text"] if none else list(_MODES)
        modes = [one.strip() for one in given.split(",")] if isinstance(given, str) else list(given)
        for mode in modes:
            if mode not in _MODES:
                raise InvalidArgument(f"modes are 'vector', 'text' and 'hybrid', not {mode!r}")
            if none and mode != "text":
                raise FailedPrecondition(f"no record of '{self.name}' has a vector: modes='text' searches the texts alone")
        if not modes:
            raise InvalidArgument("modes are 'vector', 'text' and 'hybrid', none is given")
        return list(dict.fromkeys(modes))


def questions_of(given: Any) -> Sequence[EvalQuestion]:
    """The questions, checked, judged or not."""
    if isinstance(given, (str, os.PathLike)):
        return judged.read_dataset(given).questions if os.path.isdir(given) else judged.read_questions(given)
    if isinstance(given, Dataset):
        return given.questions
    if isinstance(given, Mapping):
        return [EvalQuestion(judged.to_id(id, "a question"), text) for id, text in given.items()]
    if not isinstance(given, Sequence):
        raise WrongType(f"questions are a list of EvalQuestion, a Dataset, a dict {{id: text}} or a file, not {type(given).__name__}")
    seen: set[str] = set()
    for one in given:
        if not isinstance(one, EvalQuestion):
            raise WrongType(f"an EvalQuestion is expected, not {type(one).__name__}")
        if one.id in seen:
            raise InvalidArgument(f"question '{one.id}' comes a second time")
        seen.add(one.id)
    return given


def judged_questions(questions: QuestionsLike, judgements: JudgementsLike | None) -> tuple[list[EvalQuestion], int]:
    """Those that somebody judged, and how many others there are."""
    every = questions_of(questions)
    if judgements is not None:
        grades = judged.to_judgements(judgements)
        every = [dataclasses.replace(one, relevant=grades.get(one.id)) for one in every]
    asked = [one for one in every if one.relevant is not None]
    if not asked:
        hint = "none of them says in 'relevant' what answers it: judgements= is needed" if judgements is None else "the judgements are of others"
        raise InvalidArgument(f"no question is judged: {hint}")
    return asked, len(every) - len(asked)


def _both(a: FilterLike | None, b: FilterLike | None) -> FilterLike | None:
    return Filter(a) & Filter(b) if a is not None and b is not None else a if b is None else b


def _vectors_of(collection: Searching, asked: Sequence[EvalQuestion], plans: Mapping[str, Retrieval], cancel: CancelToken | None) -> dict[str, Any]:
    """What stands for the texts of questions that bring no vector, by their ids; expanded ones are embedded on their way."""
    if all(plan.mode == "text" or plan.expands for plan in plans.values()):
        return {}
    texts = {one.id: one.text for one in asked if one.vector is None and one.text}
    if not texts:
        return {}
    return dict(zip(texts, embedders.embedded(collection._model(), list(texts.values()), questions=True, cancel=cancel)))


def _query_of(plan: Retrieval, one: EvalQuestion, embedded: Any, k: int, filter: FilterLike | None, cancel: CancelToken | None) -> Any:
    if plan.mode != "vector" and not one.text:
        raise InvalidArgument(f"question '{one.id}' has no text, which mode '{plan.mode}' searches for")
    if plan.reranks and not one.text:
        raise InvalidArgument(f"question '{one.id}' has no text, which a reranker reads")
    common = {"k": max(k, plan.candidates) if plan.reranks else k, "filter": _both(one.filter, filter), "include": plan.included(), **plan.query}
    own = None if plan.mode == "text" else one.vector
    if plan.expands and one.text:
        return retrieval.expand(plan, one.text, own, common, cancel)
    vector = None if plan.mode == "text" else own if own is not None else embedded
    if plan.mode != "text" and vector is None:
        raise InvalidArgument(f"question '{one.id}' has neither a vector nor a text to embed")
    return Query(vector, text=one.text if plan.by_words() else None, **common)


def _asked(collection: Searching, queries: Sequence[Any], cancel: CancelToken | None) -> tuple[list[Hits], float]:
    """The hits, and the milliseconds that they took."""
    found: list[Hits] = []
    begun = time.perf_counter()
    for begin in range(0, len(queries), _AT_A_TIME):
        batch = HitsBatch(collection._core.query_list(list(queries[begin : begin + _AT_A_TIME]), cancel))
        if batch.partial and cancel is not None and cancel.cancelled:
            raise Cancelled("the evaluation was called off")
        if batch.partial:
            raise DeadlineExceeded("a query came to the end of its timeout=: what it found is not all there is to measure")
        found += batch
    return found, 1000 * (time.perf_counter() - begun)


def _rerank(
    steps: RerankSteps,
    collection: Searching,
    asked: Sequence[EvalQuestion],
    found: Sequence[Hits],
    what: tuple[str, int],
    runs: dict[str, Any],
    took_ms: dict[str, float],
    cancel: CancelToken | None,
) -> None:
    """A run for what every step gave: the candidates in their new order, the others behind them in the old one."""
    mode, candidates = what
    names = [f"{mode}+{'+'.join(steps.names[: i + 1])}" for i in range(len(steps.names) - 1)] + [f"{mode}+rerank"]
    begun = time.perf_counter()
    for name in names:
        runs[name] = {}
    for one, hits in zip(asked, found):
        behind = list(zip(hits.ids, hits.scores.tolist()))[candidates:]
        after = steps._each(one.text or "", hits, min(candidates, len(hits)), collection, cancel, candidates)
        for name, ranked in zip(names, after):
            runs[name][one.id] = [*zip(ranked.ids, ranked.scores.tolist()), *behind]
    for name in names:
        took_ms[name] = took_ms[mode] + 1000 * (time.perf_counter() - begun)


def _answered(
    collection: Searching, one: EvalQuestion, model: Any, filter: FilterLike | None, search: Mapping[str, Any], options: Mapping[str, Any]
) -> EvalQuestion:
    """The question with what it lacked."""
    if not one.text:
        raise InvalidArgument(f"question '{one.id}' has no text to ask")
    if one.contexts is not None:
        hits = [answers.passage(str(i), text) for i, text in enumerate(one.contexts, 1)]
    else:
        hits = [hit for hit in collection.search(one.text, filter=filter, **search) if hit.text]
    shown = [hit.text for hit in hits if hit.text]
    if one.answer is not None or model is None or not shown:
        return dataclasses.replace(one, contexts=shown)
    said = answers.answer(one.text, hits, model, cancel=search["cancel"], **options)
    return dataclasses.replace(one, answer=said.text, contexts=[hit.text for hit in said.passages if hit.text])


__all__ = ["QuestionsLike"]
