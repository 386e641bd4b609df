"""How good answers are, and the passages that they are from: judged by a rule, by an embedder too, or by a model."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from . import _vecstore, embedders, html
from ._vecstore import CancelToken
from .answers import ChatLike
from .arguments import suggesting
from .chat import for_engine, to_chat_model
from .embedders import Embedder
from .errors import InvalidArgument, NotFound, WrongType
from .evaluation import Interval, mean_text, save, text_table, to_resampling
from .judged import EvalQuestion

#: The metrics of answers: what each of them says is in docs/guide/evaluation.md.
ANSWER_METRICS: list[str] = _vecstore.ANSWER_METRICS

#: "words": a rule; an embedder: sentences that mean the same to it count too; a model that writes, or a function that stands for one.
JudgeLike = Union[str, Embedder, ChatLike]


@dataclass(frozen=True)
class AnswerMean:
    """A metric over the answers that have it."""

    metric: str  #: "faithfulness"
    mean: float  #: 0 to 1
    interval: Interval  #: of the mean
    answers: int  #: that have it


@dataclass(frozen=True)
class JudgedAnswer:
    """An answer and what the judge says of it."""

    id: str  #: of the question
    question: str  #: what was asked
    answer: str  #: "": there is none
    reference: str  #: what should have been answered; "": nobody knows
    contexts: list[str]  #: the passages that it is from
    scores: dict[str, float | None]  #: by metric, 0 to 1; None where it lacks something, or a verdict was unreadable
    unreadable: int  #: verdicts

    def __getitem__(self, metric: str) -> float | None:
        return self.scores[metric]


class AnswerEvaluation:
    """Answers of a whole set as one judge sees them. Prints as a table, also in a notebook; ``evaluation["faithfulness"].mean`` is a mean."""

    def __init__(self, core: _vecstore.AnswerEvaluation) -> None:
        self._core = core
        self._told: dict[str, Any] = core.object()
        self.judge: str = self._told["judge"]
        """Who judged, with a version: another one judges otherwise."""
        self.model: str = self._told.get("model", "")
        """Who answered; "" where the answers were brought."""
        self.unreadable: int = self._told["unreadable"]
        """Verdicts of the judge that could not be read: what needs them is left out, and never a score."""
        self.resampling: dict[str, Any] = self._told["resampling"]
        """How intervals were drawn: samples, seed, confidence."""
        self.means: list[AnswerMean] = [AnswerMean(one["metric"], one["mean"], Interval(*one["interval"]), one["answers"]) for one in self._told["means"]]
        """Those that any answer has."""
        self.answers: list[JudgedAnswer] = [_judged(one) for one in self._told["answers"]]
        """In the order that they were given."""

    def __getitem__(self, metric: str) -> AnswerMean:
        for one in self.means:
            if one.metric == metric:
                return one
        known = "no answer has what it needs" if metric in ANSWER_METRICS else f"known are {', '.join(ANSWER_METRICS)}"
        raise NotFound(f"there is no '{metric}': {known}")

    def to_json(self) -> str:
        """All of it, as ``vecstore eval --answers --report FILE.json`` keeps it."""
        return json.dumps(self._told, ensure_ascii=False)

    def to_html(self) -> str:
        """One page for a browser, the worst answers first, with their passages."""
        return self._core.html()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes :meth:`to_html` or :meth:`to_json`, as ``path`` ends in .html or .json.

        :raises InvalidArgument: it ends in neither.
        """
        save(path, self.to_html, self.to_json)

    def _rows(self) -> list[list[str]]:
        return [["metric", "mean", "answers"], *([one.metric, mean_text(one.mean, one.interval), str(one.answers)] for one in self.means)]

    def _note(self) -> str:
        parts = [f"judge: {self.judge}", *([f"answers: {self.model}"] if self.model else [])]
        parts += [f"{self.unreadable} verdicts could not be read: what needs them is left out"] if self.unreadable else []
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"{text_table(self._rows())}\n\n{self._note()}"

    def _repr_html_(self) -> str:
        head, *rows = self._rows()
        return html.table(head, rows, note=self._note())


def _judged(one: Mapping[str, Any]) -> JudgedAnswer:
    scores = {metric: one[metric] for metric in ANSWER_METRICS}
    return JudgedAnswer(one["id"], one["question"], one["answer"], one["reference"], one["contexts"], scores, one["unreadable"])


@suggesting
def evaluate_answers(
    answers: Sequence[EvalQuestion],
    judge: JudgeLike = "words",
    *,
    model: str = "",
    samples: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    cancel: CancelToken | None = None,
) -> AnswerEvaluation:
    """Judges answers and the passages that they are from: whether the one follows from the others, is one to the question, and is right.

    >>> said = vecstore.EvalQuestion("1", "When is the pump oiled?", answer="On Mondays [1].", contexts=["The pump is oiled on Mondays."])
    >>> vecstore.evaluate_answers([said])["faithfulness"].mean
    1.0

    :param answers: with text, and as much of ``answer``, ``reference`` and ``contexts`` as there is: a metric that lacks one of them is left out of that answer.
    :param judge: "words", a rule that costs nothing and always says the same; an embedder, by which sentences count too that mean the same; or a model, asked at
        temperature 0 up to eight times for each answer. A function is asked as it is, without a temperature.
    :param model: who answered, for the report.
    :param samples: draws for intervals; ``seed`` and ``confidence`` as in :func:`evaluate`.
    :raises InvalidArgument: an answer has no question; two have one id.
    """
    cancel = cancel or CancelToken()  # Ctrl-C sets it, and a model of Python's looks at it
    embedder, chat = to_judge(judge, cancel)
    records = [_record_of(one) for one in answers]
    seen: set[str] = set()
    for id, *_ in records:
        if id in seen:
            raise InvalidArgument(f"question '{id}' comes a second time")
        seen.add(id)
    if not records:
        raise InvalidArgument("there is no answer to judge")
    return AnswerEvaluation(_vecstore.evaluate_answers(records, embedder, chat, to_resampling(samples, seed, confidence), model, cancel))


def _record_of(one: EvalQuestion) -> tuple[str, str, str, str, list[str]]:
    if not isinstance(one, EvalQuestion):
        raise WrongType(f"an EvalQuestion is expected, not {type(one).__name__}")
    if not one.text or not one.text.strip():
        raise InvalidArgument(f"answer '{one.id}' has no question: text is {one.text!r}")
    if isinstance(one.contexts, str):
        raise WrongType(f"the contexts of answer '{one.id}' are a list of texts, not one text")
    return one.id, one.text, one.answer or "", one.reference or "", list(one.contexts or ())


def to_judge(judge: JudgeLike, cancel: CancelToken | None) -> tuple[Any, Any]:
    """(embedder, model) as the compiled part takes them."""
    if isinstance(judge, str):
        if judge != "words":
            raise InvalidArgument(f"a judge is 'words', an embedder or a model, not {judge!r}")
        return None, None
    if isinstance(judge, Embedder):
        return embedders.for_engine(judge), None
    return None, for_engine(to_chat_model(judge), cancel)


__all__ = ["ANSWER_METRICS", "AnswerEvaluation", "AnswerMean", "JudgeLike", "JudgedAnswer", "evaluate_answers"]
