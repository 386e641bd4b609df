"""A question to a collection and a model: with what was said before, from passages, kept."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from . import _vecstore, answer_cache, answers, embedders, retrieval
from ._vecstore import CancelToken, Filter
from .answer_cache import AnswerCache, CachedFrom
from .answers import Answer, ChatLike, Citation
from .arguments import FilterLike
from .chat import ChatModel, to_chat_model
from .conversations import Conversations, standalone
from .errors import FailedPrecondition, InvalidArgument, WrongType
from .records import time_of
from .retrieval import Retrieval

_MOST_RECALLED = 100


def ask(
    plan: Retrieval,
    question: str,
    model: ChatLike,
    k: int,
    filter: FilterLike | None,
    on_text: Callable[[str], object] | None,
    cancel: CancelToken | None,
    of_answer: Mapping[str, Any],
    of_memory: Mapping[str, Any],
) -> Answer:
    """The answer, kept where that is asked for."""
    chat = to_chat_model(model)
    talk = Talk.begun(plan, chat, of_answer, of_memory)
    cache = _cache_of(plan, of_answer, of_memory.get("cache", False))
    how = dict(of_answer)
    searched_for = question
    if talk is not None:
        how["history"], searched_for = talk.history_for(question, cancel)
    asked = Asked(plan, searched_for, chat, k, filter, on_text, cancel, how)
    cached = cache is not None and not how.get("history")  # what was said before is no part of the question's vector
    answer = asked.answer_again(cache, question) if cache is not None and cached else asked.answer(question)[0]
    answer = dataclasses.replace(answer, searched_for=searched_for)
    if talk is not None:
        talk.keep(question, answer, cancel)
    return answer


@dataclasses.dataclass
class Talk:
    """A conversation that a question goes on with."""

    kept: Conversations
    name: str
    model: ChatModel
    options: Mapping[str, Any]  # of the answer
    max_tokens: int
    recalled: int
    summarize: bool

    @classmethod
    def begun(cls, plan: Retrieval, model: ChatModel, of_answer: Mapping[str, Any], given: Mapping[str, Any]) -> Talk | None:
        """None where there is no conversation."""
        name = given.get("conversation")
        numbers = {key: given.get(key, usual) for key, usual in (("max_history_tokens", 1000), ("recalled_turns", 2))}
        for key, value in numbers.items():
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise WrongType(f"{key}: an integer is expected, not {type(value).__name__}")
            if not (0 if key == "recalled_turns" else 1) <= value <= (_MOST_RECALLED if key == "recalled_turns" else 1_000_000):
                raise InvalidArgument(f"{key} must be from {'0 to 100' if key == 'recalled_turns' else '1 to 1,000,000'}, it is {value}")
        if name is None:
            for key in ("max_history_tokens", "recalled_turns", "summarize"):
                if key in given:
                    raise InvalidArgument(f"{key}= is for a conversation: give conversation= too")
            return None
        if not isinstance(name, str):
            raise WrongType(f"conversation: its name is expected, not {type(name).__name__}")
        if of_answer.get("history"):
            raise InvalidArgument("a conversation brings the history: leave out history=")
        embedder = plan.collection.embedder if plan.mode == "text" else plan.collection._model()
        kept = Conversations(plan.collection.database, embedder)
        return cls(kept, name, model, of_answer, numbers["max_history_tokens"], numbers["recalled_turns"], bool(given.get("summarize", False)))

    def history_for(self, question: str, cancel: CancelToken | None) -> tuple[list[dict[str, str]], str]:
        """What the model is shown, and what is searched for."""
        history = self.kept._core.read_history(self.name, self.max_tokens)
        if history.turns() == 0 and not history.messages():
            return [], question
        searched_for = standalone(history, question, self.model, self.options, cancel)
        self.kept._core.recall_into(history, self.name, searched_for, self.max_tokens, self.recalled)
        return [{"role": role, "content": text} for role, text in history.messages()], searched_for

    def keep(self, question: str, answer: Answer, cancel: CancelToken | None) -> None:
        """What was said, and a summary of what leaves."""
        about: dict[str, Any] = {"model": answer.model, "sources": sorted({one.id for one in answer.citations})}
        if answer.searched_for != question:
            about["searched_for"] = answer.searched_for
        self.kept.append(self.name, [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}], about)
        if self.summarize:
            self.kept.sum_up(self.name, self.model, max_tokens=self.max_tokens, cancel=cancel)


def _cache_of(plan: Retrieval, of_answer: Mapping[str, Any], given: Any) -> AnswerCache | None:
    """None where answers are not kept."""
    if given is False or given is None:
        return None
    if given is not True and not isinstance(given, AnswerCache):
        raise WrongType(f"cache: True, False or an AnswerCache is expected, not {type(given).__name__}")
    for name, why in (("expand", plan.expands), ("like", plan.by_examples)):
        if why:
            raise InvalidArgument(f"cache= goes by the vector of the question itself: it does not go with {name}=")
    if plan.mode == "text":
        raise FailedPrecondition("cache= goes by the vectors of questions: mode 'text' has none")
    model = plan.collection._model()
    if given is True:
        return AnswerCache(plan.collection.database, model)
    if embedders.info_of(given._embedder) != embedders.info_of(model):
        raise FailedPrecondition(f"the AnswerCache is of the embedder '{given._embedder.name}', the collection of '{model.name}'")
    return given


@dataclasses.dataclass
class Asked:
    """One question to one model."""

    plan: Retrieval
    text: str  # that is searched for
    model: ChatModel
    k: int
    filter: FilterLike | None
    on_text: Callable[[str], object] | None
    cancel: CancelToken | None
    options: Mapping[str, Any]

    def find(self, text: str, vector: Any = None) -> Any:
        hits, notes = retrieval.asked(self.plan, text, self.k, self.filter, self.cancel, vector)
        return retrieval.ranked(self.plan, text, hits, self.k, self.cancel), notes

    def answer(self, question: str, vector: Any = None) -> tuple[Answer, Any, Any]:
        hits, notes = self.find(self.text, vector)
        answer, prepared, said = answers.answered(question, hits, self.model, self.on_text, self.cancel, self.options)
        return dataclasses.replace(answer, notes=notes) if notes else answer, prepared, said

    def answer_again(self, cache: AnswerCache, question: str) -> Answer:
        """One that was given before, where there is one; else a new one, which is kept."""
        vector = embedders.embedded(self.plan.collection._model(), [question], questions=True, cancel=self.cancel)[0]
        asked = {"model": self.model.name, **{name: value for name, value in self.options.items() if name != "history"}}
        key = answer_cache.key_of(asked, self._ways())
        lookup = cache._core.find(key, question, vector, asked, self._again, self.cancel)
        given = lookup.answer()
        if given is None:
            answer, prepared, said = self.answer(question, vector)
            whole = (said.text, said.cut, said.prompt_tokens, said.answer_tokens)
            cache._core.keep(key, question, vector, prepared, whole, lookup)
            return answer
        cache._core.used(lookup)
        (kept, similarity, said_at), (text, citations, problems), passages, left_out, prompt_tokens, answer_tokens = given
        if self.on_text is not None:
            self.on_text(text)
        cited = [Citation(*one) for one in citations]
        before = CachedFrom(kept, similarity, time_of(said_at))
        return Answer(text, cited, problems, passages, self.model.name, False, left_out, prompt_tokens, answer_tokens, cached=before)

    def _again(self, text: str, vector: Any) -> Any:
        """What the model would be shown for a question that was kept."""
        hits = self.find(text, vector)[0]
        return hits._answer if isinstance(hits._answer, _vecstore.Answer) else list(hits)

    def _ways(self) -> str:
        """All that decides which passages a question gets, beside its vector."""
        plan = self.plan
        steps = None if plan.steps is None else [plan.steps.steps, plan.steps.names, sorted(plan.steps._models), sorted(plan.steps._functions)]
        ways = {
            "collection": plan.collection.name,
            "k": self.k,
            "filter": "" if self.filter is None else str(Filter(self.filter)),
            "mode": plan.mode,
            "steps": steps,
            "reranker": None if plan.reranker is None else plan.reranker.name,
            "candidates": plan.candidates,
            "query": plan.query,
            "around": {name: plan.options[name] for name in ("window", "parent", "max_bytes") if name in plan.options},
        }
        return json.dumps(ways, sort_keys=True, default=repr)


__all__ = ["ask"]
