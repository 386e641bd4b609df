"""How an answer came about, as a table for notebooks: what was done, on how many rows, and where the time went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from . import html

_WIDTH = 120  # pixels of the longest bar


class _Line(NamedTuple):
    depth: int
    what: str
    rows: str
    compared: str
    ms: float | None


def table(data: dict[str, Any], text: str) -> str:
    """The table, with the text to be opened below it."""
    lines = list(_lines(data, 0))
    longest = max((line.ms or 0 for line in lines), default=0) or 1
    rows = [[html.indented(line.what, line.depth), line.rows, line.compared, _time(line.ms, longest)] for line in lines]
    planned = data["mode"] == "plan"
    note = "what would be done" if planned else f"{data['hits']} hits, all together {data['took_ms']:.3f} ms" + ", ended early" * data["partial"]
    return html.table(["step", "rows", "compared", "ms"], rows, note=note) + html.folded("in words", html.preformatted(text))


def _time(ms: float | None, longest: float) -> html.Markup:
    return html.Markup("" if ms is None else html.bar(ms / longest * _WIDTH, f"{ms:.3f}"))


def _lines(data: dict[str, Any], depth: int) -> Iterator[_Line]:
    yield _Line(depth, data["query"], "", "", None)
    for stage in data["stages"]:
        yield from _lines(stage, depth + 1)
    for segment in data["segments"]:
        yield _of_segment(segment, depth + 1, data["mode"] == "plan")
    if text := data["by_text"]:
        yield _Line(depth + 1, "text", f"{text['rows_scored']:,} scored", "", text["filter_ms"] + text["search_ms"])
    for step in data["steps"]:
        yield _Line(depth + 1, step["step"], f"{step['rows_in']:,} in, {step['rows_out']:,} out", "", step["ms"])
    if depth == 0:
        yield _Line(1, "reading what the hits contain", "", "", data["fetch_ms"])


def _of_segment(segment: dict[str, Any], depth: int, planned: bool) -> _Line:
    place = f"file {segment['segment']}" if segment["segment"] else "in memory"
    plan = f"{segment['plan']}{', ef ' + str(segment['ef']) if segment['ef'] else ''}{', then a sweep' * segment['swept']}"
    matches = "" if segment["matches"] is None else f", {segment['matches']:,} pass"
    done = [f"{segment[name]:,} {word}" for name, word in (("distances", "vectors"), ("codes", "codes")) if segment[name]]
    compared = f"about {segment['expected_distances']:,}" if planned else ", ".join(done)
    return _Line(depth, f"{place}: {plan} ({segment['why']})", f"{segment['rows']:,}{matches}", compared, segment["filter_ms"] + segment["search_ms"])
