"""Models that run here: loaded from folders, and what they embedded before."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from . import _vecstore, embedders
from .arguments import suggesting
from .embedders import EngineEmbedder
from .errors import Error, FailedPrecondition, InvalidArgument, NotFound
from .reports import EmbeddingCacheStats, ModelFolder

if TYPE_CHECKING:
    from .database import Database
    from .embedders import Embedder

T = TypeVar("T")


class Model(EngineEmbedder):
    """A model that runs here, from its files: :func:`load_model` makes it. Needs no network and no graphics card."""

    def __init__(self, core: _vecstore.Model, folder: Path) -> None:
        super().__init__(core)
        self._facts = core.facts()
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self._folder

    @property
    def kind(self) -> str:
        """"transformer", or "static": a table whose rows are added up, a hundred times as fast and less good."""
        return str(self._facts["kind"])

    @property
    def pooling(self) -> str:
        """How vectors of tokens become a text's: "mean", "cls" or "last"."""
        return str(self.info["pooling"])

    @property
    def checksum(self) -> str:
        """Of the weights; kept with a collection and compared, so that another model of the same name is refused."""
        return str(self.info["checksum"])

    @property
    def max_tokens(self) -> int:
        """Of a text, with what is put around it: what is beyond is cut. 0: nothing is ever cut."""
        return int(self._facts["max_tokens"])

    @property
    def query_prefix(self) -> str:
        """What the model was trained to see before a question; :meth:`embed_queries` writes it."""
        return str(self._facts["query_prefix"])

    @property
    def document_prefix(self) -> str:
        """The same before a text that is to be found."""
        return str(self._facts["document_prefix"])

    @property
    def memory_bytes(self) -> int:
        """Of a transformer's weights, shared by all threads; 0 of a static model, whose file is its memory."""
        return int(self._facts["memory_bytes"])


class StaticModel(Model):
    """A model that is a table: the vector of a text is the mean of its tokens' rows. :func:`load_model` takes every kind.

    ``folder`` holds model.safetensors and tokenizer.json. The built-in one takes about 20 MB of memory and embeds some 100,000 short texts a second.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        path = Path(folder)
        super().__init__(_core(path), path)
        if self.kind != "static":
            raise InvalidArgument(f"{path} holds a {self.kind}, no table: vecstore.load_model loads it")


class CachedEmbedder(EngineEmbedder):
    """An embedder that remembers: a text that was embedded before, in any run, is not embedded again.

    The vectors lie in a collection of ``database``, one for each model; dropping it forgets them. Questions are not kept. What was embedded before an
    error, of the same call too, is kept, so that calling again goes on from there.

    >>> def embed(texts):
    ...     return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=np.float32)
    >>> model = vecstore.CachedEmbedder(db, vecstore.FunctionEmbedder(embed, name="vowels", dimension=5))
    >>> model.embed(["banana", "tofu", "banana"]).shape
    (3, 5)
    >>> model.embed(["tofu"])[0].tolist(), model.stats()
    ([0.0, 0.0, 0.0, 1.0, 1.0], EmbeddingCacheStats(hits=1, misses=2, entries=2))

    :param database: where they are kept; it must stay open.
    :param model: any embedder.
    :param max_entries: vectors kept; with one more, the oldest eighth goes. Each costs 4 bytes a component and about 80 on disk.
    :param read_only: what is not there is embedded and not kept.
    :raises NotFound: with ``read_only``, when nothing was ever kept of this model.
    """

    @suggesting
    def __init__(self, database: Database, model: Embedder, *, max_entries: int = 1_000_000, read_only: bool = False) -> None:
        super().__init__(_vecstore.cached_model(database._core, embedders.for_engine(model), max_entries, read_only))
        self._embedder = model

    @property
    def embedder(self) -> Embedder:
        """The one that is asked for what is not there."""
        return self._embedder

    def stats(self) -> EmbeddingCacheStats:
        """What was there, what was not, and how much there is."""
        return EmbeddingCacheStats(*self._model.cache_stats())


def models_folder() -> Path:
    """Where models are looked for by name, and where the project's ``tools/fetch-model`` and ``tools/fetch-models`` put them: $VECSTORE_MODELS, else
    $XDG_CACHE_HOME/vecstore/models, else ~/.cache/vecstore/models."""
    named = os.environ.get("VECSTORE_MODELS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(cache) / "vecstore" / "models"


def builtin_model(folder: str | os.PathLike[str] | None = None) -> StaticModel:
    """The built-in model, wordllama-256: 256 dimensions, English first.

    :param folder: that of the models, :func:`models_folder` when left out.
    :raises NotFound: it is not there; the message has the command that fetches it.
    :raises DataLoss: a file is not what it should be.
    """
    return StaticModel((Path(folder) if folder is not None else models_folder()) / _vecstore.BUILTIN_MODEL)


@suggesting
def load_model(
    model: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    precision: str = "float",
    threads: int = 1,
    batch_tokens: int = 512,
    dimensions: int = 0,
) -> Model:
    """A model by its name, or from its folder: a transformer where there is a config.json, else a table. Costs reading its weights.

    A folder has tokenizer.json and model.safetensors, or model.onnx, and of a transformer config.json; what sentence-transformers puts beside
    them (pooling, lengths, prompts) is honoured. All options but the first two are for transformers.

    :param model: a folder, or the name of one in ``folder``.
    :param folder: that of the models, :func:`models_folder` when left out.
    :param precision: "float", or "int8": a quarter of the memory, faster, vectors that are a little off.
    :param threads: that work on one call, 1 to 1,024.
    :param batch_tokens: how many tokens are worked on at a time by each thread: memory for speed, of which there is little to gain beyond 512.
    :param dimensions: numbers kept of a vector, for models trained so (Matryoshka); 0: all.
    :raises NotFound: there is none; the message lists those that there are.
    :raises Unimplemented: the first thing in its files that is not understood.
    :raises InvalidArgument: it gives a text no single vector; the message has the function that loads it, such as :func:`load_reranker`.
    """
    path = place_of(model, folder)
    return Model(naming_ours(lambda: _core(path, precision, threads, batch_tokens, dimensions)), path)


def list_models(folder: str | os.PathLike[str] | None = None) -> list[ModelFolder]:
    """Those that :func:`load_model`, :func:`load_reranker` and their kin find by name, in the order of names.

    :param folder: that of the models, :func:`models_folder` when left out.
    """
    return list(_models_in(Path(folder) if folder is not None else models_folder()))


def _models_in(folder: Path) -> Iterator[ModelFolder]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not path.name.startswith(".") and (path / "tokenizer.json").is_file():
            yield ModelFolder(path.name, path, _kind_of(path), sum(file.stat().st_size for file in path.rglob("*") if file.is_file()))


def _kind_of(path: Path) -> str:
    try:
        return _vecstore.model_kind(str(path))
    except Error:
        return "unknown"


def place_of(model: str | os.PathLike[str], folder: str | os.PathLike[str] | None) -> Path:
    """The folder of a model: ``model`` itself, or that of its name."""
    models, name = Path(folder) if folder is not None else models_folder(), os.fspath(model)
    if not name:
        raise InvalidArgument("the name of a model is empty")
    if os.sep in name or not isinstance(model, str) or Path(name).is_dir():
        return Path(name)
    if not (models / name).is_dir():
        there = ", ".join(one.name for one in _models_in(models))
        if name == _vecstore.BUILTIN_MODEL:
            return models / name  # whose loading says how to fetch it
        raise NotFound(f"there is no model {name!r} in {models}, which has {there or 'none'}")
    return models / name


def naming_ours(load: Callable[[], T]) -> T:
    """What is loaded; an error that names a function of the engine names that of the package."""
    try:
        return load()
    except InvalidArgument as error:
        raise InvalidArgument(str(error).replace("load_embedder()", "load_model()")) from None


def _core(path: Path, precision: str = "float", threads: int = 1, batch_tokens: int = 512, dimensions: int = 0) -> _vecstore.Model:
    builtin = path.name == _vecstore.BUILTIN_MODEL
    return _vecstore.load_model(str(path.parent if builtin else path), builtin, precision, threads, batch_tokens, dimensions)


_loaded: weakref.WeakValueDictionary[str, Model] = weakref.WeakValueDictionary()


def model_of(collection: str, made_by: dict[str, object]) -> Model:
    """The model that a collection remembers, loaded once for all handles; FailedPrecondition where none of that name is here."""
    name = str(made_by.get("name") or "")
    path = models_folder() / name
    if name != _vecstore.BUILTIN_MODEL and (not name or name != path.name or name.startswith(".") or not path.is_dir()):
        known = f"its vectors come from {name!r}" if name else "nothing says what its vectors come from"
        raise FailedPrecondition(f"collection '{collection}' has no embedder ({known}): db.collection({collection!r}, embedder=..) gives it one")
    found = _loaded.get(str(path))
    if found is None:
        found = _loaded[str(path)] = load_model(path)
    return found


__all__ = ["CachedEmbedder", "Model", "StaticModel", "builtin_model", "list_models", "load_model", "models_folder"]
