"""One file from sources to answers: what ``vecstore --config FILE`` reads, for programs."""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import heads, models
from .answer_cache import AnswerCache
from .arguments import AskOptions, RemoteChatSettings, RemoteEmbedderSettings, RemoteSettings, SearchOptions
from .chat import RemoteChat
from .embedders import Embedder
from .errors import FailedPrecondition, InvalidArgument, Unimplemented, WrongType
from .models import CachedEmbedder
from .remote import RemoteEmbedder, RemoteReranker
from .rerankers import Reranker
from .retrieval import RerankSteps

if TYPE_CHECKING:
    from .answers import Answer, AnswerStream, ChatLike
    from .collection import Collection
    from .database import Database
    from .hits import Hits
    from .reports import IngestReport
    from .watching import FolderWatch

_SECTIONS = ("ingest", "embedding", "retrieval", "reranking", "answering")
_OTHERS = ("database", "collection", "output")  # of the program alone

# Settings that are called otherwise here, or of which a value says nothing.
_RETRIEVAL: dict[str, tuple[str, Any]] = {
    "passages": ("k", 0),
    "mode": ("mode", "auto"),
    "filter": ("filter", ""),
    "effort": ("effort", ""),
    "fusion": ("fusion", ""),
    "syntax": ("text_syntax", ""),
    "text_fields": ("text_fields", ""),
    "formula": ("formula", ""),
    "group_by": ("group_by", ""),
    "recall": ("target_recall", 0.0),
    "alpha": ("alpha", None),
    "mmr": ("mmr", None),
    "ef": ("ef", 0),
    "candidates": ("candidates", 0),
    "autocut": ("autocut", 0),
    "expand": ("expand", []),
    "rewrites": ("rewrites", None),
    "synonyms": ("synonyms", ""),
    "synonym_weight": ("synonym_weight", None),
    "feedback_hits": ("feedback_hits", None),
    "feedback_words": ("feedback_words", None),
    "feedback_weight": ("feedback_weight", None),
    "window": ("window", 0),
    "parent": ("parent", "none"),
    "max_bytes": ("max_bytes", None),
}
_ANSWERING: dict[str, tuple[str, Any]] = {
    "max_tokens": ("max_tokens", None),
    "max_context_tokens": ("max_context_tokens", None),
    "temperature": ("temperature", -1),
    "seed": ("seed", -1),
    "instructions": ("instructions", None),
    "prompt": ("prompt", None),
    "max_history_tokens": ("max_history_tokens", None),
    "recalled_turns": ("recalled_turns", None),
    "summarize": ("summarize", False),
}
_INGEST = ("include", "exclude", "gitignore", "splitter", "chunk_size", "chunk_overlap", "late_chunking", "max_file_bytes", "max_unpacked_bytes", "max_members", "max_depth", "password")
_OF_CONVERSATIONS = ("max_history_tokens", "recalled_turns", "summarize")
_MODEL = ("model", "models_folder", "runtime", "onnx_library", "precision", "threads", "cache", "cache_entries", "provider")
_TOKENS, _OVERLAP = 256, 150  # of a passage by tokens; that neighbours share, at most 15 %


class Pipeline:
    """What a file says of sources, splitting, embedding, retrieval, reranking and answering; checked when it is read, and run by whom it is given to.

    >>> import pathlib
    >>> _ = pathlib.Path("tides.toml").write_text('[retrieval]\\nmode = "text"\\npassages = 1\\n')
    >>> pipeline = vecstore.Pipeline.load("tides.toml")
    >>> pipeline.search(docs, "the tides").ids
    ['sea']

    Models are made when they are first asked for, and kept. Paths in the file are meant from its folder. The environment is not looked at: keys are handed over.

    :param settings: the sections as dicts: ``{"ingest": {"paths": [..]}, "retrieval": {..}}``.
    :param folder: from where paths are meant.
    :param keys: of providers, by section: ``{"answering": os.environ["OPENAI_API_KEY"]}``.
    :raises InvalidArgument: a section or setting that is not known, naming the nearest.
    """

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], *, folder: str | os.PathLike[str] = ".", keys: Mapping[str, str] | None = None) -> None:
        self._folder = os.fspath(folder)
        self._keys = dict(keys or {})
        self._settings = {name: _checked(name, section) for name, section in settings.items() if _known(name)}
        self._made: dict[str, Any] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, keys: Mapping[str, str] | None = None) -> Pipeline:
        """Out of the file at ``path``, a TOML such as ``.vecstore.toml``. What it says of the program alone (``[database]``, ``[output]``) is passed over.

        :param keys: of providers, by section.
        :raises OSError: it cannot be read.
        :raises InvalidArgument: it is no TOML, or has what is not known.
        :raises Unimplemented: Python 3.10 reads TOML with the package ``tomli`` only.
        """
        with open(path, "rb") as file:
            content = file.read()
        try:
            settings = _toml()(content.decode())
        except ValueError as error:  # of TOML or of UTF-8
            raise InvalidArgument(f"{os.fspath(path)}: {error}") from None
        try:
            return cls(settings, folder=os.path.dirname(os.path.abspath(path)), keys=keys)
        except InvalidArgument as error:
            raise type(error)(f"{os.fspath(path)}: {error}") from None

    # What the sections are as arguments.

    @property
    def ingest_options(self) -> dict[str, Any]:
        """Arguments of :meth:`Collection.ingest`, with the ``paths``."""
        given = self._section("ingest")
        options: dict[str, Any] = {name: given[name] for name in _INGEST if name in given}
        options["split_options"] = {name: value for name, value in given.items() if name not in (*_INGEST, "paths", "watch_by", "watch_interval_ms")}
        if options.get("splitter") == "token":
            options.setdefault("chunk_size", _TOKENS)
            options["split_options"].setdefault("tokenizer", self._tokenizer())
        options.setdefault("chunk_overlap", min(_OVERLAP, options.get("chunk_size", 1000) * 15 // 100))
        return {"paths": [os.path.join(self._folder, path) for path in given.get("paths", [])], **options}

    @property
    def search_options(self) -> dict[str, Any]:
        """Arguments of :meth:`Collection.search`, with ``k`` and ``mode`` where the file says them; models are made for it."""
        options = _named(self._section("retrieval"), _RETRIEVAL)
        if "synonyms" in options:
            options["synonyms"] = os.path.join(self._folder, options["synonyms"])
        if isinstance(options.get("text_fields"), str):
            options["text_fields"] = options["text_fields"].split(",")
        if ":" in str(options.get("group_by", "")):
            field, _, hits = options["group_by"].rpartition(":")
            options["group_by"] = (field, int(hits)) if hits.isdigit() else options["group_by"]
        if self._section("retrieval").get("rerank", False):
            options |= self._reranking()
        return options

    @property
    def ask_options(self) -> dict[str, Any]:
        """Arguments of :meth:`Collection.ask`: :attr:`search_options`, and how the model is asked; those of conversations only count with one."""
        return {**self.search_options, **_named(self._section("answering"), _ANSWERING)}

    # What the sections name.

    @property
    def embedder(self) -> Embedder:
        """The model of ``[embedding]``: one that runs here, the built-in one unless named, or a provider's."""
        return self._once("embedder", self._embedder)  # type: ignore[no-any-return]

    @property
    def reranker(self) -> Reranker:
        """The model of ``[reranking]``.

        :raises FailedPrecondition: it names none.
        """
        return self._once("reranker", self._reranker)  # type: ignore[no-any-return]

    @property
    def model(self) -> RemoteChat:
        """The model that answers, of ``[answering]``.

        :raises FailedPrecondition: it names none.
        """
        return self._once("model", self._chat)  # type: ignore[no-any-return]

    # What runs.

    def collection(self, database: Database, name: str = "default") -> Collection:
        """The collection ``name`` of a ``database``, made when absent, with the :attr:`embedder`; a provider's vectors are kept as ``embedding.cache`` says."""
        given = self._section("embedding")
        how = given.get("cache", "auto")
        if how not in ("auto", "on", "off"):
            raise InvalidArgument(f"embedding.cache must be auto, on or off, it is {how!r}")
        model = self.embedder
        if how == "on" or (how == "auto" and not isinstance(model, models.StaticModel)):
            model = CachedEmbedder(database, model, max_entries=given.get("cache_entries", 1_000_000))
        return database.collection(name, embedder=model)

    def ingest(self, collection: Collection, **options: Any) -> IngestReport:
        """Ingests the file's sources into a ``collection``; ``options`` of :meth:`Collection.ingest` stand before the file's.

        :raises FailedPrecondition: nothing is named to ingest.
        """
        return collection.ingest(**self._sources(options))

    def watch(self, collection: Collection, **options: Any) -> FolderWatch:
        """As :meth:`ingest` of a ``collection``, and goes on with what changes: see :meth:`Collection.watch`, whose ``options`` stand before the file's."""
        given = self._section("ingest")
        by = given.get("watch_by", "notices")
        if by not in ("notices", "looking"):
            raise InvalidArgument(f"ingest.watch_by must be notices or looking, it is {by!r}")
        return collection.watch(**self._sources({"looking": by == "looking", "interval": given.get("watch_interval_ms", 2000) / 1000, **options}))

    def search(self, collection: Collection, question: str, **options: Any) -> Hits:
        """The hits for a ``question`` in a ``collection``; ``options`` of :meth:`Collection.search` stand before the file's."""
        return collection.search(question, **{**self.search_options, **options})

    def ask(self, collection: Collection, question: str, model: ChatLike | None = None, **options: Any) -> Answer:
        """The answer to a ``question`` from a ``collection``, by the file's :attr:`model` unless another ``model`` is given; ``options`` of :meth:`Collection.ask` stand before
        the file's."""
        return collection.ask(question, self.model if model is None else model, **self._asking(collection, options))

    def ask_stream(self, collection: Collection, question: str, model: ChatLike | None = None, **options: Any) -> AnswerStream:
        """As :meth:`ask`, of a ``question`` to a ``collection`` by a ``model`` with ``options``, the pieces taken one by one."""
        return collection.ask_stream(question, self.model if model is None else model, **self._asking(collection, options))

    def __repr__(self) -> str:
        return f"<Pipeline: {', '.join(f'[{name}]' for name in self._settings) or 'nothing set'}>"

    def _section(self, name: str) -> dict[str, Any]:
        return self._settings.get(name, {})

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _sources(self, options: Mapping[str, Any]) -> dict[str, Any]:
        made = {**self.ingest_options, **options}
        if not made["paths"]:
            raise FailedPrecondition("nothing is named to ingest: paths= or ingest.paths")
        return made

    def _asking(self, collection: Collection, options: Mapping[str, Any]) -> dict[str, Any]:
        made = {**self.ask_options, **options}
        if "conversation" not in made:
            for name in _OF_CONVERSATIONS:
                if name not in options:
                    made.pop(name, None)
        given = self._section("answering")
        if given.get("cache", False) and "cache" not in options and not made.get("expand") and made.get("mode") != "text":
            limits = {to: given[name] for name, to in (("cache_threshold", "threshold"), ("cache_ttl_s", "ttl"), ("cache_capacity", "capacity")) if name in given}
            made["cache"] = AnswerCache(collection.database, collection._model(), **limits)
        return made

    def _tokenizer(self) -> str:
        given = self._section("embedding")
        if given.get("provider"):
            raise FailedPrecondition("the splitter token needs ingest.tokenizer: a provider's is not known here")
        return os.path.join(_model_folder(given, self._folder), "tokenizer.json")

    def _embedder(self) -> Embedder:
        given = self._section("embedding")
        if given.get("runtime", "own") != "own":
            raise Unimplemented(f"embedding.runtime is {given['runtime']!r}: the package runs models by itself ('own')")
        if given.get("provider"):
            rows = {name: value for name, value in given.items() if name not in _MODEL}
            return RemoteEmbedder(given["provider"], given.get("model", ""), key=self._keys.get("embedding"), **rows)
        if "model" not in given:
            return models.builtin_model()
        how = {name: given[name] for name in ("precision", "threads") if name in given}
        return models.load_model(_model_folder(given, self._folder), **how)

    def _reranker(self) -> Reranker:
        given = self._section("reranking")
        if not given.get("model"):
            raise FailedPrecondition("reranking.model is not set: which model ranks")
        if given.get("provider"):
            rows = {name: value for name, value in given.items() if name not in ("provider", "model", "steps", "candidates", "runtime")}
            return RemoteReranker(given["provider"], given["model"], key=self._keys.get("reranking"), **rows)
        return heads.load_reranker(_model_folder({**self._section("embedding"), **given}, self._folder))

    def _reranking(self) -> dict[str, Any]:
        given = self._section("reranking")
        steps = " | ".join(given.get("steps", ["model"]))
        needs = RerankSteps(steps, model=_SomeModel())._asks_model
        made: dict[str, Any] = {"rerank_steps": steps, "rerank_candidates": given.get("candidates", 50)}
        return {**made, "reranker": self.reranker} if needs else made

    def _chat(self) -> RemoteChat:
        given = self._section("answering")
        if not given.get("provider") or not given.get("model"):
            raise FailedPrecondition("answering.provider and answering.model are not set: who answers")
        rows = {name: value for name, value in given.items() if name in RemoteChatSettings.__annotations__}
        return RemoteChat(given["provider"], given["model"], key=self._keys.get("answering"), **rows)


class _SomeModel:
    """While steps are looked at: which model they ask is not known yet."""

    name = "some"

    def rerank(self, query: str, texts: Sequence[str], count: int | None = None) -> Sequence[tuple[int, float]]:
        raise NotImplementedError


def _toml() -> Callable[[str], dict[str, Any]]:
    for name in ("tomllib", "tomli"):
        try:
            return importlib.import_module(name).loads  # type: ignore[no-any-return]
        except ImportError:
            continue
    raise Unimplemented("Python 3.10 reads TOML with the package tomli, which is not installed")


def _model_folder(given: Mapping[str, Any], folder: str) -> str:
    """Of a name: that below the folder of models; of a path: from the file's folder."""
    name = os.path.expanduser(given.get("model", "wordllama-256"))
    there = os.path.join(folder, name)
    return there if os.path.isdir(there) else os.path.join(given.get("models_folder") or os.fspath(models.models_folder()), name)


def _named(given: Mapping[str, Any], table: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """As arguments, without what says nothing."""
    return {table[name][0]: value for name, value in given.items() if name in table and value != table[name][1]}


def _known(section: str) -> bool:
    if section in _SECTIONS:
        return True
    if section in _OTHERS:
        return False
    near = difflib.get_close_matches(section, _SECTIONS, 1)
    raise InvalidArgument(f"there is no section [{section}]: " + (f"did you mean [{near[0]}]?" if near else f"known are {', '.join(_SECTIONS)}"))


def _checked(section: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise WrongType(f"'{section}' is a section, not {type(given).__name__}")
    known = {
        "embedding": (*_MODEL, *RemoteEmbedderSettings.__annotations__),
        "retrieval": (*_RETRIEVAL, "rerank", "did_you_mean"),
        "reranking": ("provider", "model", "steps", "candidates", "runtime", *RemoteSettings.__annotations__),
        "answering": ("provider", "model", "cache", "cache_threshold", "cache_ttl_s", "cache_capacity", *_ANSWERING, *RemoteChatSettings.__annotations__),
    }.get(section)
    for name in given if known is not None else ():  # of [ingest] the splitter knows its options
        if name not in known:  # type: ignore[operator]
            near = difflib.get_close_matches(name, known, 1)  # type: ignore[arg-type]
            raise InvalidArgument(f"there is no {section}.{name}: " + (f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"))  # type: ignore[arg-type]
    return dict(given)


assert {name for name, _ in _RETRIEVAL.values()} <= {*SearchOptions.__annotations__, "k", "mode", "filter"}
assert {name for name, _ in _ANSWERING.values()} <= set(AskOptions.__annotations__)

__all__ = ["Pipeline"]
