"""Conversations that last: what was said is kept in the database, and a model is shown as much of it as a number of tokens allows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _vecstore, chat, embedders, html
from ._vecstore import CancelToken
from .answers import Answer, AnswerStream, ChatLike
from .arguments import ConversationSettings, suggesting
from .chat import Message, pair_of
from .embedders import Embedder
from .errors import InvalidArgument, NotFound, WrongType
from .records import time_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .database import Database
    from .searching import Searching

_ALL = 2**63 - 1


@dataclass(frozen=True)
class ConversationTurn:
    """What was said at one time, most often a question and its answer."""

    number: int  #: from 0
    messages: list[dict[str, str]]  #: ``{"role", "content"}`` of each
    about: dict[str, Any]  #: what is kept with it: of :meth:`Collection.ask` "model", "sources" (ids of passages that were cited) and "searched_for"
    said_at: datetime.datetime | None  #: in UTC


@dataclass(frozen=True)
class ConversationInfo:
    """A conversation in short."""

    name: str  #: of the conversation
    title: str  #: the beginning of what the user said first
    turns: int  #: how many there are
    system: list[str]  #: what the system said
    summary: str  #: of the first ``summarized`` turns; "": there is none
    summarized: int  #: turns that the summary is of: all of them are still there
    began_at: datetime.datetime | None  #: in UTC
    changed_at: datetime.datetime | None  #: likewise


@dataclass(frozen=True)
class History:
    """What a model is shown of a conversation."""

    messages: list[dict[str, str]]  #: as ``history`` of :class:`AnswerOptions` takes them
    turns: int  #: of the conversation
    recent: tuple[int, ...]  #: numbers of the newest turns, which are there
    recalled: tuple[int, ...]  #: of older ones that are near to the question
    summary: str  #: of the turns before, as far as there is one
    forgotten: int  #: turns that neither recent ones nor the summary cover
    cut: bool  #: the newest turn is not there whole


class Conversations:
    """The conversations that a database keeps, each by its name. Safe from many threads, and from processes one after the other: no turn is lost or mixed.

    >>> talks = vecstore.Conversations(db)
    >>> talks.append("tea", [{"role": "user", "content": "How hot?"}, {"role": "assistant", "content": "80 degrees."}])
    0
    >>> talks.info("tea").title, [message["role"] for message in talks.history("tea").messages]
    ('How hot?', ['user', 'assistant'])

    :param database: that keeps them.
    :param embedder: by which turns are recalled by what they mean, as long as it is the one that the first of them was kept with; by their words without one.
    :param collection: where they are kept.
    :param create: make that collection when there is none.
    :raises FailedPrecondition: the collection keeps something else.
    :raises NotFound: there is none, and it is not to be made.
    """

    def __init__(self, database: Database, embedder: Embedder | None = None, *, collection: str = "conversations", create: bool = True) -> None:
        model = None if embedder is None else embedders.for_engine(embedder)
        self._core = _vecstore.open_conversations(database._core, model, collection, create)

    def append(self, name: str, messages: Sequence[Message], about: Mapping[str, Any] | None = None) -> int:
        """Adds a turn behind the last one, and gives its number; the conversation begins with its first.

        :param name: of the conversation: 1 to 255 bytes, without control characters.
        :param messages: dicts with "role" and "content"; those of the system are kept with the conversation, the others as the turn.
        :param about: anything to be kept with the turn.
        :raises InvalidArgument: a name that cannot be, or no message.
        """
        return self._core.append(name, [pair_of(one) for one in messages], dict(about or {}))

    def info(self, name: str) -> ConversationInfo:
        """The conversation ``name`` in short.

        :raises NotFound: there is none.
        """
        return _info(self._core.info(name))

    def all(self) -> list[ConversationInfo]:
        """All of them, by name."""
        return [_info(one) for one in self._core.all()]

    def turns(self, name: str, begin: int = 0, end: int | None = None) -> list[ConversationTurn]:
        """The turns of ``name`` from ``begin`` to before ``end``, as far as they are there: [] of a conversation that is not."""
        return [_turn(one) for one in self._core.turns(name, _count("begin", begin), _ALL if end is None else _count("end", end))]

    def recall(self, name: str, text: str, count: int = 2, before: int | None = None) -> list[ConversationTurn]:
        """The turns of ``name`` nearest to a ``text``, nearest first: at most ``count``, of those ``before`` a number."""
        return [_turn(one) for one in self._core.recall(name, text, _count("count", count), _ALL if before is None else _count("before", before))]

    def history(self, name: str, question: str | None = None, *, max_tokens: int = 1000, recalled: int = 2) -> History:
        """What a model is shown: what the system said, a summary where there is one, and the newest turns, whole; nothing of a conversation that is not there yet.

        :param name: of the conversation.
        :param question: what is asked now: older turns that are near to it come back.
        :param max_tokens: of all of it, estimated as a quarter of the bytes.
        :param recalled: turns that may come back, within a quarter of the tokens.
        """
        history = self._core.read_history(name, _count("max_tokens", max_tokens))
        if question is not None:
            self._core.recall_into(history, name, question, max_tokens, _count("recalled", recalled))
        return _history(history)

    def standalone(self, name: str, question: str, model: ChatLike, *, max_tokens: int = 1000, cancel: CancelToken | None = None) -> str:
        """A ``question`` that goes on with the conversation ``name`` ("and in winter?"), rewritten by the ``model`` so that it stands alone and finds passages.

        As it is where nothing was said before, and where the model's answer is of no use. ``max_tokens`` is that of :meth:`history`.
        """
        return standalone(self._core.read_history(name, _count("max_tokens", max_tokens)), question, model, {}, cancel)

    def sum_up(self, name: str, model: ChatLike, *, max_tokens: int = 1000, cancel: CancelToken | None = None) -> int | None:
        """Has the ``model`` sum up turns of ``name`` that ``max_tokens`` leave no room for, and keeps that. How many turns are summed up now; None when nothing was to be done.

        :raises NotFound: there is no such conversation.
        """
        cancel = cancel or CancelToken()
        return self._core.sum_up(chat.for_engine(chat.to_chat_model(model), cancel), name, _count("max_tokens", max_tokens), None, None, cancel)

    def remove(self, name: str) -> int:
        """Forgets the conversation ``name``, all at once, and gives how many turns it had.

        :raises NotFound: there is none.
        """
        return self._core.remove(name)

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self._core.info(name))
        except NotFound:
            return False

    def __len__(self) -> int:
        return len(self._core.all())

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        how = "meaning" if self._core.recalls_by_meaning() else "words"
        return f"<Conversations: {len(self)}, recalled by {how}>"

    def _repr_html_(self) -> str:
        return html.table(["name", "title", "turns", "changed"], [[one.name, one.title, one.turns, one.changed_at] for one in self.all()])


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise WrongType(f"{name}: an integer is expected, not {type(value).__name__}")
    if value < 0:
        raise InvalidArgument(f"{name} must not be negative, it is {value}")
    return min(int(value), _ALL)


def _messages(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"role": role, "content": text} for role, text in pairs]


def _turn(one: Sequence[Any]) -> ConversationTurn:
    return ConversationTurn(one[0], _messages(one[1]), one[2], time_of(one[3]))


def _info(one: Sequence[Any]) -> ConversationInfo:
    name, title, turns, system, summary, summarized, began_at, changed_at = one
    return ConversationInfo(name, title, turns, system, summary, summarized, time_of(began_at), time_of(changed_at))


def _history(of: _vecstore.History) -> History:
    return History(_messages(of.messages()), of.turns(), of.recent(), of.recalled(), of.summary(), of.forgotten(), of.cut())


def standalone(history: _vecstore.History, question: str, model: ChatLike, options: Mapping[str, Any], cancel: CancelToken | None) -> str:
    """The question, rewritten."""
    cancel = cancel or CancelToken()  # Ctrl-C sets it, and a model of Python's looks at it
    return history.standalone(chat.for_engine(chat.to_chat_model(model), cancel), question, options.get("temperature"), options.get("seed"), cancel)


class Conversation:
    """One conversation about a collection's records: each question goes on with what was said, and is kept with its answer. Take it from :meth:`Collection.conversation`.

    The model rewrites a question that leans on what was said, so that it finds passages, and is shown the newest turns within a budget of tokens, older ones that are near,
    and a summary of what left.
    """

    def __init__(self, collection: Searching, name: str, model: ChatLike, options: ConversationSettings) -> None:
        self._collection = collection
        self._model = chat.to_chat_model(model)
        self._options: dict[str, Any] = {**options, "conversation": name}
        self.name = name
        """By which it is kept."""

    def ask(
        self, question: str, *, on_text: Callable[[str], object] | None = None, cancel: CancelToken | None = None, **options: Unpack[ConversationSettings]
    ) -> Answer:
        """The answer to a ``question``, as :meth:`Collection.ask`, which keeps both. ``options`` stand before those of the conversation.

        :param on_text: given each piece of the answer as it comes.
        """
        return self._collection.ask(question, self._model, on_text=on_text, cancel=cancel, **{**self._options, **options})

    def ask_stream(self, question: str, *, cancel: CancelToken | None = None, **options: Unpack[ConversationSettings]) -> AnswerStream:
        """As :meth:`ask`, with the same ``options``, the pieces of the answer to the ``question`` taken one by one. It is kept when it has come to its end."""
        return self._collection.ask_stream(question, self._model, cancel=cancel, **{**self._options, **options})

    def _kept(self) -> Conversations:
        return Conversations(self._collection.database, create=False)

    @property
    def turns(self) -> list[ConversationTurn]:
        """All that was said, in its order; [] before the first question."""
        try:
            return self._kept().turns(self.name)
        except NotFound:
            return []

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages of all turns, one after the other."""
        return [message for turn in self.turns for message in turn.messages]

    @property
    def info(self) -> ConversationInfo:
        """In short.

        :raises NotFound: nothing was said yet.
        """
        return self._kept().info(self.name)

    def remove(self) -> int:
        """Forgets it, and gives how many turns it had; the next question begins it anew."""
        return self._kept().remove(self.name)

    def __len__(self) -> int:
        try:
            return self.info.turns
        except NotFound:
            return 0

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[ConversationTurn]:
        return iter(self.turns)

    def __repr__(self) -> str:
        return f"<Conversation {self.name!r}: {len(self)} turns>"

    def _repr_html_(self) -> str:
        return html.table(["", self.name], [[message["role"], message["content"]] for message in self.messages])


@suggesting
def conversation_of(collection: Searching, name: str, model: ChatLike, options: ConversationSettings) -> Conversation:
    """Checked; nothing is opened."""
    if not isinstance(name, str) or not name:
        raise WrongType(f"the name of a conversation is a text that is not empty, not {name!r}")
    if "history" in options:
        raise InvalidArgument("a conversation brings the history: leave out history=")
    return Conversation(collection, name, model, options)


__all__ = ["Conversation", "ConversationInfo", "ConversationTurn", "Conversations", "History"]
