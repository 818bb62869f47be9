"""`why.json`: counted in a thread, kept over restarts, never mixed with other books'."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import Any

from trader.bridge.files import read_whole
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter
from trader.shell.panel.tallies import Judged, Tallies

PAST = "why_past.json"  # the hours that are over; the newest one is kept in the file itself
_LARGEST = 64 * 1024 * 1024  # bytes


class WhyFile:
    """Called in one thread at a time. `books` tells the present journal from another's."""

    def __init__(self, writer: PanelWriter, books: str) -> None:
        self._writer, self._books = writer, books
        self._tallies: Tallies | None = None
        self._past: list[int] | None = None  # the hours that stand in PAST

    def write(self, judged: Iterable[Judged], now: float) -> None:
        """Count what was noted and write it, if there is anything new. Raises `OSError`."""
        tallies = self._tallies or self._recalled()
        self._tallies = tallies
        noted = list(judged)
        tallies.count(noted)
        if not noted and self._writer.has(names.WHY):
            return
        *past, newest = sorted(tallies.hours) or (0,)
        if past != self._past:
            self._writer.put(PAST, {"books": self._books, "hours": tallies.kept(past)})
            self._past = past
        own = {"books": self._books, "newest": tallies.kept([newest])}
        self._writer.put(names.WHY, tallies.document(now) | own)

    def _recalled(self) -> Tallies:
        tallies = Tallies()
        for name, word in ((PAST, "hours"), (names.WHY, "newest")):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                found: Any = json.loads(read_whole(self._writer.folder / name, _LARGEST))
                if found["books"] == self._books:
                    tallies.recall(found[word])
        return tallies
