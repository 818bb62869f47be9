"""`run_backtest.py list`: what the candle store holds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trader.backtest import figures
from trader.backtest.archive import screen
from trader.backtest.archive.arguments import look_of
from trader.backtest.archive.inventory import Line, as_json, lines_of

if TYPE_CHECKING:
    from rich.table import Table

HELP = "what the candle store holds: market, timeframe, span, rows, gaps, size"


def perform(words: Sequence[str]) -> int:
    """Print the list. Raises `BadInput`."""
    look = look_of(words, "list", HELP)
    lines = lines_of(look.folder)
    if look.json:
        sys.stdout.write(as_json(lines))
        return 0
    problems = [str(line.problem) for line in lines if line.problem]
    screen.printed(_table(lines), problems)
    if not lines:
        screen.printed(None, [f"{look.folder} is empty; python run_backtest.py download fills it"])
    return 0


def _table(lines: list[Line]) -> Table | None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("venue", "market", "data", "first", "last"):
        table.add_column(name, no_wrap=name != "data", overflow="fold")
    for name in ("rows", "gaps", "size"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(*map(Text, _cells(line)))
    return table if lines else None


def _cells(line: Line) -> tuple[str, ...]:
    days = [figures.day(at) if at is not None else "" for at in (line.first, line.last)]
    gaps = "" if line.gaps is None else f"{line.gaps:,}"
    rows = "unreadable" if line.problem else f"{line.rows:,}" if line.rows else figures.DASH
    return (line.venue, line.symbol, line.data, *days, rows, gaps, f"{line.size / 1e6:,.2f} MB")
