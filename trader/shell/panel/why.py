"""`why.json`: counted in a thread, kept over restarts, never mixed with other books'."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import Any

from trader.bridge.files import read_whole
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter
from trader.domain.time import Millis
from trader.shell.panel.tallies import Judged, Tallies

HOURS = "why"  # a folder with a file for each hour that is over; the newest is in `why.json`
_LARGEST = 64 * 1024 * 1024  # bytes


class WhyFile:
    """Called in one thread at a time. `books` tells the present journal from another's."""

    def __init__(self, writer: PanelWriter, books: str) -> None:
        self._writer, self._books = writer, books
        self._tallies: Tallies | None = None

    def write(self, judged: Iterable[Judged], now: float) -> None:
        """Count what was noted and write it, if there is anything new. Raises `OSError`."""
        if self._tallies is None:
            self._tallies = self._recalled()
        noted = list(judged)
        self._tallies.count(noted)
        if noted or not self._writer.has(names.WHY):
            self._write(self._tallies, now)

    def _write(self, tallies: Tallies, now: float) -> None:
        *past, newest = sorted(tallies.hours) or (0,)
        missing = [at for at in past if not self._writer.has(_name(at))]
        for at in missing:  # one by one: the loop waits while a text is spelled
            self._writer.put(_name(at), self._hour(tallies, at))
        if missing:
            self._writer.keep_only(HOURS, (f"{at}.json" for at in past))
        self._writer.put(names.WHY, tallies.document(now) | self._hour(tallies, newest))

    def _hour(self, tallies: Tallies, at: Millis) -> dict[str, Any]:
        return {"books": self._books, "hour": at, "cells": tallies.kept(at)}

    def _recalled(self) -> Tallies:
        tallies, folder = Tallies(), self._writer.folder
        for path in (*(folder / HOURS).glob("*.json"), folder / names.WHY):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                found: Any = json.loads(read_whole(path, _LARGEST))
                if found["books"] == self._books:
                    tallies.recall(int(found["hour"]), found["cells"])
        with contextlib.suppress(OSError):  # another's hours would stand in the way of ours
            self._writer.keep_only(HOURS, (f"{at}.json" for at in tallies.hours))
        return tallies


def _name(at: Millis) -> str:
    return f"{HOURS}/{at}.json"
