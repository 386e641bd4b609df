"""What a document store says of its documents' metadata, computed from a scan of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Meta = dict[str, Any]


def distinct(metas: Iterable[Meta], field: str, search_term: str | None = None) -> list[Any]:
    """The different values of a field in a stable order: 1, 1.0, "1" and True are four. With a term, those whose text has it, in any case."""
    found: dict[tuple[str, str], Any] = {}
    for meta in metas:
        value = meta.get(key_of(field))
        if value is not None:
            found.setdefault((type(value).__name__, json.dumps(value, sort_keys=True)), value)
    if search_term:
        found = {key: v for key, v in found.items() if search_term.lower() in str(v).lower()}
    return [found[key] for key in sorted(found, key=lambda key: (str(found[key]), key))]


def count_distinct(metas: Iterable[Meta], fields: Iterable[str]) -> dict[str, int]:
    """How many different values each field has."""
    many = list(metas)
    return {key_of(field): len(distinct(many, field)) for field in fields}


def types(metas: Iterable[Meta]) -> dict[str, dict[str, str]]:
    """The type of each field: boolean, int, float, or keyword, which is also that of fields with values of several kinds."""
    found: dict[str, str] = {}
    for meta in metas:
        for key, value in meta.items():
            if value is not None:
                kind = {bool: "boolean", int: "int", float: "float"}.get(type(value), "keyword")
                found[key] = kind if found.get(key, kind) == kind else "float" if {found[key], kind} == {"int", "float"} else "keyword"
    return {key: {"type": kind} for key, kind in found.items()}


def extremes(metas: Iterable[Meta], field: str) -> dict[str, Any]:
    """The least and the greatest number or text; None where values cannot be compared, or there are none."""
    values = [v for v in (meta.get(key_of(field)) for meta in metas) if isinstance(v, (int, float, str))]
    try:
        return {"min": min(values, default=None), "max": max(values, default=None)}
    except TypeError:
        return {"min": None, "max": None}


def key_of(field: str) -> str:
    """A field's name with or without ``meta.``."""
    return field.removeprefix("meta.")
