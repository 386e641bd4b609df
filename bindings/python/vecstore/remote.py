"""Providers on the network: embeddings and rankings by their models. Nothing is taken from the environment: a key is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _vecstore
from .arguments import RemoteEmbedderSettings, RemoteSettings
from .embedders import EngineEmbedder, texts_of
from .reports import RemoteEstimate, RemoteUsage
from .rerankers import EngineReranker

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Provider(NamedTuple):
    """Somebody who embeds, or ranks, on the network."""

    name: str  #: what RemoteEmbedder and RemoteReranker call it
    key_variable: str  #: of the environment, where its users keep their key: nothing here reads it
    needs_key: bool  #: whether it answers nobody without one


class RemoteEmbedder(EngineEmbedder):
    """An embedder that asks a provider: texts go in batches within its limits, side by side, and are asked for again where that may help.

    An answer with a vector too few, twice the same index, another dimension or a number that is none is an error, not a guess. A key goes to https
    or to this computer alone, and stands in no ``repr`` and in no error.

    :param provider: one of :func:`embedding_providers`: "openai", "azure", "cohere", "voyage", "mistral", "jina", "vertex", "gemini", "huggingface",
        "tei", "ollama", or "compatible", whatever speaks like OpenAI at an ``address``.
    :param model: as the provider calls it.
    :param key: the provider's key, such as ``os.environ["OPENAI_API_KEY"]``.
    :param headers: sent too, such as ``{"OpenAI-Organization": ..}``; as secret as the key.
    :param options: all else: see :class:`RemoteEmbedderSettings`.
    :raises InvalidArgument: options that cannot work. Of a model that is not known, and no ``dimensions`` or ``known_dimension`` given, the provider is asked
        for one word's vector; what that call raises, this does.
    :raises Unimplemented: this build of the package has no HTTP, as the published wheels: it is built without VECSTORE_REMOTE.
    """

    def __init__(
        self, provider: str, model: str = "", *, key: str | None = None, headers: Mapping[str, str] | None = None, **options: Unpack[RemoteEmbedderSettings]
    ) -> None:
        super().__init__(_vecstore.remote_model(given_to(provider, model, key, headers, options)))

    def usage(self) -> RemoteUsage:
        """What was sent and what came, since it was made."""
        return RemoteUsage(*self._model.usage())

    def estimate(self, texts: Sequence[str], *, questions: bool = False) -> RemoteEstimate:
        """What embedding the texts would come to. Sends nothing.

        :param texts: that would be embedded, as ``questions`` or as texts to be found.
        """
        return RemoteEstimate(*self._model.estimate(texts_of(texts), questions))


class RemoteReranker(EngineReranker):
    """A reranker that asks a provider: more texts than it takes at once go in parts; those without anything to read come last, with the score 0. A key stands in no ``repr`` and in no error.

    :param provider: one of :func:`reranking_providers`: "cohere", "voyage" or "jina".
    :param model: as the provider calls it.
    :param key: the provider's key, such as ``os.environ["COHERE_API_KEY"]``.
    :param headers: sent too; as secret as the key.
    :param options: all else: see :class:`RemoteSettings`.
    :raises InvalidArgument: options that cannot work. Nothing is sent.
    :raises Unimplemented: this build of the package has no HTTP, as the published wheels: it is built without VECSTORE_REMOTE.
    """

    def __init__(self, provider: str, model: str, *, key: str | None = None, headers: Mapping[str, str] | None = None, **options: Unpack[RemoteSettings]) -> None:
        super().__init__(_vecstore.remote_reranker(given_to(provider, model, key, headers, options)))

    def usage(self) -> RemoteUsage:
        """What was sent and what came, since it was made."""
        return RemoteUsage(*self._reranker.usage())


def given_to(provider: str, model: str, key: str | None, headers: Mapping[str, str] | None, options: Any) -> dict[str, Any]:
    """What the compiled part takes."""
    return {"provider": provider, "model": model, "key": key, "headers": None if headers is None else dict(headers), **options}


def embedding_providers() -> list[Provider]:
    """Those that :class:`RemoteEmbedder` knows.

    >>> [one.name for one in vecstore.embedding_providers()][:3]
    ['openai', 'azure', 'cohere']
    """
    return [Provider(*one) for one in _vecstore.embedding_providers()]


def reranking_providers() -> list[Provider]:
    """Those that :class:`RemoteReranker` knows.

    >>> [one.name for one in vecstore.reranking_providers()]
    ['cohere', 'voyage', 'jina']
    """
    return [Provider(*one) for one in _vecstore.reranking_providers()]


__all__ = ["Provider", "RemoteEmbedder", "RemoteReranker", "embedding_providers", "reranking_providers"]
