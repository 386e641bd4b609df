"""What goes around a search: questions in more words and ways before it, steps of reranking and neighbours of hits after it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from . import _vecstore, chat, embedders, kept, rerankers
from ._vecstore import CancelToken
from .arguments import FilterLike, RetrievalOptions, SearchOptions
from .embedders import Embedder
from .errors import Cancelled, FailedPrecondition, InvalidArgument, WrongType
from .hits import Hit, Hits
from .rerankers import Reranker

if TYPE_CHECKING:
    from .handle import Handle

#: A new score for a hit, at its rank from 1: ``function(question, hit, rank)``.
ScoreFunction = Callable[[str, Hit, int], float]
#: One reranker, or several by the names that steps call them.
RerankersLike = Union[Reranker, Mapping[str, Reranker]]


class Misspelling(NamedTuple):
    """A word that no text has."""

    start: int  #: where it begins, in bytes of the question
    end: int  #: behind it
    meant: str  #: the nearest that texts have, in lower case


class Spelling(NamedTuple):
    """What a question may have meant."""

    question: str  #: with what was meant; as it was where all is known
    words: list[Misspelling]  #: in the order of the question


class Synonyms:
    """Words that mean the same, for ``expand="synonyms"``. Read once, used by any number of searches.

    >>> docs.search("ocean", mode="text", expand="synonyms", synonyms=vecstore.Synonyms({"ocean": ["sea"]})).ids
    ['sea']

    :param words: the words that one finds, beside itself: ``{"wing": ["airfoil", "aerofoil"]}``.
    :raises InvalidArgument: a word that cannot stand in a list: it has a comma, "=>" or a line's end.
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        lines = []
        for word, others in words.items():
            if isinstance(others, str):
                raise WrongType(f"synonyms of '{word}' are a list of words, not one str")
            for one in (word, *others):
                if not isinstance(one, str):
                    raise WrongType(f"a synonym is a str, not {type(one).__name__}")
                if not one.strip() or one.startswith("#") or any(mark in one for mark in (",", "=>", "\n")):
                    raise InvalidArgument(f"{one!r} cannot be a synonym: it is blank, or has a comma, '=>', '#' or a line's end")
            lines.append(f"{word} => {', '.join(others)}\n")
        self._core = _vecstore.parse_synonyms("".join(lines))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Synonyms:
        """Out of the file at ``path``: on each line ``car, automobile`` (any finds the others), ``wing => airfoil`` (one way), or a remark behind ``#``.

        :raises OSError: it cannot be read.
        :raises InvalidArgument: a line is none of these, with its number.
        """
        with open(path, encoding="utf-8") as file:
            text = file.read()
        made = cls.__new__(cls)
        try:
            made._core = _vecstore.parse_synonyms(text)
        except InvalidArgument as error:
            raise InvalidArgument(f"{os.fspath(path)}: {error}") from None
        return made

    def __len__(self) -> int:
        return len(self._core)

    def __repr__(self) -> str:
        return f"<Synonyms of {len(self)} words>"


class RerankSteps:
    """Steps that hits go through after they were found, as ``vecstore query --rerank-steps`` takes them: models, MMR, numbers of the metadata, functions of yours,
    compression, and combinations of these.

    >>> newest = vecstore.RerankSteps("function(name=year) | found(k=2)", functions={"year": lambda question, hit, rank: hit.metadata["year"]})
    >>> docs.search("where is tea", mode="text", rerank_steps=newest).ids
    ['tea', 'key']

    :param steps: with bars between them, or a list: ``"model(k=20) | mmr(lambda=0.7)"``, ``"rrf(found, 2 model)"``. What each is told: docs/guide/retrieval.md.
    :param model: of the steps ``model`` and ``compress(by=model)``; of several, by their names, the first is meant where a step names none.
    :param embedder: of ``mmr(by=text)`` and ``compress(by=text)``; a collection's own where it searches and none is given.
    :param functions: of the steps ``function(name=..)``: each takes the question, the hit and its rank from 1, and gives its new score.
    :raises InvalidArgument: what no step is or has, naming the nearest.
    :raises FailedPrecondition: a step needs a model or embedder that is not given.
    """

    def __init__(
        self,
        steps: str | Sequence[str],
        *,
        model: RerankersLike | None = None,
        embedder: Embedder | None = None,
        functions: Mapping[str, ScoreFunction] | None = None,
    ) -> None:
        if not isinstance(steps, str) and not (isinstance(steps, Sequence) and all(isinstance(one, str) for one in steps)):
            raise WrongType(f"steps are a str or a list of them, not {type(steps).__name__}")
        for name, function in (functions or {}).items():
            if not callable(function):
                raise WrongType(f"the function '{name}' is {type(function).__name__}, which cannot be called")
        self.steps: str = steps if isinstance(steps, str) else " | ".join(steps)
        """As one text."""
        self.names: list[str]
        """Of the steps, one after the other; of a model, its own."""
        self._models = _models_of(model)
        self._embedder = embedder
        self._functions = dict(functions or {})
        self._embeds = False
        self.names, self._reads_vectors, self._asks_model = _vecstore.rerank_steps(self.steps, self._sources(self._any_embedder, None))

    def _any_embedder(self) -> Any:
        """While steps are checked: which embedder is not known yet."""
        self._embeds = True
        return {"name": "", "dimension": 1, "pooling": "", "checksum": ""}, len, len

    def _embedder_for(self, collection: Handle | None) -> Any:
        if self._embedder is None and collection is None:
            raise FailedPrecondition(f"the steps '{self.steps}' embed texts: embedder= is needed")
        return embedders.for_engine(self._embedder or collection._model())  # type: ignore[union-attr]

    def _sources(self, embedder: Callable[[], Any], cancel: CancelToken | None) -> tuple[Any, ...]:
        models = {name: (model.name, rerankers.for_engine(model, cancel)) for name, model in self._models.items()}
        return models, embedder, self._functions

    def _check_for(self, collection: Handle) -> None:
        if self._embeds:
            self._embedder_for(collection)

    def rerank(
        self, question: str, hits: Hits | Sequence[Hit], k: int | None = None, *, cancel: CancelToken | None = None
    ) -> Hits:
        """The ``k`` best of ``hits`` for the ``question``, by the last step; as many as it gives when left out. For ``mmr`` they come with their vectors.

        :raises InvalidArgument: a function or a model gives something else than scores.
        """
        return self._each(question, hits, len(hits) if k is None else k, None, cancel)[-1]

    def _each(self, question: str, hits: Hits | Sequence[Hit], k: int, collection: Handle | None, cancel: CancelToken | None, candidates: int = 10_000) -> list[Hits]:
        """What every step gave."""
        cancel = cancel or CancelToken()  # Ctrl-C sets it, and models of Python's look at it
        given: Any = hits
        if isinstance(hits, Hits):
            given = hits._answer if isinstance(hits._answer, _vecstore.Answer) else list(hits)
        after = _vecstore.rerank_hits(self.steps, self._sources(lambda: self._embedder_for(collection), cancel), question, given, candidates, k, cancel)
        return [Hits(one) for one in after]

    def __repr__(self) -> str:
        return f"RerankSteps({self.steps!r})"


def _models_of(given: RerankersLike | None) -> dict[str, Reranker]:
    """By name; "" is the one that is meant without one."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {**({"": next(iter(given.values()))} if given else {}), **given}
    if not hasattr(given, "rerank"):
        raise WrongType(f"a reranker is expected, not {type(given).__name__}")
    return {"": given, given.name: given}


@dataclass
class Retrieval:
    """How a collection is asked, checked before anything is."""

    collection: Handle
    mode: str
    include: Sequence[str]
    steps: RerankSteps | None
    reranker: Reranker | None  # in place of steps
    candidates: int
    options: dict[str, Any]  # RetrievalOptions
    query: dict[str, Any]  # QueryOptions

    @property
    def expands(self) -> bool:
        return bool(self.options.get("expand"))

    @property
    def by_examples(self) -> bool:
        return bool(self.options.get("like") or self.options.get("unlike"))

    @property
    def reranks(self) -> bool:
        return self.steps is not None or self.reranker is not None

    def by_words(self) -> bool:
        """A collection whose texts are not searched by words is asked by vectors alone."""
        made = self.collection.options
        return self.mode == "text" or (self.mode == "hybrid" and (made["analyzer"] != "none" or bool(made["text_fields"])))

    def included(self) -> list[str]:
        reads = self.steps is not None and self.steps._reads_vectors
        return [*self.include, *(["vector"] if reads and "vector" not in self.include else [])]


MODES = ("hybrid", "vector", "text")


def planned(
    collection: Handle,
    mode: str,
    include: Sequence[str],
    reranker: RerankersLike | None,
    rerank_candidates: int,
    rerank_steps: str | Sequence[str] | RerankSteps | None,
    options: Mapping[str, Any],
    writer: Any = None,
) -> Retrieval:
    """The plan; raises what is wrong with it."""
    if mode not in MODES:
        raise InvalidArgument(f"mode is 'hybrid', 'vector' or 'text', not {mode!r}")
    own = {name: value for name, value in options.items() if name in RetrievalOptions.__annotations__ and value is not None}
    query = {name: value for name, value in options.items() if name not in RetrievalOptions.__annotations__}
    _check_names(query)
    steps = _steps_of(rerank_steps, reranker)
    single = reranker if steps is None and not isinstance(reranker, Mapping) else None
    if single is not None and not hasattr(single, "rerank"):
        raise WrongType(f"a reranker is expected, not {type(single).__name__}")
    if isinstance(reranker, Mapping) and steps is None:
        raise WrongType("several rerankers are for rerank_steps=, which name them")
    around = bool(own.get("window")) or own.get("parent", "none") != "none"
    _check_included(include, steps is not None or single is not None, around)
    if own.get("window") and own.get("parent", "none") != "none":
        raise InvalidArgument("window= and parent= are two ways to the same: give one of them")
    if "writer" not in own and writer is not None:
        own["writer"] = writer
    plan = Retrieval(collection, mode, include, steps, single, rerank_candidates, own, query)
    if plan.expands:
        _check_expansion(plan)
    if plan.by_examples and mode == "text":
        raise InvalidArgument("like= and unlike= make a vector: mode 'text' has no use for it")
    if steps is not None:
        steps._check_for(collection)
    return plan


def _check_included(include: Sequence[str], reranks: bool, around: bool) -> None:
    if reranks and "text" not in include:
        raise InvalidArgument("a reranker reads the texts of hits: 'text' must be in include")
    for wanted in ("text", "metadata") if around else ():
        if wanted not in include:
            raise InvalidArgument(f"window= and parent= go by the {wanted} of hits: '{wanted}' must be in include")


def _check_names(query: Mapping[str, Any]) -> None:
    known = list(SearchOptions.__annotations__)
    for name in query:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise WrongType(f"a query has no argument '{name}', {f'did you mean {near[0]!r}?' if near else 'known are ' + ', '.join(known)}")


def _steps_of(given: str | Sequence[str] | RerankSteps | None, reranker: RerankersLike | None) -> RerankSteps | None:
    if given is None:
        return None
    if isinstance(given, RerankSteps):
        if reranker is not None:
            raise InvalidArgument("RerankSteps have their own model: leave out reranker=")
        return given
    steps = RerankSteps(given, model=reranker)
    if reranker is not None and not steps._asks_model:
        raise InvalidArgument(f"reranker= is for steps with a model: '{steps.steps}' have none")
    return steps


def methods_of(given: str | Sequence[str]) -> list[str]:
    """Names, of a list or with commas between them; "none" is none."""
    many = [one.strip() for one in given.split(",")] if isinstance(given, str) else list(given)
    for one in many:
        if not isinstance(one, str):
            raise WrongType(f"expand: names of methods are expected, not {type(one).__name__}")
    return [one for one in many if one not in ("", "none")]


def _check_expansion(plan: Retrieval) -> None:
    plan.options["expand"] = methods_of(plan.options["expand"])
    if not plan.expands:
        return
    rewrites = _vecstore.check_expansion(_expansion_of(plan.options))
    if rewrites and plan.options.get("writer") is None:
        raise FailedPrecondition(f"expand={', '.join(plan.options['expand'])} needs a model that writes: writer=")


def _expansion_of(options: dict[str, Any]) -> dict[str, Any]:
    """As the compiled part takes it; a list of synonyms is read once."""
    synonyms = options.get("synonyms")
    if synonyms is not None and not isinstance(synonyms, Synonyms):
        options["synonyms"] = synonyms = Synonyms(synonyms) if isinstance(synonyms, Mapping) else Synonyms.load(synonyms)
    made: dict[str, Any] = {"methods": options["expand"], "synonyms": None if synonyms is None else synonyms._core}
    for name, usual, kind in _NUMBERS:
        value = options.get(name, usual)
        if isinstance(value, (bool, str)) or not hasattr(value, "__index__" if kind is int else "__float__"):
            raise WrongType(f"{name}: {'an integer' if kind is int else 'a number'} is expected, not {type(value).__name__}")
        if value < 0:
            raise InvalidArgument(f"{name} must not be negative, it is {value}")
        made[name] = kind(value)
    return made


_NUMBERS: tuple[tuple[str, float, type], ...] = (
    ("synonym_weight", 0.5, float),
    ("feedback_hits", 10, int),
    ("feedback_words", 20, int),
    ("feedback_weight", 0.3, float),
    ("rewrites", 3, int),
)


def asked(
    plan: Retrieval, text: str | None, k: int, filter: FilterLike | None, cancel: CancelToken | None, vector: Any = None
) -> tuple[Hits, list[str]]:
    """What is found, before it is ranked anew, and what people should be told of that. ``vector`` is the text's, where it is known."""
    common: dict[str, Any] = {"k": max(k, plan.candidates) if plan.reranks else k, "filter": filter, "include": plan.included(), **plan.query}
    if plan.by_examples:
        vector, common["filter"] = examples_of(plan.collection, plan.options.get("like"), plan.options.get("unlike"), common.get("field", "vector"), filter)
    if plan.expands and text is not None:
        expanded = expand(plan, text, vector, common, cancel)
        return Hits(plan.collection._core.query_list([expanded], cancel).at(0)), expanded.notes()
    if vector is None and plan.mode != "text":
        vector = embedders.embedded(plan.collection._model(), [text or ""], questions=True, cancel=cancel)[0]
    words = text if plan.by_words() else None
    k, filter, include = common.pop("k"), common.pop("filter"), common.pop("include")
    return Hits(plan.collection._core.query(vector, words, k, filter, common.pop("field", "vector"), include, cancel, common)), []


def expand(plan: Retrieval, text: str, vector: Any, common: Mapping[str, Any], cancel: CancelToken | None) -> _vecstore.ExpandedQuery:
    """The question in more words or ways."""
    cancel = cancel or CancelToken()  # Ctrl-C sets it, and a model of Python's looks at it
    by_vector = plan.mode != "text"
    embedder = embedders.for_engine(plan.collection._model()) if by_vector else None
    writer = plan.options.get("writer")
    model = None if writer is None else chat.for_engine(chat.to_chat_model(writer), cancel)
    members = {name: value for name, value in common.items() if value is not None}
    return plan.collection._core.expand(text, vector, (by_vector, plan.by_words()), embedder, model, members, _expansion_of(plan.options), cancel)


def ranked(plan: Retrieval, text: str | None, hits: Hits, k: int, cancel: CancelToken | None) -> Hits:
    """The hits in their new order, with what stands around them."""
    if plan.steps is not None and text is not None:
        hits = plan.steps._each(text, hits, k, plan.collection, cancel)[-1]
    elif plan.reranker is not None and text is not None:
        hits = rerankers.reranked(hits, plan.reranker, text, k, cancel)
    window, parent = plan.options.get("window", 0), plan.options.get("parent", "none")
    if window or parent != "none":
        hits = surrounded(plan.collection, hits, window, parent, plan.options.get("max_bytes", 8000), cancel)
    return hits


def surrounded(collection: Handle, hits: Hits, window: int, parent: str, max_bytes: int, cancel: CancelToken | None) -> Hits:
    """Hits with their neighbours."""
    for name, value, most in (("window", window, _vecstore.MAX_WINDOW), ("max_bytes", max_bytes, 1 << 30)):
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise WrongType(f"{name}: an integer is expected, not {type(value).__name__}")
        if not 0 <= value <= most:
            raise InvalidArgument(f"{name} must be from 0 to {most}, it is {value}")
    if not isinstance(parent, str):
        raise WrongType(f"parent: 'section', 'document' or 'none' is expected, not {type(parent).__name__}")
    if cancel is not None and cancel.cancelled:
        raise Cancelled("called off before neighbours of hits were read")
    given: Any = list(hits) if isinstance(hits._answer, kept.Answer) else hits._answer
    return Hits(collection._core.with_neighbours(given, window, parent, max_bytes, cancel))


def examples_of(
    collection: Handle, like: str | Sequence[str] | None, unlike: str | Sequence[str] | None, field: str, filter: FilterLike | None
) -> tuple[Any, Any]:
    """The vector that stands for records, and the filter that leaves them out."""
    each = [[given] if isinstance(given, str) else list(given or ()) for given in (like, unlike)]
    vector, narrowed = collection._core.by_examples(each[0], each[1], field, filter)
    return vector, narrowed


__all__ = ["Misspelling", "RerankSteps", "RerankersLike", "ScoreFunction", "Spelling", "Synonyms"]
