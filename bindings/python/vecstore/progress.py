"""How far a long call is: a line that is written over in a terminal, a bar in a notebook, now and then a line in a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

_EVERY_SECONDS = 10  # in a file or pipe, where nothing is written over


class Shown:
    """Shows ``(done, total, words)`` on standard error, or below the cell of a notebook."""

    def __init__(self) -> None:
        self._handle = _notebook_display()
        self._last = time.monotonic()

    def __call__(self, done: int, total: int, words: str) -> None:
        ended = done >= total
        if self._handle is not None:
            self._handle.update(_Bar(done, total, words))
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r{words}\x1b[K" + "\n" * ended)
            sys.stderr.flush()
        elif ended or time.monotonic() - self._last >= _EVERY_SECONDS:
            self._last = time.monotonic()
            sys.stderr.write(words + "\n")
            sys.stderr.flush()


class _Bar:
    """A bar for notebooks, its words in their text."""

    def __init__(self, done: int, total: int, words: str) -> None:
        self._done, self._total, self._words = done, total, words

    def _repr_html_(self) -> str:
        return f"<progress value='{self._done}' max='{max(self._total, 1)}'></progress> {self._words}"

    def __repr__(self) -> str:
        return self._words


def _notebook_display() -> Any:
    """A place in the running cell that can be written anew; None outside notebooks."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

    return display(_Bar(0, 1, ""), display_id=True)


def of_ingest() -> Callable[[Any], None]:
    """Shows an ingest."""
    show = Shown()
    return lambda at: show(at.files_done, at.files_total, f"{at.files_done}/{at.files_total} files, {at.chunks_written} passages, {at.seconds:.0f} s")


def of_writing() -> Callable[[int, int], None]:
    """Shows a write of many batches."""
    show, begun = Shown(), time.monotonic()

    def tell(written: int, total: int) -> None:
        show(written, total, f"{written:,}/{total:,} records, {time.monotonic() - begun:.0f} s")

    return tell
