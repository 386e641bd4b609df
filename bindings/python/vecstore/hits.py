"""Answers: hits as a list, as arrays, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from . import explained, frames, html, kept
from .records import Vector, in_short, shorten

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ._vecstore import Answer, Answers


class ArmScore(NamedTuple):
    """How one of the rankings that were fused saw a hit."""

    rank: int  #: from 1; 0: it did not find the hit
    score: float  #: its own, as if it had been asked alone
    share: float  #: what went into the hit's score


class Highlight(NamedTuple):
    """A part of a text, in bytes of its UTF-8."""

    field: str  #: "text", or a path in the metadata
    item: int  #: of a list there: which of its strings, from 0
    offset: int  #: where it begins, in bytes
    length: int  #: how long it is, in bytes


@dataclass
class Hit:
    """A record that answers. What ``include`` leaves out is empty or None."""

    id: str  #: of the record
    score: float  #: larger is better: the cosine, the dot product, 1 / (1 + distance), BM25, or what fusion or a formula made of them
    distance: float | None  #: the metric's own value, exact; smaller is closer. None where no vector was compared
    metadata: dict[str, Any]  #: of the record
    text: str | None  #: of the record
    vector: Vector | None  #: of the field that was searched, as it was stored
    arms: list[ArmScore]  #: of a fused hit: by the vector and by the text, or by each stage of ``prefetch``
    highlights: list[Highlight]  #: what was found in texts, apart from each other, in order
    passage: Highlight | None  #: the part of the text that ``passage_bytes`` asked for
    group: Any  #: of ``group_by``: the value of its field, None where there is none

    def highlighted(self, before: str = "**", after: str = "**") -> str:
        """The record's text with what was found marked. Needs "highlights" and "text" in ``include``.

        >>> docs.query(text="tides", include=["text", "highlights"])[0].highlighted("<", ">")
        'the <tides> of the sea'

        :param before: stands before what was found.
        :param after: stands behind it.
        """
        data = (self.text or "").encode()
        parts, end = [], 0
        for mark in (h for h in self.highlights if h.field == "text"):
            parts += [data[end : mark.offset], before.encode(), data[mark.offset : mark.offset + mark.length], after.encode()]
            end = mark.offset + mark.length
        return b"".join([*parts, data[end:]]).decode()

    def passage_text(self) -> str | None:
        """The part of the text that ``passage_bytes`` asked for; None when it did not, or ``include`` leaves the text out."""
        if self.passage is None or self.text is None:
            return None
        start = self.passage.offset
        return self.text.encode()[start : start + self.passage.length].decode()

    def __repr__(self) -> str:
        parts = [f"{self.id!r}", f"score={self.score:.4g}"]
        parts += [f"distance={self.distance:.4g}"] if self.distance is not None else []
        parts += [f"metadata={self.metadata!r}"] if self.metadata else []
        parts += [f"text={shorten(self.text)!r}"] if self.text is not None else []
        parts += [f"vector={in_short(self.vector)}"] if self.vector is not None else []
        return f"Hit({', '.join(parts)})"


def make_hit(id: str, score: float, distance: float | None, metadata: dict[str, Any], text: str | None, vector: Any, arms: list[Any], highlights: list[Any], passage: Any, group: Any) -> Hit:
    """A hit as the engine has it."""
    marks = [Highlight(*h) for h in highlights]
    return Hit(id, score, distance, metadata, text, vector, [ArmScore(*a) for a in arms], marks, Highlight(*passage) if passage else None, group)


class Explanation:
    """How an answer came about: ``print`` it, or look into ``data``. Tables in a notebook."""

    def __init__(self, data: dict[str, Any], text: str) -> None:
        self.data = data
        """Stages, segments with their plans, steps; times are in milliseconds."""
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Explanation of {self.data['query']}>"

    def _repr_html_(self) -> str:
        return explained.table(self.data, self._text)


class Hits(Sequence[Hit]):
    """The hits, best first: a list of :class:`Hit` that also gives its columns as arrays, which costs less than looking at each hit.

    >>> hits = docs.query([1, 0, 0], k=2)
    >>> len(hits), hits[0].id, hits.ids, hits.scores.shape
    (2, 'tea', ['tea', 'key'], (2,))
    """

    __slots__ = ("_answer", "_hits", "_notes")

    def __init__(self, answer: Answer | kept.Answer, notes: Sequence[str] = ()) -> None:
        self._answer = answer
        self._hits: list[Hit] | None = None
        self._notes = notes

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (kept.Answer.of(self._answer), list(self._notes))

    def _list(self) -> list[Hit]:
        if self._hits is None:
            self._hits = self._answer.hits()
        return self._hits

    def __len__(self) -> int:
        return len(self._answer)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | list[Hit]:
        return self._list()[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._list())

    def __eq__(self, other: object) -> bool:
        return self._list() == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @property
    def ids(self) -> list[str]:
        """The ids, best first."""
        return self._answer.ids()

    @property
    def scores(self) -> npt.NDArray[np.float64]:
        """The scores, falling, of shape (hits,)."""
        return self._answer.scores()

    @property
    def distances(self) -> npt.NDArray[np.float64]:
        """The distances, of shape (hits,); NaN where no vector was compared."""
        return self._answer.distances()

    @property
    def notes(self) -> list[str]:
        """What ``expand`` of :meth:`Collection.search` made of the question, and why nothing was: sentences for people."""
        return list(self._notes)

    @property
    def partial(self) -> bool:
        """Ended by the timeout or a token: better hits may be missing."""
        return bool(self._answer.facts()["partial"])

    @property
    def took_ms(self) -> float:
        """Milliseconds within the engine."""
        return float(self._answer.facts()["took_ms"])

    @property
    def work(self) -> dict[str, Any]:
        """What it took: rows_scanned, distances_computed, segments_walked, took_ms, partial."""
        return self._answer.facts()

    @property
    def explanation(self) -> Explanation | None:
        """When the query asked for it with ``explain``."""
        explained = self._answer.explanation()
        return None if explained is None else Explanation(*explained)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame: id, score, distance, text and a column for each key of the metadata that the hits have."""
        return frames.to_pandas(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """The same as a polars DataFrame."""
        return frames.to_polars(self._columns())

    def to_arrow(self) -> pyarrow.Table:
        """The same as a pyarrow Table."""
        return frames.to_arrow(self._columns())

    def _columns(self) -> dict[str, Any]:
        hits = self._list()
        own = {"id": self.ids, "score": self.scores, "distance": [h.distance for h in hits], "text": [h.text for h in hits]}
        return frames.with_metadata(own, [h.metadata for h in hits])

    def __repr__(self) -> str:
        lines = "".join(f"\n  {hit!r}," for hit in self._list()[:10])
        more = f"\n  … {len(self) - 10} more" if len(self) > 10 else ""
        return f"[{lines}{more}\n]" if len(self) else "[]"

    def _repr_html_(self) -> str:
        rows = [[i, h.id, f"{h.score:.4f}", "" if h.distance is None else f"{h.distance:.4f}", shorten(h.text, 200), html.pairs(h.metadata)] for i, h in enumerate(self, 1)]
        return html.table(["", "id", "score", "distance", "text", "metadata"], rows, note="partial: the time was over" if self.partial else "")


class HitsBatch(Sequence[Hits]):
    """The answers to many queries, in their order: a list of :class:`Hits` that also gives (queries, k) arrays.

    Where a query has fewer than k hits, the rest of its row is None in ``ids`` and NaN elsewhere; ``counts`` says how many there are.
    """

    __slots__ = ("_answers",)

    def __init__(self, answers: Answers | kept.Answers) -> None:
        self._answers = answers

    def __reduce__(self) -> tuple[Any, ...]:
        each = [kept.Answer.of(self._answers.at(i)) for i in range(len(self))]
        return type(self), (kept.Answers(each, self._answers.k()),)

    def __len__(self) -> int:
        return len(self._answers)

    @overload
    def __getitem__(self, index: int) -> Hits: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hits]: ...
    def __getitem__(self, index: int | slice) -> Hits | list[Hits]:
        picked = range(len(self))[index]
        return Hits(self._answers.at(picked)) if isinstance(picked, int) else [Hits(self._answers.at(i)) for i in picked]

    @property
    def ids(self) -> npt.NDArray[np.object_]:
        """Of shape (queries, k): str, or None."""
        table = np.empty((len(self), self._answers.k()), dtype=object)
        if table.size:
            self._answers.fill_ids(table)
        return table

    @property
    def scores(self) -> npt.NDArray[np.float64]:
        """Of shape (queries, k), falling; NaN where there is no hit."""
        return self._answers.scores().reshape(len(self), self._answers.k())

    @property
    def distances(self) -> npt.NDArray[np.float64]:
        """Of shape (queries, k); NaN where there is no hit."""
        return self._answers.distances().reshape(len(self), self._answers.k())

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many hits each query has, of shape (queries,)."""
        return self._answers.counts()

    @property
    def partial(self) -> bool:
        """Whether any query was ended early."""
        return any(hits.partial for hits in self)

    def __repr__(self) -> str:
        return f"<HitsBatch: {len(self)} queries, k {self._answers.k()}>"
