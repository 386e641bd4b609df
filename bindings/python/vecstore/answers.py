"""Answers by a model that reads passages, and what is checked of its words."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from . import _vecstore, html
from .answer_cache import CachedFrom
from ._vecstore import CancelToken
from .arguments import AnswerOptions, suggesting
from .chat import ChatAnswer, ChatModel, Said, pair_of, to_chat_model
from .errors import WrongType
from .hits import Hit, Hits

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Unpack

#: A model, or a function that stands for one: see :class:`FunctionChat`.
ChatLike = Union[ChatModel, Callable[..., Said]]


class Citation(NamedTuple):
    """A statement of an answer, and the passage that it names."""

    passage: int  #: its number as the answer has it: ``answer.passages[passage - 1]``
    id: str  #: of the record
    source: str  #: "docs/a.md › Title › Section"; the id where the record does not say
    statement: str  #: the sentence or line of the answer
    quote: str  #: the sentence of the passage that has most of the statement's words
    start: int  #: where the quote stands, in bytes of what the passage's own ``start`` counts: see :meth:`Document.part`
    end: int  #: behind the quote
    support: float  #: the share of the statement's words that the passage has


@dataclass(frozen=True)
class Answer:
    """What a model said, and what of it the passages bear out. A table in a notebook."""

    text: str  #: without blanks around it
    citations: list[Citation]  #: in the order of the text
    problems: list[str]  #: each a sentence: passages that do not exist, quotations and numbers that are not in them, statements without support
    passages: list[Hit]  #: that the model saw: the first is [1]
    model: str  #: its name
    cut: bool  #: ``max_tokens`` ended it
    left_out: int  #: hits that the model was not shown: they did not fit, or say nothing
    prompt_tokens: int  #: as the model counted; 0 from one that does not
    answer_tokens: int  #: of the text
    notes: list[str] = field(default_factory=list)  #: what ``expand`` made of the question: sentences for people
    searched_for: str = ""  #: of :meth:`Collection.ask`: the question, rewritten where it goes on with a conversation
    cached: CachedFrom | None = None  #: when it was given before: to which question, how near that is, and when

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        rows = [[str(one.passage), one.source, one.statement, one.quote, f"{one.support:.2f}"] for one in self.citations]
        rows += [["!", "", problem, "", ""] for problem in self.problems]
        return html.table(["", "source", self.text, "quote", "support"], rows)


def check_options(options: Mapping[str, object], known: Iterable[str] = AnswerOptions.__annotations__) -> None:
    """Raises, with the nearest name, for what is none of :class:`AnswerOptions`, or of the options ``known``."""
    known = list(known)
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise WrongType(f"an answer has no argument '{name}', {f'did you mean {near[0]!r}?' if near else 'known are ' + ', '.join(known)}")


@suggesting
def answer(
    question: str,
    hits: Hits | Sequence[Hit],
    model: ChatLike,
    *,
    on_text: Callable[[str], object] | None = None,
    cancel: CancelToken | None = None,
    **options: Unpack[AnswerOptions],
) -> Answer:
    """Has a model answer a question from hits, by one call, and holds what it says against them.

    The model is told to use the passages alone and to name them, as [1]. Checked by rule is what can be: that the passages exist, that quotations and
    numbers are in them, that they have a statement's words. What fails is in ``problems``; the answer is given all the same.

    >>> hits = docs.query(text="tides", k=1)
    >>> said = vecstore.answer("What moves?", hits, lambda messages: "The 3 tides of the sea [1].")
    >>> said.citations[0].passage, said.citations[0].id, said.citations[0].quote
    (1, 'sea', 'the tides of the sea')
    >>> said.problems
    ['the number 3 is not in [1]']

    :param hits: best first; those without a text are left out.
    :param model: a :class:`RemoteChat`, a :class:`ChatModel` of yours, or a function: see :class:`FunctionChat`.
    :param on_text: given each piece of the answer as it comes, where the model gives pieces.
    :param cancel: calls it off; ``Cancelled`` is raised then.
    :param options: see :class:`AnswerOptions`.
    :raises InvalidArgument: the question is blank; a prompt without ``{passages}`` or ``{question}``.
    :raises NotFound: no hit has a text to answer from.
    """
    return answered(question, hits, to_chat_model(model), on_text, cancel, options)[0]


def answered(
    question: str,
    hits: Hits | Sequence[Hit],
    model: ChatModel,
    on_text: Callable[[str], object] | None,
    cancel: CancelToken | None,
    options: Mapping[str, Any],
) -> tuple[Answer, _vecstore.PreparedQuestion, ChatAnswer]:
    """The answer, what was asked, and what was said to that."""
    given = list(hits)
    check_options(options)
    in_short = [(hit.id, hit.text, hit.metadata) for hit in given]
    history = [pair_of(message) for message in options.get("history", ())]
    prepared = _vecstore.prepare_question(question, in_short, options.get("max_context_tokens"), options.get("instructions"), options.get("prompt"), history)
    messages = [{"role": role, "content": text} for role, text in prepared.messages()]
    of_chat: dict[str, Any] = {name: value for name, value in options.items() if name in ("temperature", "max_tokens", "seed")}
    said = model.chat(messages, on_text=on_text, cancel=cancel, **of_chat)
    text, citations, problems = prepared.finish(said.text)
    passages = [given[i] if given[i].text == shown else dataclasses.replace(given[i], text=shown) for i, shown in prepared.passages()]
    cited = [Citation(*one) for one in citations]
    answer = Answer(text, cited, problems, passages, model.name, said.cut, prepared.left_out(), said.prompt_tokens, said.answer_tokens)
    return answer, prepared, said


def passage(id: str, text: str) -> Hit:
    """A text that was not searched for, as a hit."""
    return Hit(id, 0.0, None, {}, text, None, [], [], None, None)


class AnswerStream:
    """An answer while it comes: iterate for its pieces, then take ``answer``. Leaving its ``with`` block before the end calls it off.

    The model is asked in a thread of its own, from the beginning.
    """

    def __init__(self, ask: Callable[..., Answer], cancel: CancelToken | None = None) -> None:
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._token = cancel or CancelToken()
        self._ended = False
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, args=(ask,), name="vecstore-answer", daemon=True).start()

    def _run(self, ask: Callable[..., Answer]) -> None:
        try:
            self._answer = ask(on_text=self._pieces.put, cancel=self._token)
        except BaseException as error:  # noqa: BLE001: raised again where the pieces are taken
            self._error = error
        self._pieces.put(None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        try:
            piece = self._pieces.get()
        except BaseException:  # Ctrl-C
            self.close()
            raise
        if piece is not None:
            return piece
        self._ended = True
        if self._error is not None:
            raise self._error
        raise StopIteration

    @property
    def answer(self) -> Answer:
        """The whole answer, checked: waits for its end.

        :raises Error: what ended it before.
        """
        for _ in self:
            pass
        if self._answer is None:
            raise self._error or RuntimeError("the stream was closed before its end")
        return self._answer

    def close(self) -> None:
        """Calls it off, if it has not ended."""
        self._token.cancel()

    def __enter__(self) -> AnswerStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._ended:
            self.close()


def stream_answer(
    question: str, hits: Hits | Sequence[Hit], model: ChatLike, *, cancel: CancelToken | None = None, **options: Unpack[AnswerOptions]
) -> AnswerStream:
    """As :func:`answer`, from ``hits`` by a ``model`` with the same ``options``, its pieces taken one by one.

    >>> stream = vecstore.stream_answer("What moves?", docs.query(text="tides", k=1), lambda messages: iter(["The tides ", "[1]."]))
    >>> list(stream), stream.answer.problems
    (['The tides ', '[1].'], [])
    """
    return AnswerStream(functools.partial(answer, question, list(hits), to_chat_model(model), **options), cancel)


__all__ = ["Answer", "AnswerStream", "ChatLike", "Citation", "answer", "stream_answer"]
