"""What evaluations are made of, in the forms that people have it: judgements, rankings, questions, from tables and files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

import numpy as np

from . import _vecstore, frames
from ._vecstore import Filter
from .arguments import FilterLike
from .arrays import VectorLike
from .errors import InvalidArgument, WrongType
from .hits import Hits, HitsBatch

#: {query: {record: grade}}, where from 1 on a record is relevant, or {query: [records that are relevant]}; a DataFrame; a file; questions that say it themselves.
JudgementsLike = Union[Mapping[str, Any], str, "os.PathLike[str]", Sequence["EvalQuestion"], Any]
#: {query: ranking}, each a dict of scores, ids, pairs of id and score, or hits; a HitsBatch or table of ids with a row for each query; a DataFrame; a file.
RunLike = Union[Mapping[str, Any], str, "os.PathLike[str]", HitsBatch, Any]

_MOST_GRADE = 1000
_QUERY = ("query", "query_id", "query-id", "qid", "q_id")
_DOCUMENT = ("id", "document", "doc_id", "docid", "docno", "corpus-id", "corpus_id")
_GRADE = ("grade", "relevance", "rel", "label", "score")


@dataclass
class EvalQuestion:
    """A question with what is known of its answer: a line of a file that :func:`read_questions` reads."""

    id: str  #: its own among the questions
    text: str | None = None  #: the question
    vector: VectorLike | None = None  #: in place of the text's embedding
    filter: FilterLike | None = None  #: records that are asked alone
    relevant: Mapping[str, int] | None = None  #: records that answer it, with grades: from 1 on one is relevant
    answer: str | None = None  #: what was answered
    reference: str | None = None  #: what should have been
    contexts: Sequence[str] | None = None  #: the passages that it was answered from


class Dataset(NamedTuple):
    """A folder as BEIR has them: what :func:`read_dataset` reads."""

    questions: list[EvalQuestion]  #: those that are judged
    unjudged: int  #: questions that nobody judged, left out
    unasked: int  #: judged questions that are not in the folder
    folder: str  #: where it is

    def corpus(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(id, text, metadata) of each document, one by one: the title stands before its text, and in the metadata.

        :raises OSError: there is no ``corpus.jsonl``.
        """
        with open(os.path.join(self.folder, "corpus.jsonl"), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _document(line, f"{self.folder}/corpus.jsonl: line {number}")


def _document(line: str, place: str) -> tuple[str, str, dict[str, Any]]:
    try:
        read = json.loads(line)
        id, title, text = read["_id"], read.get("title") or "", read["text"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidArgument(f"{place}: a document is {{'_id', 'text', 'title'?, 'metadata'?}}") from None
    metadata = dict(read.get("metadata") or {})
    if title:
        metadata.setdefault("title", title)
    return str(id), f"{title}\n{text}" if title else text, metadata


def read_judgements(path: str | os.PathLike[str]) -> dict[str, dict[str, int]]:
    """Judgements out of a file: ``{query: {record: grade}}``, in the order of ids.

    :param path: TREC's four columns (query, 0, record, grade), or BEIR's three, with or without a head.
    :raises OSError: it cannot be read.
    :raises InvalidArgument: it is no such file; the line is named.
    """
    return _vecstore.read_judgements(_bytes_of(path), os.fspath(path))


def read_run(path: str | os.PathLike[str]) -> dict[str, dict[str, float]]:
    """A ranking of any program out of a file: ``{query: {record: score}}``, each best first as trec_eval orders it.

    :param path: TREC's six columns: query, Q0, record, rank, score, name.
    :raises OSError: it cannot be read.
    :raises InvalidArgument: it is no such file; the line is named.
    """
    return _vecstore.read_trec_run(_bytes_of(path), os.fspath(path))


def read_questions(path: str | os.PathLike[str]) -> list[EvalQuestion]:
    """Questions out of a file, as ``vecstore eval --queries`` and ``--answers`` take it.

    :param path: a JSON object on each line: ``{"id", "text" | "vector", "filter"?, "relevant"?}``, or ``{"question", "answer"?, "reference"?, "contexts"?}``.
    :raises OSError: it cannot be read.
    :raises InvalidArgument: it is no such file; the line is named.
    """
    read = _vecstore.read_questions(_bytes_of(path), os.fspath(path))
    return [EvalQuestion(**{**one, "filter": one["filter"] and Filter(one["filter"])}) for one in read]


def read_dataset(folder: str | os.PathLike[str], split: str = "test") -> Dataset:
    """Questions and judgements out of a folder as BEIR has them: ``queries.jsonl``, ``qrels/test.tsv`` and, for :meth:`Dataset.corpus`, ``corpus.jsonl``.

    :param folder: where they are.
    :param split: whose judgements: ``qrels/SPLIT.tsv``.
    :raises OSError: a file of it cannot be read.
    :raises InvalidArgument: a file is not as it has to be, or no question is judged.
    """
    where = os.fspath(folder)
    judgements = read_judgements(os.path.join(where, "qrels", f"{split}.tsv"))
    asked = read_questions(os.path.join(where, "queries.jsonl"))
    judged = [question for question in asked if question.id in judgements]
    if not judged:
        raise InvalidArgument(f"{where}: no question is judged by qrels/{split}.tsv")
    for question in judged:
        question.relevant = judgements[question.id]
    return Dataset(judged, len(asked) - len(judged), len(judgements) - len(judged), where)


def write_judgements(path: str | os.PathLike[str], judgements: JudgementsLike) -> None:
    """Writes ``judgements``, as :func:`evaluate` takes them, in TREC's four columns; those of BEIR, with their head, where ``path`` ends in .tsv.

    :raises InvalidArgument: an id has blanks, which cannot stand in a column.
    """
    beir = os.fspath(path).endswith(".tsv")
    lines = ["query-id\tcorpus-id\tscore"] if beir else []
    for query, grades in to_judgements(judgements).items():
        lines += ["\t".join(_column(one) for one in ((query, id, grade) if beir else (query, 0, id, grade))) for id, grade in grades.items()]
    _write(path, lines)


def write_run(path: str | os.PathLike[str], run: RunLike, name: str = "vecstore") -> None:
    """Writes a ranking in TREC's six columns, for any program.

    :param path: the file.
    :param run: as :func:`evaluate` takes it, with queries by name. Where its scores do not say its order, since some are equal or there are none, n, n - 1 .. stand in
        their place: readers look at nothing else.
    :param name: of the run.
    :raises InvalidArgument: an id has blanks, which cannot stand in a column.
    """
    lines = []
    for query, ranking in rankings_of(run, []).items():
        scores = [score for _, score in ranking]
        if ranking != in_trec_order(ranking):
            scores = [float(len(ranking) - i) for i in range(len(ranking))]
        for rank, ((id, _), score) in enumerate(zip(ranking, scores), 1):
            lines.append(" ".join(_column(one) for one in (query, "Q0", id, rank, repr(score), name)))
    _write(path, lines)


def write_questions(path: str | os.PathLike[str], questions: Iterable[EvalQuestion]) -> None:
    """Writes ``questions`` to ``path``, a JSON object on each line, for :func:`read_questions` and ``vecstore eval``.

    :raises WrongType: a vector is not dense, or something else is none of a question.
    """
    lines = []
    for question in questions:
        if not isinstance(question, EvalQuestion):
            raise WrongType(f"an EvalQuestion is expected, not {type(question).__name__}")
        members: dict[str, Any] = {"id": question.id, "text": question.text, "answer": question.answer, "reference": question.reference}
        members |= {"contexts": None if question.contexts is None else list(question.contexts)}
        members |= {"vector": None if question.vector is None else _numbers(question.vector)}
        members |= {"filter": None if question.filter is None else str(Filter(question.filter))}
        members |= {"relevant": None if question.relevant is None else to_grades(question.relevant, question.id)}
        lines.append(json.dumps({name: value for name, value in members.items() if value is not None}, ensure_ascii=False))
    _write(path, lines)


def _numbers(vector: VectorLike) -> list[float]:
    array = np.asarray(vector)
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise WrongType(f"the vector of a question in a file is a list of numbers, not {type(vector).__name__}")
    return [float(one) for one in array]


def _bytes_of(path: str | os.PathLike[str]) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write(path: str | os.PathLike[str], lines: Sequence[str]) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in lines)


def _column(value: object) -> str:
    text = str(value)
    if not text or any(one.isspace() for one in text):
        raise InvalidArgument(f"{text!r} cannot stand in a column of a file: it is empty or has blanks")
    return text


# What users give, as plain dicts and lists.


def to_judgements(given: JudgementsLike) -> dict[str, dict[str, int]]:
    """{query: {record: grade}}."""
    if isinstance(given, (str, os.PathLike)):
        return read_judgements(given)
    if isinstance(given, Dataset):
        given = given.questions
    if isinstance(given, Sequence):
        return {one.id: to_grades(one.relevant, one.id) for one in _questions(given) if one.relevant is not None}
    if frames.is_table(given):
        return _judgements_of_table(frames.columns_of(given))
    if not isinstance(given, Mapping):
        raise WrongType(f"judgements are a dict {{query: {{record: grade}}}}, a DataFrame, questions or a file, not {type(given).__name__}")
    return {to_id(query, "a query"): to_grades(grades, query) for query, grades in given.items()}


def _questions(given: Sequence[Any]) -> Sequence[EvalQuestion]:
    for one in given:
        if not isinstance(one, EvalQuestion):
            raise WrongType(f"an EvalQuestion is expected, not {type(one).__name__}")
    return given


def to_grades(given: Any, query: str) -> dict[str, int]:
    """{record: grade} of one query; records without grades have 1."""
    if isinstance(given, Mapping):
        return {to_id(id, "a record"): _grade(grade, id, query) for id, grade in given.items()}
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise WrongType(f"judgements of query '{query}': a dict {{record: grade}} or a list of records is expected, not {type(given).__name__}")
    ids = [to_id(id, "a record") for id in given]
    if len(set(ids)) != len(ids):
        raise InvalidArgument(f"judgements of query '{query}' have a record a second time")
    return dict.fromkeys(ids, 1)


def _grade(given: Any, id: str, query: str) -> int:
    try:
        grade = int(given)
        fits = grade == given and -_MOST_GRADE <= grade <= _MOST_GRADE and not isinstance(given, str)
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise InvalidArgument(f"the grade of '{id}' for query '{query}' is {given!r}: an integer from -{_MOST_GRADE} to {_MOST_GRADE} is expected")
    return grade


def to_id(given: Any, what: str) -> str:
    """The id, checked."""
    if isinstance(given, str):  # NumPy's str too
        return str(given)
    raise WrongType(f"the id of {what} is text, not {given!r} of {type(given).__name__}: str(..) makes it one")


def rankings_of(given: RunLike, queries: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
    """{query: (id, score) of each hit, best first}; ``queries`` are those of the rows where a run has none by name."""
    if isinstance(given, (str, os.PathLike)):
        return {query: list(scores.items()) for query, scores in read_run(given).items()}
    if frames.is_table(given):
        return _rankings_of_table(frames.columns_of(given))
    if isinstance(given, Mapping):
        return {to_id(query, "a query"): to_ranking(ranking, query) for query, ranking in given.items()}
    if isinstance(given, HitsBatch) or (isinstance(given, np.ndarray) and given.ndim == 2):
        if len(given) != len(queries):
            raise InvalidArgument(f"the run has {len(given)} rows, there are {len(queries)} judged queries: a dict says which is which")
        rows = [row if isinstance(row, Hits) else [id for id in row.tolist() if id is not None and id != ""] for row in given]
        return {query: to_ranking(row, query) for query, row in zip(queries, rows)}
    raise WrongType(f"a run is a dict {{query: ranking}}, a HitsBatch, a table of ids, a DataFrame or a file, not {type(given).__name__}")


def to_ranking(given: Any, query: str) -> list[tuple[str, float]]:
    """(id, score) of each hit, best first: scores in a dict are ordered as trec_eval does, all else is in order."""
    if isinstance(given, Hits):
        return list(zip(given.ids, given.scores.tolist()))
    if isinstance(given, Mapping):
        return in_trec_order([(to_id(id, "a hit"), _score(score, id, query)) for id, score in given.items()])
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise WrongType(f"the ranking of query '{query}': a dict of scores, ids or hits are expected, not {type(given).__name__}")
    many = list(given)
    ranking = [_hit(one, float(len(many) - i), query) for i, one in enumerate(many)]
    seen = set()
    for id, _ in ranking:
        if id in seen:
            raise InvalidArgument(f"the ranking of query '{query}' has '{id}' a second time")
        seen.add(id)
    return ranking


def _hit(given: Any, score: float, query: str) -> tuple[str, float]:
    if isinstance(given, tuple) and len(given) == 2:
        return to_id(given[0], "a hit"), _score(given[1], given[0], query)
    if hasattr(given, "id") and hasattr(given, "score"):
        return to_id(given.id, "a hit"), float(given.score)
    return to_id(given, "a hit"), score


def _score(given: Any, id: object, query: str) -> float:
    try:
        score = float(given)
    except (TypeError, ValueError):
        score = float("nan")
    if not np.isfinite(score) or isinstance(given, str):
        raise InvalidArgument(f"the score of '{id}' for query '{query}' is {given!r}: a finite number is expected")
    return score


def in_trec_order(ranking: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """By score, of single precision as trec_eval keeps it; of equal ones the last id first."""
    with np.errstate(over="ignore"):
        return sorted(ranking, key=lambda hit: (float(np.float32(hit[1])), hit[0]), reverse=True)


def _column_of(columns: Mapping[str, Any], names: Sequence[str], what: str) -> Any:
    for name in names:
        if name in columns:
            return columns[name]
    raise InvalidArgument(f"the table has no column of {what}: one of {', '.join(names)} is expected, there are {', '.join(columns)}")


def _judgements_of_table(columns: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    parts = (_column_of(columns, _QUERY, "queries"), _column_of(columns, _DOCUMENT, "records"), _column_of(columns, _GRADE, "grades"))
    for query, id, grade in zip(*parts):
        of_query = judgements.setdefault(to_id(query, "a query"), {})
        if id in of_query:
            raise InvalidArgument(f"judgements of query '{query}' have '{id}' a second time")
        of_query[to_id(id, "a record")] = _grade(grade, id, query)
    return judgements


def _rankings_of_table(columns: Mapping[str, Any]) -> dict[str, list[tuple[str, float]]]:
    rankings: dict[str, dict[str, float]] = {}
    parts = (_column_of(columns, _QUERY, "queries"), _column_of(columns, _DOCUMENT, "records"), _column_of(columns, ("score",), "scores"))
    for query, id, score in zip(*parts):
        of_query = rankings.setdefault(to_id(query, "a query"), {})
        if id in of_query:
            raise InvalidArgument(f"the ranking of query '{query}' has '{id}' a second time")
        of_query[to_id(id, "a hit")] = _score(score, id, query)
    return {query: in_trec_order(list(scores.items())) for query, scores in rankings.items()}


__all__ = [
    "Dataset",
    "EvalQuestion",
    "JudgementsLike",
    "RunLike",
    "read_dataset",
    "read_judgements",
    "read_questions",
    "read_run",
    "write_judgements",
    "write_questions",
    "write_run",
]
