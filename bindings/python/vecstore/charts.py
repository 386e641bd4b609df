"""Charts for notebooks, as SVG that needs nothing else: text and axes take the colour of the page, light or dark."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _RIGHT, _TOP = 560, 300, 52, 40, 130, 14
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9")  # told apart by the colour-blind too


def recall_over_time(trials: Sequence[Mapping[str, Any]], best: Mapping[str, Any] | None) -> str:
    """Trials of a tuning: recall over the median time, which other programs disturb least; a line for each quantization, the best one ringed.

    "" of fewer than two.
    """
    shown = [t for t in trials if t["p50_ms"] > 0]
    if len(shown) < 2:
        return ""
    across = _Scale([math.log10(t["p50_ms"]) for t in shown], _LEFT, _WIDTH - _RIGHT)
    up = _Scale([t["recall"] for t in shown], _HEIGHT - _BOTTOM, _TOP)
    parts = [*_axes(across, up)]
    names = list(dict.fromkeys(t["quantization"] for t in shown))
    for place, (name, colour) in enumerate(zip(names, _COLOURS)):
        line = sorted((t for t in shown if t["quantization"] == name), key=lambda t: t["ef"])
        parts += _series(line, colour, across, up)
        height = _TOP + 12 + 18 * place
        parts.append(f'<circle cx="{_WIDTH - _RIGHT + 24}" cy="{height - 4}" r="4" fill="{colour}"/>{_text(_WIDTH - _RIGHT + 34, height, name)}')
    if best is not None:
        x, y = across.at(math.log10(best["p50_ms"])), up.at(best["recall"])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="none" stroke="currentColor" stroke-width="2"><title>the best</title></circle>')
    inner = "".join(parts)
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="recall over time" font-size="11">{inner}</svg>'


class _Scale:
    """From values to pixels, with a little room on both sides."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        room = (max(values) - min(values)) * 0.05 or 0.05
        self.low, self.high = min(values) - room, max(values) + room
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Some three to seven round values."""
        rough = (self.high - self.low) / 4
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.7)
        return [i * step for i in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]

    def ticks_of_powers(self) -> list[float]:
        """The logarithms of 1, 2 and 5 times powers of ten; of the powers alone where these are many."""
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        many = [math.log10(m) + power for power in powers for m in ((1,) if self.high - self.low > 3 else (1, 2, 5))]
        return [value for value in many if self.low <= value <= self.high]


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'


def _axes(across: _Scale, up: _Scale) -> Iterable[str]:
    left, right, bottom, top = across.start, across.end, up.start, up.end
    yield f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="currentColor"/>'
    for value in across.ticks_of_powers():
        yield _text(across.at(value), bottom + 15, f"{10**value:.3g}", "middle")
    for value in up.ticks():
        yield _text(left - 6, up.at(value) + 4, f"{value:.3g}", "end")
        yield f'<path d="M{left} {up.at(value):.1f}H{right}" stroke="currentColor" stroke-opacity="0.15"/>'
    yield _text((left + right) / 2, bottom + 32, "milliseconds of the median query", "middle")
    yield _text(left + 6, top + 8, "recall")


def _series(line: Sequence[Mapping[str, Any]], colour: str, across: _Scale, up: _Scale) -> Iterable[str]:
    points = [(across.at(math.log10(t["p50_ms"])), up.at(t["recall"])) for t in line]
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{colour}" stroke-opacity="0.5"/>'
    for trial, (x, y) in zip(line, points):
        said = f"{trial['quantization']}, ef {trial['ef']}: recall {trial['recall']:.4f}, {trial['p50_ms']:.3f} ms"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{escape(said)}</title></circle>'
