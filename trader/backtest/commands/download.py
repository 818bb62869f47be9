"""`run_backtest.py download`: candles, funding, trades and books of an exchange into the store."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from trader.backtest.archive import report, screen
from trader.backtest.archive.arguments import Order, order_of
from trader.backtest.archive.fetching import Errand, Fetched
from trader.domain.errors import VenueError

HELP = "fetches candles (and funding) of an exchange into the candle store; resumes, fills gaps"
_FAILED, _INTERRUPTED = 1, 130
_AGAIN = "run the same command again: it goes on where it stopped"


def perform(words: Sequence[str]) -> int:
    """Download, report, say what to do next. Raises `BadInput`, `SettingsError`, `OSError`."""
    order = order_of(words)
    errand, code = None, 0
    try:
        with screen.shown() as progress:
            errand = Errand(order, progress)
            asyncio.run(errand.run())
    except VenueError as error:
        if "--debug" in words:
            raise
        return _said(f"error: {error}; {_AGAIN}", _FAILED)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    fetched = errand.fetched if errand else []
    show(order, fetched)
    if code:
        return _said(f"stopped; what came is stored: {_AGAIN}", code)
    return _failures(fetched)


def show(order: Order, fetched: list[Fetched]) -> None:
    """Write the reports, and print them: a table, or JSON alone."""
    entries = report.written(order, fetched)
    if order.json:
        content = {"venue": order.venue, "files": [entry.as_json() for entry in entries]}
        sys.stdout.write(json.dumps(content, indent=2) + "\n")
        return
    screen.printed(report.table(order, entries), report.remarks(entries))
    command = report.next_command(order, entries)
    if command:
        screen.printed(None, [f"next: {command}"])


def _failures(fetched: list[Fetched]) -> int:
    """Each reason once, with the files that it is about."""
    problems: dict[str, list[str]] = {}
    for one in fetched:
        if one.problem:
            problems.setdefault(one.problem, []).append(str(one.wish))
    for problem, names in problems.items():
        _said(f"error: {', '.join(names)}: {problem}", _FAILED)
    return _said(f"not everything is there; {_AGAIN}", _FAILED) if problems else 0


def _said(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
