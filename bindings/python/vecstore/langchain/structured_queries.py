"""LangChain's structured queries, which a self-querying retriever has a model write, as filters of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.structured_query import Comparator, Comparison, FilterDirective, Operation, Operator, StructuredQuery, Visitor

from .._vecstore import Filter
from ..adapters import Condition, dotted, either, every
from ..errors import InvalidArgument, WrongType

_OPERATORS = {
    Comparator.EQ: "$eq",
    Comparator.NE: "$ne",
    Comparator.GT: "$gt",
    Comparator.GTE: "$gte",
    Comparator.LT: "$lt",
    Comparator.LTE: "$lte",
    Comparator.CONTAIN: "$contains",
    Comparator.LIKE: "$like",
    Comparator.IN: "$in",
    Comparator.NIN: "$nin",
}


class VecStoreTranslator(Visitor):
    """Writes structured queries as JSON filters: all comparators and operators, with the meanings of the store's own filters.

    Give it to a ``SelfQueryRetriever`` as ``structured_query_translator``. LIKE takes ``%`` and ``_``; dates compare as instants.
    """

    allowed_comparators = tuple(_OPERATORS)
    allowed_operators = (Operator.AND, Operator.OR, Operator.NOT)

    def visit_operation(self, operation: Operation) -> Condition:
        """An ``operation``: AND and OR of any number, NOT of one."""
        parts = [part.accept(self) for part in operation.arguments]
        if operation.operator is Operator.NOT:
            if len(parts) != 1:
                raise InvalidArgument(f"'not' takes one condition, not {len(parts)}")
            return {"$not": parts[0]}
        if not parts:
            raise InvalidArgument(f"'{operation.operator.value}' of no conditions")
        return every(parts) if operation.operator is Operator.AND else either(parts)

    def visit_comparison(self, comparison: Comparison) -> Condition:
        """One ``comparison``; a point in the attribute reaches a member."""
        return {dotted(comparison.attribute): {_OPERATORS[comparison.comparator]: _literal(comparison.value)}}

    def visit_structured_query(self, structured_query: StructuredQuery) -> tuple[str, dict[str, Any]]:
        """The text, and the keywords of the search."""
        given = structured_query.filter
        return structured_query.query, {} if given is None else {"filter": given.accept(self)}


def _literal(value: Any) -> Any:
    """A value; the dates that the query's grammar makes are marked dicts."""
    if isinstance(value, Mapping):
        if value.get("type") in ("date", "datetime"):
            return {"$timestamp": str(value.get("date") or value.get("datetime"))}
        raise InvalidArgument(f"a value of a comparison is a text, a number, a boolean, a date or a list of them, not {value!r}")
    return value


def to_filter(given: Any) -> str | dict[str, Any] | Filter | None:
    """What the store takes of what users of LangChain give as ``filter``."""
    if given is None or isinstance(given, (str, Filter)):
        return given
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, FilterDirective):
        return given.accept(VecStoreTranslator())
    if callable(given):
        raise WrongType(
            "filter: a function cannot be run by the store; write the condition as a dict such as {'year': {'$gte': 2020}}, or as text"
        )
    raise WrongType(f"filter: a dict, a text, a vecstore.Filter or a structured query is expected, not {type(given).__name__}")
