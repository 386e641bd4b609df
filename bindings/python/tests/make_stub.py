#!/usr/bin/env python3
"""Writes vecstore/_vecstore.pyi: what the compiled part says of itself, with the types that it cannot name.

usage: PYTHONPATH=build/dev/python bindings/python/tests/make_stub.py > bindings/python/vecstore/_vecstore.pyi
"""

import re
import sys

from nanobind.stubgen import StubGen

import vecstore._vecstore

HEAD = '''"""The compiled part of the package, not for users. Made by tests/make_stub.py: change the C++ and run that."""

from collections.abc import Sequence
from typing import Any

import numpy
import numpy.typing

from .arrays import FloatArray, SparseVector
from .errors import Error
from .hits import Hit
from .records import Record

__version__: str
'''

# What comes back from a function, where C++ says only "an object" or "a list".
RETURNS = {
    "address_read": "int | None",
    "Filter.__str__": "str",
    "Answer.ids": "list[str]",
    "Answer.scores": "numpy.typing.NDArray[numpy.float64]",
    "Answer.distances": "numpy.typing.NDArray[numpy.float64]",
    "Answer.hits": "list[Hit]",
    "Answer.explanation": "tuple[dict[str, Any], str] | None",
    "Answers.scores": "numpy.typing.NDArray[numpy.float64]",
    "Answers.distances": "numpy.typing.NDArray[numpy.float64]",
    "Answers.counts": "numpy.typing.NDArray[numpy.int64]",
    "Scan.next": "list[Record]",
    "Collection.get": "Record",
    "Collection.get_version": "Record",
    "Collection.get_many": "list[Record]",
    "Collection.list_deleted": "list[Record]",
    "Collection.name": "str",
    "Model.embed": "FloatArray",
    "Model.embed_some": "tuple[FloatArray, list[bool], Error | None]",
    "Model.count_tokens": "list[int]",
    "Model.cache_stats": "tuple[int, int, int]",
    "Model.usage": "tuple[int, int, int, int]",
    "Model.estimate": "tuple[int, int, int, int, float | None, float | None]",
    "Reranker.name": "str",
    "Reranker.rerank": "list[tuple[int, float]]",
    "Reranker.scores": "FloatArray",
    "Reranker.usage": "tuple[int, int, int, int]",
    "TokenModel.embed": "list[FloatArray]",
    "SparseModel.embed": "list[SparseVector]",
    "ChatModel.name": "str",
    "ChatModel.usage": "tuple[int, int, int, int]",
    "ChatModel.chat": "tuple[str, bool, int, int]",
    "PreparedQuestion.messages": "list[tuple[str, str]]",
    "PreparedQuestion.passages": "list[tuple[int, str]]",
    "PreparedQuestion.finish": "tuple[str, list[tuple[int, str, str, str, str, int, int, float]], list[str]]",
    "extract": "list[dict[str, Any]]",
    "CacheLookup.answer": "tuple[Any, ...] | None",
    "AnswerCache.collection": "str",
    "AnswerCache.stats": "tuple[int, int, int, int]",
    "answer_key": "str",
    "History.messages": "list[tuple[str, str]]",
    "History.recalled": "tuple[int, ...]",
    "History.recent": "tuple[int, ...]",
    "History.summary": "str",
    "History.standalone": "str",
    "rerank_steps": "tuple[list[str], bool, bool]",
    "rerank_hits": "list[Answer]",
    "ExpandedQuery.notes": "list[str]",
    "Collection.check_spelling": "tuple[str, list[tuple[int, int, str]]]",
    "Evaluation.json": "str",
    "Evaluation.html": "str",
    "Evaluation.object": "dict[str, Any]",
    "AnswerEvaluation.html": "str",
    "AnswerEvaluation.object": "dict[str, Any]",
    "read_judgements": "dict[str, dict[str, int]]",
    "read_trec_run": "dict[str, dict[str, float]]",
    "read_questions": "list[dict[str, Any]]",
    "chat_providers": "list[tuple[str, str, bool]]",
    "embedding_providers": "list[tuple[str, str, bool]]",
    "reranking_providers": "list[tuple[str, str, bool]]",
    "query_to_json": "str",
}
BARE = {"dict": "dict[str, Any]", "list": "list[Any]", "tuple": "tuple[Any, ...]"}
VALUES = {"ANSWERS_PREFIX": "str", "ANSWER_METRICS": "list[str]", "USUAL_METRICS": "str", "LIMITS": "dict[str, int]", "MAX_WINDOW": "int", "BUILTIN_MODEL": "str", "EMBEDDING_ATTRIBUTE": "str"}


def typed(line, scope):
    """The line with the types of the tables."""
    if found := re.match(r"(\w+): \w+ = ", line):
        return f"{found[1]}: {VALUES[found[1]]}"
    line = re.sub(r"\*args\b(?!:)", "*args: object", re.sub(r"\*\*(\w+)(?=[,)])", r"**\1: object", line))
    found = re.match(r"\s*def (\w+)", line)
    if not found:
        return line
    line = re.sub(r"(?<=: |> )(dict|list|tuple)(?=[,):]| \|)", lambda bare: BARE[bare[1]], line)
    if re.search(r"def __(eq|ne)__", line):
        line = line.replace("def ", "def ", 1) + "  # type: ignore[override]"
    name = f"{scope}.{found[1]}" if line.startswith(" ") else found[1]
    return re.sub(r"-> [^:]+:", f"-> {RETURNS[name]}:", line) if name in RETURNS else line


def stub():
    """The text of the stub."""
    generator = StubGen(vecstore._vecstore)
    generator.put(vecstore._vecstore)
    lines, scope = [], ""
    for line in generator.get().splitlines():
        if found := re.match(r"class (\w+)", line):
            scope = found[1]
        if not line.startswith(("from ", "import ", "__version__")):
            lines.append(typed(line, scope))
    return HEAD + "\n" + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(stub())
