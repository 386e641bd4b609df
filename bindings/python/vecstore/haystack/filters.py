"""Haystack's filters as filters of the store."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

import dateutil.parser
from haystack.errors import FilterError

from ..adapters import Condition, Truth, all_of, among, any_of, compared, dotted, is_value, missing_field, never, path_of

#: Under this key of the metadata lies what a document has beside content, meta and embedding.
EXTRAS = "_haystack"

_OWN_FIELDS = {"id": "$id", "content": "$text", "score": path_of(EXTRAS, "score")}
_NOT_SEARCHED = ("blob", "embedding", "sparse_embedding", "meta")
_ORDERS = {">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d($|[Tt ])")


def to_filter(filters: Mapping[str, Any] | None) -> Condition | None:
    """The filter of the store; None of nothing. Raises FilterError for what is no filter of Haystack, and for what the store cannot say."""
    if not filters:
        return None
    return _any(filters).holds


def _any(part: Any) -> Truth:
    if not isinstance(part, Mapping):
        raise FilterError(f"a filter is a dictionary, not {part!r}")
    return _comparison(part) if "field" in part else _logic(part)


def _logic(part: Mapping[str, Any]) -> Truth:
    for key in ("operator", "conditions"):
        if key not in part:
            raise FilterError(f"'{key}' key missing in {part}")
    conditions = [_any(c) for c in part["conditions"]]
    if part["operator"] == "AND":
        return all_of(conditions)
    if part["operator"] == "OR":
        return any_of(conditions)
    if part["operator"] == "NOT":
        return ~all_of(conditions)
    raise FilterError(f"unknown logical operator '{part['operator']}': AND, OR and NOT are known")


def _comparison(part: Mapping[str, Any]) -> Truth:
    for key in ("operator", "value"):
        if key not in part:
            raise FilterError(f"'{key}' key missing in {part}")
    path, operator, value = _path(part["field"]), part["operator"], part["value"]
    if operator == "==":
        return _equal(path, value)
    if operator == "!=":
        return ~_equal(path, value)
    if operator in _ORDERS:
        return _ordered(path, operator, value)
    if operator in ("in", "not in"):
        if not isinstance(value, list):
            raise FilterError(f"'{operator}' takes a list, not {type(value).__name__}")
        found = _among(path, value)
        return found if operator == "in" else ~found
    raise FilterError(f"unknown comparison operator '{operator}': ==, !=, >, >=, <, <=, in and not in are known")


def _among(path: str, values: list[Any]) -> Truth:
    plain = [v for v in values if is_value(v) and _day_of(v) is None]
    return any_of([among(path, plain), *(_equal(path, v) for v in values if not is_value(v) or _day_of(v) is not None)])


def _path(field: str) -> str:
    """``meta.`` may be left out, as Haystack's converted filters do."""
    if field in _OWN_FIELDS:
        return _OWN_FIELDS[field]
    if field in _NOT_SEARCHED:
        raise FilterError(f"the field '{field}' cannot be filtered on")
    return dotted(field.removeprefix("meta."))


def _equal(path: str, value: Any) -> Truth:
    """Texts that write times are also equal when they write the same one."""
    if value is None:
        return missing_field(path)
    if isinstance(value, datetime.datetime):
        return compared(path, "$eq", {"$timestamp": value.isoformat()})
    if not is_value(value) and not isinstance(value, list):
        raise FilterError(f"a document's field cannot be compared with {type(value).__name__}: compare its members")
    same, time = compared(path, "$eq", value), _day_of(value)
    return same if time is None else any_of([same, compared(path, "$eq", {"$timestamp": time})])


def _ordered(path: str, operator: str, value: Any) -> Truth:
    if value is None:
        return never()
    if isinstance(value, str) or isinstance(value, datetime.datetime):
        time = _time_of(value)
        if time is None:
            raise FilterError(f"'{operator}' compares numbers and ISO 8601 dates, not the text {value!r}")
        return compared(path, _ORDERS[operator], {"$timestamp": time})
    if not is_value(value):
        raise FilterError(f"'{operator}' compares numbers and ISO 8601 dates, not {type(value).__name__}")
    return compared(path, _ORDERS[operator], value)


def _day_of(value: Any) -> str | None:
    """The time that a text writes, if it begins with a whole date."""
    return _time_of(value) if isinstance(value, str) and _DAY.match(value) else None


def _time_of(value: str | datetime.datetime) -> str | None:
    """A time as the store reads it, from ISO 8601 in any of its forms."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    try:
        return datetime.datetime.fromisoformat(value).isoformat()
    except ValueError:
        try:
            return dateutil.parser.isoparse(value).isoformat() if _DAY.match(value) else None
        except (ValueError, OverflowError):
            return None
