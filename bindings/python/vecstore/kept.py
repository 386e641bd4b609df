"""Answers as plain values, with the calls of the compiled ones: what pickled and copied hits stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from . import _vecstore
    from .hits import Hit


@dataclass(frozen=True)
class Answer:
    """The answer to one query."""

    kept_hits: list[Hit]
    kept_facts: dict[str, Any]
    kept_explanation: tuple[dict[str, Any], str] | None

    @classmethod
    def of(cls, answer: _vecstore.Answer | Answer) -> Answer:
        return cls(answer.hits(), answer.facts(), answer.explanation())

    def __len__(self) -> int:
        return len(self.kept_hits)

    def ids(self) -> list[str]:
        return [hit.id for hit in self.kept_hits]

    def scores(self) -> npt.NDArray[np.float64]:
        return np.array([hit.score for hit in self.kept_hits], dtype=np.float64)

    def distances(self) -> npt.NDArray[np.float64]:
        return np.array([np.nan if hit.distance is None else hit.distance for hit in self.kept_hits], dtype=np.float64)

    def hits(self) -> list[Hit]:
        return self.kept_hits

    def facts(self) -> dict[str, Any]:
        return self.kept_facts

    def explanation(self) -> tuple[dict[str, Any], str] | None:
        return self.kept_explanation


@dataclass(frozen=True)
class Answers:
    """The answers to many queries."""

    each: list[Answer]
    longest: int

    def __len__(self) -> int:
        return len(self.each)

    def at(self, i: int) -> Answer:
        return self.each[i]

    def k(self) -> int:
        return self.longest

    def fill_ids(self, table: npt.NDArray[np.object_]) -> None:
        for i, answer in enumerate(self.each):
            table[i, : len(answer)] = answer.ids()

    def scores(self) -> npt.NDArray[np.float64]:
        return self._table([answer.scores() for answer in self.each])

    def distances(self) -> npt.NDArray[np.float64]:
        return self._table([answer.distances() for answer in self.each])

    def counts(self) -> npt.NDArray[np.int64]:
        return np.array([len(answer) for answer in self.each], dtype=np.int64)

    def _table(self, rows: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        table = np.full((len(rows), self.longest), np.nan)
        for i, row in enumerate(rows):
            table[i, : len(row)] = row
        return table
