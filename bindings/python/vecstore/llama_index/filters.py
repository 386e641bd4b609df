"""LlamaIndex's metadata filters as filters of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from llama_index.core.vector_stores.types import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

from ..adapters import Condition, Truth, all_of, among, any_of, compared, dotted, either, every, is_missing, like_literal, path_of
from ..errors import InvalidArgument

_PLAIN = {
    FilterOperator.EQ: "$eq",
    FilterOperator.GT: "$gt",
    FilterOperator.GTE: "$gte",
    FilterOperator.LT: "$lt",
    FilterOperator.LTE: "$lte",
    FilterOperator.CONTAINS: "$contains",
}


def to_filter(
    filters: MetadataFilters | None, ids: Iterable[str] | None = None, documents: Iterable[str] | None = None
) -> Condition | None:
    """The filter of the store: metadata filters, node ids and source documents together; None of nothing."""
    parts = [] if filters is None or not filters.filters else [_group(filters)]
    parts += [among("$id", ids)] if ids is not None else []
    parts += [among("ref_doc_id", documents)] if documents is not None else []
    return all_of(parts).holds if parts else None


def _group(filters: MetadataFilters) -> Truth:
    parts = [_group(f) if isinstance(f, MetadataFilters) else _one(f) for f in filters.filters]
    condition = filters.condition or FilterCondition.AND
    if condition is FilterCondition.AND:
        return all_of(parts)
    if condition is FilterCondition.OR:
        return any_of(parts)
    return ~any_of(parts)  # NOT: none of them


def _one(given: MetadataFilter) -> Truth:
    """A key with points is one key, or the path to a member: whichever a record has."""
    paths = [path_of(given.key)] + ([dotted(given.key)] if "." in given.key else [])
    if given.operator is FilterOperator.IS_EMPTY:
        return all_of(_is_empty(path) for path in paths)
    if given.value is None:
        raise InvalidArgument(
            f"filter: '{given.key}' {given.operator.value} takes a value; what is missing or empty is found with is_empty"
        )
    if given.operator is FilterOperator.NE:
        return ~any_of(compared(path, "$eq", given.value) for path in paths)
    if given.operator is FilterOperator.NIN:
        return ~any_of(_in(path, given) for path in paths)
    return any_of(_test(given.operator)(path, given) for path in paths)


def _test(operator: FilterOperator) -> Callable[[str, MetadataFilter], Truth]:
    if operator in _PLAIN:
        return lambda path, given: compared(path, _PLAIN[operator], given.value)
    tests: dict[FilterOperator, Callable[[str, MetadataFilter], Truth]] = {
        FilterOperator.IN: _in,
        FilterOperator.ANY: lambda path, given: compared(path, "$contains_any", _list(given)),
        FilterOperator.ALL: lambda path, given: compared(path, "$contains_all", _list(given)),
        FilterOperator.TEXT_MATCH: lambda path, given: compared(path, "$like", f"%{like_literal(_text(given))}%"),
        FilterOperator.TEXT_MATCH_INSENSITIVE: lambda path, given: compared(path, "$matches", in_any_case(_text(given))),
    }
    if operator not in tests:
        raise InvalidArgument(f"filter: the operator {operator!r} is not known")
    return tests[operator]


def _in(path: str, given: MetadataFilter) -> Truth:
    return among(path, _list(given))


def _list(given: MetadataFilter) -> list[Any]:
    if not isinstance(given.value, list):
        raise InvalidArgument(f"filter: '{given.key}' {given.operator.value} takes a list, not {given.value!r}")
    return given.value


def _text(given: MetadataFilter) -> str:
    if not isinstance(given.value, str):
        raise InvalidArgument(f"filter: '{given.key}' {given.operator.value} takes a text, not {given.value!r}")
    return given.value


def in_any_case(text: str) -> str:
    """A regular expression that finds the text whatever the case of its letters, in any alphabet."""
    return "".join(_letter(c) for c in text)


def _letter(c: str) -> str:
    cases = sorted({v for v in (c, c.lower(), c.upper()) if len(v) == 1})
    if len(cases) > 1:
        return f"[{''.join(cases)}]"
    return c if c.isalnum() or ord(c) > 127 or c.isspace() else "\\" + c


def _is_empty(path: str) -> Truth:
    """Missing, null, "" or []: the negation spelled out, for numbers have no length."""
    there = {path: {"$exists": True}}
    full = either([{path: {"$len": {"$gt": 0}}}, every([{path: {"$ne": ""}}, {path: {"$ne": []}}])])
    return Truth(either([is_missing(path), {path: {"$len": {"$eq": 0}}}]), every([there, full]))
