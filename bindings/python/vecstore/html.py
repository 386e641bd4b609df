"""Tables for notebooks: plain HTML, everything escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, note: str = "") -> str:
    """A table; cells are escaped unless they are :class:`Markup`."""
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td style='text-align:left'>{_cell(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" + (f"<p>{escape(note)}</p>" if note else "")


class Markup(str):
    """HTML that is safe as it is."""

    __slots__ = ()


def pairs(values: Mapping[str, Any]) -> Markup:
    """The members of an object, one to a line."""
    return Markup("<br>".join(f"{escape(k)}: {escape(_short(v))}" for k, v in values.items()))


def indented(text: str, depth: int) -> Markup:
    """Text that stands further to the right."""
    return Markup(f"<span style='padding-left:{1.2 * depth:.1f}em'>{escape(text)}</span>")


def bar(pixels: float, text: str) -> str:
    """A text with a bar of that length before it."""
    style = f"display:inline-block;height:0.7em;margin-right:0.4em;background:#0072b2;width:{pixels:.0f}px"
    return f"<span style='white-space:nowrap'><span style='{style}'></span>{escape(text)}</span>"


def folded(title: str, content: str) -> str:
    """HTML to be opened by a click."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def preformatted(text: str) -> str:
    """Lines as they are."""
    return f"<pre>{escape(text)}</pre>"


def _cell(cell: object) -> str:
    return cell if isinstance(cell, Markup) else escape(str(cell))


def _short(value: object, most: int = 80) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= most else text[: most - 1] + "…"


def bytes_text(count: int) -> str:
    """"1.5 MiB"."""
    size, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"
