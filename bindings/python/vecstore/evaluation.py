"""How good rankings are: metrics as trec_eval defines them, how sure they are, and which differences are more than chance."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Union

import numpy as np
import numpy.typing as npt

from . import _vecstore, frames, html, judged
from ._vecstore import CancelToken
from .arguments import suggesting
from .errors import InvalidArgument, NotFound, WrongType
from .judged import EvalQuestion, JudgementsLike, RunLike

if TYPE_CHECKING:
    import pandas

#: A name such as "ndcg@10"; a function ``metric(ranking, grades)``, called by its name; or (name, function).
MetricLike = Union[str, Callable[[list[str], dict[str, int]], float], tuple[str, Callable[[list[str], dict[str, int]], float]]]

#: What is measured unless one says otherwise.
USUAL_METRICS: str = _vecstore.USUAL_METRICS


class Interval(NamedTuple):
    """Where a mean, or a difference, would lie for other questions of the same kind."""

    low: float  #: its lower end
    high: float  #: its upper end


class EvaluatedQuery(NamedTuple):
    """A judged question."""

    id: str  #: of the question
    text: str  #: "" where nobody said
    relevant: int  #: records that answer it


class EvaluatedHit(NamedTuple):
    """One of the best ten hits of a question."""

    id: str  #: of the record
    score: float  #: as the run has it
    grade: int | None  #: None: nobody judged it, and it counts as not relevant


@dataclass(frozen=True, eq=False)
class EvaluatedRun:
    """One way to search, measured. ``run["ndcg@10"]`` is the mean."""

    name: str  #: "hybrid"
    set: str  #: "before", where evaluations were joined
    took_ms: float  #: of answering all questions, where it is known
    judged: float  #: the share of the first ten hits that somebody judged
    means: dict[str, float]  #: by metric
    intervals: dict[str, Interval]  #: of the means
    values: dict[str, npt.NDArray[np.float64]]  #: by metric, of shape (queries,), in the order of :attr:`Evaluation.queries`
    hits: dict[str, list[EvaluatedHit]]  #: the best ten, by the question's id
    recall: dict[int, float]  #: means at the depths 1, 2, 3, 5, 10, 20, 50, 100
    precision: dict[int, float]  #: likewise

    @property
    def title(self) -> str:
        """The name, with the set before it where there is one: "before: hybrid"."""
        return f"{self.set}: {self.name}" if self.set else self.name

    def __getitem__(self, metric: str) -> float:
        if metric not in self.means:
            raise NotFound(f"'{metric}' was not measured: {', '.join(self.means)}")
        return self.means[metric]

    def __repr__(self) -> str:
        return f"<EvaluatedRun {self.title!r}: {', '.join(f'{name} {value:.4f}' for name, value in self.means.items())}>"


@dataclass(frozen=True)
class ComparedMetric:
    """A run against another by one metric, over the same questions."""

    metric: str  #: "ndcg@10"
    a: str  #: the title of the run that is newer
    b: str  #: of the one that it is compared with
    difference: float  #: of a's mean from b's: above 0, a is better
    interval: Interval  #: of the difference
    p: float  #: how likely chance alone makes a difference as large; Holm's of all pairs by this metric, to be read as it stands
    p_randomisation: float  #: of the pair alone, by exchanging the two at random
    p_bootstrap: float  #: of the pair alone, by drawing questions


class Evaluation:
    """Runs measured by the same judged questions. Prints as a table, also in a notebook; ``evaluation["hybrid"]["ndcg@10"]`` is a mean.

    Safe from many threads; may be pickled.
    """

    def __init__(self, core: _vecstore.Evaluation) -> None:
        self._core = core
        told = core.object()
        self.metrics: list[str] = told["metrics"]
        """Their names, in their order."""
        self.queries: list[EvaluatedQuery] = [EvaluatedQuery(one["id"], one["text"], one["relevant"]) for one in told["queries"]]
        """The judged questions."""
        self.runs: list[EvaluatedRun] = [_run_of(told, mode) for mode in told["modes"]]
        """In the order that they were given."""
        self.comparisons: list[ComparedMetric] = [_comparison_of(one) for one in told["comparisons"]]
        """All pairs of runs by each metric, the later run against the earlier; where evaluations were joined, of runs of one name."""
        self.unjudged_queries: int = told["unjudged_queries"]
        """Questions that nobody judged, left out."""
        self.resampling: dict[str, Any] = told["resampling"]
        """How intervals and p were drawn: samples, seed, confidence."""

    def __getitem__(self, title: str) -> EvaluatedRun:
        for run in self.runs:
            if run.title == title:
                return run
        titles = [run.title for run in self.runs]
        near = difflib.get_close_matches(str(title), titles, 1)
        raise NotFound(f"there is no run '{title}': " + (f"did you mean '{near[0]}'?" if near else ", ".join(titles)))

    def comparison(self, metric: str, a: str, b: str) -> ComparedMetric:
        """How the runs with the titles ``a`` and ``b`` differ by a ``metric``, whichever stands first.

        :raises NotFound: they were not compared.
        """
        for one in self.comparisons:
            if one.metric == metric and (one.a, one.b) == (a, b):
                return one
            if one.metric == metric and (one.a, one.b) == (b, a):
                turned = Interval(-one.interval.high, -one.interval.low)
                return ComparedMetric(metric, a, b, -one.difference, turned, one.p, one.p_randomisation, one.p_bootstrap)
        raise NotFound(f"'{a}' and '{b}' were not compared by '{metric}'")

    def to_json(self) -> str:
        """All of it, with the values of every question: what ``vecstore eval --report FILE.json`` keeps and ``--compare`` reads."""
        return self._core.json()

    @classmethod
    def from_json(cls, text: str) -> Evaluation:
        """Reads ``text`` of :meth:`to_json` again.

        :raises InvalidArgument: it is something else.
        """
        return cls(_vecstore.read_evaluation(text))

    def to_html(self) -> str:
        """One page for a browser, with curves, gains and losses of each question and the worst ones: it asks nothing of a network and runs no script."""
        return self._core.html()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes :meth:`to_html` or :meth:`to_json`, as ``path`` ends in .html or .json.

        :raises InvalidArgument: it ends in neither.
        """
        save(path, self.to_html, self.to_json)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Evaluation:
        """Reads what :meth:`save` wrote to a ``path`` that ends in .json, or ``vecstore eval --report``.

        :raises OSError: it cannot be read.
        :raises InvalidArgument: it is something else.
        """
        with open(path, encoding="utf-8") as file:
            return cls.from_json(file.read())

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame with a row for each run and metric: run, metric, mean, low, high."""
        rows = [(run.title, metric, run.means[metric], *run.intervals[metric]) for run in self.runs for metric in self.metrics]
        return frames.to_pandas({name: [row[i] for row in rows] for i, name in enumerate(("run", "metric", "mean", "low", "high"))})

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, Evaluation) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Evaluation.from_json, (self.to_json(),)

    def _tables(self) -> tuple[list[list[str]], list[list[str]], str]:
        means = [["", *self.metrics]]
        means += [[run.title, *(mean_text(run.means[m], run.intervals[m]) for m in self.metrics)] for run in self.runs]
        pairs = [["metric", "of", "over", "difference", "p"]]
        for one in self.comparisons:
            low, high = one.interval
            pairs.append([one.metric, one.a, one.b, f"{one.difference:+.4f} ({low:+.3f} to {high:+.3f})", f"{one.p:.4f}"])
        return means, pairs if self.comparisons else [], self._note()

    def _note(self) -> str:
        confidence = self.resampling["confidence"]
        parts = [f"{len(self.queries):,} queries; in brackets {100 * confidence:g} % intervals"]
        if self.comparisons:
            parts.append("p by exchanging the two at random" + (", by Holm's rule" if len(self.comparisons) > len(self.metrics) else ""))
        parts += [f"{100 * (1 - run.judged):.1f} % of the first 10 hits of {run.title} are judged by nobody" for run in self.runs if run.judged < 1]
        return "; ".join(parts)

    def __repr__(self) -> str:
        means, pairs, note = self._tables()
        return "\n\n".join([text_table(means), *([text_table(pairs)] if pairs else []), note])

    def _repr_html_(self) -> str:
        means, pairs, note = self._tables()
        return html.table(means[0], means[1:]) + (html.table(pairs[0], pairs[1:]) if pairs else "") + html.table([], [], note=note)


def _run_of(told: Mapping[str, Any], mode: Mapping[str, Any]) -> EvaluatedRun:
    metrics, title = told["metrics"], f"{mode['set']}: {mode['mode']}" if mode.get("set") else mode["mode"]
    each = [query["modes"][title] for query in told["queries"]]
    depths = mode["curve"]["k"]
    return EvaluatedRun(
        mode["mode"],
        mode.get("set", ""),
        mode["took_ms"],
        mode["judged"],
        {metric: mode[metric] for metric in metrics},
        {metric: Interval(*mode["intervals"][metric]) for metric in metrics},
        {metric: np.array([one["values"][i] for one in each], dtype=np.float64) for i, metric in enumerate(metrics)},
        {query["id"]: [EvaluatedHit(hit["id"], hit["score"], hit["grade"]) for hit in one["hits"]] for query, one in zip(told["queries"], each)},
        dict(zip(depths, mode["curve"]["recall"])),
        dict(zip(depths, mode["curve"]["precision"])),
    )


def _comparison_of(one: Mapping[str, Any]) -> ComparedMetric:
    interval = Interval(*one["interval"])
    return ComparedMetric(one["metric"], one["a"], one["b"], one["difference"], interval, one["p_holm"], one["p_randomisation"], one["p_bootstrap"])


def mean_text(mean: float, interval: Interval) -> str:
    """ "0.5158 (0.481 to 0.550)"."""
    return f"{mean:.4f} ({interval.low:.3f} to {interval.high:.3f})"


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns that begin below each other; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def save(path: str | os.PathLike[str], to_html: Callable[[], str], to_json: Callable[[], str]) -> None:
    """Writes a report in the form that the name ends in."""
    name = os.fspath(path)
    if not name.endswith((".html", ".json")):
        raise InvalidArgument(f"a report is kept in a file that ends in .html or .json, not '{name}'")
    text = to_html() if name.endswith(".html") else to_json() + "\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


@suggesting
def evaluate(
    judgements: JudgementsLike,
    run: RunLike,
    *,
    metrics: str | Sequence[MetricLike] = USUAL_METRICS,
    name: str = "run",
    texts: Mapping[str, str] | None = None,
    samples: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    cancel: CancelToken | None = None,
) -> Evaluation:
    """How good a ranking is by judgements of people, to trec_eval's fourth digit, with intervals.

    >>> judgements = {"tides?": {"sea": 2, "tea": 0}, "lost key?": ["key"]}
    >>> run = {question: docs.query(text=question) for question in judgements}
    >>> vecstore.evaluate(judgements, run, metrics="ndcg@10,recall@1")["run"].means
    {'ndcg@10': 1.0, 'recall@1': 1.0}

    A judged question without a ranking counts as 0; what nobody judged counts as not relevant, and is told of.

    :param judgements: ``{query: {record: grade}}``, from 1 on a record is relevant, or ``{query: [records]}``; a DataFrame with columns such as query, id and grade;
        a list of :class:`EvalQuestion` or a :class:`Dataset`; or a file for :func:`read_judgements`.
    :param run: ``{query: ranking}``, each a dict of scores (ordered as trec_eval does), a list of ids or of (id, score), or :class:`Hits`; a :class:`HitsBatch` or an
        array of ids of shape (queries, k), a row for each judged query in its order; a DataFrame with columns such as query, id and score; or a file for :func:`read_run`.
    :param metrics: "recall@k", "precision@k", "hit_rate@k", "mrr", "map", "ndcg", the last three also with a depth, with commas between them; or a list of these and
        of functions ``metric(ranking, grades)``, given the ids and ``{record: grade}``: ``("mine", function)`` says how one is called.
    :param name: of the run.
    :param texts: of the questions by their ids, for reports.
    :param samples: draws for intervals and p, 100 to 1,000,000.
    :param seed: of the draws: the same one gives the same numbers everywhere.
    :param confidence: of the intervals, above 0 and below 1.
    :raises InvalidArgument: a metric that is not known, or gives what is no finite number; a record that stands in a ranking twice; nothing is judged.
    :raises WrongType: something has none of these forms.
    """
    return measure(judgements, {name: run}, metrics, texts, (samples, seed, confidence), cancel)


@suggesting
def compare(
    judgements: JudgementsLike,
    runs: Mapping[str, RunLike],
    *,
    metrics: str | Sequence[MetricLike] = USUAL_METRICS,
    texts: Mapping[str, str] | None = None,
    samples: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    cancel: CancelToken | None = None,
) -> Evaluation:
    """Several rankings by the same judgements, and which differences are more than chance.

    >>> both = vecstore.compare({"q": ["a"], "r": ["b"]}, {"old": {"q": ["b", "a"], "r": ["a"]}, "new": {"q": ["a"], "r": ["b"]}}, metrics="mrr")
    >>> one = both.comparison("mrr", "new", "old")
    >>> one.difference, one.p  # two questions prove nothing
    (0.75, 0.5)

    :param judgements: and ``metrics``, ``texts``, ``samples``, ``seed`` and ``confidence``: see :func:`evaluate`.
    :param runs: by name, each as :func:`evaluate` takes it.
    :raises InvalidArgument: see there.
    """
    if not isinstance(runs, Mapping) or not runs:
        raise WrongType(f"runs are a dict of names and rankings, not {type(runs).__name__}" if runs else "there is no run to compare")
    return measure(judgements, runs, metrics, texts, (samples, seed, confidence), cancel)


@suggesting
def join_evaluations(
    named: Mapping[str, Evaluation],
    *,
    samples: int | None = None,
    seed: int | None = None,
    confidence: float | None = None,
    cancel: CancelToken | None = None,
) -> Evaluation:
    """Evaluations that were kept as one, by the questions and metrics that all of them have: what changed, and whether that is more than chance.

    >>> before = vecstore.evaluate({"q": ["a"]}, {"q": ["b", "a"]}, metrics="mrr")
    >>> after = vecstore.evaluate({"q": ["a"]}, {"q": ["a"]}, metrics="mrr")
    >>> vecstore.join_evaluations({"before": before, "after": after}).comparison("mrr", "after: run", "before: run").difference
    0.5

    :param named: names and evaluations, the older ones first; each run is compared with that of its name in another.
    :param samples: ``samples``, ``seed`` and ``confidence`` are those of the first unless given.
    :raises InvalidArgument: they have no question or no metric in common.
    """
    for name, one in named.items():
        if not isinstance(one, Evaluation):
            raise WrongType(f"'{name}': an Evaluation is expected, not {type(one).__name__}")
    how = None
    if named and (samples, seed, confidence) != (None, None, None):
        first = next(iter(named.values())).resampling
        given = {"samples": samples, "seed": seed, "confidence": confidence}
        how = to_resampling(**{name: first[name] if value is None else value for name, value in given.items()})
    return Evaluation(_vecstore.join_evaluations([(name, one._core) for name, one in named.items()], how, cancel))


def measure(
    judgements: JudgementsLike,
    runs: Mapping[str, RunLike],
    metrics: str | Sequence[MetricLike],
    texts: Mapping[str, str] | None,
    resampling: tuple[int, int, float],
    cancel: CancelToken | None,
    took_ms: Mapping[str, float] | None = None,
    unjudged: int = 0,
) -> Evaluation:
    """The runs by the judgements. ``unjudged`` questions were left out before."""
    how = to_resampling(*resampling)
    grades = judged.to_judgements(judgements)
    if not grades:
        raise InvalidArgument("nothing is judged")
    words = _texts_of(judgements) if texts is None else texts
    rankings = {name: judged.rankings_of(run, list(grades)) for name, run in runs.items()}
    others = {query for ranking in rankings.values() for query in ranking} - set(grades)
    queries = [(query, words.get(query, ""), of_query) for query, of_query in grades.items()]
    each = [(name, (took_ms or {}).get(name, 0.0), [of_run.get(query, []) for query in grades]) for name, of_run in rankings.items()]
    return Evaluation(_vecstore.evaluate(queries, each, to_metrics(metrics), how, len(others) + unjudged, cancel))


def to_resampling(samples: Any, seed: Any, confidence: Any) -> tuple[int, int, float]:
    """How to draw, as the compiled part takes it; that checks what is too little or too much."""
    for name, value in (("samples", samples), ("seed", seed)):
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise WrongType(f"{name}: an integer is expected, not {type(value).__name__}")
        if not 0 <= value < 2**63:
            raise InvalidArgument(f"{name}: an integer that is not negative and below 2**63 is expected, not {value}")
    if isinstance(confidence, str) or not hasattr(confidence, "__float__"):
        raise WrongType(f"confidence: a number is expected, not {type(confidence).__name__}")
    return int(samples), int(seed), float(confidence)


def _texts_of(judgements: JudgementsLike) -> dict[str, str]:
    questions = judgements.questions if isinstance(judgements, judged.Dataset) else judgements
    if not isinstance(questions, (list, tuple)):
        return {}
    return {one.id: one.text or "" for one in questions if isinstance(one, EvalQuestion)}


def to_metrics(given: str | Sequence[MetricLike]) -> list[Any]:
    """A name, or (name, function), of each."""
    many = [one.strip() for one in given.split(",")] if isinstance(given, str) else list(given)
    if not many:
        raise InvalidArgument("there is no metric to measure by")
    made: list[Any] = []
    for one in many:
        named = one if isinstance(one, tuple) and len(one) == 2 else (getattr(one, "__name__", type(one).__name__), one)
        if not isinstance(one, str) and not (isinstance(named[0], str) and callable(named[1])):
            raise WrongType(f"a metric is a name, a function or (name, function), not {type(one).__name__}")
        made.append(one if isinstance(one, str) else named)
    return made


__all__ = [
    "USUAL_METRICS",
    "ComparedMetric",
    "EvaluatedHit",
    "EvaluatedQuery",
    "EvaluatedRun",
    "Evaluation",
    "Interval",
    "MetricLike",
    "compare",
    "evaluate",
    "join_evaluations",
]
