"""Models that write: those of servers, and functions of yours."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Union, runtime_checkable

from . import _vecstore
from ._vecstore import CancelToken
from .errors import Cancelled, InvalidArgument, WrongType
from .remote import Provider, given_to
from .reports import RemoteUsage

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .arguments import RemoteChatSettings

#: ``{"role": "user", "content": "Why is the sky blue?"}``; the roles are "system", "user" and "assistant".
Message = Mapping[str, str]


@dataclass(frozen=True)
class ChatAnswer:
    """What a model wrote."""

    text: str  #: as it came
    cut: bool = False  #: whether ``max_tokens`` ended it
    prompt_tokens: int = 0  #: of the messages, as the model counted; 0 from one that does not
    answer_tokens: int = 0  #: of the text


@runtime_checkable
class ChatModel(Protocol):
    """What answers messages: anything with these two. :class:`RemoteChat` is one, :class:`FunctionChat` makes one of a function."""

    @property
    def name(self) -> str:
        """What the model is called."""

    def chat(
        self,
        messages: Sequence[Message],
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        on_text: Callable[[str], object] | None = None,
        cancel: CancelToken | None = None,
    ) -> ChatAnswer:
        """The model's answer to the ``messages``, dicts with "role" and "content".

        ``on_text`` is given each piece of it as it comes. ``temperature``, ``max_tokens`` and ``seed`` are the model's own where they are None.
        """


class RemoteChat:
    """A model of a server that speaks like OpenAI's chat completions. Safe from many threads; cannot be pickled.

    A request is tried again where that may help, but not once a part of its answer was given to ``on_text``. A key goes to https or to this computer
    alone, and stands in no ``repr`` and in no error.

    :param provider: one of :func:`chat_providers`: "openai", "mistral", "ollama", or "compatible", whatever speaks like OpenAI at an ``address``
        (llama.cpp, vLLM, LM Studio).
    :param model: as the provider calls it.
    :param key: the provider's key, such as ``os.environ["OPENAI_API_KEY"]``.
    :param headers: sent too; as secret as the key.
    :param options: all else: see :class:`RemoteChatSettings`.
    :raises InvalidArgument: options that cannot work. Nothing is sent.
    :raises Unimplemented: this build of the package has no HTTP, as the published wheels: it is built without VECSTORE_REMOTE.
    """

    def __init__(
        self, provider: str, model: str, *, key: str | None = None, headers: Mapping[str, str] | None = None, **options: Unpack[RemoteChatSettings]
    ) -> None:
        self._chat = _vecstore.remote_chat(given_to(provider, model, key, headers, options))

    @property
    def name(self) -> str:
        """ "provider/model"."""
        return self._chat.name()

    def chat(
        self,
        messages: Sequence[Message],
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        on_text: Callable[[str], object] | None = None,
        cancel: CancelToken | None = None,
    ) -> ChatAnswer:
        """The model's answer to the messages.

        :param messages: in their order, each a dict such as ``{"role": "user", "content": ".."}``; roles are "system", "user" and "assistant".
        :param temperature: 0 (the likeliest words) to 2; the model's own when left out.
        :param max_tokens: of the answer, at least 1 (1024).
        :param seed: for models that take one.
        :param on_text: given each piece of the answer as it comes; what it raises ends the call.
        :raises Unavailable: the server cannot be reached, or its answer ended before its end; Unauthenticated, ResourceExhausted, DeadlineExceeded and so
            on, as the server has it.
        """
        return ChatAnswer(*self._chat.chat([pair_of(one) for one in messages], temperature, max_tokens, seed, on_text, cancel))

    def usage(self) -> RemoteUsage:
        """What was sent and what came, since it was made."""
        return RemoteUsage(*self._chat.usage())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __reduce__(self) -> NoReturn:
        raise WrongType(f"a {type(self).__name__} cannot be pickled: make it again from what it was made of")


#: What a function that stands for a model gives: the text, pieces of it as they come, or a whole answer.
Said = Union[str, Iterable[str], ChatAnswer]


class FunctionChat:
    """A function as a model: it is given the messages, as a list of dicts, and gives the text, or an iterator of its pieces.

    >>> parrot = vecstore.FunctionChat(lambda messages: iter(["You said: ", messages[-1]["content"]]), name="parrot")
    >>> parrot.chat([{"role": "user", "content": "hello"}]).text
    'You said: hello'

    :param function: ``function(messages)``; ``temperature``, ``max_tokens`` and ``seed`` are given by their names to a call that has them.
    :param name: what the model is called; the function's own name when left out.
    """

    def __init__(self, function: Callable[..., Said], *, name: str | None = None) -> None:
        if not callable(function) or inspect.iscoroutinefunction(function):
            kind = "an async function" if callable(function) else type(function).__name__
            raise WrongType(f"a function that returns text is expected, not {kind}")
        self._function = function
        self._name: str = name if name is not None else getattr(function, "__name__", type(function).__name__)

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._name

    def chat(
        self,
        messages: Sequence[Message],
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        on_text: Callable[[str], object] | None = None,
        cancel: CancelToken | None = None,
    ) -> ChatAnswer:
        """What the function says to the ``messages``. The token is looked at between pieces, which ``on_text`` is given as they come.

        ``temperature``, ``max_tokens`` and ``seed`` are given to the function where they are not None.
        """
        given = {"temperature": temperature, "max_tokens": max_tokens, "seed": seed}
        said = self._function([dict(one) for one in messages], **{name: value for name, value in given.items() if value is not None})
        if isinstance(said, ChatAnswer):
            if on_text is not None:
                on_text(said.text)
            return said
        pieces = []
        try:
            for piece in self._pieces(said):
                if cancel is not None and cancel.cancelled:
                    raise Cancelled(f"the model '{self._name}' was called off")
                if on_text is not None:
                    on_text(piece)
                pieces.append(piece)
        finally:
            if isinstance(said, Generator):
                said.close()  # whatever it holds, such as a connection, is let go now
        return ChatAnswer("".join(pieces))

    def _pieces(self, said: Any) -> Iterable[str]:
        if isinstance(said, str):
            yield said
            return
        if not isinstance(said, Iterable):
            raise WrongType(f"the model '{self._name}' gave {type(said).__name__}: text, an iterator of its pieces, or a ChatAnswer is expected")
        for piece in said:
            if not isinstance(piece, str):
                raise WrongType(f"the model '{self._name}' gave a piece that is {type(piece).__name__}: text is expected")
            yield piece

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"


def pair_of(message: Message) -> tuple[str, str]:
    """(role, content); raises for anything else, so that nothing of a message is lost unsaid."""
    if not isinstance(message, Mapping):
        raise WrongType(f"a message is a dict with 'role' and 'content', not {type(message).__name__}")
    if set(message) != {"role", "content"}:
        raise InvalidArgument(f"a message has 'role' and 'content', not {', '.join(sorted(map(repr, message)))}")
    return message["role"], message["content"]


def to_chat_model(model: Any) -> ChatModel:
    """A model as it is, a function as a :class:`FunctionChat`."""
    if hasattr(model, "chat") and hasattr(model, "name"):
        return model  # type: ignore[no-any-return]
    if callable(model):
        return FunctionChat(model)
    raise WrongType(f"a model is a RemoteChat, a ChatModel or a function, not {type(model).__name__}")


def for_engine(model: ChatModel, cancel: CancelToken | None) -> tuple[str, Callable[..., tuple[str, bool, int, int]]]:
    """A model as the compiled part asks it: its name, and a function of messages, temperature and tokens. A function of the user's decides about these itself."""

    def chat(messages: Sequence[tuple[str, str]], temperature: float | None, max_tokens: int) -> tuple[str, bool, int, int]:
        asked = [{"role": role, "content": text} for role, text in messages]
        options: dict[str, Any] = {} if isinstance(model, FunctionChat) else {"temperature": temperature, "max_tokens": max_tokens}
        said = model.chat(asked, cancel=cancel, **options)
        return said.text, said.cut, said.prompt_tokens, said.answer_tokens

    return model.name, chat


def chat_providers() -> list[Provider]:
    """Those that :class:`RemoteChat` knows.

    >>> [one.name for one in vecstore.chat_providers()]
    ['openai', 'mistral', 'ollama', 'compatible']
    """
    return [Provider(*one) for one in _vecstore.chat_providers()]


__all__ = ["ChatAnswer", "ChatModel", "FunctionChat", "Message", "RemoteChat", "Said", "chat_providers"]
