"""Arguments that many calls share, and what is said about a wrong one."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Union, cast

from .errors import WrongType

if TYPE_CHECKING:
    from ._vecstore import CancelToken, Filter

F = TypeVar("F", bound=Callable[..., Any])

#: A condition on metadata: text, a dict, or what ``field(..)`` makes.
FilterLike = Union[str, Mapping[str, Any], "Filter"]

#: What comes back with each hit unless a query says otherwise.
DEFAULT_INCLUDE = ("metadata", "text")


class QueryOptions(TypedDict, total=False):
    """Arguments of a query beyond vector, text, k, filter, field and include; each may be left out."""

    offset: int  #: hits to pass over; offset + k at most 10,000
    effort: str  #: "fast", "balanced" (default), "high_recall", or "max_recall", which is exact
    ef: int  #: rows that a walk through a graph keeps, instead of the effort
    target_recall: float  #: 0.5 to 1: the share of the nearest to be found, instead of effort, ef and plan
    plan: str  #: "auto", "scan", "walk" or "sweep"
    text_syntax: str  #: "words" (default), or "query": +must -not "side by side"~2 prefix* fuzzy~1
    text_fields: Sequence[str]  #: "title", or "title^3" with another boost
    fusion: str | dict[str, Any]  #: "relative_score" (default), "rrf" ..; or {"method", "alpha", "weights", "rrf_k", "normalization"}
    alpha: float  #: of a vector and a text: the vector's share, 0 to 1 (0.3)
    max_distance: float  #: a radius, inclusive
    min_score: float  #: of the final score
    autocut: int  #: ends before this many jumps of the score
    prefetch: Sequence[Any]  #: queries whose hits are this one's candidates
    formula: str  #: a new score
    mmr: float | tuple[float, str]  #: hits unlike each other: lambda, or (lambda, field)
    group_by: str | tuple[str, int]  #: at most one hit with one value of a field, or (field, hits)
    candidates: int  #: rows that fusion, formula, mmr and group_by choose from
    passage_bytes: int  #: the part of the text, at most so long, that has the most of the query's words
    explain: bool | str  #: True or "analyze": what was done; "plan": what would be
    timeout: float  #: seconds; then what was found, flagged `partial`


class RetrievalOptions(TypedDict, total=False):
    """What goes around a search, as on the command line; each may be left out."""

    expand: str | Sequence[str]  #: ask in more words or ways, in a list or with commas between: "spelling", "synonyms", "feedback", and one of "multi_query", "decompose", "step_back" and "hyde"
    synonyms: Any  #: for "synonyms": a file, a dict ``{"wing": ["airfoil"]}``, or :class:`Synonyms`, which is read once
    synonym_weight: float  #: of a synonym's score, above 0, at most 100; the word of the question counts 1 (0.5)
    feedback_hits: int  #: that "feedback" believes, 1 to 1,000 (10)
    feedback_words: int  #: that are taken from them, 1 to 500 (20)
    feedback_weight: float  #: of the new words, above 0 and below 1; the question's have the rest (0.3)
    rewrites: int  #: questions that a model adds, 1 to 10 (3)
    writer: Any  #: the model that rewrites: a :class:`RemoteChat`, a :class:`ChatModel` or a function; of ``ask``, the one that answers unless given
    window: int  #: show hits with so many chunks of their file before and behind them, 0 (default) to 100 ..
    parent: str  #: .. or with their "section" or "document", or "none" (default): of records that ``ingest`` wrote
    max_bytes: int  #: of a hit's text with its neighbours; the nearest come first (8,000)
    like: str | Sequence[str]  #: ids of records: the vector is the mean of theirs, and they are left out of the answer ..
    unlike: str | Sequence[str]  #: .. away from that of these


class SearchOptions(QueryOptions, RetrievalOptions, total=False):
    """Arguments of a search beyond those with names: :class:`QueryOptions` and :class:`RetrievalOptions`."""


class CollectionSettings(TypedDict, total=False):
    """Options of a new collection; each may be left out. Those that are given are compared with a collection that is there."""

    dimension: int  #: components; bits of binary vectors. Left out: taken from the first vector written
    metric: str  #: "cosine" (default), "euclidean", "dot", "manhattan", "hamming", "jaccard", "chebyshev", "canberra", "braycurtis"
    storage: str  #: "f32" (default), "f16", "bf16", "i8"
    kind: str  #: "dense" (default), "sparse", "binary", "multi"
    index: str  #: "auto" (default), "flat", "hnsw"
    hnsw: dict[str, int]  #: m (16), ef_construction (200), ef_search (50), min_rows (8192), seed (42)
    quantization: str  #: "auto" (default), "sq8", "sq4", "sq2", "rabitq1"
    fields: Mapping[str, Mapping[str, Any]]  #: further vector fields by name, each with the options above
    analyzer: str  #: of texts: "english" (default), another language, "simple", "whitespace", "code", "ngram", "none"
    text_fields: Mapping[str, Mapping[str, Any]]  #: by name: {"analyzer", "boost"}
    schema: Mapping[str, Any]  #: rules for metadata: {"strict": .., "fields": [{"name", "type", "required", ..}]}
    partition_key: str  #: a field of the metadata whose values lie together in files
    keep_versions: int  #: replaced or deleted versions of each record that are kept, at most 1,000 (0): Collection.versions
    description: str  #: for people
    attributes: Mapping[str, Any]  #: anything the application keeps with the collection


class DatabaseSettings(TypedDict, total=False):
    """Options of ``open``; each may be left out."""

    create: bool  #: make the database when the folder holds none (True)
    read_only: bool  #: take no lock and write nothing: sees the state at open, or at the last refresh() (False)
    refresh_interval_ms: int  #: with read_only: a thread refreshes this often; 0 (default): only when asked
    durability: str  #: "normal" (default): survives a killed process; "full": also a power cut; "off"
    sync_interval_ms: int  #: normal: how much a power cut may take (100)
    threads: int  #: of background work and parallel search (2)
    background_share: float  #: share of one core that merges may take (0.5)
    recall_sample: float  #: share of the queries answered again, exactly: see stats().recall (0)
    memory_map: bool  #: read segments through read-only maps (True)
    seal_bytes: int  #: a memory segment becomes a file at this size (64 MiB) ..
    seal_rows: int  #: .. or at this many rows (32,768)
    merge_fanout: int  #: this many segments of like size become one (8)
    log: Callable[[str, str], None]  #: told ("info" | "warning" | "error", message), from any thread
    cancel: CancelToken  #: ends the opening while it reads the end of the log; not looked at afterwards


class AnswerOptions(TypedDict, total=False):
    """How a model is asked for an answer; each may be left out."""

    max_tokens: int  #: of the answer, at least 1 (1024, unless the model is a function of yours)
    temperature: float  #: 0 (the likeliest words) to 2; the model's own when left out
    seed: int  #: for models that take one
    max_context_tokens: int  #: of passages, as estimated: a quarter of the bytes; what does not fit is left out, the best come first (3000)
    instructions: str  #: the system's message, in place of one that asks to use and name the passages alone
    history: Sequence[Mapping[str, str]]  #: messages before the question, each ``{"role": "user", "content": ".."}``; of the assistant and the system likewise
    prompt: str  #: a template with ``{passages}`` and ``{question}``; ``{{`` is a brace


class MemoryOptions(TypedDict, total=False):
    """What ``ask`` keeps and takes up again; each may be left out."""

    conversation: str  #: go on with what was said under this name, and keep what is said: see :class:`Conversation`
    max_history_tokens: int  #: of what the model is shown of it, as estimated (1,000)
    recalled_turns: int  #: older turns that are near to the question and may come back, at most 100 (2)
    summarize: bool  #: have the model sum up turns that leave, in a call of its own (False)
    cache: Any  #: True, or an :class:`AnswerCache`: an answer to a question that means the same is given again while its passages are the same (False)


class AskOptions(AnswerOptions, SearchOptions, MemoryOptions, total=False):
    """Arguments of ``ask`` beyond those with names: :class:`AnswerOptions`, of the search :class:`QueryOptions` and :class:`RetrievalOptions`, and :class:`MemoryOptions`."""


class ConversationSettings(AskOptions, total=False):
    """Options of a :class:`Conversation`: :class:`AskOptions`, and the arguments of ``ask`` with names."""

    k: int  #: passages that the model is shown (8)
    mode: str  #: "hybrid" (default), "vector" or "text"
    filter: FilterLike  #: which records count
    reranker: Any  #: puts passages in its order
    rerank_candidates: int  #: that it chooses from (50)
    rerank_steps: Any  #: what passages go through


class IngestSettings(TypedDict, total=False):
    """Options of :meth:`Collection.watch`, with the meaning and defaults that they have in :meth:`Collection.ingest`."""

    include: Sequence[str]  #: only files in folders that match one of these patterns
    exclude: Sequence[str]  #: leave out what matches
    gitignore: bool  #: leave out what ``.gitignore`` files say (True)
    splitter: str  #: "heading" (default) or another
    chunk_size: int  #: characters of a passage (1,000)
    chunk_overlap: int  #: characters that neighbours share (150)
    split_options: Mapping[str, Any]  #: the splitter's own
    late_chunking: bool  #: passages are embedded within their document (False)
    batch_size: int  #: passages embedded and written at a time (256)
    max_file_bytes: int  #: of a file (64 MiB)
    max_unpacked_bytes: int  #: of what is decompressed out of one (256 MiB)
    max_members: int  #: files within one (10,000)
    max_depth: int  #: archives within archives (4)
    password: str  #: tried on files that are encrypted


class RemoteChatSettings(TypedDict, total=False):
    """Options of a :class:`RemoteChat`, and the first ones of a :class:`RemoteReranker` and :class:`RemoteEmbedder`; each may be left out."""

    address: str  #: "https://host/path" instead of the provider's own; plain http only to this computer, without a proxy ..
    allow_plain_http: bool  #: .. unless this says that the network in between may read texts and key (False)
    concurrency: int  #: requests under way at once, for all threads, 1 to 256 (4)
    requests_per_minute: float  #: 0 (default): no limit but what answers tell
    tokens_per_minute: float  #: the same of tokens
    connect_timeout_ms: int  #: to reach it (10,000)
    request_timeout_ms: int  #: of one request, to the last byte of its answer (60,000; of a chat 300,000)
    total_timeout_ms: int  #: of one call, with all its requests and waits (600,000)
    retries: int  #: of each request beyond the first attempt: 408, 409, 425, 429, 5xx, lost connections (5)
    backoff_ms: int  #: the longest first wait, doubled with each (500) ..
    max_backoff_ms: int  #: .. up to this (30,000); what the provider asks for is waited for besides
    max_response_bytes: int  #: of an answer, decompressed (64 MiB)
    proxy: str  #: "http://host:port"; "" (default): none, whatever the environment says
    ca_file: str  #: PEM certificates to trust instead of the system's


class RemoteSettings(RemoteChatSettings, total=False):
    """Options of a :class:`RemoteReranker`, and the first ones of a :class:`RemoteEmbedder`; each may be left out."""

    truncate: bool  #: a text beyond the model's length is cut by the provider; otherwise that is an error, where the provider lets one choose (False)
    max_batch: int  #: texts in a request; 0 (default): the provider's limit, which is never exceeded
    max_tokens_per_batch: int  #: by an upper bound, one for each byte; 0 (default): the provider's limit


class RemoteEmbedderSettings(RemoteSettings, total=False):
    """Options of a :class:`RemoteEmbedder`; each may be left out."""

    dimensions: int  #: asked of the model; 0 (default): what it gives, known of common models and otherwise asked with one word
    known_dimension: int  #: what the model gives, where you know it: then it is neither asked for nor asked to cut
    document_task: str  #: what texts to be found are for, in the provider's words; "" (default): its usual ones for search
    query_task: str  #: the same of questions
    document_prefix: str  #: written before each text, for models that want it and providers that do not do it
    query_prefix: str  #: written before each question
    encoding: str  #: how numbers travel: "auto" (default): "base64" where the provider documents it, else "float"
    project: str  #: of Vertex: needed there
    location: str  #: of Vertex ("us-central1")
    deployment: str  #: of Azure: the model's name unless given
    api_version: str  #: of Azure ("2024-10-21"); "v1" for addresses without deployments
    usd_per_million_tokens: float  #: in place of the table's price, for estimates


# Arguments as other stores call them.
_OTHERWISE = {
    **dict.fromkeys(("top_k", "n", "n_results", "limit", "num_results", "size"), "k"),
    **dict.fromkeys(("where", "filters", "query_filter", "expr"), "filter"),
    **dict.fromkeys(("query_embeddings", "query_vector", "embedding"), "vector"),
}


def suggesting(function: F) -> F:
    """Has a call with a wrong keyword say which one is nearest. Costs nothing to right calls but the call itself."""
    known: list[str] = []

    def explain(given: Mapping[str, Any], error: TypeError) -> None:
        if "incompatible function arguments" in str(error):
            types = str(error).rpartition("Invoked with types: ")[2].partition(", ")[2]
            raise WrongType(f"{function.__name__}: an argument has a type that cannot be taken, given were {types}") from None
        if not known:
            known.extend(inspect.signature(function).parameters)
        if str(error).startswith(f"{function.__qualname__}() takes") and "positional" in str(error):
            by_name = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
            raise WrongType(f"{function.__name__}: too many arguments without a name; named are {', '.join(f'{n}=' for n in by_name)}") from None
        for name in given:
            if _OTHERWISE.get(name) in known and f"no argument '{name}'" in str(error):
                raise WrongType(f"{function.__name__} has no argument '{name}', did you mean '{_OTHERWISE[name]}'?") from None
            if f"unexpected keyword argument '{name}'" in str(error):
                near = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(n for n in known if n != 'self')}"
                raise WrongType(f"{function.__name__} has no argument '{name}', {hint}") from None

    if isinstance(function, type):
        original = function.__init__  # type: ignore[misc]

        @functools.wraps(original)
        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            try:
                original(self, *args, **kwargs)
            except TypeError as error:
                explain(kwargs, error)
                raise

        function.__init__ = init  # type: ignore[misc]
        return cast(F, function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            explain(kwargs, error)
            raise

    return cast(F, call)
